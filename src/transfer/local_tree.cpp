#include "transfer/local_tree.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/narrow.h"
#include "store/file_values.h"

namespace penstock {
namespace {

constexpr const char* kMemory = "user.penstock.pulled";
constexpr std::size_t kMostMemoryBytes = 1024;
constexpr mode_t kPermissions = 0777;
constexpr mode_t kDirectoryMode = 0777;

std::string memory_text(const timespec& mtime, std::string_view etag) {
  return time_text(mtime) + " " + std::string(etag);
}

// Whether a file with these permissions could not be marked once it has them.
bool is_read_only(mode_t mode) { return (mode & S_IWUSR) == 0; }

Status set_time(int fd, const timespec& mtime) {
  const timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, mtime};
  return futimens(fd, times) == 0 ? Status() : fail_errno("set the time", errno);
}

}  // namespace

bool remembers(int fd, const struct stat& status, std::string_view etag) {
  if (etag.empty()) return false;
  std::array<char, kMostMemoryBytes> text{};
  const ssize_t got = fgetxattr(fd, kMemory, text.data(), text.size());
  return got > 0 && std::string_view(text.data(), narrow<std::size_t>(got)) ==
                        memory_text(status.st_mtim, etag);
}

void remember(int fd, const timespec& mtime, std::string_view etag) {
  if (etag.empty()) return;
  const std::string text = memory_text(mtime, etag);
  // Without it the next pull has more to compare, no more.
  if (text.size() <= kMostMemoryBytes)
    static_cast<void>(fsetxattr(fd, kMemory, text.data(), text.size(), 0));
}

Result<LocalTree> LocalTree::open(const std::string& path, bool dry_run) {
  LocalTree result;
  std::error_code ignored;
  if (dry_run && !std::filesystem::exists(path, ignored)) return result;
  auto opened = zip::Tree::open_or_make(path, Overwrite::kAlways);
  if (!opened) return fail(std::move(opened).error().within("pull to " + path));
  result.tree_.emplace(*std::move(opened));
  return result;
}

Status LocalTree::sync() const {
  PENSTOCK_TRY(const UniqueFd fd, dir()->open_file("", O_RDONLY | O_DIRECTORY));
  return syncfs(fd.get()) == 0 ? Status() : fail_errno("sync the directory", errno);
}

void LocalTree::remove_if_unused() const {
  if (tree_) tree_->remove_if_unused();
}

Status put_pulled_marks(int fd, const PulledMarks& marks, mode_t umask_bits) {
  remember(fd, marks.mtime, marks.etag);
  if (fchmod(fd, marks.mode & kPermissions & ~umask_bits) != 0)
    return fail_errno("set the mode", errno);
  return set_time(fd, marks.mtime);
}

Status PulledFile::finish(const PulledMarks& marks) {
  PENSTOCK_CHECK(put_pulled_marks(file_.fd(), marks, umask_bits_));
  return file_.commit();
}

Result<const SafeDir*> LocalTreeWriter::parent_of(std::string_view path, bool make) {
  const std::string_view wanted = zip::parent_part(path);
  const SafeDir& root = *tree_.dir();
  if (wanted.empty()) return &root;
  if (parent_ && parent_path_ == wanted) return &*parent_;
  auto opened = root.open_dir(wanted);
  if (make && !opened && opened.error().code == Code::kNotFound) {
    PENSTOCK_CHECK(root.make_dirs(wanted, kDirectoryMode));
    opened = root.open_dir(wanted);
  }
  if (!opened) return fail(std::move(opened).error());
  parent_.emplace(*std::move(opened));
  parent_path_.assign(wanted);
  return &*parent_;
}

Result<std::optional<struct stat>> LocalTreeWriter::status(std::string_view path) {
  using Answer = std::optional<struct stat>;
  if (tree_.dir() == nullptr) return Answer();
  const auto parent = parent_of(path, false);
  if (!parent && parent.error().code == Code::kNotFound) return Answer();
  if (!parent) return fail(parent.error());
  auto status = (*parent)->stat(last_part(path));
  if (status) return Answer(*status);
  return status.error().code == Code::kNotFound ? Result<Answer>(Answer())
                                                : fail(std::move(status).error());
}

Result<UniqueFd> LocalTreeWriter::open(std::string_view path) {
  PENSTOCK_TRY(const SafeDir* parent, parent_of(path, false));
  return parent->open_file(last_part(path), O_RDONLY | O_NONBLOCK);
}

Status LocalTreeWriter::write(std::string_view path, const PulledMarks& marks, Bytes content) {
  PENSTOCK_TRY(const SafeDir* parent, parent_of(path, true));
  const mode_t mode = marks.mode & kPermissions;
  const mode_t umask_bits = tree_.tree().umask_bits();
  const auto mark = [&](int fd) {
    remember(fd, marks.mtime, marks.etag);
    if (is_read_only(mode)) static_cast<void>(fchmod(fd, mode & ~umask_bits));
  };
  Status made = create_whole(*parent, last_part(path), content, marks.mtime, mode | S_IWUSR, mark);
  if (made || made.error().code != Code::kExists) return made;
  PENSTOCK_TRY(PulledFile file, begin(path));
  PENSTOCK_CHECK(write_full(file.fd(), content, "write"));
  return file.finish(marks);
}

Result<PulledFile> LocalTreeWriter::begin(std::string_view path) {
  PENSTOCK_TRY(const SafeDir* parent, parent_of(path, true));
  PENSTOCK_TRY(AtomicFile file,
               AtomicFile::create_in(*parent, last_part(path), true, false, S_IRUSR | S_IWUSR));
  return PulledFile(std::move(file), tree_.tree().umask_bits());
}

}  // namespace penstock
