#include "files/walk_roots.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/narrow.h"
#include "files/list_reader.h"

namespace penstock {
namespace {

constexpr char kSource = 's';
constexpr char kListed = 'l';

std::string_view without_trailing_slashes(std::string_view path) {
  return path.substr(0, path.find_last_not_of('/') + 1);
}

std::string join(const std::string& directory, std::string_view name) {
  return std::string(directory).append(directory.ends_with('/') ? "" : "/").append(name);
}

// A path without "." and empty components; begins with '/' when it did.
std::string plain(std::string_view typed) {
  std::string path(typed.starts_with('/') ? "/" : "");
  for (std::string_view rest = typed; !rest.empty();) {
    const std::string_view component = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(component.size() + 1, rest.size()));
    if (component.empty() || component == ".") continue;
    if (!path.empty() && !path.ends_with('/')) path += '/';
    path += component;
  }
  return path;
}

// How much of a plain path is no part of its name: a leading '/', and all up to the last "..", as
// tar leaves it out. Two paths of one name are the same path only if they agree in it.
std::size_t anchor_length(std::string_view path) {
  if (path == ".." || path.ends_with("/..")) return path.size();
  const std::size_t inner = path.rfind("/../");
  if (inner != std::string_view::npos) return inner + 4;
  return path.starts_with("../") ? 3 : path.starts_with('/') ? 1 : 0;
}

// That part of a path as typed, ending in '/', so that it is the same for a directory and for what
// is in it.
std::string anchor_of(std::string_view typed) {
  std::string anchor = plain(typed);
  anchor.resize(anchor_length(anchor));
  if (anchor.ends_with("..")) anchor += '/';
  return anchor;
}

bool exists(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0;
}

}  // namespace

NamedPath NamedPath::parse(std::string_view typed) {
  const std::string_view stripped = without_trailing_slashes(typed);
  NamedPath path;
  path.typed = typed;
  path.follow = stripped.size() < typed.size();
  const std::size_t slash = stripped.rfind('/');
  const std::string_view leaf = stripped.substr(slash + 1);  // npos + 1 is 0
  if (leaf.empty() || leaf == "." || leaf == "..") return path.parent = typed, path;
  path.leaf = leaf;
  path.parent =
      slash == std::string_view::npos ? "." : stripped.substr(0, std::max<std::size_t>(slash, 1));
  return path;
}

Result<struct stat> NamedPath::status() const {
  struct stat status {};
  const int done =
      follow || leaf.empty() ? ::stat(typed.c_str(), &status) : lstat(typed.c_str(), &status);
  if (done != 0) return fail_errno("stat " + typed, errno);
  return status;
}

Result<WalkRoots> WalkRoots::create(const std::vector<std::string>& sources,
                                    const std::string& files_from, std::size_t budget_bytes,
                                    Problem problem, const std::stop_token& stop) {
  if (sources.empty() && files_from.empty())
    return fail(Code::kInvalid, "nothing to walk was named");
  WalkRoots roots(budget_bytes, std::move(problem));
  PENSTOCK_CHECK(roots.add_sources(sources, files_from.empty()));
  if (!files_from.empty()) PENSTOCK_CHECK(roots.add_list(files_from, stop));
  PENSTOCK_CHECK(roots.sorted_.sort());
  return roots;
}

// With `must_exist` one of them at least has to: else the first one's failure is everything's.
Status WalkRoots::add_sources(const std::vector<std::string>& sources, bool must_exist) {
  std::vector<Error> missing;
  for (const std::string& typed : sources) {
    const NamedPath path = NamedPath::parse(typed);
    if (auto status = path.status(); !status)
      missing.push_back(std::move(status).error());
    else
      PENSTOCK_CHECK(add_source(typed));
  }
  if (must_exist && missing.size() == sources.size()) return fail(std::move(missing.front()));
  for (Error& error : missing) problem_(std::move(error));
  if (!nameless_) return {};
  for (const std::string& name : names_) PENSTOCK_CHECK(check_collision(name, name));
  return {};
}

Status WalkRoots::add_source(const std::string& typed) {
  const NamedPath path = NamedPath::parse(typed);
  PENSTOCK_TRY(const struct stat status, path.status());
  if (path.leaf.empty()) {
    if (nameless_)
      return fail(Code::kInvalid,
                  *nameless_ + " and " + typed + ": only one source without a name");
    nameless_ = typed;
  } else if (!names_.insert(path.leaf).second) {
    return fail(Code::kInvalid, typed + ": another source has the name " + path.leaf + " too");
  }
  std::string record = path.leaf;
  if (S_ISDIR(status.st_mode) && !record.empty()) record += '/';
  return sorted_.add(record.append(1, '\0').append(1, kSource).append(typed));
}

// What is in a source without a name can meet the names of the others.
Status WalkRoots::check_collision(std::string_view name, const std::string& typed) const {
  const std::string_view top = name.substr(0, name.find('/'));
  if (nameless_ && (top.empty() || exists(join(*nameless_, top))))
    return fail(Code::kInvalid, typed + ": " + *nameless_ + " contains this name too");
  return {};
}

Status WalkRoots::add_list(const std::string& files_from, const std::stop_token& stop) {
  return read_list(files_from, stop, [this](std::string_view line) { return add_listed(line); });
}

Status WalkRoots::add_listed(std::string_view line) {
  const std::string typed(line);
  std::string name = plain(line);
  name.erase(0, anchor_length(name));
  auto status = NamedPath::parse(typed).status();
  if (!status) return problem_(std::move(status).error()), Status();
  if (names_.contains(std::string_view(name).substr(0, name.find('/'))))
    return fail(Code::kInvalid, typed + ": a source has the same name");
  PENSTOCK_CHECK(check_collision(name, typed));
  if (S_ISDIR(status->st_mode) && !name.empty()) name += '/';
  return sorted_.add(name.append(1, '\0').append(1, kListed).append(typed));
}

Result<std::optional<WalkRoot>> WalkRoots::next() {
  for (;;) {
    PENSTOCK_TRY(const std::optional<std::string_view> record, sorted_.next());
    if (!record) return std::optional<WalkRoot>();
    const std::size_t end = record->find('\0');
    const std::string_view name = record->substr(0, end);
    const bool listed = (*record)[end + 1] == kListed;
    const std::string typed(record->substr(end + 2));
    if (listed && (covered(name, typed) || below_a_file(name, typed))) continue;
    if (std::optional<WalkRoot> root = open(name, listed, typed)) return root;
  }
}

// Whether a listed path came already: the same once more, or inside a directory that was walked.
bool WalkRoots::covered(std::string_view name, const std::string& typed) {
  std::string anchor = anchor_of(typed);
  const bool inside = walked_ && (walked_->empty() || walked_->ends_with('/'))
                          ? name.starts_with(*walked_)
                          : walked_ == name;
  if (inside && anchor != walked_anchor_)
    problem_(Error{Code::kInvalid, typed + ": another listed path has the same name"});
  if (!inside) {
    walked_ = name;
    walked_anchor_ = std::move(anchor);
  }
  return inside;
}

// Whether a name lies below one that came and is no directory (another path's, or a link that it
// leads through): no file system can hold both. Such names are beginnings of this one, and thus of
// all between them in the sorted order.
bool WalkRoots::below_a_file(std::string_view name, const std::string& typed) {
  const auto same =
      narrow<std::size_t>(std::ranges::mismatch(last_name_, name).in1 - last_name_.begin());
  while (!file_ends_.empty() && file_ends_.back() > same) file_ends_.pop_back();
  last_name_ = name;
  const auto file =
      std::ranges::find_if(file_ends_, [name](std::size_t end) { return name[end] == '/'; });
  if (file != file_ends_.end())
    return problem_(Error{Code::kInvalid, typed + ": the list has " +
                                              std::string(name.substr(0, *file)) +
                                              " too, which is no directory; left out"}),
           true;
  if (!name.empty() && !name.ends_with('/')) file_ends_.push_back(name.size());
  return false;
}

std::optional<WalkRoot> WalkRoots::open(std::string_view name, bool listed,
                                        const std::string& typed) {
  const NamedPath path = NamedPath::parse(typed);
  auto status = path.status();
  if (!status) return problem_(std::move(status).error()), std::nullopt;
  const bool is_directory = S_ISDIR(status->st_mode);
  auto root = is_directory ? walked_directory(path) : directory(path.parent);
  if (!root) return problem_(std::move(root).error()), std::nullopt;
  WalkRoot result;
  result.name = without_trailing_slashes(name);
  if (listed) result.filter_prefix = result.name;
  if (is_directory && !result.name.empty()) result.name += '/';
  result.shown = typed;
  if (result.shown.ends_with("/.")) result.shown.pop_back();  // "photos/.": as "photos/"
  result.root = *std::move(root);
  if (!is_directory) result.path = path.leaf;
  result.status = *status;
  return result;
}

// A directory that is swapped for a link just now is not followed either.
Result<std::shared_ptr<const SafeDir>> WalkRoots::walked_directory(const NamedPath& path) {
  if (path.follow || path.leaf.empty()) return directory(path.typed);
  PENSTOCK_TRY(const auto parent, directory(path.parent));
  PENSTOCK_TRY(SafeDir opened, parent->open_dir(path.leaf));
  return std::make_shared<const SafeDir>(std::move(opened));
}

Result<std::shared_ptr<const SafeDir>> WalkRoots::directory(const std::string& path) {
  if (open_ && open_path_ == path) return open_;
  PENSTOCK_TRY(SafeDir opened, SafeDir::open(path));
  open_ = std::make_shared<const SafeDir>(std::move(opened));
  open_path_ = path;
  return open_;
}

}  // namespace penstock
