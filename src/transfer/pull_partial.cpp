#include "transfer/pull_partial.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/hex.h"
#include "base/narrow.h"
#include "crypto/digest.h"
#include "store/local_key.h"

namespace penstock {
namespace {

constexpr std::string_view kFileEnd = ".part";
constexpr std::string_view kListEnd = ".parts";
constexpr std::size_t kNameBytes = 8;  // of the digest
constexpr std::size_t kMostListBytes = std::size_t{1} << 20;
constexpr int kLockTries = 8;

Result<std::string> hidden_name(std::string_view name) {
  PENSTOCK_TRY(const Sha256Digest digest, sha256(as_bytes(name)));
  return std::string(kReservedStart) + hex(Bytes(digest).first(kNameBytes));
}

// The first line of the list.
Result<std::string> heading(const PartialVersion& version) {
  std::string what;
  for (const std::string* part : {&version.store, &version.key, &version.etag})
    what.append(*part).push_back('\0');
  PENSTOCK_TRY(const Sha256Digest digest, sha256(as_bytes(what)));
  return "penstock-pull 1 " + std::to_string(version.bytes) + " " +
         std::to_string(version.part_bytes) + " " + hex(digest) + "\n";
}

Result<std::string> read_list(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0) return fail_errno("stat", errno);
  std::string text(std::min(narrow<std::size_t>(status.st_size), kMostListBytes), '\0');
  PENSTOCK_TRY(const std::size_t got,
               read_full_at(fd, 0, std::as_writable_bytes(std::span(text)), "read"));
  text.resize(got);
  return text;
}

// The numbers below `count` in whole lines, each once.
std::vector<unsigned> numbers(std::string_view lines, std::uint64_t count) {
  std::vector<unsigned> found;
  for (std::size_t end = lines.find('\n'); end != std::string_view::npos; end = lines.find('\n')) {
    unsigned number = 0;
    const auto [last, error] = std::from_chars(lines.data(), lines.data() + end, number);
    if (error == std::errc() && last == lines.data() + end && number < count)
      found.push_back(number);
    lines.remove_prefix(end + 1);
  }
  std::ranges::sort(found);
  const auto twice = std::ranges::unique(found);
  found.erase(twice.begin(), twice.end());
  return found;
}

std::uint64_t part_count(const PartialVersion& version) {
  return (version.bytes + version.part_bytes - 1) / version.part_bytes;
}

}  // namespace

bool is_partial_name(std::string_view name) {
  return name.starts_with(kReservedStart) && (name.ends_with(kFileEnd) || name.ends_with(kListEnd));
}

Status remove_partial(const SafeDir& dir, std::string_view name) {
  PENSTOCK_TRY(const std::string hidden, hidden_name(name));
  for (const std::string_view end : {kListEnd, kFileEnd})
    (void)dir.remove(hidden + std::string(end));
  return {};
}

PartialFile::PartialFile(SafeDir dir, std::string_view name) : dir_(std::move(dir)), name_(name) {}

Result<PartialFile> PartialFile::open(SafeDir dir, std::string_view name,
                                      const PartialVersion& version) {
  PartialFile partial(std::move(dir), name);
  PENSTOCK_TRY(const std::string hidden, hidden_name(name));
  partial.file_name_ = hidden + std::string(kFileEnd);
  partial.list_name_ = hidden + std::string(kListEnd);
  PENSTOCK_CHECK(partial.open_file());
  Status begun = partial.resume_or_begin(version);
  if (!begun) {
    partial.remove();
    return fail(std::move(begun).error());
  }
  return partial;
}

// Whoever was here before may just be giving the file its final name: what is locked must be what
// has the hidden name.
Status PartialFile::open_file() {
  constexpr mode_t kOurs = S_IRUSR | S_IWUSR;
  for (int i = 0; i < kLockTries; ++i) {
    PENSTOCK_TRY(file_, dir_.open_file(file_name_, O_RDWR | O_CREAT, kOurs));
    if (flock(file_.get(), LOCK_EX | LOCK_NB) != 0) break;
    struct stat opened {};
    if (fstat(file_.get(), &opened) != 0) return fail_errno("stat", errno);
    const auto named = dir_.stat(file_name_);
    if (!named || named->st_ino != opened.st_ino) continue;
    PENSTOCK_TRY(list_, dir_.open_file(list_name_, O_RDWR | O_CREAT | O_APPEND, kOurs));
    return {};
  }
  return fail(Code::kExists, "another process is pulling this file");
}

Status PartialFile::resume_or_begin(const PartialVersion& version) {
  PENSTOCK_TRY(const std::string first, heading(version));
  PENSTOCK_TRY(const std::string list, read_list(list_.get()));
  struct stat status {};
  if (fstat(file_.get(), &status) != 0) return fail_errno("stat", errno);
  if (list.starts_with(first) && to_u64(status.st_size) == version.bytes) {
    parts_ = numbers(std::string_view(list).substr(first.size()), part_count(version));
    // A line that was cut short must not become the beginning of the next one.
    const auto whole_lines = narrow<off_t>(list.rfind('\n') + 1);
    return ftruncate(list_.get(), whole_lines) == 0 ? Status() : fail_errno("truncate", errno);
  }
  if (ftruncate(list_.get(), 0) != 0 || ftruncate(file_.get(), 0) != 0)
    return fail_errno("truncate", errno);
  PENSTOCK_CHECK(reserve(version.bytes));
  return write_full(list_.get(), as_bytes(first), "write");
}

Status PartialFile::reserve(std::uint64_t bytes) {
  const auto size = narrow<off_t>(bytes);
  if (size == 0 || fallocate(file_.get(), 0, 0, size) == 0) return {};
  if (errno != EOPNOTSUPP && errno != ENOSYS) return fail_errno("reserve the space", errno);
  return ftruncate(file_.get(), size) == 0 ? Status() : fail_errno("reserve the space", errno);
}

Status PartialFile::add(unsigned part) {
  if (fdatasync(file_.get()) != 0) return fail_errno("sync", errno);
  parts_.push_back(part);
  return write_full(list_.get(), as_bytes(std::to_string(part) + "\n"), "write");
}

Status PartialFile::finish(const PulledMarks& marks, mode_t umask_bits) {
  PENSTOCK_CHECK(put_pulled_marks(file_.get(), marks, umask_bits));
  if (fsync(file_.get()) != 0) return fail_errno("sync", errno);
  PENSTOCK_CHECK(dir_.rename(file_name_, name_, true));
  (void)dir_.remove(list_name_);
  return {};
}

void PartialFile::remove() {
  (void)dir_.remove(list_name_);
  (void)dir_.remove(file_name_);
}

}  // namespace penstock
