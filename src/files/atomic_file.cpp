#include "files/atomic_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include "files/kernel_features.h"

namespace penstock {
namespace {

constexpr int kNameTries = 64;

// A hidden name that nobody else uses: 64 random bits.
std::string hidden_name() {
  std::uint64_t random = 0;
  // Cannot fail for 8 bytes; a clash would only mean another try.
  static_cast<void>(getrandom(&random, sizeof random, 0));
  char name[32];
  std::snprintf(name, sizeof name, ".penstock-%016llx", static_cast<unsigned long long>(random));
  return name;
}

// Calls `use(name)` with fresh hidden names until it does not meet an existing one. The name, empty
// with errno set when `use` failed.
template <class Use>
std::string with_hidden_name(Use use) {
  for (int i = 0; i < kNameTries; ++i) {
    std::string name = hidden_name();
    if (use(name.c_str()) >= 0) return name;
    if (errno != EEXIST) break;
  }
  return {};
}

// Giving an unnamed file a name goes through /proc, which a container may lack.
bool proc_is_there() {
  static const bool there = access("/proc/self/fd", X_OK) == 0;
  return there;
}

bool tmpfile_unsupported(int errnum) {
  return errnum == EOPNOTSUPP || errnum == EISDIR || errnum == ENOENT || errnum == EINVAL;
}

Failure create_failed(std::string_view name) {
  return fail_errno(std::string("create ").append(name), errno);
}

// A file without a name in `directory`; closed when that cannot be had here.
Result<UniqueFd> open_unnamed(int directory, std::string_view shown, mode_t mode) {
  if (!kernel_features().unnamed_files || !proc_is_there()) return UniqueFd();
  UniqueFd file(openat(directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode));
  if (!file && !tmpfile_unsupported(errno)) return create_failed(shown);
  return file;
}

// Gives an unnamed file a name; never replaces. 0, or -1 and errno.
int link_unnamed(int file, int directory, const char* name) {
  char unnamed[32];
  std::snprintf(unnamed, sizeof unnamed, "/proc/self/fd/%d", file);
  return linkat(AT_FDCWD, unnamed, directory, name, AT_SYMLINK_FOLLOW);
}

struct Target {
  std::string_view directory;
  std::string_view name;
};

Target split(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {"", path};
  return {path.substr(0, slash == 0 ? 1 : slash), path.substr(slash + 1)};
}

}  // namespace

struct AtomicFile::State {
  State(SafeDir in, std::string_view leaf, std::string_view path)
      : directory(std::move(in)), name(leaf), shown(path) {}
  ~State() {
    if (!temporary.empty()) unlinkat(directory.fd(), temporary.c_str(), 0);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Status check_free() const;
  Status open(mode_t mode);
  Status give_name();
  Status sync_directory() const;

  Failure failed(std::string_view operation) const {
    return fail_errno(std::string(operation).append(" ").append(shown), errno);
  }
  Failure exists() const { return fail(Code::kExists, "create " + shown + ": already exists"); }

  SafeDir directory;
  std::string name;       // in the directory
  std::string shown;      // for messages
  std::string temporary;  // the hidden name it has now, if any
  UniqueFd file;
  bool replace = false;
  bool sync = true;
  bool typed = false;  // the name is a person's: what a link leads to matters

 private:
  Status check_kind(const struct stat& status) const;
  Status check_link() const;
  int link_as(const char* new_name) const;
  Status link_replacing();
  Status move_to_name();
  Status close_unsynced();
};

// Whether the name may be taken, as things are now.
Status AtomicFile::State::check_free() const {
  struct stat status {};
  if (fstatat(directory.fd(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT ? Status() : failed("create");
  if (S_ISDIR(status.st_mode)) return fail(Code::kInvalid, "create " + shown + ": is a directory");
  // Of what is never replaced, nobody is told that it could be.
  if (replace || typed) PENSTOCK_CHECK(check_kind(status));
  return replace ? Status() : exists();
}

Status AtomicFile::State::check_kind(const struct stat& status) const {
  if (S_ISLNK(status.st_mode)) return typed ? check_link() : Status();
  if (S_ISREG(status.st_mode)) return {};
  return fail(Code::kInvalid, "replace " + shown + ": is not a regular file");
}

// Who names a link to a device, a pipe or a directory means that, and not the link; nor is it the
// link that is meant by /dev/stderr, whatever file that is at the moment.
Status AtomicFile::State::check_link() const {
  struct stat status {};
  if (fstatat(directory.fd(), name.c_str(), &status, 0) == 0 && !S_ISREG(status.st_mode))
    return fail(Code::kInvalid, "replace " + shown + ": is a link to what is not a regular file");
  std::array<char, 6> start{};
  const ssize_t length = readlinkat(directory.fd(), name.c_str(), start.data(), start.size());
  if (length == std::ssize(start) && std::ranges::equal(start, std::string_view("/proc/")))
    return fail(Code::kInvalid, "replace " + shown + ": is a link to an open file");
  return {};
}

Status AtomicFile::State::open(mode_t mode) {
  PENSTOCK_TRY(file, open_unnamed(directory.fd(), shown, mode));
  if (file) return {};
  temporary = with_hidden_name([&](const char* hidden) {
    const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    file = UniqueFd(openat(directory.fd(), hidden, flags, mode));
    return file.get();
  });
  return file ? Status() : failed("create");
}

int AtomicFile::State::link_as(const char* new_name) const {
  return link_unnamed(file.get(), directory.fd(), new_name);
}

// A link never replaces: first a hidden name, then a rename.
Status AtomicFile::State::link_replacing() {
  temporary = with_hidden_name([&](const char* hidden) { return link_as(hidden); });
  if (temporary.empty()) return failed("name");
  PENSTOCK_CHECK(close_unsynced());
  return move_to_name();
}

// Without fsync a network file system or a quota may only say at the close that there was no room:
// where a name is taken by a rename, that is heard before.
Status AtomicFile::State::close_unsynced() {
  if (sync) return {};
  if (Status closed = file.close(); !closed) return fail(std::move(closed).error().within(shown));
  return {};
}

Status AtomicFile::State::move_to_name() {
  PENSTOCK_CHECK(directory.rename(temporary, name, replace));
  temporary.clear();
  return {};
}

Status AtomicFile::State::give_name() {
  PENSTOCK_CHECK(check_free());
  if (!temporary.empty()) {
    PENSTOCK_CHECK(close_unsynced());
    const Status moved = move_to_name();
    return !moved && moved.error().code == Code::kExists ? Status(exists()) : moved;
  }
  if (link_as(name.c_str()) == 0) return {};
  if (errno != EEXIST) return failed("name");
  return replace ? link_replacing() : Status(exists());
}

// So that the name itself survives a power cut.
Status AtomicFile::State::sync_directory() const {
  const UniqueFd readable(openat(directory.fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // A directory that we may write to but not read: the whole file system it is.
  const int done = readable ? fsync(readable.get()) : syncfs(file.get());
  if (done == 0 || errno == EINVAL) return {};  // EINVAL: a file system without such a thing
  return failed("sync the directory of");
}

AtomicFile::AtomicFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
AtomicFile::~AtomicFile() = default;
AtomicFile::AtomicFile(AtomicFile&&) noexcept = default;
AtomicFile& AtomicFile::operator=(AtomicFile&&) noexcept = default;

Result<AtomicFile> AtomicFile::create(const std::string& path, bool replace, mode_t mode) {
  const Target target = split(path);
  if (target.name.empty() || target.name == "." || target.name == "..")
    return fail(Code::kInvalid, "create " + path + ": names a directory");
  const std::string parent(target.directory.empty() ? "." : target.directory);
  PENSTOCK_TRY(SafeDir directory, SafeDir::open(parent));
  auto state = std::make_unique<State>(std::move(directory), target.name, path);
  state->replace = replace;
  state->typed = true;
  PENSTOCK_CHECK(state->check_free());
  PENSTOCK_CHECK(state->open(mode));
  return AtomicFile(std::move(state));
}

Result<AtomicFile> AtomicFile::create_in(const SafeDir& dir, std::string_view path, bool replace,
                                         bool sync, mode_t mode) {
  const Target target = split(path);
  if (target.name.empty() || target.name == "." || target.name == "..")
    return fail(Code::kInvalid, "create " + std::string(path) + ": names a directory");
  PENSTOCK_TRY(SafeDir directory, dir.open_dir(target.directory));
  auto state = std::make_unique<State>(std::move(directory), target.name, path);
  state->replace = replace;
  state->sync = sync;
  PENSTOCK_CHECK(state->check_free());
  PENSTOCK_CHECK(state->open(mode));
  return AtomicFile(std::move(state));
}

int AtomicFile::fd() const { return state_->file.get(); }

Status AtomicFile::commit() {
  State& state = *state_;
  if (state.sync && fsync(state.file.get()) != 0) return state.failed("sync");
  PENSTOCK_CHECK(state.give_name());
  Status synced = state.sync ? state.sync_directory() : state.file.close();
  // Not durable is not done: without an old file to protect, nothing is left.
  if (!synced && !state.replace) unlinkat(state.directory.fd(), state.name.c_str(), 0);
  return synced;
}

Status create_whole(const SafeDir& dir, std::string_view name, Bytes content, const timespec& mtime,
                    mode_t mode, const std::function<void(int fd)>& mark) {
  const std::string leaf(name);
  PENSTOCK_TRY(UniqueFd file, open_unnamed(dir.fd(), name, mode));
  std::optional<AtomicFile> hidden;
  if (!file) {
    PENSTOCK_TRY(hidden, AtomicFile::create_in(dir, name, false, false, mode));
  }
  const int fd = hidden ? hidden->fd() : file.get();
  PENSTOCK_CHECK(write_full(fd, content, "write"));
  const timespec times[2] = {{0, UTIME_OMIT}, mtime};
  if (futimens(fd, times) != 0) return fail_errno("set the time", errno);
  if (mark) mark(fd);
  if (hidden) return hidden->commit();
  if (link_unnamed(fd, dir.fd(), leaf.c_str()) != 0) return create_failed(name);
  Status closed = file.close();
  if (!closed) unlinkat(dir.fd(), leaf.c_str(), 0);
  return closed;
}

}  // namespace penstock
