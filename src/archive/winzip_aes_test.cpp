#include "archive/winzip_aes.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace penstock::zip {
namespace {

std::vector<std::byte> bytes_of(std::string_view text) {
  const Bytes bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

TEST(EntryKeys, AreTheSameWhetherDerivedAloneOrInABatch) {
  const Secret password(std::string("secret"));
  std::vector<std::byte> salts(16 * 5);
  for (std::size_t i = 0; i < salts.size(); ++i) salts[i] = static_cast<std::byte>(i * 7);
  auto batch = EntryKeys::derive(password, AesStrength::k256, salts);
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->count(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    auto alone = EntryKeys::derive(password, AesStrength::k256, Bytes(salts).subspan(16 * i, 16));
    ASSERT_TRUE(alone);
    EXPECT_TRUE(std::ranges::equal(alone->cipher_key(0), batch->cipher_key(i)));
    EXPECT_TRUE(std::ranges::equal(alone->mac_key(0), batch->mac_key(i)));
    EXPECT_TRUE(std::ranges::equal(alone->verifier(0), batch->verifier(i)));
  }
}

TEST(EntryCipher, DecryptsWhatItEncryptedAndTheMacsAgree) {
  const Secret password(std::string("secret"));
  for (const AesStrength strength : {AesStrength::k128, AesStrength::k192, AesStrength::k256}) {
    const std::vector<std::byte> salt(salt_bytes(strength), std::byte{9});
    auto keys = EntryKeys::derive(password, strength, salt);
    auto cipher = EntryCipher::create();
    ASSERT_TRUE(keys && cipher);
    const auto plain = bytes_of(std::string(10'000, 'x'));

    auto sealed = plain;
    ASSERT_TRUE(cipher->start(*keys, 0));
    ASSERT_TRUE(cipher->encrypt(sealed));
    auto made = cipher->mac();
    EXPECT_NE(sealed, plain);

    auto opened = sealed;
    ASSERT_TRUE(cipher->start(*keys, 0));
    ASSERT_TRUE(cipher->decrypt(MutableBytes(opened).first(77)));
    ASSERT_TRUE(cipher->decrypt(MutableBytes(opened).subspan(77)));
    auto checked = cipher->mac();
    ASSERT_TRUE(made && checked);
    EXPECT_EQ(*made, *checked);
    EXPECT_EQ(opened, plain);

    auto part = std::vector<std::byte>(sealed.begin() + 4096, sealed.end());
    ASSERT_TRUE(cipher->decrypt_at(4096, part));
    EXPECT_TRUE(std::equal(part.begin(), part.end(), plain.begin() + 4096));
  }
}

}  // namespace
}  // namespace penstock::zip
