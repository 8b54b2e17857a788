#include "store/chaos_store.h"

#include <string>
#include <utility>
#include <vector>

#include "flow/jitter.h"
#include "store/store_checks.h"
#include "store/wrapped_store.h"

namespace penstock {
namespace {

// One bit of it arrives wrong; its digest is that of what was meant.
class FlippingBody final : public Body {
 public:
  FlippingBody(Body& inner, std::uint64_t at) : inner_(inner), flip_at_(at) {}

  std::uint64_t size() const override { return inner_.size(); }
  Status rewind() override {
    at_ = 0;
    return inner_.rewind();
  }
  Result<std::size_t> read(MutableBytes out) override {
    PENSTOCK_TRY(const std::size_t got, inner_.read(out));
    if (flip_at_ >= at_ && flip_at_ < at_ + got) out[flip_at_ - at_] ^= std::byte{1};
    at_ += got;
    return got;
  }
  Result<Sha256Digest> sha256() override { return inner_.sha256(); }

 private:
  Body& inner_;
  std::uint64_t flip_at_;
  std::uint64_t at_ = 0;
};

class ChaosStore final : public WrappedStore<ChaosStore> {
 public:
  ChaosStore(const std::shared_ptr<Store>& inner, const ChaosOptions& options, Clock& clock)
      : WrappedStore(inner),
        options_(options),
        name_(inner->name() + " (chaos, seed " + std::to_string(options.seed) + ")"),
        clock_(clock),
        jitter_(options.seed) {}

  const std::string& name() const override { return name_; }

  template <class Perform>
  auto around(StoreOperation operation, const std::string& key, Call& call, Perform perform)
      -> decltype(perform(call)) {
    const std::string step = step_of(penstock::name(operation), key);
    if (jitter_.chance(options_.delay) && !clock_.sleep_for(some_delay(), call.stop))
      return fail(Code::kCancelled, step + ": cancelled");
    if (jitter_.chance(options_.fail_before)) return refuse(step);
    auto result = perform(call);
    // Who failed got that answer, or the lost one, which is no news.
    if (result && jitter_.chance(options_.lose_answer))
      return fail(Code::kIo, step + ": the connection broke before the answer", Retry::kLater);
    return result;
  }

  Result<PutResult> put(const std::string& key, Body& body, const PutOptions& options,
                        Call& call) override {
    if (!flips(body)) return WrappedStore::put(key, body, options, call);
    FlippingBody flipping(body, jitter_.next() % body.size());
    return WrappedStore::put(key, flipping, options, call);
  }
  Result<Part> put_part(const Upload& upload, unsigned number, Body& body, Call& call) override {
    if (!flips(body)) return WrappedStore::put_part(upload, number, body, call);
    FlippingBody flipping(body, jitter_.next() % body.size());
    return WrappedStore::put_part(upload, number, flipping, call);
  }
  Result<ObjectInfo> get(const std::string& key, const GetOptions& options,
                         const Receiver& receiver, Call& call) override;
  Result<std::vector<std::pair<std::string, Error>>> remove(std::span<const std::string> keys,
                                                            Call& call) override;

 private:
  bool flips(const Body& body) { return body.size() > 0 && jitter_.chance(options_.flip_bit); }
  std::chrono::nanoseconds some_delay() {
    const std::chrono::nanoseconds most = options_.most_delay;
    return std::chrono::nanoseconds(
        static_cast<std::int64_t>(jitter_.fraction() * static_cast<double>(most.count())));
  }
  Failure refuse(const std::string& step) {
    if (jitter_.chance(0.5)) return fail(Code::kIo, step + ": 503 SlowDown", Retry::kBusy);
    if (jitter_.chance(0.5))
      return fail(Code::kIo, step + ": 200 with an error in it: InternalError", Retry::kLater);
    return fail(Code::kIo, step + ": the connection broke", Retry::kLater);
  }

  ChaosOptions options_;
  std::string name_;
  Clock& clock_;
  Jitter jitter_;
};

Result<ObjectInfo> ChaosStore::get(const std::string& key, const GetOptions& options,
                                   const Receiver& receiver, Call& call) {
  if (!jitter_.chance(options_.flip_bit)) return WrappedStore::get(key, options, receiver, call);
  bool flipped = false;
  Receiver flipping{receiver.info, {}};
  flipping.bytes = [&](Bytes piece) {
    std::vector<std::byte> wrong(piece.begin(), piece.end());
    if (!std::exchange(flipped, true)) wrong.front() ^= std::byte{1};
    return receiver.bytes(wrong);
  };
  auto got = WrappedStore::get(key, options, flipping, call);
  if (got && flipped)
    return fail(Code::kCorrupt, step_of("get", key) + ": what arrived has another checksum",
                Retry::kLater);
  return got;
}

Result<std::vector<std::pair<std::string, Error>>> ChaosStore::remove(
    std::span<const std::string> keys, Call& call) {
  std::vector<std::string> tried;
  std::vector<std::pair<std::string, Error>> failed;
  for (const std::string& key : keys) {
    if (jitter_.chance(options_.partial))
      failed.emplace_back(
          key, Error{Code::kIo, step_of("remove", key) + ": InternalError", Retry::kLater, {}});
    else
      tried.push_back(key);
  }
  PENSTOCK_TRY(auto rest, WrappedStore::remove(tried, call));
  for (auto& failure : rest) failed.push_back(std::move(failure));
  return failed;
}

}  // namespace

std::unique_ptr<Store> make_chaos_store(std::shared_ptr<Store> inner, const ChaosOptions& options,
                                        Clock& clock) {
  return std::make_unique<ChaosStore>(inner, options, clock);
}

}  // namespace penstock
