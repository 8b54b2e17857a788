// The decoders of what is cut: what one of them accepts, and what a hostile frame may not be.
#include "codec/unit_decoder.h"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "codec/test_frames.h"

namespace penstock {
namespace {

using test::Buffer;
using test::ZstdBlockKind;

// All of `file`, the first piece of `first` bytes, the others of at most `most`.
Result<Buffer> decoded(Bytes file, std::size_t first, std::size_t most, std::size_t out_bytes) {
  PENSTOCK_TRY(const auto decoder, make_zstd_front_decoder(0));
  Buffer made;
  Buffer out(out_bytes);
  for (std::size_t next = first; !file.empty(); next = most) {
    Bytes in = file.first(std::min(file.size(), next));
    file = file.subspan(in.size());
    for (bool more = true; more;) {
      PENSTOCK_TRY(const auto step, decoder->step(in, out));
      append(made, Bytes(out).first(step.produced));
      in = in.subspan(step.consumed);
      more = step.produced == out.size() || !in.empty();
    }
  }
  PENSTOCK_CHECK(decoder->end());
  return made;
}

std::string outcome(const Result<Buffer>& made) {
  return made ? "accepted: " + std::string(as_text(*made)) : std::string(name(made.error().code));
}

// The outcome, which is the same for all pieces.
std::string in_any_pieces(Bytes file) {
  const std::string expected = outcome(decoded(file, 1, 1, 1));
  std::mt19937_64 random(1);
  for (std::size_t first = 1; first <= file.size(); ++first) {
    const auto made = decoded(file, first, 1 + random() % file.size(), 1 + random() % 300'000);
    EXPECT_EQ(outcome(made), expected) << first;
  }
  return expected;
}

Buffer with_text(Buffer header, std::string_view text, std::size_t said) {
  test::append_zstd_block(header, ZstdBlockKind::kRaw, said, true);
  append(header, as_bytes(text));
  return header;
}

TEST(ZstdFront, AFrameHoldsWhatItsHeaderSays) {
  const auto unit = make_zstd_unit_decoder();
  ASSERT_TRUE(unit);
  const Bytes content = as_bytes("water under pressure");
  for (const std::uint64_t says : {0U, 19U, 20U, 21U, 1U << 30}) {
    const Buffer frame = test::zstd_frame(content, says);
    const bool right = says == content.size();
    EXPECT_EQ(in_any_pieces(frame), right ? "accepted: water under pressure" : "corrupt") << says;
    Buffer out(100);
    EXPECT_EQ((*unit)->decode(frame, out).has_value(), right) << says;
  }
  EXPECT_EQ(in_any_pieces(test::zstd_frame({}, 0)), "accepted: ");
  EXPECT_EQ(in_any_pieces(test::zstd_frame({}, 1)), "corrupt");
}

TEST(ZstdFront, ARunThatNeverEndsIsRefusedWhereItGoesBeyondTheHeader) {
  Buffer frame = test::zstd_frame_header(1'000'000);
  for (int i = 0; i < 10'000; ++i) {
    test::append_zstd_block(frame, ZstdBlockKind::kRun, 100'000, false);
    append(frame, as_bytes("x"));
  }
  const auto decoder = make_zstd_front_decoder(0);
  ASSERT_TRUE(decoder);
  Buffer out(100'000);
  Bytes in = frame;
  std::uint64_t made = 0;
  for (;;) {
    const auto step = (*decoder)->step(in, out);
    if (!step) break;
    in = in.subspan(step->consumed);
    made += step->produced;
    ASSERT_LE(made, 1'000'000U);
  }
  EXPECT_LE(made, 1'000'000U);
}

// Given a small frame at once, libzstd goes by other rules than in pieces.
TEST(ZstdFront, WhatIsAcceptedDoesNotDependOnThePieces) {
  // A window above 128 MiB.
  EXPECT_EQ(in_any_pieces(with_text(test::zstd_frame_header(5, 31), "water", 5)), "unsupported");
  // A block larger than the window.
  const std::string large(3000, 'x');
  EXPECT_EQ(in_any_pieces(with_text(test::zstd_frame_header(3000, 10), large, 3000)), "corrupt");
  // A frame of before 1.0.
  Buffer old = test::zstd_frame(as_bytes("new "), 4);
  append(old, as_bytes(std::string_view("\x27\xB5\x2F\xFD\x20\x05\x40\0\x05water\xC0\0\0", 17)));
  EXPECT_EQ(in_any_pieces(old), "corrupt");
  // A frame in the header of another one, whose dictionary it is, and whose size.
  Buffer two;
  append(two, as_bytes(std::string_view("\x28\xB5\x2F\xFD\x43\x38", 6)));
  append(two, with_text(test::zstd_frame_header(std::nullopt), "water", 5));
  EXPECT_EQ(in_any_pieces(two), "unsupported");
  // What is reserved, and what is none.
  EXPECT_EQ(in_any_pieces(as_bytes(std::string_view("\x28\xB5\x2F\xFD\x08zstdwithreservedbit"))),
            "corrupt");
  EXPECT_EQ(in_any_pieces(as_bytes("garbage")), "corrupt");
}

TEST(ZstdFront, PassesOverSkippableFramesOfAnyLength) {
  Buffer file;
  for (const std::size_t bytes : {0U, 1U, 300U, 0U}) {
    append(file, test::skippable_frame(bytes));
    append(file,
           test::zstd_frame(as_bytes("water "), bytes == 1 ? std::nullopt : std::optional(6)));
  }
  append(file, test::skippable_frame(0));
  EXPECT_EQ(in_any_pieces(file), "accepted: water water water water ");
  const auto decoder = make_zstd_front_decoder(7);
  ASSERT_TRUE(decoder);
  std::vector<std::uint64_t> told;
  (*decoder)->tell([&](std::uint64_t begin, std::uint64_t end, std::uint64_t data) {
    told.insert(told.end(), {begin, end, data});
  });
  Buffer out(100);
  const Bytes two = Bytes(file).first(8 + 14 + 3 + 6 + 3);
  ASSERT_TRUE((*decoder)->step(two, out));
  EXPECT_EQ(told, (std::vector<std::uint64_t>{7, 15, 0, 15, 7 + two.size(), 6}));
}

}  // namespace
}  // namespace penstock
