#include "archive/tree_writer.h"

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include <fcntl.h>

namespace penstock::zip {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kPermissions = 0777;  // set-id and sticky bits are not taken over
constexpr mode_t kWhileUnpacking = 0777;

std::string_view last_part(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// From /proc, because umask(2) can only be read by changing it, under every other thread's feet.
mode_t current_umask() {
  constexpr mode_t kUsual = 022;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("Umask:")) continue;
    const std::size_t digits = line.find_first_of("01234567");
    unsigned value = kUsual;
    if (digits != std::string::npos)
      std::from_chars(line.data() + digits, line.data() + line.size(), value, 8);
    return static_cast<mode_t>(value) & kPermissions;
  }
  return kUsual;
}

// The first of `path`'s directories, from the top, that does not exist; empty when all do.
fs::path first_missing(const fs::path& path) {
  fs::path missing;
  std::error_code ignored;
  for (fs::path at = path; !at.empty() && !fs::exists(at, ignored); at = at.parent_path()) {
    missing = at;
    if (at == at.parent_path()) break;
  }
  return missing;
}

// Removes `path` and the directories in it, as far as they hold nothing else.
void remove_empty(const fs::path& path) {
  std::error_code error;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error))
    if (it->is_directory(error) && !it->is_symlink(error)) remove_empty(it->path());
  fs::remove(path, error);
}

Status set_file_time(int fd, const timespec& mtime) {
  const timespec times[2] = {{0, UTIME_OMIT}, mtime};
  if (::futimens(fd, times) != 0) return fail_errno("set the time", errno);
  return {};
}

bool is_before(const timespec& a, const timespec& b) {
  return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

// Whether the policy lets an existing object be replaced by one of time `mtime`.
Result<bool> lets_replace(Overwrite policy, const SafeDir& dir, std::string_view name,
                          const timespec& mtime) {
  switch (policy) {
    case Overwrite::kRefuse:
      return fail(Code::kExists, "exists already");
    case Overwrite::kNever:
      return false;
    case Overwrite::kAlways:
      return true;
    case Overwrite::kOlder:
      break;
  }
  PENSTOCK_TRY(const struct stat status, dir.stat(name));
  return is_before(status.st_mtim, mtime);
}

}  // namespace

std::string_view parent_part(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

Failure not_a_directory(const std::string& path) {
  return fail(Code::kInvalid, "unpack into " + path +
                                  ": a file is in the way of that directory; name another one, or "
                                  "make the directory first");
}

Result<Tree> Tree::open_or_make(const std::string& path, Overwrite overwrite) {
  const std::string shown = path.empty() ? "." : path;
  const fs::path missing = first_missing(fs::path(shown).lexically_normal());
  std::error_code error;
  if (!missing.empty()) fs::create_directories(shown, error);
  if (error == std::errc::not_a_directory) return not_a_directory(shown);
  if (error) return fail_errno("make directory " + shown, error.value());
  if (!fs::is_directory(shown, error) && !error) return not_a_directory(shown);
  PENSTOCK_TRY(SafeDir dir, SafeDir::open(shown));
  return Tree(std::move(dir), overwrite, current_umask(), missing.string(), shown);
}

void Tree::remove_if_unused() const {
  if (first_made_.empty()) return;
  fs::path at = fs::path(path_).lexically_normal();
  if (!at.has_filename()) at = at.parent_path();
  remove_empty(at);
  std::error_code error;
  while (!error && at != first_made_ && at != at.parent_path()) {
    at = at.parent_path();
    fs::remove(at, error);
  }
}

Result<bool> Tree::make_link(const std::string& path, const std::string& target,
                             const timespec& mtime) const {
  if (path.find('/') != std::string::npos)
    PENSTOCK_CHECK(dir_.make_dirs(parent_part(path), kWhileUnpacking));
  auto made = dir_.make_symlink(path, target);
  if (!made && made.error().code == Code::kExists) {
    PENSTOCK_TRY(const bool replaced, lets_replace(overwrite_, dir_, path, mtime));
    if (!replaced) return false;
    PENSTOCK_CHECK(dir_.remove(path));
    made = dir_.make_symlink(path, target);
  }
  if (!made) return fail(std::move(made).error());
  PENSTOCK_CHECK(dir_.set_times(path, mtime));
  return true;
}

Status Tree::finish_directory(const std::string& path, const Attributes& attributes) const {
  PENSTOCK_CHECK(dir_.make_dirs(path, kWhileUnpacking));
  PENSTOCK_CHECK(dir_.set_mode(path, attributes.mode & kPermissions & ~umask_));
  return dir_.set_times(path, attributes.mtime);
}

Status LargeFile::write_at(std::uint64_t offset, Bytes data) {
  return write_full_at(file_.fd(), offset, data, "write");
}

Status LargeFile::finish() {
  PENSTOCK_CHECK(set_file_time(file_.fd(), mtime_));
  return file_.commit();
}

Result<const SafeDir*> TreeWriter::parent_of(std::string_view path) {
  const std::string_view wanted = parent_part(path);
  if (wanted.empty()) return &tree_->dir();
  if (parent_ && parent_path_ == wanted) return &*parent_;
  auto opened = tree_->dir().open_dir(wanted);
  if (!opened && opened.error().code == Code::kNotFound) {
    PENSTOCK_CHECK(tree_->dir().make_dirs(wanted, kWhileUnpacking));
    opened = tree_->dir().open_dir(wanted);
  }
  if (!opened) return fail(std::move(opened).error());
  parent_.emplace(*std::move(opened));
  parent_path_.assign(wanted);
  return &*parent_;
}

Result<bool> TreeWriter::replace(const SafeDir& dir, std::string_view name,
                                 const Attributes& attributes, Bytes content) {
  PENSTOCK_TRY(const bool replaced, lets_replace(tree_->overwrite(), dir, name, attributes.mtime));
  if (!replaced) return false;
  PENSTOCK_TRY(AtomicFile file,
               AtomicFile::create_in(dir, name, true, false, attributes.mode & kPermissions));
  PENSTOCK_CHECK(write_full(file.fd(), content, "write"));
  PENSTOCK_CHECK(set_file_time(file.fd(), attributes.mtime));
  PENSTOCK_CHECK(file.commit());
  return true;
}

Result<bool> TreeWriter::write(std::string_view path, const Attributes& attributes, Bytes content) {
  PENSTOCK_TRY(const SafeDir* dir, parent_of(path));
  const std::string_view name = last_part(path);
  // Where files may well exist, the question comes cheaper than a content written in vain.
  if (tree_->overwrite() != Overwrite::kRefuse && dir->stat(name))
    return replace(*dir, name, attributes, content);
  Status made = create_whole(*dir, name, content, attributes.mtime, attributes.mode & kPermissions);
  if (made) return true;
  if (made.error().code == Code::kExists) return replace(*dir, name, attributes, content);
  return fail(std::move(made).error());
}

Result<std::optional<LargeFile>> TreeWriter::begin(std::string_view path,
                                                   const Attributes& attributes) {
  PENSTOCK_TRY(const SafeDir* dir, parent_of(path));
  const std::string_view name = last_part(path);
  bool replaces = false;
  if (auto status = dir->stat(name); status) {
    PENSTOCK_TRY(replaces, lets_replace(tree_->overwrite(), *dir, name, attributes.mtime));
    if (!replaces) return std::optional<LargeFile>{};
  } else if (status.error().code != Code::kNotFound) {
    return fail(std::move(status).error());
  }
  PENSTOCK_TRY(AtomicFile file,
               AtomicFile::create_in(*dir, name, replaces, false, attributes.mode & kPermissions));
  return std::optional<LargeFile>(LargeFile(std::move(file), attributes.mtime));
}

}  // namespace penstock::zip
