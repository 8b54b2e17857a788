#include "transfer/pull_extras.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "transfer/pull_partial.h"

namespace penstock {
namespace {

constexpr std::size_t kBudgetBytes = std::size_t{1} << 20;
constexpr std::size_t kMergePieceBytes = std::size_t{64} << 10;

bool is_ours(const std::string& path) { return is_partial_name(path.substr(path.rfind('/') + 1)); }

// Each text of a buffer of texts that end with a NUL.
template <class Use>
Status each_text(const SpillBuffer& texts, Use use) {
  std::vector<std::byte> piece;
  std::string text;
  for (std::uint64_t at = 0; at < texts.size(); at += piece.size()) {
    piece.resize(std::min<std::uint64_t>(kMergePieceBytes, texts.size() - at));
    PENSTOCK_CHECK(texts.read_at(at, piece));
    for (const char c : as_text(piece)) {
      if (c != '\0') {
        text += c;
        continue;
      }
      PENSTOCK_CHECK(use(text));
      text.clear();
    }
  }
  return {};
}

}  // namespace

PullExtras::PullExtras(const PullContext& context, Walker walker)
    : context_(&context), walker_(std::move(walker)), found_(kBudgetBytes) {}

Result<PullExtras> PullExtras::create(const PullContext& context, const std::stop_token& stop) {
  WalkOptions options;
  options.sources = {context.options.directory + "/."};
  options.filter = context.options.filter;
  // What is not seen is not removed; but it is told, and then nothing is.
  options.on_problem = [&outcome = context.outcome](Error error) {
    (void)outcome.problem(std::move(error));
  };
  PENSTOCK_TRY(Walker walker, Walker::create(std::move(options), stop));
  PullExtras extras(context, std::move(walker));
  PENSTOCK_CHECK(extras.next(stop));
  return extras;
}

Status PullExtras::next(const std::stop_token& stop) {
  do {
    PENSTOCK_TRY(item_, walker_.next(stop));
  } while (item_ && item_->kind != FileKind::kFile && item_->kind != FileKind::kSymlink);
  return {};
}

Status PullExtras::see(const std::string& path, const std::stop_token& stop) {
  while (item_ && item_->path < path) {
    PENSTOCK_CHECK(find(*item_));
    PENSTOCK_CHECK(next(stop));
  }
  return item_ && item_->path == path ? next(stop) : Status();
}

Status PullExtras::find(const WalkItem& item) {
  if (!is_ours(item.path)) ++count_;
  return found_.append(as_bytes(std::string_view(item.path.c_str(), item.path.size() + 1)));
}

Status PullExtras::finish(const std::stop_token& stop) {
  while (item_) {
    PENSTOCK_CHECK(find(*item_));
    PENSTOCK_CHECK(next(stop));
  }
  if (count_ == 0) return remove_all();
  const std::string what =
      std::to_string(count_) + " extra files of " + context_->options.directory;
  if (!context_->outcome.clean())
    return context_->outcome.problem(
        {Code::kPartial, what + " are kept, because something has failed", Retry::kNever, {}});
  if (count_ > context_->options.most_deletes)
    return context_->outcome.problem({Code::kInvalid,
                                      what + " are kept: no more than " +
                                          std::to_string(context_->options.most_deletes) +
                                          " may be deleted",
                                      Retry::kNever,
                                      {}});
  return remove_all();
}

Status PullExtras::remove_all() {
  return each_text(found_, [this](const std::string& path) { return remove(path); });
}

Status PullExtras::remove(const std::string& path) {
  if (!context_->options.dry_run) {
    const SafeDir& dir = *context_->tree.dir();
    Status removed = dir.remove(path);
    if (!removed && removed.error().code != Code::kNotFound)
      return context_->outcome.problem(std::move(removed).error());
    for (std::string_view at = zip::parent_part(path); !at.empty() && dir.remove_dir(at);)
      at = zip::parent_part(at);
  }
  if (!is_ours(path)) context_->outcome.deleted(path);
  return {};
}

}  // namespace penstock
