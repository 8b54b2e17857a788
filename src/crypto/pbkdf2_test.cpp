#include "crypto/pbkdf2.h"

#include <array>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <rapidcheck/gtest.h>

#include "crypto/test_bytes.h"

namespace penstock {
namespace {

using testing::noise;
using testing::to_hex;

Secret secret(Bytes bytes) { return Secret(bytes); }

// `count` outputs of OpenSSL's own function, one salt at a time.
std::vector<std::byte> openssl_outputs(Bytes password, Bytes salts, std::size_t salt_bytes,
                                       std::uint32_t iterations, std::size_t count,
                                       std::size_t output_bytes) {
  std::vector<std::byte> outputs(count * output_bytes);
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes salt = salts.subspan(i * salt_bytes, salt_bytes);
    const MutableBytes output = MutableBytes(outputs).subspan(i * output_bytes, output_bytes);
    EXPECT_EQ(
        PKCS5_PBKDF2_HMAC(as_text(password).data(), static_cast<int>(password.size()), as_u8(salt),
                          static_cast<int>(salt_bytes), static_cast<int>(iterations), EVP_sha1(),
                          static_cast<int>(output_bytes), as_u8(output)),
        1);
  }
  return outputs;
}

class Pbkdf2 : public ::testing::TestWithParam<CpuLevel> {
 protected:
  void SetUp() override {
    if (!cpu_has(GetParam())) GTEST_SKIP() << "this processor has no " << name(GetParam());
  }

  static std::vector<std::byte> derive(Bytes password, Bytes salts, std::size_t salt_bytes,
                                       std::uint32_t iterations, std::size_t count,
                                       std::size_t output_bytes) {
    std::vector<std::byte> outputs(count * output_bytes);
    EXPECT_TRUE(pbkdf2_hmac_sha1_on(GetParam(), secret(password), salts, salt_bytes, iterations,
                                    outputs, output_bytes));
    return outputs;
  }

  static std::string derive_text(std::string_view password, std::string_view salt,
                                 std::uint32_t iterations, std::size_t output_bytes) {
    return to_hex(
        derive(as_bytes(password), as_bytes(salt), salt.size(), iterations, 1, output_bytes));
  }
};

// RFC 6070, but for its case of 16,777,216 iterations.
TEST_P(Pbkdf2, AgreesWithRfc6070) {
  EXPECT_EQ(derive_text("password", "salt", 1, 20), "0c60c80f961f0e71f3a9b524af6012062fe037a6");
  EXPECT_EQ(derive_text("password", "salt", 2, 20), "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
  EXPECT_EQ(derive_text("password", "salt", 4096, 20), "4b007901b765489abead49d926f721d065a429c1");
  EXPECT_EQ(
      derive_text("passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096, 25),
      "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038");
  using std::string_view_literals::operator""sv;
  EXPECT_EQ(derive_text("pass\0word"sv, "sa\0lt"sv, 4096, 16), "56fa6aa75548099dcc37d7f03425e0c3");
}

TEST_P(Pbkdf2, AgreesWithOpenSslForEveryCountOfEntries) {
  const auto password = noise(20, 1);
  for (const std::size_t output_bytes : {34U, 50U, 66U}) {
    const std::size_t salt_bytes = output_bytes / 4;  // 8, 12, 16
    const auto salts = noise(40 * salt_bytes, 2);
    const auto expected = openssl_outputs(password, salts, salt_bytes, 3, 40, output_bytes);
    for (std::size_t count = 1; count <= 40; ++count)
      EXPECT_EQ(derive(password, Bytes(salts).first(count * salt_bytes), salt_bytes, 3, count,
                       output_bytes),
                testing::copy(Bytes(expected).first(count * output_bytes)))
          << count << " outputs of " << output_bytes;
  }
}

TEST_P(Pbkdf2, AgreesWithOpenSslForEveryLengthOfPasswordAndSalt) {
  for (const std::size_t password_bytes : {0U, 1U, 19U, 63U, 64U, 65U, 128U, 1000U})
    for (std::size_t salt_bytes = 0; salt_bytes <= 51; ++salt_bytes) {
      const auto password = noise(password_bytes, 3);
      const auto salts = noise(5 * salt_bytes, 4);
      EXPECT_EQ(derive(password, salts, salt_bytes, 2, 5, 66),
                openssl_outputs(password, salts, salt_bytes, 2, 5, 66))
          << password_bytes << " " << salt_bytes;
    }
}

TEST_P(Pbkdf2, AgreesWithOpenSslForEveryLengthOfOutput) {
  const auto password = noise(10, 5);
  const auto salts = noise(3 * 16, 6);
  for (std::size_t output_bytes = 1; output_bytes <= 130; ++output_bytes)
    EXPECT_EQ(derive(password, salts, 16, 2, 3, output_bytes),
              openssl_outputs(password, salts, 16, 2, 3, output_bytes))
        << output_bytes;
}

TEST_P(Pbkdf2, AgreesWithOpenSslAtTheIterationsOfWinZip) {
  const auto password = noise(12, 7);
  const auto salts = noise(9 * 16, 8);
  EXPECT_EQ(derive(password, salts, 16, 1000, 9, 66),
            openssl_outputs(password, salts, 16, 1000, 9, 66));
}

TEST_P(Pbkdf2, AgreesWithOpenSslForAnyRequest) {
  EXPECT_TRUE(rc::check([](const std::string& password) {
    const auto salt_bytes = *rc::gen::element<std::size_t>(8, 12, 16);
    const auto count = *rc::gen::inRange<std::size_t>(1, 20);
    const auto iterations = *rc::gen::inRange<std::uint32_t>(1, 8);
    const auto output_bytes = *rc::gen::inRange<std::size_t>(1, 70);
    const auto salts = noise(count * salt_bytes, *rc::gen::arbitrary<unsigned>());
    RC_ASSERT(
        derive(as_bytes(password), salts, salt_bytes, iterations, count, output_bytes) ==
        openssl_outputs(as_bytes(password), salts, salt_bytes, iterations, count, output_bytes));
  }));
}

TEST_P(Pbkdf2, WritesNothingBesideItsOutputs) {
  std::vector<std::byte> room(200, std::byte{0xee});
  ASSERT_TRUE(pbkdf2_hmac_sha1_on(GetParam(), secret(noise(5, 1)), noise(16, 2), 8, 2,
                                  MutableBytes(room).subspan(30, 2 * 34), 34));
  for (std::size_t i = 0; i < room.size(); ++i)
    if (i < 30 || i >= 98) {
      EXPECT_EQ(room[i], std::byte{0xee}) << i;
    }
}

INSTANTIATE_TEST_SUITE_P(EveryPath, Pbkdf2,
                         ::testing::Values(CpuLevel::kPortable, CpuLevel::kShaNi, CpuLevel::kAvx2,
                                           CpuLevel::kAvx512),
                         [](const auto& parameter) {
                           std::string label(name(parameter.param));
                           std::erase(label, '-');
                           return label;
                         });

TEST(Pbkdf2Dispatch, EveryCountAgreesWithOpenSslUnderEveryLimit) {
  const CpuLevel before = cpu_level();
  const auto password = noise(9, 1);
  const auto salts = noise(40 * 16, 2);
  const auto expected = openssl_outputs(password, salts, 16, 2, 40, 66);
  for (const CpuLevel level :
       {CpuLevel::kPortable, CpuLevel::kShaNi, CpuLevel::kAvx2, CpuLevel::kAvx512}) {
    if (!cpu_has(level)) continue;
    ASSERT_TRUE(limit_cpu_level(level));
    for (std::size_t count = 0; count <= 40; ++count) {
      std::vector<std::byte> outputs(count * 66);
      ASSERT_TRUE(
          pbkdf2_hmac_sha1(secret(password), Bytes(salts).first(count * 16), 16, 2, outputs, 66));
      EXPECT_EQ(outputs, testing::copy(Bytes(expected).first(outputs.size())))
          << count << " " << name(level);
    }
  }
  ASSERT_TRUE(limit_cpu_level(before));
}

TEST(Pbkdf2Dispatch, ManyThreadsMayDeriveAtOnce) {
  const auto password = noise(70, 1);
  const auto salts = noise(6 * 16, 2);
  const auto expected = openssl_outputs(password, salts, 16, 5, 6, 66);
  const Secret shared = secret(password);
  std::array<std::vector<std::byte>, 4> outputs;
  {
    std::vector<std::jthread> threads;
    for (auto& output : outputs)
      threads.emplace_back([&] {
        output.resize(expected.size());
        for (int i = 0; i < 20; ++i)
          EXPECT_TRUE(pbkdf2_hmac_sha1(shared, salts, 16, 5, output, 66));
      });
  }
  for (const auto& output : outputs) EXPECT_EQ(output, expected);
}

TEST(Pbkdf2Batch, IsTheFewestOutputsThatFillEveryLane) {
  const CpuLevel before = cpu_level();
  const auto batches = [](CpuLevel level) {
    EXPECT_TRUE(limit_cpu_level(level));
    return std::vector{pbkdf2_batch(34), pbkdf2_batch(50), pbkdf2_batch(66), pbkdf2_batch(1)};
  };
  using Expected = std::vector<std::size_t>;
  EXPECT_EQ(batches(CpuLevel::kPortable), (Expected{2, 4, 1, 4}));
  if (cpu_has_sha_ni()) {
    EXPECT_EQ(batches(CpuLevel::kShaNi), (Expected{1, 2, 1, 2}));
  }
  if (cpu_has_avx2()) {
    EXPECT_EQ(batches(CpuLevel::kAvx2), (Expected{4, 8, 2, 8}));
  }
  if (cpu_has_avx512()) {
    EXPECT_EQ(batches(CpuLevel::kAvx512), (Expected{8, 16, 4, 16}));
  }
  ASSERT_TRUE(limit_cpu_level(before));
}

TEST(Pbkdf2Request, IsRefusedWhenItsSizesDoNotMatch) {
  std::vector<std::byte> room(66);
  const auto code = [&](std::size_t salts, std::size_t salt_bytes, std::uint32_t iterations,
                        std::size_t outputs, std::size_t output_bytes) {
    const Status status =
        pbkdf2_hmac_sha1(secret(noise(3, 1)), noise(salts, 2), salt_bytes, iterations,
                         MutableBytes(room).first(outputs), output_bytes);
    return status ? "done" : std::string(name(status.error().code));
  };
  EXPECT_EQ(code(16, 16, 1, 66, 66), "done");
  EXPECT_EQ(code(0, 16, 1, 0, 66), "done");       // nothing to do
  EXPECT_EQ(code(16, 16, 0, 66, 66), "invalid");  // no iterations
  EXPECT_EQ(code(16, 16, 1, 66, 0), "invalid");
  EXPECT_EQ(code(16, 16, 1, 65, 66), "invalid");
  EXPECT_EQ(code(16, 16, 1, 66, 33), "invalid");  // two outputs, one salt
  EXPECT_EQ(code(32, 16, 1, 66, 66), "invalid");  // two salts, one output
  EXPECT_EQ(code(51, 51, 1, 66, 66), "done");
  EXPECT_EQ(code(52, 52, 1, 66, 66), "invalid");  // does not fit one block
}

}  // namespace
}  // namespace penstock
