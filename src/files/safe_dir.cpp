#include "files/safe_dir.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/narrow.h"
#include "files/kernel_features.h"

namespace penstock {
namespace {

constexpr int kSearchOnly = O_PATH | O_DIRECTORY;  // enough to start from, needs no right to read
constexpr std::size_t kLongestPath = PATH_MAX - 1;
constexpr int kRetries = 16;  // of a lookup that a rename elsewhere disturbed

std::string about(std::string_view operation, std::string_view path) {
  return std::string(operation).append(" ").append(path.empty() ? "." : path);
}

Failure unsafe(std::string_view operation, std::string_view path, std::string_view why) {
  return fail(Code::kUnsafe, about(operation, path).append(": ").append(why));
}

Failure fail_path(std::string_view operation, std::string_view path, int errnum) {
  if (errnum == ELOOP) return unsafe(operation, path, "a symbolic link is in the way");
  if (errnum == EXDEV) return unsafe(operation, path, "leads out of the directory");
  return fail_errno(about(operation, path), errnum);
}

// Takes the first component off `rest` ("" when there is none left).
std::string_view take_component(std::string_view& rest) {
  const std::size_t begin = std::min(rest.find_first_not_of('/'), rest.size());
  const std::size_t end = std::min(rest.find('/', begin), rest.size());
  const std::string_view component = rest.substr(begin, end - begin);
  rest.remove_prefix(std::min(rest.find_first_not_of('/', end), rest.size()));
  return component;
}

// A relative path cleaned of empty and "." components and of slashes at its end.
struct CleanPath {
  std::string text;
  bool names_directory = false;  // it ended in a slash or a dot, or is empty

  bool empty() const { return text.empty(); }
};

Result<CleanPath> clean(std::string_view operation, std::string_view path) {
  if (path.find('\0') != std::string_view::npos)
    return fail(Code::kInvalid, about(operation, path) + ": a NUL in the name");
  if (path.starts_with('/')) return unsafe(operation, path, "is absolute");
  CleanPath result;
  result.text.reserve(path.size());
  result.names_directory =
      path.empty() || path.ends_with('/') || path == "." || path.ends_with("/.");
  for (std::string_view rest = path; !rest.empty();) {
    const std::string_view component = take_component(rest);
    if (component == "..") return unsafe(operation, path, "contains \"..\"");
    if (component.empty() || component == ".") continue;
    if (!result.text.empty()) result.text += '/';
    result.text += component;
  }
  return result;
}

// One lookup by the kernel; -1 and errno on failure. `path` is shorter than PATH_MAX.
int openat2_beneath(int directory, const char* path, int flags, mode_t mode) {
  open_how how{};
  // A link in the last place: with O_NOFOLLOW and O_DIRECTORY it would be "not a directory"; left
  // to RESOLVE_NO_SYMLINKS it is told as the link that it is.
  if ((flags & O_DIRECTORY) != 0) flags &= ~O_NOFOLLOW;
  how.flags = narrow<std::uint64_t>(flags);
  const bool makes_a_file = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  how.mode = makes_a_file ? mode : 0;  // anything else is refused as a mistake
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  long fd = -1;
  for (int i = 0; i < kRetries && fd < 0; ++i) {
    fd = syscall(SYS_openat2, directory, path, &how, sizeof how);
    if (fd < 0 && errno != EAGAIN && errno != EINTR) break;
  }
  return narrow<int>(fd);
}

bool is_link(int directory, const char* name) {
  struct stat status {};
  return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
}

// One component, not followed. A link where a directory is wanted is told as ELOOP, as openat2
// does.
int open_component(int directory, const char* name, int flags, mode_t mode) {
  int fd = -1;
  do {
    fd = openat(directory, name, flags, mode);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0 && errno == ENOTDIR) errno = is_link(directory, name) ? ELOOP : ENOTDIR;
  return fd;
}

// The twin of openat2_beneath: component by component, for paths of any length.
int walk_beneath(int directory, std::string_view path, int flags, mode_t mode) {
  UniqueFd current;
  for (std::string_view rest = path;;) {
    const std::string component(take_component(rest));
    const bool last = rest.empty();
    const int step = last ? flags : kSearchOnly | O_CLOEXEC | O_NOFOLLOW;
    const int fd =
        open_component(current ? current.get() : directory, component.c_str(), step, mode);
    if (last || fd < 0) return fd;
    current = UniqueFd(fd);
  }
}

// Whether openat2 works here at all. A sandbox may forbid it with EPERM, which it can also say
// about one file.
bool openat2_works(int directory) {
  UniqueFd self(openat2_beneath(directory, ".", kSearchOnly | O_CLOEXEC, 0));
  return static_cast<bool>(self);
}

// Opens a clean path shorter than PATH_MAX; -1 and errno on failure.
int open_short(int directory, const std::string& path, int flags, mode_t mode) {
  std::atomic<bool>& available = kernel_features().openat2;
  if (!available.load(std::memory_order_relaxed)) return walk_beneath(directory, path, flags, mode);
  const int fd = openat2_beneath(directory, path.c_str(), flags, mode);
  if (fd >= 0) return fd;
  if (errno == EAGAIN) return walk_beneath(directory, path, flags, mode);
  if (errno != ENOSYS && errno != EPERM) return -1;
  if (errno == EPERM && openat2_works(directory)) return errno = EPERM, -1;
  available.store(false, std::memory_order_relaxed);
  return walk_beneath(directory, path, flags, mode);
}

// The longest part of `path` that ends before a slash and that one call takes.
std::size_t first_step(std::string_view path) {
  const std::size_t slash = path.rfind('/', kLongestPath);
  return slash == std::string_view::npos ? 0 : slash;
}

// Opens a clean path of any length; -1 and errno on failure.
int open_beneath(int directory, const std::string& path, int flags, mode_t mode) {
  flags |= O_CLOEXEC | O_NOFOLLOW;
  if (path.empty()) return open_component(directory, ".", flags, mode);
  if (path.size() <= kLongestPath) return open_short(directory, path, flags, mode);
  UniqueFd current;
  std::string rest = path;
  while (rest.size() > kLongestPath) {
    const std::size_t step = first_step(rest);
    if (step == 0) return errno = ENAMETOOLONG, -1;
    const int from = current ? current.get() : directory;
    current =
        UniqueFd(open_short(from, rest.substr(0, step), kSearchOnly | O_CLOEXEC | O_NOFOLLOW, 0));
    if (!current) return -1;
    rest.erase(0, step + 1);
  }
  return open_short(current.get(), rest, flags, mode);
}

// Where the last component of a path lives: its directory, safely opened, and its name there.
class Place {
 public:
  static Result<Place> find(int root, std::string_view operation, std::string_view path) {
    PENSTOCK_TRY(CleanPath cleaned, clean(operation, path));
    Place place(root);
    const std::size_t slash = cleaned.text.rfind('/');
    if (slash == std::string::npos) {
      place.name_ = cleaned.empty() ? "." : std::move(cleaned.text);
      return place;
    }
    place.name_ = cleaned.text.substr(slash + 1);
    cleaned.text.resize(slash);
    place.parent_ = UniqueFd(open_beneath(root, cleaned.text, kSearchOnly, 0));
    if (!place.parent_) return fail_path(operation, path, errno);
    return place;
  }

  int directory() const { return parent_ ? parent_.get() : root_; }
  const char* name() const { return name_.c_str(); }

 private:
  explicit Place(int root) : root_(root) {}

  int root_;
  UniqueFd parent_;
  std::string name_;
};

bool is_directory(const Place& place) {
  struct stat status {};
  return fstatat(place.directory(), place.name(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR(status.st_mode);
}

Failure not_a_directory(std::string_view path) {
  return fail(Code::kExists, about("make directory", path) + ": something else has this name");
}

// Makes every component that is missing, from the top.
Status make_all(int root, const std::string& path, mode_t mode) {
  UniqueFd current;
  for (std::string_view rest = path; !rest.empty();) {
    const std::string name(take_component(rest));
    const int from = current ? current.get() : root;
    if (mkdirat(from, name.c_str(), mode) != 0 && errno != EEXIST)
      return fail_path("make directory", path, errno);
    current = UniqueFd(openat(from, name.c_str(), kSearchOnly | O_CLOEXEC | O_NOFOLLOW));
    if (!current && (errno == ENOTDIR || errno == ELOOP)) return not_a_directory(path);
    if (!current) return fail_path("make directory", path, errno);
  }
  return {};
}

// RENAME_NOREPLACE where the file system lacks it: a hard link never replaces. Directories cannot
// be linked; for them the check and the move are two steps, and a rename only replaces an empty
// one.
int rename_by_link(const Place& from, const Place& to) {
  if (!is_directory(from)) {
    if (linkat(from.directory(), from.name(), to.directory(), to.name(), 0) != 0) return -1;
    return unlinkat(from.directory(), from.name(), 0);
  }
  struct stat status {};
  if (fstatat(to.directory(), to.name(), &status, AT_SYMLINK_NOFOLLOW) == 0)
    return errno = EEXIST, -1;
  return renameat(from.directory(), from.name(), to.directory(), to.name());
}

int rename_no_replace(const Place& from, const Place& to) {
  if (kernel_features().rename_noreplace.load(std::memory_order_relaxed)) {
    const int done =
        renameat2(from.directory(), from.name(), to.directory(), to.name(), RENAME_NOREPLACE);
    if (done == 0 || (errno != EINVAL && errno != ENOSYS)) return done;
  }
  return rename_by_link(from, to);
}

}  // namespace

Result<SafeDir> SafeDir::open(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), kSearchOnly | O_CLOEXEC));
  if (!fd) return fail_errno(about("open directory", path), errno);
  return SafeDir(std::move(fd));
}

Result<UniqueFd> SafeDir::open_file(std::string_view path, int flags, mode_t mode) const {
  PENSTOCK_TRY(const CleanPath cleaned, clean("open", path));
  if (cleaned.names_directory && !cleaned.empty()) flags |= O_DIRECTORY;
  UniqueFd fd(open_beneath(fd_.get(), cleaned.text, flags, mode));
  if (!fd) return fail_path("open", path, errno);
  return fd;
}

Result<SafeDir> SafeDir::open_dir(std::string_view path) const {
  PENSTOCK_TRY(UniqueFd fd, open_file(path, kSearchOnly));
  return SafeDir(std::move(fd));
}

Status SafeDir::make_dirs(std::string_view path, mode_t mode) const {
  PENSTOCK_TRY(const CleanPath cleaned, clean("make directory", path));
  if (cleaned.empty()) return {};
  // Nearly always the parent is there: one lookup for it instead of one for each component.
  const Result<Place> place = Place::find(fd_.get(), "make directory", cleaned.text);
  if (!place && place.error().code == Code::kNotFound)
    return make_all(fd_.get(), cleaned.text, mode);
  if (!place) return fail(place.error());
  if (mkdirat(place->directory(), place->name(), mode) == 0) return {};
  if (errno != EEXIST) return fail_path("make directory", path, errno);
  return is_directory(*place) ? Status() : not_a_directory(path);
}

Result<struct stat> SafeDir::stat(std::string_view path) const {
  PENSTOCK_TRY(const Place place, Place::find(fd_.get(), "stat", path));
  struct stat status {};
  if (fstatat(place.directory(), place.name(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return fail_path("stat", path, errno);
  return status;
}

Result<std::string> SafeDir::read_link(std::string_view path) const {
  PENSTOCK_TRY(const Place place, Place::find(fd_.get(), "read link", path));
  std::string target(256, '\0');
  for (;;) {
    const ssize_t length =
        readlinkat(place.directory(), place.name(), target.data(), target.size());
    if (length < 0) return fail_path("read link", path, errno);
    const std::size_t got = narrow<std::size_t>(length);
    if (got < target.size()) return target.resize(got), target;
    target.resize(target.size() * 4);
  }
}

Status SafeDir::make_symlink(std::string_view path, const std::string& target) const {
  PENSTOCK_TRY(const Place place, Place::find(fd_.get(), "make link", path));
  if (symlinkat(target.c_str(), place.directory(), place.name()) != 0)
    return fail_path("make link", path, errno);
  return {};
}

Status SafeDir::set_times(std::string_view path, const timespec& mtime) const {
  PENSTOCK_TRY(const Place place, Place::find(fd_.get(), "set time of", path));
  const timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, mtime};
  if (utimensat(place.directory(), place.name(), times, AT_SYMLINK_NOFOLLOW) != 0)
    return fail_path("set time of", path, errno);
  return {};
}

Status SafeDir::set_mode(std::string_view path, mode_t mode) const {
  PENSTOCK_TRY(const Place place, Place::find(fd_.get(), "set mode of", path));
  // Never through a link: the C library does it on a descriptor of the thing itself.
  if (fchmodat(place.directory(), place.name(), mode, AT_SYMLINK_NOFOLLOW) != 0)
    return fail_path("set mode of", path, errno == EOPNOTSUPP ? ELOOP : errno);
  return {};
}

Status SafeDir::remove(std::string_view path) const {
  PENSTOCK_TRY(const Place place, Place::find(fd_.get(), "remove", path));
  if (unlinkat(place.directory(), place.name(), 0) != 0) return fail_path("remove", path, errno);
  return {};
}

Status SafeDir::remove_dir(std::string_view path) const {
  PENSTOCK_TRY(const Place place, Place::find(fd_.get(), "remove directory", path));
  if (unlinkat(place.directory(), place.name(), AT_REMOVEDIR) != 0)
    return fail_path("remove directory", path, errno);
  return {};
}

Status SafeDir::rename(std::string_view from, std::string_view to, bool replace) const {
  const std::string operation = about("rename", from) + " to";
  PENSTOCK_TRY(const Place source, Place::find(fd_.get(), "rename", from));
  PENSTOCK_TRY(const Place target, Place::find(fd_.get(), operation, to));
  const int done =
      replace ? renameat(source.directory(), source.name(), target.directory(), target.name())
              : rename_no_replace(source, target);
  if (done != 0) return fail_path(operation, to, errno);
  return {};
}

}  // namespace penstock
