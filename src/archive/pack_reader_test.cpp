#include "archive/pack_reader.h"

#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "files/test_directory.h"

namespace penstock::zip {
namespace {

class PackReader : public testing::Test {
 protected:
  // A job of one file, planned for `planned` bytes.
  Job job_for(const std::string& name, std::size_t planned) {
    Job job;
    job.input = *pool.acquire({});
    PackItem& entry = job.batch.emplace_back();
    entry.item.root = std::make_shared<SafeDir>(*SafeDir::open(directory.path()));
    entry.item.path = entry.item.shown = entry.item.name = name;
    entry.room = planned;
    return job;
  }
  TestDirectory directory;
  BufferPool pool{2, job_buffer_bytes()};
};

TEST_F(PackReader, ReadsIntoTheRoomPlanned) {
  directory.file("a", "hello");
  Job job = job_for("a", 5);
  read_job(job);
  ASSERT_FALSE(job.batch[0].error);
  EXPECT_EQ(as_text(job.batch[0].contents), "hello");
  EXPECT_EQ(job.batch[0].contents.data(), job.input.bytes().data());
}

TEST_F(PackReader, AFileThatGrewSinceTheWalkIsReadWhole) {
  directory.file("a", std::string(700'000, 'x'));
  Job job = job_for("a", 5);
  read_job(job);
  ASSERT_FALSE(job.batch[0].error);
  EXPECT_EQ(job.batch[0].contents.size(), 700'000U);
}

TEST_F(PackReader, AFileThatGrewBeyondAPieceIsLeftOutByName) {
  directory.file("a", std::string(kPieceBytes + 1, 'x'));
  Job job = job_for("a", 5);
  read_job(job);
  ASSERT_TRUE(job.batch[0].error);
  EXPECT_EQ(job.batch[0].error->code, Code::kChanged);
  EXPECT_NE(job.batch[0].error->message.find("a:"), std::string::npos);
}

TEST_F(PackReader, FilesThatGrewTogetherBeyondTheirBatchsRoomAreLeftOutByName) {
  directory.file("a", std::string(700'000, 'x'));
  directory.file("b", std::string(700'000, 'y'));
  directory.file("c", "quiet");
  Job job = job_for("a", 5);
  job.batch.push_back(job_for("b", 5).batch[0]);
  job.batch.push_back(job_for("c", 5).batch[0]);
  read_job(job);
  EXPECT_FALSE(job.batch[0].error);
  EXPECT_EQ(job.batch[0].contents.size(), 700'000U);
  ASSERT_TRUE(job.batch[1].error);
  EXPECT_EQ(job.batch[1].error->code, Code::kChanged);
  EXPECT_NE(job.batch[1].error->message.find("b:"), std::string::npos);
  EXPECT_TRUE(job.batch[1].contents.empty());
  EXPECT_FALSE(job.batch[2].error);
  EXPECT_EQ(as_text(job.batch[2].contents), "quiet");
}

TEST_F(PackReader, AFileWhoseSizeIsNotToldIsReadToItsEnd) {
  Job job = job_for("stat", 0);
  job.batch[0].item.root = std::make_shared<SafeDir>(*SafeDir::open("/proc/self"));
  read_job(job);
  ASSERT_FALSE(job.batch[0].error) << job.batch[0].error->message;
  EXPECT_GT(job.batch[0].contents.size(), 20U);
}

TEST_F(PackReader, AMissingFileIsNamedAndTheRestIsRead) {
  directory.file("b", "there");
  Job job = job_for("gone", 5);
  job.batch.push_back(job_for("b", 5).batch[0]);
  job.batch[1].offset = 5;
  read_job(job);
  ASSERT_TRUE(job.batch[0].error);
  EXPECT_EQ(job.batch[0].error->code, Code::kNotFound);
  ASSERT_FALSE(job.batch[1].error);
  EXPECT_EQ(as_text(job.batch[1].contents), "there");
}

TEST_F(PackReader, AFifoInTheFilesPlaceDoesNotBlock) {
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  Job job = job_for("fifo", 5);
  read_job(job);
  ASSERT_TRUE(job.batch[0].error);
  EXPECT_EQ(job.batch[0].error->code, Code::kChanged);
}

TEST_F(PackReader, ALinkInTheFilesPlaceIsNotFollowed) {
  directory.file("target", "secret");
  directory.link("a", "target");
  Job job = job_for("a", 6);
  read_job(job);
  EXPECT_TRUE(job.batch[0].error);
}

}  // namespace
}  // namespace penstock::zip
