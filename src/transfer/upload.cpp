#include "penstock/upload.h"

#include <utility>

#include "base/clock.h"
#include "store/open_store.h"
#include "store/retrying_store.h"
#include "transfer/push.h"

namespace penstock {
namespace {

// What fails is told as a result.
class SilentObserver final : public Observer {
 public:
  void problem(const Error& /*error*/) override {}
  void notice(std::string_view /*text*/) override {}
};

UploadResult result_of(const PushedObject& object) {
  UploadResult result;
  result.file = object.key;
  result.success = object.error == nullptr;
  if (object.error != nullptr) result.error = object.error->message;
  result.duration = object.elapsed;
  result.attempts = object.attempts;
  result.bytes = object.bytes;
  return result;
}

PushOptions push_options(const UploadOptions& options, const std::string& prefix) {
  PushOptions push;
  push.sources = options.sources;
  push.filter = {options.include, options.exclude};
  push.workers = options.workers;
  push.journal_path = options.journal;
  push.prefix = prefix;
  return push;
}

}  // namespace

struct UploadManager::State {
  UploadOptions options;
  std::unique_ptr<Store> owned;  // with retries
  Store* store = nullptr;        // `owned`, or the caller's
  std::string prefix;
  OnProgress on_progress = [](const Progress&) {};
  OnResult on_result = [](const UploadResult&) {};
};

UploadManager::UploadManager(std::unique_ptr<State> state) : state_(std::move(state)) {}
UploadManager::~UploadManager() = default;
UploadManager::UploadManager(UploadManager&&) noexcept = default;
UploadManager& UploadManager::operator=(UploadManager&&) noexcept = default;

Result<UploadManager> UploadManager::create(UploadOptions options) {
  const OpenStoreOptions standard;
  PENSTOCK_TRY(Place place, open_store(options.destination, standard));
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  RetryingOptions retrying;
  retrying.budget = std::make_shared<RetryBudget>();
  state->owned = make_retrying_store(std::move(place.store), std::move(retrying), steady_clock());
  state->store = state->owned.get();
  state->prefix = std::move(place.prefix);
  return UploadManager(std::move(state));
}

UploadManager UploadManager::to(Store& store, UploadOptions options) {
  auto state = std::make_unique<State>();
  state->prefix = options.destination;
  state->options = std::move(options);
  state->store = &store;
  return UploadManager(std::move(state));
}

void UploadManager::on_progress(OnProgress call) { state_->on_progress = std::move(call); }
void UploadManager::on_result(OnResult call) { state_->on_result = std::move(call); }

Result<UploadSummary> UploadManager::run(std::stop_token stop) {
  Progress progress;
  SilentObserver observer;
  PushOptions options = push_options(state_->options, state_->prefix);
  options.on_object = [&](const PushedObject& object) {
    state_->on_result(result_of(object));
    state_->on_progress(progress);
  };
  PENSTOCK_TRY(const PushReport report,
               push(options, *state_->store, observer, progress, std::move(stop)));
  return UploadSummary{report.files, report.unchanged, report.failed, report.bytes, report.elapsed};
}

}  // namespace penstock
