#include "chunks/input_window.h"

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <stop_token>

#include <gtest/gtest.h>
#include <unistd.h>

#include "codec/test_data.h"
#include "files/unique_fd.h"

namespace penstock {
namespace {

using test::Buffer;

// An input over memory that tells how far it was read.
class CountingInput final : public ByteInput {
 public:
  explicit CountingInput(Bytes data) : data_(data) {}
  Result<std::size_t> read_least(std::size_t /*least*/, MutableBytes out,
                                 const std::stop_token& stop) override {
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    const Bytes next = data_.subspan(given_, std::min(out.size(), data_.size() - given_));
    std::ranges::copy(next, out.begin());
    given_ += next.size();
    return next.size();
  }
  const std::string& name() const override { return name_; }
  std::size_t given() const { return given_; }

 private:
  Bytes data_;
  std::size_t given_ = 0;
  std::string name_ = "input";
};

// A pipe that stays open: whoever waits for more than is in it waits for ever.
class OpenPipe {
 public:
  OpenPipe() {
    std::array<int, 2> ends{-1, -1};
    EXPECT_EQ(::pipe(ends.data()), 0);
    reading_ = UniqueFd(ends[0]);
    writing_ = UniqueFd(ends[1]);
  }
  void put(std::string_view text) const {
    EXPECT_TRUE(write_full(writing_.get(), as_bytes(text), "write"));
  }
  void end() { writing_.reset(); }
  int fd() const { return reading_.get(); }

 private:
  UniqueFd reading_;
  UniqueFd writing_;
};

std::string text_of(const Result<Bytes>& bytes) {
  if (!bytes) return bytes.error().message;
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

TEST(InputWindow, LooksAheadWithoutTaking) {
  const Buffer data = test::random_bytes(3 * InputWindow::kBytes, 1);
  CountingInput input(data);
  InputWindow window(input, {}, 1000);
  EXPECT_EQ(window.name(), "input");
  for (const std::size_t bytes : {std::size_t{4}, std::size_t{0}, InputWindow::kBytes}) {
    const auto ahead = window.peek(bytes);
    ASSERT_TRUE(ahead);
    EXPECT_TRUE(std::ranges::equal(*ahead, Bytes(data).first(bytes)));
    EXPECT_EQ(window.position(), 1000U);
  }
  Buffer out(10);
  EXPECT_EQ(*window.take(out), 10U);
  EXPECT_TRUE(std::ranges::equal(out, Bytes(data).first(10)));
  EXPECT_EQ(window.position(), 1010U);
}

// Whoever wants to know what a pipe holds must not wait for more than that.
TEST(InputWindow, AShortLookReadsLittle) {
  const Buffer data = test::random_bytes(3 * InputWindow::kBytes, 2);
  CountingInput input(data);
  InputWindow window(input, {});
  ASSERT_TRUE(window.peek(4));
  EXPECT_LE(input.given(), InputWindow::kBytes / 4);
}

TEST(InputWindow, AnyLooksAndTakesGiveTheInputInOrder) {
  std::mt19937_64 random(3);
  const Buffer data = test::random_bytes(4 * InputWindow::kBytes + 77, 3);
  for (int round = 0; round < 50; ++round) {
    CountingInput input(data);
    InputWindow window(input, {});
    std::size_t at = 0;
    Buffer out(InputWindow::kBytes * 3 / 2);
    // As many past the end as before it: there is nothing any more, and no error.
    for (int ends = 0; ends < 5;) {
      const std::size_t most = std::size_t{1} << random() % 21;
      if (random() % 2 == 0) {
        const std::size_t bytes = random() % (std::min(most, InputWindow::kBytes) + 1);
        const auto ahead = window.peek(bytes);
        ASSERT_TRUE(ahead);
        ASSERT_TRUE(
            std::ranges::equal(*ahead, Bytes(data).subspan(at, std::min(bytes, data.size() - at))));
      } else {
        const std::size_t bytes = random() % (std::min(most, out.size()) + 1);
        const auto taken = window.take(MutableBytes(out).first(bytes));
        ASSERT_TRUE(taken);
        const Bytes expected = Bytes(data).subspan(at, std::min(bytes, data.size() - at));
        ASSERT_TRUE(std::ranges::equal(MutableBytes(out).first(*taken), expected));
        at += *taken;
        if (at == data.size()) ++ends;
      }
      ASSERT_EQ(window.position(), at);
    }
  }
}

TEST(InputWindow, AnEmptyInputGivesNothing) {
  CountingInput input({});
  InputWindow window(input, {});
  EXPECT_EQ(window.peek(4)->size(), 0U);
  Buffer out(4);
  EXPECT_EQ(*window.take(out), 0U);
}

TEST(InputWindow, HeedsTheStopItWasLastGiven) {
  const Buffer data(2 * InputWindow::kBytes);
  CountingInput input(data);
  std::stop_source stop;
  InputWindow window(input, {});
  ASSERT_TRUE(window.peek(4));
  window.heed(stop.get_token());
  stop.request_stop();
  EXPECT_TRUE(window.peek(4)) << "what is there needs no wait";
  const auto ahead = window.peek(InputWindow::kBytes);
  ASSERT_FALSE(ahead);
  EXPECT_EQ(ahead.error().code, Code::kCancelled);
  Buffer out(InputWindow::kBytes);
  EXPECT_FALSE(window.take(out));
}

TEST(InputWindow, APeekReturnsAsSoonAsItHasWhatWasAskedFor) {
  OpenPipe pipe;
  const auto input = make_fd_input(pipe.fd(), "pipe");
  InputWindow window(*input, {});
  pipe.put("abcdef");
  EXPECT_EQ(text_of(window.peek(4)), "abcd");
  EXPECT_EQ(text_of(window.peek(6)), "abcdef");
  pipe.put("ghi");
  EXPECT_EQ(text_of(window.peek(8)), "abcdefgh");
  std::array<std::byte, 8> taken{};
  EXPECT_EQ(*window.take(taken), 8U);
  EXPECT_EQ(window.position(), 8U);
  EXPECT_EQ(text_of(window.peek(1)), "i");
  pipe.end();
  EXPECT_EQ(text_of(window.peek(100)), "i");
  EXPECT_EQ(*window.take(taken), 1U);
  EXPECT_EQ(text_of(window.peek(1)), "");
}

TEST(InputWindow, ATakeOfTheLeastTakesWhatIsThere) {
  OpenPipe pipe;
  const auto input = make_fd_input(pipe.fd(), "pipe");
  InputWindow window(*input, {});
  pipe.put("abcdef");
  EXPECT_EQ(text_of(window.peek(2)), "ab");
  std::array<std::byte, 100> taken{};
  EXPECT_EQ(*window.take_least(1, taken), 6U);
  pipe.put("ghi");
  EXPECT_EQ(*window.take_least(2, taken), 3U);
  EXPECT_EQ(window.position(), 9U);
  pipe.end();
  EXPECT_EQ(*window.take_least(1, taken), 0U);
}

}  // namespace
}  // namespace penstock
