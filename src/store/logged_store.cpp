#include "store/logged_store.h"

#include <utility>

namespace penstock {
namespace {

class LoggedStore final : public WrappedStore<LoggedStore> {
 public:
  LoggedStore(std::shared_ptr<Store> inner, std::function<void(const LoggedCall&)> log,
              Clock& clock)
      : WrappedStore(std::move(inner)), log_(std::move(log)), clock_(clock) {}

  template <class Perform>
  auto around(StoreOperation operation, const std::string& key, Call& call, Perform perform) {
    const Clock::TimePoint begin = clock_.now();
    auto result = perform(call);
    log_({operation, key, clock_.now() - begin, result ? nullptr : &result.error(), call.attempts});
    return result;
  }

 private:
  std::function<void(const LoggedCall&)> log_;
  Clock& clock_;
};

}  // namespace

std::unique_ptr<Store> make_logged_store(std::shared_ptr<Store> inner,
                                         std::function<void(const LoggedCall&)> log, Clock& clock) {
  return std::make_unique<LoggedStore>(std::move(inner), std::move(log), clock);
}

}  // namespace penstock
