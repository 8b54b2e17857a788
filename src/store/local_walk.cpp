#include "store/local_walk.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>

#include "store/local_key.h"

namespace penstock {
namespace {

constexpr std::size_t kWalkNamesBudgetBytes = std::size_t{2} << 20;
constexpr std::size_t kSmallestBudgetBytes = std::size_t{64} << 10;
constexpr std::size_t kAnswerBytes = std::size_t{32} << 10;

// Nothing there, or nothing of ours: a link has taken a directory's place.
bool is_absent(const Error& error) {
  return error.code == Code::kNotFound || error.code == Code::kUnsafe;
}

}  // namespace

LocalWalk::LocalWalk(const SafeDir& root, std::string prefix, std::string after)
    : root_(root), prefix_(std::move(prefix)), after_(std::move(after)) {}

Result<std::optional<LocalEntry>> LocalWalk::next(const std::stop_token& stop) {
  if (unread_) return std::exchange(unread_, std::nullopt);
  if (!std::exchange(begun_, true)) {
    path_ = prefix_.substr(0, prefix_.rfind('/') + 1);  // npos + 1 is 0
    if (path_.empty() || check_local_key(directory_of(path_))) PENSTOCK_CHECK(enter());
  }
  while (!levels_.empty()) {
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    PENSTOCK_TRY(std::optional<LocalEntry> found, step());
    if (found) return found;
  }
  return std::optional<LocalEntry>();
}

// The next name of the innermost directory, if it is an object.
Result<std::optional<LocalEntry>> LocalWalk::step() {
  Level& level = levels_.back();
  PENSTOCK_TRY(const std::optional<DirectoryEntry> entry, level.names.next());
  if (!entry) return levels_.pop_back(), std::optional<LocalEntry>();
  --level.names_held;
  path_.resize(level.path_bytes);
  path_ += entry->name;
  if (entry->is_directory) path_ += '/';
  if (skipped()) return std::optional<LocalEntry>();
  if (!entry->is_directory) return std::optional(LocalEntry{path_, entry->status});
  PENSTOCK_CHECK(enter());
  return std::optional<LocalEntry>();
}

// Reads the directory `path_`.
Status LocalWalk::enter() {
  const auto directory = root_.open_file(path_, O_RDONLY | O_DIRECTORY);
  if (directory) return read(directory->get());
  return is_absent(directory.error()) ? Status() : fail(directory.error());
}

Status LocalWalk::read(int directory) {
  std::size_t held_bytes = 0;
  for (const Level& level : levels_) held_bytes += level.names.memory_bytes();
  const std::size_t free_bytes =
      kWalkNamesBudgetBytes - std::min(kWalkNamesBudgetBytes, held_bytes);
  std::vector<std::byte> answer(kAnswerBytes);
  std::size_t count = 0;
  Status seen;
  PENSTOCK_TRY(DirectoryNames names,
               DirectoryNames::read(
                   directory, std::max(free_bytes / 2, kSmallestBudgetBytes), answer,
                   [&](DirectoryEntry& entry) {
                     entry.delivered = entry.entered = wants(entry);
                     if (entry.delivered) ++count;
                   },
                   [&](std::string_view name, int errnum) {
                     if (seen && errnum != ENOENT)
                       seen = fail_errno("read " + path_ + std::string(name), errnum);
                   }));
  PENSTOCK_CHECK(seen);
  levels_.push_back({std::move(names), path_.size(), count});
  return {};
}

// Whether the entry of the directory `path_` is, or may hold, what the walk is for.
bool LocalWalk::wants(const DirectoryEntry& entry) const {
  if (entry.name.starts_with(kReservedStart)) return false;
  if (!entry.is_directory && !S_ISREG(entry.status.st_mode)) return false;
  if (path_.starts_with(prefix_) && path_ > after_) return true;
  const std::string whole = path_ + std::string(entry.name) + (entry.is_directory ? "/" : "");
  if (!entry.is_directory) return whole.starts_with(prefix_) && whole > after_;
  return (whole.starts_with(prefix_) || prefix_.starts_with(whole)) &&
         (whole > after_ || after_.starts_with(whole));
}

void LocalWalk::skip(std::string prefix) {
  skip_ = std::move(prefix);
  const auto inside = [this](const Level& level) {
    return level.path_bytes >= skip_.size() && path_.starts_with(skip_);
  };
  while (!levels_.empty() && inside(levels_.back())) levels_.pop_back();
}

std::size_t LocalWalk::names_held() const {
  std::size_t sum = 0;
  for (const Level& level : levels_) sum += level.names_held;
  return sum;
}

}  // namespace penstock
