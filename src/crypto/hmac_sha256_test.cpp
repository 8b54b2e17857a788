#include "crypto/hmac_sha256.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/hmac.h>
#include <rapidcheck/gtest.h>

#include "crypto/openssl.h"
#include "crypto/test_bytes.h"

namespace penstock {
namespace {

using testing::from_hex;
using testing::noise;
using testing::to_hex;

std::string tag(Bytes key, Bytes message) {
  const auto made = hmac_sha256(key, message);
  EXPECT_TRUE(made);
  return to_hex(*made);
}

std::string openssl_tag(Bytes key, Bytes message) {
  std::array<std::byte, 32> made{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), as_u8(message), message.size(),
       as_u8(MutableBytes(made)), &size);
  EXPECT_EQ(size, made.size());
  return to_hex(made);
}

std::vector<std::byte> repeated(std::size_t count, int byte) {
  return std::vector<std::byte>(count, static_cast<std::byte>(byte));
}

// Cases 1 to 4, 6 and 7 of RFC 4231 section 4 (5 is truncated).
TEST(HmacSha256, AgreesWithRfc4231) {
  EXPECT_EQ(tag(repeated(20, 0x0b), as_bytes("Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(tag(as_bytes("Jefe"), as_bytes("what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(tag(repeated(20, 0xaa), repeated(50, 0xdd)),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(tag(from_hex("0102030405060708090a0b0c0d0e0f10111213141516171819"), repeated(50, 0xcd)),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  EXPECT_EQ(
      tag(repeated(131, 0xaa), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(tag(repeated(131, 0xaa),
                as_bytes("This is a test using a larger than block-size key and a larger than "
                         "block-size data. The key needs to be hashed before being used by the "
                         "HMAC algorithm.")),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(HmacSha256, AgreesWithOpenSslForKeysAroundTheBlockSize) {
  for (const std::size_t size : {1U, 31U, 32U, 63U, 64U, 65U, 200U})
    EXPECT_EQ(tag(noise(size, 1), noise(1000, 2)), openssl_tag(noise(size, 1), noise(1000, 2)))
        << size;
}

TEST(HmacSha256, AgreesWithOpenSslForAnyKeyAndMessage) {
  EXPECT_TRUE(rc::check([](const std::string& key, const std::string& message) {
    RC_ASSERT(tag(as_bytes(key), as_bytes(message)) ==
              openssl_tag(as_bytes(key), as_bytes(message)));
  }));
}

}  // namespace
}  // namespace penstock
