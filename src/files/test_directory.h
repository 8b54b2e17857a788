// For tests: a directory that goes away with everything in it, and short ways to fill and read it.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace penstock {

class TestDirectory {
 public:
  explicit TestDirectory(
      const std::filesystem::path& below = std::filesystem::temp_directory_path()) {
    std::string name = (below / "penstock-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~TestDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

  // Writes a file, making its directories.
  void file(std::string_view name, std::string_view contents = "") const {
    const std::filesystem::path full = *this / name;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full, std::ios::binary) << contents;
  }
  void directory(std::string_view name) const { std::filesystem::create_directories(*this / name); }
  void link(std::string_view name, const std::string& target) const {
    std::filesystem::create_symlink(target, *this / name);
  }
  std::string read(std::string_view name) const {
    std::ifstream in(*this / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  bool has(std::string_view name) const {
    return std::filesystem::exists(std::filesystem::symlink_status(*this / name));
  }
  // The names in it, sorted, hidden ones too.
  std::vector<std::string> names(std::string_view below = ".") const {
    std::vector<std::string> result;
    for (const auto& entry : std::filesystem::directory_iterator(*this / below))
      result.push_back(entry.path().filename().string());
    std::ranges::sort(result);
    return result;
  }

  // Where thousands of directories are made and removed fastest: memory, where there is some.
  static std::filesystem::path in_memory() {
    return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : std::filesystem::temp_directory_path();
  }

 private:
  std::string path_;
};

}  // namespace penstock
