// pack() as a whole: the same bytes for any number of threads, nothing left after a failure, and
// the pipeline's traps.
#include "penstock/pack.h"

#include <random>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "penstock/unpack.h"

#include "archive/pack_run.h"
#include "archive/test_zip.h"
#include "files/test_directory.h"
#include "flow/effort.h"

namespace penstock::zip {
namespace {

// Salts that follow from the ordinal, so that encrypted archives can be compared.
class FixedSalts final : public SaltSource {
 public:
  Status fill(std::uint64_t first, std::size_t salt_bytes, MutableBytes out) override {
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<std::byte>((first + i / salt_bytes) * 31 + i % salt_bytes);
    return {};
  }
};

std::string noise(std::size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::string text(bytes, '\0');
  for (char& c : text) c = static_cast<char>(random() >> 8);
  return text;
}

std::string words(std::size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < bytes) text += "word" + std::to_string(random() % 300) + " ";
  text.resize(bytes);
  return text;
}

class Pack : public testing::Test {
 protected:
  Pack() {
    options.sources = {tree.path() + "/."};
    options.output = out / "a.zip";
  }

  void make_tree() {
    for (unsigned i = 0; i < 300; ++i)
      tree.file("small/" + std::to_string(i) + ".txt", words(i * 37, i));
    tree.file("empty");
    tree.file("noise.bin", noise(300'000, 1));
    tree.file("just_a_piece", words(1 << 20, 2));
    tree.file("big.txt", words(5'000'000, 3));
    tree.file("big.bin", noise(3'000'001, 4) + words(100'000, 5));
    tree.directory("hollow");
    tree.link("link", "small/1.txt");
  }

  Result<PackReport> run() {
    return pack_with_salts(options, salts, told, progress, stop.get_token());
  }
  std::string archive_of(unsigned threads, std::size_t memory_bytes = 0) {
    options.threads = threads;
    options.memory_bytes = memory_bytes;
    options.replace = true;
    const auto report = run();
    EXPECT_TRUE(report) << (report ? "" : report.error().message);
    return out.read("a.zip");
  }
  void use_password() {
    password = Secret(std::string("secret"));
    options.password = &password;
  }

  TestDirectory tree;
  TestDirectory out;
  PackOptions options;
  FixedSalts salts;
  test::Told told;
  Progress progress;
  std::stop_source stop;
  Secret password;
};

TEST_F(Pack, GivesTheSameBytesForAnyNumberOfThreads) {
  make_tree();
  use_password();
  for (const int level : {1, 2, 4, 6}) {
    options.level = level;
    const std::string one = archive_of(1);
    ASSERT_GT(one.size(), 3'000'000U);
    EXPECT_TRUE(archive_of(2) == one) << "level " << level;
    EXPECT_TRUE(archive_of(7) == one) << "level " << level;
    EXPECT_TRUE(archive_of(2, 1) == one) << "smallest memory, level " << level;
  }
}

TEST_F(Pack, DoesNotStarveItselfWithManyThreadsAndTheSmallestMemory) {
  make_tree();
  options.level = 1;
  const std::string expected = archive_of(1);
  for (int round = 0; round < 30; ++round) ASSERT_TRUE(archive_of(8, 1) == expected);
}

TEST_F(Pack, ReportsWhatItDid) {
  make_tree();
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->files, 305U);
  EXPECT_EQ(report->directories, 2U);
  EXPECT_EQ(report->links, 1U);
  EXPECT_EQ(report->failed, 0U);
  EXPECT_EQ(report->bytes_out, out.read("a.zip").size());
  EXPECT_EQ(progress.files_done.load(), report->files);
}

TEST_F(Pack, ComesBackIdenticalThroughUnpack) {
  make_tree();
  use_password();
  for (const Codec codec : {Codec::kStore, Codec::kDeflate, Codec::kHuffman, Codec::kZstd}) {
    options.codec = codec;
    static_cast<void>(archive_of(2));
    TestDirectory back;
    UnpackOptions unpacking;
    unpacking.archive = options.output;
    unpacking.directory = back.path();
    unpacking.password = &password;
    const auto done = unpack(unpacking, told, progress, {});
    ASSERT_TRUE(done) << done.error().message;
    for (const char* name :
         {"empty", "noise.bin", "just_a_piece", "big.txt", "big.bin", "small/299.txt"})
      EXPECT_TRUE(back.read(name) == tree.read(name)) << name;
    EXPECT_EQ(std::filesystem::read_symlink(back / "link"), "small/1.txt");
    EXPECT_TRUE(back.has("hollow"));
  }
}

TEST_F(Pack, AnExistingArchiveIsKeptUnlessReplacingIsAskedFor) {
  tree.file("a", "content");
  out.file("a.zip", "precious");
  const auto refused = run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kExists);
  EXPECT_EQ(out.read("a.zip"), "precious");
}

TEST_F(Pack, AStopLeavesNothingAndSaysCancelled) {
  make_tree();
  stop.request_stop();
  const auto stopped = run();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Code::kCancelled);
  EXPECT_TRUE(out.names().empty());
}

TEST_F(Pack, ASpecialFileIsSkippedWithANotice) {
  tree.file("a", "content");
  ASSERT_EQ(::mkfifo((tree / "fifo").c_str(), 0600), 0);
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->skipped, 1U);
  EXPECT_EQ(report->files, 1U);
  ASSERT_EQ(told.notices.size(), 1U);
  EXPECT_NE(told.notices[0].find("fifo"), std::string::npos);
}

// Rewrites a file over and over, each time with one letter only and another length.
class Scribbler {
 public:
  explicit Scribbler(std::string path)
      : thread_([path = std::move(path)](const std::stop_token& stop) {
          for (unsigned i = 0; !stop.stop_requested(); ++i) {
            const int fd = ::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
            const std::string text(100'000 + i % 64, static_cast<char>('a' + i % 26));
            if (::write(fd, text.data(), text.size()) < 0) std::abort();
            ::close(fd);
          }
        }) {}

 private:
  std::jthread thread_;
};

TEST_F(Pack, AFileThatChangesIsPackedWholeOrLeftOutByName) {
  tree.file("changing", std::string(100'000, '.'));
  tree.file("quiet", "content");
  std::uint64_t torn = 0;
  {
    Scribbler scribbler(tree / "changing");
    options.replace = true;
    for (int round = 0; round < 100; ++round) {
      const auto report = run();
      ASSERT_TRUE(report);
      ASSERT_EQ(report->files + report->failed, 2U);
      torn += report->failed;
      TestDirectory back;
      UnpackOptions unpacking;
      unpacking.archive = options.output;
      unpacking.directory = back.path();
      ASSERT_TRUE(unpack(unpacking, told, progress, {}));
      ASSERT_EQ(back.read("quiet"), "content");
      if (!back.has("changing")) continue;
      const std::string got = back.read("changing");
      ASSERT_EQ(got, std::string(got.size(), got.empty() ? '.' : got[0])) << "a mix of two states";
    }
  }
  for (const std::string& problem : told.problems)
    EXPECT_NE(problem.find("changing"), std::string::npos) << problem;
  EXPECT_EQ(told.problems.size(), torn);
}

TEST_F(Pack, RefusesWhatMakesNoSense) {
  tree.file("a", "content");
  options.level = 10;
  EXPECT_EQ(run().error().code, Code::kInvalid);
  options.level = 0;
  options.sources = {};
  EXPECT_EQ(run().error().code, Code::kInvalid);
  options.sources = {tree / "missing"};
  EXPECT_EQ(run().error().code, Code::kNotFound);
  EXPECT_TRUE(out.names().empty());
}

TEST_F(Pack, ADryRunWritesNothing) {
  make_tree();
  options.dry_run = true;
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->files, 305U);
  EXPECT_GT(report->bytes_in, 8'000'000U);
  options.output.clear();
  EXPECT_TRUE(run()) << "it needs no output";
  EXPECT_TRUE(out.names().empty());
}

TEST_F(Pack, TooManyThreadsAreRefusedBeforeAnythingIsMade) {
  options.threads = kMostThreads + 1;
  const auto packed = pack(options, told, progress, {});
  ASSERT_FALSE(packed);
  EXPECT_EQ(packed.error().message, "--threads 513: at most 512");
  EXPECT_EQ(packed.error().code, Code::kInvalid);
}

}  // namespace
}  // namespace penstock::zip
