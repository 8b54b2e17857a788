#include "archive/output_guard.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace penstock::zip {

Result<OutputGuard> OutputGuard::create(const std::string& output) {
  OutputGuard guard;
  guard.output_ = output;
  if (output == "-" || output.empty()) return guard;

  std::error_code error;
  std::filesystem::path directory = std::filesystem::path(output).parent_path();
  directory = std::filesystem::canonical(directory.empty() ? "." : directory, error);
  if (!error && !std::filesystem::is_directory(directory, error) && !error)
    error = std::make_error_code(std::errc::not_a_directory);
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory)
    return fail(Code::kInvalid,
                "there is no directory for " + output + ": make the directory first");
  if (error) return fail_errno("open the directory of " + output, error.value());

  struct stat status {};
  if (::stat(output.c_str(), &status) == 0)
    guard.forbidden_.push_back({status.st_dev, status.st_ino});
  for (;; directory = directory.parent_path()) {
    if (::stat(directory.c_str(), &status) != 0)
      return fail_errno("stat " + directory.string(), errno);
    guard.forbidden_.push_back({status.st_dev, status.st_ino});
    if (directory == directory.root_path()) return guard;
  }
}

Status OutputGuard::admit(const struct stat& status, const std::string& shown) const {
  for (const Id& id : forbidden_)
    if (id.device == status.st_dev && id.inode == status.st_ino)
      return fail(Code::kInvalid, "the output lies inside the input: " + output_ + " is in " +
                                      shown + "; write it somewhere else");
  return {};
}

Status OutputGuard::admit_sources(const std::vector<std::string>& sources) const {
  for (const std::string& source : sources) {
    struct stat status {};
    // A source that is a link is packed as a link, so what it points to does not matter.
    if (::lstat(source.c_str(), &status) == 0) PENSTOCK_CHECK(admit(status, source));
  }
  return {};
}

}  // namespace penstock::zip
