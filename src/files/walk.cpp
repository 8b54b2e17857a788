#include "files/walk.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>

#include "files/directory_names.h"
#include "files/walk_roots.h"

namespace penstock {
namespace {

// Directories on the way down that stay open, so that the next one is a single step from its
// parent; deeper trees re-open by path from their root.
constexpr std::size_t kMostOpen = 32;
constexpr std::size_t kAnswerBytes = std::size_t{64} << 10;
constexpr std::size_t kSmallestNamesBudget = std::size_t{64} << 10;
constexpr int kReadDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::kFile;
  if (S_ISDIR(mode)) return FileKind::kDirectory;
  if (S_ISLNK(mode)) return FileKind::kSymlink;
  return FileKind::kSpecial;
}

// A directory being visited: what is left of it.
struct Level {
  DirectoryNames names;
  UniqueFd directory;      // empty when closed to keep descriptors few
  std::size_t path_bytes;  // of the path below the root
  std::size_t memory_bytes;
};

}  // namespace

struct Walker::State {
  State(WalkOptions walk_options, WalkRoots walk_roots)
      : options(std::move(walk_options)), roots(std::move(walk_roots)), answer(kAnswerBytes) {}

  Result<std::optional<WalkItem>> next(const std::stop_token& stop);

 private:
  std::optional<WalkItem> begin(WalkRoot next_root);
  Result<std::optional<WalkItem>> step();
  Status enter();
  Result<UniqueFd> open_directory();
  int parent_directory();
  Status read_directory(UniqueFd directory);
  void leave();
  void choose(DirectoryEntry& entry);
  WalkItem item(const struct stat& status) const;
  std::string shown(std::string_view name) const;
  void problem(std::string_view operation, std::string_view name, int errnum) const {
    options.on_problem(fail_errno(std::string(operation).append(shown(name)), errnum).value());
  }

  WalkOptions options;
  WalkRoots roots;
  WalkRoot root;                 // of the walk going on
  std::string path;              // below the root: of the last item
  std::vector<Level> levels;     // the directories above it
  bool enter_next = false;       // the last item is a directory to enter
  std::size_t first_open = 0;    // levels below this one are closed
  std::size_t memory_bytes = 0;  // of all levels
  std::vector<std::byte> answer;
  std::string filtered;  // scratch: a path as filters see it
};

Result<std::optional<WalkItem>> Walker::State::next(const std::stop_token& stop) {
  for (;;) {
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    if (std::exchange(enter_next, false)) PENSTOCK_CHECK(enter());
    if (!levels.empty()) {
      PENSTOCK_TRY(std::optional<WalkItem> found, step());
      if (found) return found;
      continue;
    }
    PENSTOCK_TRY(std::optional<WalkRoot> next_root, roots.next());
    if (!next_root) return std::optional<WalkItem>();
    if (std::optional<WalkItem> found = begin(*std::move(next_root))) return found;
  }
}

std::optional<WalkItem> Walker::State::begin(WalkRoot next_root) {
  root = std::move(next_root);
  path = root.path;
  const bool is_directory = S_ISDIR(root.status.st_mode);
  // A source is what the user asked for: only what is in it, and what a list names, is filtered.
  const std::string& seen = root.filter_prefix.empty() ? root.path : root.filter_prefix;
  enter_next = is_directory && (seen.empty() || options.filter.enters(seen));
  const bool taken =
      seen.empty() ? options.filter.include.empty() : options.filter.takes(seen, is_directory);
  if (!taken || root.name.empty()) return std::nullopt;
  return item(root.status);
}

// The next entry of the innermost directory that is delivered; empty when there is none now.
Result<std::optional<WalkItem>> Walker::State::step() {
  Level& level = levels.back();
  PENSTOCK_TRY(const std::optional<DirectoryEntry> entry, level.names.next());
  if (!entry) return leave(), std::optional<WalkItem>();
  path.resize(level.path_bytes);
  if (!path.empty()) path += '/';
  path += entry->name;
  enter_next = entry->entered;
  if (!entry->delivered) return std::optional<WalkItem>();
  return std::optional(item(entry->status));
}

// Reads the directory `path`. When that fails the walk goes on without it.
Status Walker::State::enter() {
  Result<UniqueFd> directory = open_directory();
  if (!directory) {
    options.on_problem(std::move(directory).error());
    return {};
  }
  return read_directory(*std::move(directory));
}

Result<UniqueFd> Walker::State::open_directory() {
  const int parent = levels.empty() ? -1 : parent_directory();
  if (parent < 0) {
    auto opened = root.root->open_file(path, kReadDirectory);
    if (!opened) return fail(std::move(opened).error().within(root.shown));
    return opened;
  }
  const std::string name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  UniqueFd opened(openat(parent, name.c_str(), kReadDirectory));
  if (!opened) return fail_errno("read directory " + shown(""), errno);
  return opened;
}

// The innermost directory, opened again if need be; -1 when that fails.
int Walker::State::parent_directory() {
  Level& level = levels.back();
  if (!level.directory) {
    auto opened =
        root.root->open_file(std::string_view(path).substr(0, level.path_bytes), kReadDirectory);
    if (!opened) return -1;
    level.directory = *std::move(opened);
    first_open = levels.size() - 1;
  }
  return level.directory.get();
}

Status Walker::State::read_directory(UniqueFd directory) {
  const std::size_t free =
      options.names_budget_bytes - std::min(memory_bytes, options.names_budget_bytes);
  PENSTOCK_TRY(DirectoryNames names, DirectoryNames::read(
                                         directory.get(), std::max(free / 2, kSmallestNamesBudget),
                                         answer, [this](DirectoryEntry& entry) { choose(entry); },
                                         [this](std::string_view name, int errnum) {
                                           problem(name.empty() ? "read directory " : "stat ", name,
                                                   errnum);
                                         }));
  const std::size_t held = names.memory_bytes();
  memory_bytes += held;
  levels.push_back({std::move(names), std::move(directory), path.size(), held});
  if (levels.size() - first_open > kMostOpen) levels[first_open++].directory.reset();
  return {};
}

void Walker::State::leave() {
  memory_bytes -= levels.back().memory_bytes;
  levels.pop_back();
  first_open = std::min(first_open, levels.size());
}

void Walker::State::choose(DirectoryEntry& entry) {
  if (options.one_file_system && entry.status.st_dev != root.status.st_dev) entry.entered = false;
  if (options.filter.empty()) return;
  filtered = root.filter_prefix;
  for (const std::string_view part : {std::string_view(path), entry.name})
    if (!part.empty()) filtered.append(filtered.empty() ? "" : "/").append(part);
  std::string_view source;  // what a list names carries its whole path already
  if (root.filter_prefix.empty() && !root.name.empty())
    source = std::string_view(root.name).substr(0, root.name.size() - 1);
  entry.delivered = options.filter.takes(filtered, entry.is_directory, source);
  entry.entered = entry.entered && options.filter.enters(filtered, source);
}

WalkItem Walker::State::item(const struct stat& status) const {
  WalkItem result;
  result.kind = kind_of(status.st_mode);
  result.status = status;
  result.root = root.root;
  result.path = path;
  result.shown = shown("");
  result.name = root.name;
  if (S_ISDIR(root.status.st_mode) && !path.empty()) {
    result.name += path;
    if (result.kind == FileKind::kDirectory) result.name += '/';
  }
  return result;
}

// `name` in the directory `path`, or with an empty name the item `path` itself, as a person names
// it.
std::string Walker::State::shown(std::string_view name) const {
  std::string text = root.shown;
  const bool below = S_ISDIR(root.status.st_mode);
  for (const std::string_view part : {below ? std::string_view(path) : std::string_view(), name})
    if (!part.empty()) text.append(text.ends_with('/') ? "" : "/").append(part);
  return text;
}

Walker::Walker(std::unique_ptr<State> state) : state_(std::move(state)) {}
Walker::~Walker() = default;
Walker::Walker(Walker&&) noexcept = default;
Walker& Walker::operator=(Walker&&) noexcept = default;

Result<Walker> Walker::create(WalkOptions options, const std::stop_token& stop) {
  PENSTOCK_TRY(WalkRoots roots,
               WalkRoots::create(options.sources, options.files_from, options.names_budget_bytes,
                                 options.on_problem, stop));
  return Walker(std::make_unique<State>(std::move(options), std::move(roots)));
}

Result<std::optional<WalkItem>> Walker::next(const std::stop_token& stop) {
  return state_->next(stop);
}

}  // namespace penstock
