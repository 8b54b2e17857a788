#include "crypto/hmac_sha1.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/hmac.h>
#include <rapidcheck/gtest.h>

#include "crypto/test_bytes.h"

namespace penstock {
namespace {

using testing::from_hex;
using testing::noise;
using testing::to_hex;

HmacSha1 fresh() {
  auto made = HmacSha1::create();
  EXPECT_TRUE(made);
  return *std::move(made);
}

std::string tag(HmacSha1& hmac, Bytes key, Bytes message) {
  EXPECT_TRUE(hmac.set_key(key));
  EXPECT_TRUE(hmac.update(message));
  const auto made = hmac.finish();
  EXPECT_TRUE(made);
  return to_hex(*made);
}

std::string openssl_tag(Bytes key, Bytes message) {
  std::array<std::byte, 20> made{};
  unsigned size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), as_u8(message), message.size(),
       as_u8(MutableBytes(made)), &size);
  EXPECT_EQ(size, made.size());
  return to_hex(made);
}

std::vector<std::byte> repeated(std::size_t count, int byte) {
  return std::vector<std::byte>(count, static_cast<std::byte>(byte));
}

// All seven cases of RFC 2202 section 3, one after the other in one object.
TEST(HmacSha1, AgreesWithRfc2202) {
  HmacSha1 hmac = fresh();
  EXPECT_EQ(tag(hmac, repeated(20, 0x0b), as_bytes("Hi There")),
            "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(tag(hmac, as_bytes("Jefe"), as_bytes("what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(tag(hmac, repeated(20, 0xaa), repeated(50, 0xdd)),
            "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
  EXPECT_EQ(
      tag(hmac, from_hex("0102030405060708090a0b0c0d0e0f10111213141516171819"), repeated(50, 0xcd)),
      "4c9007f4026250c6bc8414f9bf50c86c2d7235da");
  EXPECT_EQ(tag(hmac, repeated(20, 0x0c), as_bytes("Test With Truncation")),
            "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04");
  EXPECT_EQ(tag(hmac, repeated(80, 0xaa),
                as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112");
  EXPECT_EQ(tag(hmac, repeated(80, 0xaa),
                as_bytes("Test Using Larger Than Block-Size Key and Larger Than One Block-Size "
                         "Data")),
            "e8e99d0f45237d786d6bbaa7965c7808bbff1a91");
}

TEST(HmacSha1, AgreesWithOpenSslForKeysAroundTheBlockSize) {
  HmacSha1 hmac = fresh();
  for (const std::size_t size : {0U, 1U, 16U, 24U, 32U, 63U, 64U, 65U, 200U})
    EXPECT_EQ(tag(hmac, noise(size, 1), noise(1000, 2)),
              openssl_tag(noise(size, 1), noise(1000, 2)))
        << size;
}

TEST(HmacSha1, DoesNotDependOnHowTheMessageIsCut) {
  HmacSha1 hmac = fresh();
  const auto message = noise(150, 3);
  const std::string expected = openssl_tag(noise(32, 4), message);
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    ASSERT_TRUE(hmac.set_key(noise(32, 4)));
    ASSERT_TRUE(hmac.update(Bytes(message).first(cut)));
    ASSERT_TRUE(hmac.update(Bytes(message).subspan(cut)));
    EXPECT_EQ(to_hex(*hmac.finish()), expected) << cut;
  }
}

TEST(HmacSha1, AgreesWithOpenSslForAnyKeyAndMessage) {
  HmacSha1 hmac = fresh();
  EXPECT_TRUE(rc::check([&](const std::string& key, const std::string& message) {
    RC_ASSERT(tag(hmac, as_bytes(key), as_bytes(message)) ==
              openssl_tag(as_bytes(key), as_bytes(message)));
  }));
}

TEST(HmacSha1, ANewKeyForgetsTheMessageBegunBefore) {
  HmacSha1 hmac = fresh();
  ASSERT_TRUE(hmac.set_key(noise(32, 1)));
  ASSERT_TRUE(hmac.update(noise(99, 2)));
  EXPECT_EQ(tag(hmac, noise(16, 3), noise(5, 4)), openssl_tag(noise(16, 3), noise(5, 4)));
}

TEST(HmacSha1, RefusesDataWithoutAKey) {
  HmacSha1 hmac = fresh();
  EXPECT_EQ(hmac.update(noise(1, 1)).error().code, Code::kInvalid);
  EXPECT_EQ(hmac.finish().error().code, Code::kInvalid);
  ASSERT_TRUE(hmac.set_key(noise(32, 1)));
  ASSERT_TRUE(hmac.finish());
  EXPECT_EQ(hmac.update(noise(1, 1)).error().code, Code::kInvalid);
  EXPECT_EQ(hmac.finish().error().code, Code::kInvalid);
}

TEST(HmacSha1, CanBeMoved) {
  HmacSha1 first = fresh();
  ASSERT_TRUE(first.set_key(noise(32, 1)));
  HmacSha1 second = std::move(first);
  ASSERT_TRUE(second.update(noise(10, 2)));
  EXPECT_EQ(to_hex(*second.finish()), openssl_tag(noise(32, 1), noise(10, 2)));
}

TEST(EqualConstantTime, SeesEveryBitAndEveryLength) {
  const auto bytes = noise(20, 1);
  EXPECT_TRUE(equal_constant_time(bytes, noise(20, 1)));
  EXPECT_TRUE(equal_constant_time({}, {}));
  EXPECT_FALSE(equal_constant_time(bytes, Bytes(bytes).first(19)));
  for (std::size_t bit = 0; bit < 160; ++bit) {
    auto other = bytes;
    other[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    EXPECT_FALSE(equal_constant_time(bytes, other)) << bit;
  }
}

}  // namespace
}  // namespace penstock
