// compress() and decompress() as a program calls them; the command's tests have the rest.
#include <string>

#include <gtest/gtest.h>

#include "penstock/compress.h"

#include "files/test_directory.h"

namespace penstock {
namespace {

class Silent final : public Observer {
 public:
  void problem(const Error&) override {}
  void notice(std::string_view) override {}
};

// How `operation` fails when it is to remove its input.
template <class Options, class Operation>
Code removing(Operation operation, const std::string& input, const std::string& output) {
  Options options;
  options.input = input;
  options.output = output;
  options.remove_input = true;
  Silent observer;
  Progress progress;
  const auto report = operation(options, observer, progress, {});
  return report ? Code::kInternal : report.error().code;
}

TEST(CompressFile, AnInputIsOnlyRemovedForAFile) {
  const TestDirectory dir;
  dir.file("in", "something");
  const std::string in = dir / "in";
  const std::string out = dir / "out";
  EXPECT_EQ(removing<CompressOptions>(compress, "-", out), Code::kInvalid);
  EXPECT_EQ(removing<CompressOptions>(compress, in, "-"), Code::kInvalid);
  EXPECT_EQ(removing<CompressOptions>(compress, in, "/dev/null"), Code::kInvalid);
  EXPECT_EQ(removing<DecompressOptions>(decompress, "-", out), Code::kInvalid);
  EXPECT_EQ(removing<DecompressOptions>(decompress, in, "-"), Code::kInvalid);
  EXPECT_EQ(dir.names(), std::vector<std::string>{"in"});
}

}  // namespace
}  // namespace penstock
