#include "crypto/aes_ctr.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "crypto/openssl.h"
#include "crypto/test_bytes.h"

namespace penstock {
namespace {

using testing::copy;
using testing::from_hex;
using testing::noise;
using testing::to_hex;

// The stream's first 32 bytes for the keys 00 01 02 ... of FIPS 197's appendix C: the blocks 01 00
// .. and 02 00 .., made with `openssl enc -aes-128-ecb -K 0001.. -nopad` and its siblings.
constexpr std::array kKnownStreams = {
    "e37cd363dd7c87a09aff0e3e60e09c82fb8ae31ba5db9cad97364d8722d47326",
    "094a723ceaf7f7b732e05b90d35b8cf1a8fd516dfc09cbb9b38b8527ff25bbe4",
    "c7b519846a11411cd6ac07cb03f801a84ef4b88bebd54953c37ffaf66efaca7b"};
constexpr std::array<std::size_t, 3> kKeyBytes = {16, 24, 32};

std::vector<std::byte> counting_key(std::size_t bytes) {
  std::vector<std::byte> key(bytes);
  for (std::size_t i = 0; i < bytes; ++i) key[i] = static_cast<std::byte>(i);
  return key;
}

WinZipCtr fresh() {
  auto made = WinZipCtr::create();
  EXPECT_TRUE(made);
  return *std::move(made);
}

WinZipCtr keyed(Bytes key) {
  WinZipCtr ctr = fresh();
  EXPECT_TRUE(ctr.set_key(key));
  return ctr;
}

// Block `number` (from 0) of the stream, by another way: OpenSSL's own counter mode started at the
// little-endian counter, for one block only.
std::vector<std::byte> openssl_block(Bytes key, std::uint64_t number) {
  std::array<std::byte, 16> counter{};
  store_le<std::uint64_t>(counter, 0, number + 1);
  const std::string name = "AES-" + std::to_string(key.size() * 8) + "-CTR";
  const CipherPtr cipher(EVP_CIPHER_fetch(nullptr, name.c_str(), nullptr));
  const CipherContextPtr context(EVP_CIPHER_CTX_new());
  std::vector<std::byte> block(16);
  int made = 0;
  EXPECT_EQ(
      EVP_EncryptInit_ex2(context.get(), cipher.get(), as_u8(key), as_u8(Bytes(counter)), nullptr),
      1);
  EXPECT_EQ(
      EVP_EncryptUpdate(context.get(), as_u8(MutableBytes(block)), &made, as_u8(Bytes(block)), 16),
      1);
  return block;
}

// `size` bytes of the stream from `offset` on.
std::vector<std::byte> openssl_stream(Bytes key, std::uint64_t offset, std::size_t size) {
  std::vector<std::byte> stream;
  for (std::uint64_t number = offset / 16; number <= (offset + size) / 16; ++number)
    append(stream, openssl_block(key, number));
  return copy(Bytes(stream).subspan(offset % 16, size));
}

std::vector<std::byte> stream(WinZipCtr& ctr, std::size_t size) {
  std::vector<std::byte> zeros(size);
  EXPECT_TRUE(ctr.apply(zeros));
  return zeros;
}

TEST(WinZipCtr, MakesTheKnownStreams) {
  WinZipCtr ctr = fresh();  // one object for all key sizes, there and back
  for (const std::size_t i : {0U, 1U, 2U, 1U, 0U}) {
    ASSERT_TRUE(ctr.set_key(counting_key(kKeyBytes[i])));
    EXPECT_EQ(to_hex(stream(ctr, 32)), kKnownStreams[i]);
  }
}

TEST(WinZipCtr, AgreesWithOpenSslForEveryLength) {
  for (const std::size_t key_bytes : kKeyBytes) {
    const auto key = noise(key_bytes, 1);
    const auto expected = openssl_stream(key, 0, 600);
    WinZipCtr ctr = fresh();
    for (std::size_t size = 0; size <= 600; ++size) {
      ASSERT_TRUE(ctr.set_key(key));
      ASSERT_EQ(stream(ctr, size), copy(Bytes(expected).first(size))) << key_bytes << " " << size;
    }
  }
}

TEST(WinZipCtr, AppliedTwiceGivesTheDataBack) {
  const auto key = noise(32, 1);
  const auto plain = noise(100'000, 2);
  auto data = plain;
  ASSERT_TRUE(keyed(key).apply(data));
  EXPECT_NE(data, plain);
  ASSERT_TRUE(keyed(key).apply(data));
  EXPECT_EQ(data, plain);
}

TEST(WinZipCtr, IsTheSameForACutAtEveryByte) {
  const auto key = noise(32, 1);
  const auto whole = openssl_stream(key, 0, 200);
  WinZipCtr ctr = fresh();
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    ASSERT_TRUE(ctr.set_key(key));
    auto made = stream(ctr, cut);
    append(made, stream(ctr, whole.size() - cut));
    ASSERT_EQ(made, whole) << cut;
  }
}

TEST(WinZipCtr, IsTheSameForCutsAroundTheEndOfABatch) {
  const auto key = noise(32, 1);
  const auto whole = openssl_stream(key, 0, 20'000);
  WinZipCtr ctr = fresh();
  for (const std::size_t edge : {4096U, 8192U, 16'384U})
    for (std::size_t cut = edge - 18; cut <= edge + 18; ++cut) {
      ASSERT_TRUE(ctr.set_key(key));
      auto made = stream(ctr, cut);
      append(made, stream(ctr, whole.size() - cut));
      ASSERT_EQ(made, whole) << cut;
    }
}

TEST(WinZipCtr, DoesNotDependOnHowCallsAreCut) {
  const auto key = noise(32, 1);
  const auto whole = openssl_stream(key, 0, 60'000);
  WinZipCtr ctr = fresh();
  EXPECT_TRUE(rc::check([&](const std::vector<std::uint16_t>& wishes) {
    RC_ASSERT(ctr.set_key(key).has_value());
    std::vector<std::byte> made;
    for (const std::uint16_t wish : wishes)
      append(made, stream(ctr, std::min<std::size_t>(wish % 20'000, whole.size() - made.size())));
    RC_ASSERT(made == copy(Bytes(whole).first(made.size())));
  }));
}

TEST(WinZipCtr, SeekGivesTheSameBytesAsReadingUpToThere) {
  const auto key = noise(32, 1);
  const auto whole = openssl_stream(key, 0, 20'000);
  WinZipCtr ctr = keyed(key);
  EXPECT_TRUE(rc::check([&] {
    const auto offset = *rc::gen::inRange<std::size_t>(0, whole.size());
    const auto size = *rc::gen::inRange<std::size_t>(0, whole.size() - offset + 1);
    RC_ASSERT(ctr.seek(offset).has_value());
    RC_ASSERT(stream(ctr, size) == copy(Bytes(whole).subspan(offset, size)));
  }));
}

// The counter's carries: after 2^8, 2^16, 2^32 blocks, at the end of 4 GiB, and far beyond.
TEST(WinZipCtr, CountsOverEveryCarry) {
  const auto key = noise(32, 1);
  WinZipCtr ctr = keyed(key);
  for (const unsigned bits : {8U, 16U, 24U, 32U, 36U, 40U, 48U, 56U, 59U})
    for (const std::uint64_t back : {0U, 1U, 15U, 16U, 33U, 100U}) {
      const std::uint64_t offset = (std::uint64_t{1} << bits) * 16 - back;
      ASSERT_TRUE(ctr.seek(offset));
      ASSERT_EQ(stream(ctr, 150), openssl_stream(key, offset, 150)) << bits << " " << back;
    }
}

TEST(WinZipCtr, StartsAnewWithEveryKey) {
  WinZipCtr ctr = keyed(noise(32, 1));
  stream(ctr, 77);
  ASSERT_TRUE(ctr.set_key(noise(32, 2)));
  EXPECT_EQ(stream(ctr, 77), openssl_stream(noise(32, 2), 0, 77));
}

TEST(WinZipCtr, TouchesOnlyItsBytes) {
  std::vector<std::byte> room(300, std::byte{0xee});
  ASSERT_TRUE(keyed(noise(32, 1)).apply(MutableBytes(room).subspan(50, 201)));
  for (std::size_t i = 0; i < room.size(); ++i)
    if (i < 50 || i >= 251) {
      EXPECT_EQ(room[i], std::byte{0xee}) << i;
    }
}

TEST(WinZipCtr, RefusesKeysOfOtherSizesAndKeepsNone) {
  WinZipCtr ctr = keyed(noise(32, 1));
  for (const std::size_t size : {0U, 1U, 15U, 17U, 31U, 33U, 64U}) {
    EXPECT_EQ(ctr.set_key(noise(size, 1)).error().code, Code::kInvalid) << size;
    std::array<std::byte, 1> data{};
    EXPECT_EQ(ctr.apply(data).error().code, Code::kInvalid);
  }
}

TEST(WinZipCtr, RefusesDataBeforeAKey) {
  WinZipCtr ctr = fresh();
  std::array<std::byte, 3> data{};
  EXPECT_EQ(ctr.apply(data).error().code, Code::kInvalid);
  EXPECT_EQ(ctr.seek(5).error().code, Code::kInvalid);
}

TEST(WinZipCtr, CanBeMovedInTheMiddleOfAStream) {
  const auto key = noise(16, 1);
  WinZipCtr first = keyed(key);
  auto made = stream(first, 21);
  WinZipCtr second = std::move(first);
  append(made, stream(second, 40));
  EXPECT_EQ(made, openssl_stream(key, 0, 61));
}

}  // namespace
}  // namespace penstock
