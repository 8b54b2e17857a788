#include "transfer/push_end.h"

#include <string>
#include <utility>
#include <vector>

#include "base/quote.h"
#include "transfer/push_bundles.h"

namespace penstock {
namespace {

constexpr std::size_t kKeysAtOnce = 1000;
// Of so few objects a share says nothing.
constexpr std::uint64_t kFewObjects = 10;

bool is_too_many(std::uint64_t extra, std::uint64_t objects, const DeleteLimits& limits) {
  if (limits.force) return false;
  if (extra > limits.most) return true;
  return extra > kFewObjects && extra * 100 > objects * limits.most_percent;
}

class ExtraRemover {
 public:
  ExtraRemover(PushContext& context, const std::stop_token& stop)
      : context_(context), stop_(stop) {}

  Status add(std::string_view key) {
    keys_.emplace_back(key);
    return keys_.size() < kKeysAtOnce ? Status() : flush();
  }
  Status flush() {
    if (keys_.empty()) return {};
    if (context_.options.dry_run)
      context_.count_requests(1, 0);
    else
      PENSTOCK_CHECK(remove());
    deleted_ += keys_.size();
    for (const std::string& key : keys_)
      context_.tell({key, PushOutcome::kDeleted, 0, context_.clock.now() - effort_.start,
                     effort_.attempts, nullptr});
    keys_.clear();
    return {};
  }
  std::uint64_t deleted() const { return deleted_; }

 private:
  // Leaves in keys_ what is gone.
  Status remove() {
    effort_ = context_.begin_effort();
    if (context_.bundles != nullptr) PENSTOCK_CHECK(context_.bundles->remove(keys_));
    PENSTOCK_TRY(const auto failed, context_.request(stop_, effort_, [&](Call& call) {
      return context_.store.remove(keys_, call);
    }));
    for (const auto& [key, error] : failed) {
      std::erase(keys_, key);
      context_.problem(Error(error).within("delete " + quoted_name(key)));
    }
    for (const std::string& key : keys_) context_.journal.forget(key);
    return {};
  }

  PushContext& context_;
  const std::stop_token& stop_;
  PushEffort effort_;
  std::vector<std::string> keys_;
  std::uint64_t deleted_ = 0;
};

Status refuse(PushContext& context, std::string why) {
  context.problem(
      Error{Code::kInvalid, "nothing is deleted: " + std::move(why), Retry::kNever, {}});
  return {};
}

}  // namespace

Result<DeletedExtra> delete_extra(PushContext& context, ExtraObjects& found,
                                  const std::stop_token& stop) {
  const std::uint64_t extra = found.keys.count();
  if (!context.options.delete_extra || extra == 0) return DeletedExtra{};
  if (!found.saw_all) {
    PENSTOCK_CHECK(refuse(context, "not all of the source could be read"));
    return DeletedExtra{0, extra};
  }
  if (is_too_many(extra, found.objects, context.options.delete_limits)) {
    PENSTOCK_CHECK(
        refuse(context, std::to_string(extra) + " of " + std::to_string(found.objects) +
                            " objects are not in the source, which is more than the limit; raise "
                            "it or force it if that is meant"));
    return DeletedExtra{0, extra};
  }
  ExtraRemover remover(context, stop);
  for (;;) {
    PENSTOCK_TRY(const std::optional<std::string_view> key, found.keys.next());
    if (!key) break;
    PENSTOCK_CHECK(remover.add(*key));
  }
  PENSTOCK_CHECK(remover.flush());
  return DeletedExtra{remover.deleted(), 0};
}

Status abort_left_uploads(PushContext& context, const std::string& prefix,
                          const std::stop_token& stop) {
  if (context.options.dry_run) return {};
  for (const JournalUpload& known : context.journal.uploads(prefix)) {
    if (context.is_upload_kept(known.key)) continue;
    PushEffort effort = context.begin_effort();
    const Upload upload{known.key, known.id, {}};
    const Status aborted = context.request(
        stop, effort, [&](Call& call) { return context.store.abort_upload(upload, call); });
    if (aborted)
      context.journal.forget_upload(known.key);
    else if (aborted.error().code == Code::kCancelled)
      return aborted;
  }
  return {};
}

}  // namespace penstock
