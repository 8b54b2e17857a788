#include "store/limited_store.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "store/store_checks.h"
#include "store/wrapped_store.h"

namespace penstock {
namespace {

Failure cancelled(std::string_view operation, std::string_view key) {
  return fail(Code::kCancelled, step_of(operation, key) + ": cancelled");
}

// Each slice of it waits for the bandwidth before it is read.
class LimitedBody final : public Body {
 public:
  LimitedBody(Body& inner, Throttle& throttle, const std::stop_token& stop)
      : inner_(inner), throttle_(throttle), stop_(stop) {}

  std::uint64_t size() const override { return inner_.size(); }
  Status rewind() override { return inner_.rewind(); }
  Result<std::size_t> read(MutableBytes out) override {
    const std::uint64_t slice = throttle_.send_slice();
    const auto part =
        out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), slice)));
    PENSTOCK_TRY(const std::size_t got, inner_.read(part));
    if (!throttle_.send(got, stop_)) return fail(Code::kCancelled, "send: cancelled");
    return got;
  }
  Result<Sha256Digest> sha256() override { return inner_.sha256(); }

 private:
  Body& inner_;
  Throttle& throttle_;
  const std::stop_token& stop_;
};

RequestFate fate_of(const Error* error) {
  if (error == nullptr) return RequestFate::kOk;
  if (error->retry == Retry::kBusy) return RequestFate::kBusy;
  return error->code == Code::kIo && error->retry == Retry::kLater ? RequestFate::kTimedOut
                                                                   : RequestFate::kFailed;
}

class LimitedStore final : public WrappedStore<LimitedStore> {
 public:
  LimitedStore(std::shared_ptr<Store> inner, StoreLimits limits, Clock& clock)
      : WrappedStore(std::move(inner)), limits_(std::move(limits)), clock_(clock) {}

  template <class Perform>
  auto around(StoreOperation operation, const std::string& key, Call& call, Perform perform) {
    return request(
        operation, key, call, [] { return std::uint64_t{0}; }, std::move(perform));
  }

  Result<PutResult> put(const std::string& key, Body& body, const PutOptions& options,
                        Call& call) override {
    return send(StoreOperation::kPut, key, body, call,
                [&](Body& limited, Call& c) { return inner().put(key, limited, options, c); });
  }
  Result<Part> put_part(const Upload& upload, unsigned number, Body& body, Call& call) override {
    return send(StoreOperation::kPutPart, upload.key, body, call, [&](Body& limited, Call& c) {
      return inner().put_part(upload, number, limited, c);
    });
  }
  Result<ObjectInfo> get(const std::string& key, const GetOptions& options,
                         const Receiver& receiver, Call& call) override;

 private:
  bool limits_bytes() const { return limits_.throttle && limits_.throttle->limits_bytes(); }

  // `bytes()` is how many the request moved, asked at its end.
  template <class Moved, class Perform>
  auto request(StoreOperation operation, const std::string& key, Call& call, Moved bytes,
               Perform perform) -> decltype(perform(call)) {
    if (limits_.throttle && !limits_.throttle->request(call.stop))
      return cancelled(penstock::name(operation), key);
    std::optional<Gate::Permit> permit = enter(call.stop);
    if (limits_.gate && !permit) return cancelled(penstock::name(operation), key);
    const Clock::TimePoint begin = clock_.now();
    auto result = perform(call);
    ended(permit, {bytes(), clock_.now() - begin, fate_of(result ? nullptr : &result.error())});
    return result;
  }
  std::optional<Gate::Permit> enter(const std::stop_token& stop) {
    if (!limits_.gate) return std::nullopt;
    return limits_.gate->enter(stop);
  }
  void ended(std::optional<Gate::Permit>& permit, const RequestOutcome& outcome);

  template <class Perform>
  auto send(StoreOperation operation, const std::string& key, Body& body, Call& call,
            Perform perform) -> decltype(perform(body, call)) {
    return request(
        operation, key, call, [&body] { return body.size(); },
        [&](Call& c) {
          if (!limits_bytes()) return perform(body, c);
          LimitedBody limited(body, *limits_.throttle, c.stop);
          return perform(static_cast<Body&>(limited), c);
        });
  }

  StoreLimits limits_;
  Clock& clock_;
};

void LimitedStore::ended(std::optional<Gate::Permit>& permit, const RequestOutcome& outcome) {
  if (permit) permit->leave(outcome);
  if (limits_.tally) limits_.tally->add(outcome);
  if (!limits_.adaptive_rate) return;
  if (outcome.fate == RequestFate::kBusy)
    limits_.adaptive_rate->throttled(clock_.now());
  else if (outcome.fate == RequestFate::kOk)
    limits_.adaptive_rate->succeeded(outcome.latency, clock_.now());
}

Result<ObjectInfo> LimitedStore::get(const std::string& key, const GetOptions& options,
                                     const Receiver& receiver, Call& call) {
  std::uint64_t moved = 0;
  Receiver limited{receiver.info, {}};
  limited.bytes = [&](Bytes piece) -> Status {
    moved += piece.size();
    while (!piece.empty()) {
      const auto slice = static_cast<std::size_t>(
          limits_bytes() ? std::min<std::uint64_t>(piece.size(), limits_.throttle->receive_slice())
                         : piece.size());
      if (limits_bytes() && !limits_.throttle->receive(slice, call.stop))
        return cancelled("get", key);
      PENSTOCK_CHECK(receiver.bytes(piece.first(slice)));
      piece = piece.subspan(slice);
    }
    return {};
  };
  return request(
      StoreOperation::kGet, key, call, [&moved] { return moved; },
      [&](Call& c) { return inner().get(key, options, limited, c); });
}

}  // namespace

std::unique_ptr<Store> make_limited_store(std::shared_ptr<Store> inner, StoreLimits limits,
                                          Clock& clock) {
  return std::make_unique<LimitedStore>(std::move(inner), std::move(limits), clock);
}

}  // namespace penstock
