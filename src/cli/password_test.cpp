#include "cli/password.h"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "cli/testing.h"
#include "files/test_directory.h"

namespace penstock::cli {
namespace {

using testing::HasSubstr;

class PasswordFile : public testing::Test {
 protected:
  void write(std::string_view text, mode_t mode = 0600) {
    std::ofstream(path_) << text;
    ::chmod(path_.c_str(), mode);
  }
  // The password read, or "error: ...".
  std::string read() {
    const auto secret = read_password_file(path_, console_);
    return secret ? std::string(as_text(secret->expose())) : "error: " + secret.error().message;
  }

  TestDirectory directory_;
  std::string path_ = directory_ / "password";
  TextPipe pipe_;
  Console console_{pipe_.fd()};
};

TEST_F(PasswordFile, TheFirstLineCountsWithoutItsEnd) {
  for (const char* text : {"s3 cret", "s3 cret\n", "s3 cret\r\n", "s3 cret\nmore\n"}) {
    write(text);
    EXPECT_EQ(read(), "s3 cret") << text;
  }
  EXPECT_EQ(pipe_.text(), "");
}

TEST_F(PasswordFile, EmptyLongAndOddOnesAreRefused) {
  write("");
  EXPECT_THAT(read(), HasSubstr("is empty"));
  write("\nsecond");
  EXPECT_THAT(read(), HasSubstr("is empty"));
  write(std::string(1024, 'x') + "\n");
  EXPECT_EQ(read(), std::string(1024, 'x'));
  write(std::string(1025, 'x'));
  EXPECT_THAT(read(), HasSubstr("longer than 1024"));
  write(std::string(100000, 'x'));
  EXPECT_THAT(read(), HasSubstr("longer than 1024"));
  write(std::string_view("a\0b", 3));
  EXPECT_THAT(read(), HasSubstr("NUL"));
}

TEST_F(PasswordFile, AMissingOneIsNotFound) {
  const auto secret = read_password_file("/nonexistent/key", console_);
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().code, Code::kNotFound);
}

TEST_F(PasswordFile, OneThatOthersMayReadGetsANotice) {
  write("secret", 0640);
  EXPECT_EQ(read(), "secret");
  EXPECT_THAT(pipe_.text(), HasSubstr("others may read the password file"));
}

TEST(Password, ShortOnesAreCalledWeakAndTheReasonIsTold) {
  EXPECT_EQ(weakness(16), "");
  EXPECT_THAT(weakness(8), HasSubstr("1,000 rounds"));
  EXPECT_THAT(weakness(8), HasSubstr("--generate-password"));
}

class PasswordSources : public testing::Test {
 protected:
  void SetUp() override {
    auto signals = Signals::watch();
    ASSERT_TRUE(signals);
    signals_ = std::move(*signals);
  }
  void TearDown() override {
    ::unsetenv("PENSTOCK_PASSWORD");
    ::unsetenv("MY_KEY");
  }
  // The password for packing: "" for none, or "error: ...".
  std::string packing(const PasswordSettings& settings) {
    Surroundings around{console_, *signals_};
    const auto secret = settings.for_packing(around);
    if (!secret) return "error: " + secret.error().message;
    return *secret ? std::string(as_text((*secret)->expose())) : "";
  }

  TextPipe pipe_;
  Console console_{pipe_.fd()};
  std::unique_ptr<Signals> signals_;
};

TEST_F(PasswordSources, NothingAskedForMeansNoEncryption) { EXPECT_EQ(packing({}), ""); }

TEST_F(PasswordSources, TheVariableIsTakenAndWiped) {
  ::setenv("PENSTOCK_PASSWORD", "from the environment", 1);
  EXPECT_EQ(packing({}), "from the environment");
  EXPECT_STREQ(std::getenv("PENSTOCK_PASSWORD"), "");
}

TEST_F(PasswordSources, ANamedVariableMustBeThere) {
  PasswordSettings settings;
  settings.variable = "MY_KEY";
  EXPECT_THAT(packing(settings), HasSubstr("MY_KEY is not set"));
  ::setenv("MY_KEY", "0123456789abcdef", 1);
  EXPECT_EQ(packing(settings), "0123456789abcdef");
}

TEST_F(PasswordSources, AnEmptyOneIsAnErrorAndNotNoEncryption) {
  constexpr const char* kEmpty = "is empty: give the variable a value or unset it";
  ::setenv("PENSTOCK_PASSWORD", "", 1);
  EXPECT_THAT(packing({}), HasSubstr("PENSTOCK_PASSWORD " + std::string(kEmpty)));
  PasswordSettings settings;
  settings.variable = "MY_KEY";
  ::setenv("MY_KEY", "", 1);
  EXPECT_THAT(packing(settings), HasSubstr("MY_KEY " + std::string(kEmpty)));
}

TEST_F(PasswordSources, AGivenPasswordIsNeverReplacedByAnotherSource) {
  PasswordSettings settings;
  settings.variable = "MY_KEY";
  settings.generate = true;
  EXPECT_THAT(packing(settings), HasSubstr("give one of"));
}

TEST_F(PasswordSources, AWeakOneIsPackedWithANotice) {
  ::setenv("PENSTOCK_PASSWORD", "short", 1);
  EXPECT_EQ(packing({}), "short");
  const std::string said = pipe_.text();
  EXPECT_THAT(said, HasSubstr("the password is short (5 bytes)"));
}

}  // namespace
}  // namespace penstock::cli
