#include "cli/bench_files.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <filesystem>
#include <random>
#include <system_error>

#include <fcntl.h>

#include "base/units.h"
#include "cli/bench_sample.h"
#include "files/safe_dir.h"

namespace penstock::cli {
namespace {

constexpr std::uint64_t kFilesPerDirectory = 1000;
constexpr std::size_t kPartBytes = std::size_t{1} << 20;
constexpr timespec kTime{1'700'000'000, 0};

std::string numbered(const char* format, std::uint64_t number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), format, static_cast<unsigned long long>(number));
  return text.data();
}

std::string directory_of(std::uint64_t number) {
  return numbered("d%05llu", number / kFilesPerDirectory);
}

// Of what is made up for file `number`; 2^20 parts of one file are apart from those of the next.
std::uint64_t seed_of(const TreePlan& plan, std::uint64_t number) {
  return (plan.seed << 40) + (number << 20);
}

Result<SafeDir> open_empty(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return fail_errno("make the directory " + path, error.value());
  const bool empty = std::filesystem::is_empty(path, error);
  if (error) return fail_errno("read the directory " + path, error.value());
  if (!empty) return fail(Code::kExists, path + " is not empty");
  return SafeDir::open(path);
}

Status write_parts(const TreePlan& plan, std::uint64_t number, int fd, const std::string& name,
                   const std::stop_token& stop) {
  const auto kind = static_cast<SampleKind>(number % kSampleKinds);
  std::uint64_t seed = seed_of(plan, number);
  for (std::uint64_t left = planned_bytes(plan, number); left > 0;) {
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    const std::size_t size = std::min<std::uint64_t>(left, kPartBytes);
    PENSTOCK_CHECK(write_full(fd, sample(kind, size, ++seed), "write " + name));
    left -= size;
  }
  return {};
}

Status make_file(const TreePlan& plan, std::uint64_t number, const SafeDir& tree,
                 const std::stop_token& stop) {
  const std::string name = directory_of(number) + numbered("/f%08llu", number);
  PENSTOCK_TRY(UniqueFd file, tree.open_file(name, O_WRONLY | O_CREAT | O_EXCL, 0666));
  PENSTOCK_CHECK(write_parts(plan, number, file.get(), name, stop));
  PENSTOCK_CHECK(file.close());
  return tree.set_times(name, kTime);
}

}  // namespace

std::uint64_t planned_bytes(const TreePlan& plan, std::uint64_t number) {
  std::mt19937_64 random(seed_of(plan, number));
  const auto low = static_cast<std::uint64_t>(std::bit_width(plan.least_bytes));
  const auto high = static_cast<std::uint64_t>(std::bit_width(plan.most_bytes));
  const std::uint64_t width = low + random() % (high - low + 1);
  if (width == 0) return 0;
  const std::uint64_t floor = std::uint64_t{1} << (width - 1);
  const std::uint64_t from = std::max(plan.least_bytes, floor);
  const std::uint64_t to = std::min(plan.most_bytes, floor - 1 + floor);
  return from + random() % (to - from + 1);
}

Result<std::uint64_t> make_tree(const TreePlan& plan, const std::stop_token& stop) {
  PENSTOCK_TRY(const SafeDir tree, open_empty(plan.directory));
  std::uint64_t bytes = 0;
  for (std::uint64_t number = 0; number < plan.files; ++number) {
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    if (number % kFilesPerDirectory == 0)
      PENSTOCK_CHECK(tree.make_dirs(directory_of(number), 0777));
    PENSTOCK_CHECK(make_file(plan, number, tree, stop));
    bytes += planned_bytes(plan, number);
    if ((number + 1) % kFilesPerDirectory == 0 || number + 1 == plan.files)
      PENSTOCK_CHECK(tree.set_times(directory_of(number), kTime));
  }
  return bytes;
}

Status parse_sizes(std::string_view text, TreePlan& plan) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40;  // a terabyte is a slip of the hand
  const std::size_t dots = text.find("..");
  PENSTOCK_TRY(plan.least_bytes, parse_bytes(text.substr(0, dots)));
  plan.most_bytes = plan.least_bytes;
  if (dots != std::string_view::npos) {
    PENSTOCK_TRY(plan.most_bytes, parse_bytes(text.substr(dots + 2)));
  }
  if (plan.least_bytes > plan.most_bytes)
    return fail(Code::kInvalid, "the sizes end before they begin: write for example 1K..1M");
  if (plan.most_bytes > kMost) return fail(Code::kInvalid, "at most 1T a file");
  return {};
}

}  // namespace penstock::cli
