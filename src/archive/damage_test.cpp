// Every single byte of small archives altered, and every truncation: what verify() then says.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "archive/list_source.h"
#include "archive/test_zip.h"
#include "archive/unpack_source.h"

namespace penstock::zip {
namespace {

using test::Buffer;
using test::TestZip;

// Every content in order, with its name: what an archive means.
Result<std::string> meaning(const Buffer& archive) {
  test::Told told;
  Progress progress;
  UnpackOptions options;
  const Secret password(std::string("secret"));
  options.password = &password;
  options.threads = 1;
  const auto source = make_memory_source(archive, "test.zip");
  auto done = verify_source(*source, options, told, progress, {});
  if (!done) return fail(std::move(done).error());
  if (done->damage) return fail(*std::move(done->damage));
  if (done->plain_in_encrypted > 0) return fail(Code::kUnsafe, "plain");
  std::string all;
  PENSTOCK_TRY(const ListReport report,
               list_source(*source, false, told, [&](const ListedEntry& entry) -> Status {
                 all += std::string(entry.name) + "|" + std::to_string(entry.bytes) + "|" +
                        std::to_string(entry.crc) + "|" + std::string(entry.method) + "|" +
                        std::string(entry.encryption) + "\n";
                 return {};
               }));
  return all + std::to_string(report.entries);
}

// Bytes of a central record whose change changes no content: versions, deflate's effort, times, the
// internal and external attributes. Only a signed directory could notice.
std::vector<bool> harmless(const Buffer& archive) {
  std::vector<bool> result(archive.size());
  for (std::size_t at = 0; at + 4 <= archive.size(); ++at) {
    const auto signature = load_le<std::uint32_t>(archive, at);
    const auto mark = [&](std::size_t from, std::size_t bytes) {
      for (std::size_t i = 0; i < bytes; ++i) result.at(at + from + i) = true;
    };
    if (signature == kLocalSignature) {
      mark(4, 3);   // version, low flags
      mark(10, 4);  // time
    }
    if (signature == kCentralSignature) {
      mark(4, 5);   // versions, low flags
      mark(12, 4);  // time
      mark(36, 6);  // attributes
    }
  }
  return result;
}

const std::vector<unsigned> kEveryBit{1, 2, 4, 8, 16, 32, 64, 128};

void every_flip_is_noticed(const TestZip& zip, const std::vector<unsigned>& flips) {
  const Buffer archive = zip.build({.comment = {}});
  const auto right = meaning(archive);
  ASSERT_TRUE(right) << right.error().message;
  const std::vector<bool> free = harmless(archive);
  for (std::size_t at = 0; at < archive.size(); ++at)
    for (const unsigned flip : flips) {
      Buffer flipped = archive;
      flipped[at] ^= static_cast<std::byte>(flip);
      const auto seen = meaning(flipped);
      if (free[at]) {
        // Contents are what they were, or it is refused.
        EXPECT_EQ(seen ? *seen : *right, *right) << at << " flip " << flip;
      } else {
        EXPECT_FALSE(seen) << "byte " << at << " flip " << flip << " of " << archive.size();
      }
    }
}

const std::string kText = "some text, some more text, some more text, some text";

TEST(Damage, EveryFlipInAPlainArchiveIsNoticed) {
  every_flip_is_noticed(TestZip()
                            .add({.name = "stored", .content = kText})
                            .add({.name = "deflated", .content = kText, .method = kMethodDeflate})
                            .add({.name = "later",
                                  .content = kText,
                                  .method = kMethodDeflate,
                                  .flags = kFlagDescriptor}),
                        kEveryBit);
}

TEST(Damage, EveryFlipInAnEncryptedArchiveIsNoticed) {
  every_flip_is_noticed(
      TestZip()
          .add({.name = "a", .content = kText, .method = kMethodDeflate, .aes = AesInfo{}})
          .add({.name = "bb", .content = kText, .aes = AesInfo{1, AesStrength::k128}}),
      {1, 0xff});  // fewer, because each derives keys
}

TEST(Damage, EveryTruncationIsNoticed) {
  const Buffer archive =
      TestZip()
          .add({.name = "a", .content = kText, .method = kMethodDeflate, .aes = AesInfo{}})
          .add({.name = "b", .content = kText, .aes = AesInfo{}})
          .build({.comment = "a comment", .zip64 = true});
  ASSERT_TRUE(meaning(archive));
  for (std::size_t size = 0; size < archive.size(); ++size)
    EXPECT_FALSE(
        meaning(Buffer(archive.begin(), archive.begin() + static_cast<std::ptrdiff_t>(size))))
        << size;
}

TEST(Damage, EveryHoleIsNoticed) {
  const Buffer archive = TestZip()
                             .add({.name = "a", .content = kText, .method = kMethodDeflate})
                             .add({.name = "b", .content = kText})
                             .build();
  for (std::size_t size = 1; size <= 64; ++size)
    for (std::size_t at = 0; at + size <= archive.size(); at += 3) {
      Buffer holed = archive;
      const auto begin = holed.begin() + static_cast<std::ptrdiff_t>(at);
      holed.erase(begin, begin + static_cast<std::ptrdiff_t>(size));
      EXPECT_FALSE(meaning(holed)) << size << " bytes at " << at;
    }
}

}  // namespace
}  // namespace penstock::zip
