#include "transfer/pull_plan.h"

#include <algorithm>
#include <utility>

#include "archive/name_check.h"
#include "store/local_key.h"

namespace penstock {
namespace {

constexpr std::size_t kMostBatchItems = 16;
constexpr std::size_t kBatchesPerWorker = 4;  // of one page: so that all have work at its end

// Names of ours: a hidden partial file must not be overwritten from outside.
bool has_reserved_part(std::string_view path) {
  return path.starts_with(kReservedStart) ||
         path.find("/" + std::string(kReservedStart)) != std::string_view::npos;
}

Status check_path(std::string_view path) {
  PENSTOCK_CHECK(zip::check_name(path));
  if (!has_reserved_part(path)) return {};
  return fail(Code::kUnsafe,
              "names that begin with \"" + std::string(kReservedStart) + "\" are reserved");
}

// Whether all that comes behind `path` in order is behind what can lie below `parent`.
bool is_past(const std::string& parent, const std::string& path) {
  const std::string below = parent + "/";
  return path > below && !path.starts_with(below);
}

}  // namespace

std::string_view PathOrder::parent_of(const std::string& path) {
  while (!open_.empty() && is_past(open_.back(), path)) open_.pop_back();
  const auto is_parent = [&path](const std::string& earlier) {
    return path.starts_with(earlier) && path.size() > earlier.size() && path[earlier.size()] == '/';
  };
  const auto found = std::ranges::find_if(open_, is_parent);
  if (found != open_.end()) return *found;
  open_.push_back(path);
  return {};
}

Status PullPlanner::run(const std::stop_token& stop) {
  PENSTOCK_CHECK(list(stop));
  if (seen_ == 0 && !prefix_.empty()) PENSTOCK_CHECK(take_single(stop));
  if (!flush(stop)) return fail(Code::kCancelled, "cancelled");
  queue_.close();
  return {};
}

Status PullPlanner::list(const std::stop_token& stop) {
  prefix_ = context_.options.prefix;
  if (!prefix_.empty() && !prefix_.ends_with('/')) prefix_ += '/';
  ListRequest request{.prefix = prefix_, .after = {}, .delimiter = {}};
  do {
    Call call{.stop = stop};
    auto page = context_.source.list(request, call);
    context_.outcome.called(call);
    if (!page) return fail(std::move(page).error());
    const std::size_t workers = std::max(1U, context_.options.workers);
    batch_items_ = std::clamp<std::size_t>(page->objects.size() / (workers * kBatchesPerWorker), 1,
                                           kMostBatchItems);
    for (ObjectInfo& info : page->objects) PENSTOCK_CHECK(take(std::move(info), stop));
    request.after = std::move(page->next);
  } while (!request.after.empty());
  context_.outcome.all_found();
  return {};
}

Status PullPlanner::take(ObjectInfo info, const std::stop_token& stop) {
  ++seen_;
  std::string path = info.key.substr(std::min(prefix_.size(), info.key.size()));
  if (path.empty()) return {};  // the marker of the directory itself
  return take_path({std::move(info), std::move(path)}, stop);
}

Status PullPlanner::take_path(PullItem item, const std::stop_token& stop) {
  const auto refuse = [&](Error error) {
    context_.outcome.found(item);
    return context_.outcome.failed(item, std::move(error));
  };
  if (Status safe = check_path(item.path); !safe) return refuse(std::move(safe).error());
  const bool is_directory = item.path.ends_with('/');
  if (!is_directory && extras_ != nullptr) PENSTOCK_CHECK(extras_->see(item.path, stop));
  const std::string_view shown(item.path.data(), item.path.size() - (is_directory ? 1 : 0));
  if (!context_.options.filter.takes(shown, is_directory)) return {};
  if (const auto parent = order_.parent_of(std::string(item.path)); !parent.empty())
    return refuse({Code::kUnsafe,
                   "the key " + zip::shown_name(parent) + " is where its directory would be",
                   Retry::kNever,
                   {}});
  return is_directory ? make_directory(item) : add(std::move(item), stop);
}

// Consoles and file managers keep directories as empty objects of such a name.
Status PullPlanner::make_directory(const PullItem& item) {
  if (item.info.bytes != 0) {
    context_.outcome.found(item);
    return context_.outcome.failed(
        item, {Code::kUnsafe, "it is named as a directory but has a content", Retry::kNever, {}});
  }
  if (!context_.options.dry_run)
    if (Status made = context_.tree.dir()->make_dirs(item.path, 0777); !made)
      return context_.outcome.problem(std::move(made).error());
  context_.outcome.made_directory(item.path);
  return {};
}

// Nothing lies below what was asked for: it may be a key itself.
Status PullPlanner::take_single(const std::stop_token& stop) {
  const std::string key = prefix_.substr(0, prefix_.size() - 1);
  Call call{.stop = stop};
  auto info = context_.source.stat(key, call);
  context_.outcome.called(call);
  if (!info && info.error().code == Code::kNotFound)
    return fail(Code::kNotFound, "nothing at " + context_.source.name() + ": " +
                                     zip::shown_name(context_.options.prefix));
  if (!info) return fail(std::move(info).error());
  ++seen_;
  return take_path({*std::move(info), key.substr(key.rfind('/') + 1)}, stop);
}

Status PullPlanner::add(PullItem item, const std::stop_token& stop) {
  context_.outcome.found(item);
  // A worker that begins a large file goes on with its parts: nothing should wait behind it.
  const bool is_large = item.info.bytes > context_.options.range_above_bytes;
  if (is_large && !flush(stop)) return fail(Code::kCancelled, "cancelled");
  batch_.push_back(std::move(item));
  const bool is_full = is_large || batch_.size() >= batch_items_;
  return !is_full || flush(stop) ? Status() : fail(Code::kCancelled, "cancelled");
}

bool PullPlanner::flush(const std::stop_token& stop) {
  return batch_.empty() || queue_.push(std::exchange(batch_, {}), stop);
}

}  // namespace penstock
