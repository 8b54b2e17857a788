#include "store/retrying_store.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "base/quote.h"
#include "base/units.h"
#include "store/store_checks.h"

namespace penstock {
namespace {

constexpr unsigned kCorruptRetries = 2;

// Whether what is in `store` under `key` has exactly the bytes of `body`.
class ContentComparison {
 public:
  explicit ContentComparison(Body& body) : body_(body) {}

  Result<bool> is_in(Store& store, const std::string& key, Call& call) {
    PENSTOCK_TRY(const ObjectInfo info, store.stat(key, call));
    if (info.bytes != body_.size()) return false;
    Receiver receiver;
    receiver.info = [this](const ObjectInfo& object) {
      same_ = object.bytes == body_.size();
      return body_.rewind();
    };
    receiver.bytes = [this](Bytes piece) { return compare(piece); };
    PENSTOCK_TRY(const ObjectInfo got, store.get(key, {{}, info.etag}, receiver, call));
    return same_ && got.bytes == body_.size();
  }

 private:
  Status compare(Bytes piece) {
    while (same_ && !piece.empty()) {
      const auto mine = MutableBytes(buffer_.get(), std::min(piece.size(), kBufferBytes));
      PENSTOCK_TRY(const std::size_t got, body_.read(mine));
      same_ = got > 0 && std::ranges::equal(Bytes(mine).first(got), piece.first(got));
      piece = piece.subspan(got);
    }
    return {};
  }

  static constexpr std::size_t kBufferBytes = 16384;

  Body& body_;
  bool same_ = true;
  // Not on the stack, where every thread that only puts would have the pages of it.
  const std::unique_ptr<std::byte[]> buffer_ =
      std::make_unique_for_overwrite<std::byte[]>(kBufferBytes);
};

// The course of one call over its attempts.
struct Attempts {
  unsigned made = 1;
  unsigned corrupt = 0;
  int cost = 0;             // of the last retry
  bool maybe_done = false;  // an attempt failed whose answer may have been lost
};

class RetryingStore final : public WrappedStore<RetryingStore> {
 public:
  RetryingStore(std::shared_ptr<Store> inner, RetryingOptions options, Clock& clock)
      : WrappedStore(std::move(inner)),
        options_(std::move(options)),
        clock_(clock),
        jitter_(options_.seed) {}

  template <class Perform>
  auto around(StoreOperation operation, const std::string& key, Call& call, Perform perform) {
    Attempts attempts;
    return retry(operation, key, call, attempts, perform);
  }

  Result<PutResult> put(const std::string& key, Body& body, const PutOptions& options,
                        Call& call) override;
  Result<ObjectInfo> get(const std::string& key, const GetOptions& options,
                         const Receiver& receiver, Call& call) override;
  Result<std::vector<std::pair<std::string, Error>>> remove(std::span<const std::string> keys,
                                                            Call& call) override;
  Result<PutResult> copy(const std::string& from, const std::string& to, const PutOptions& options,
                         Call& call) override;
  Result<PutResult> complete_upload(const Upload& upload, std::span<const Part> parts,
                                    Call& call) override;

 private:
  template <class Perform>
  auto retry(StoreOperation operation, const std::string& key, Call& call, Attempts& attempts,
             Perform& perform) -> decltype(perform(call)) {
    while (true) {
      Call attempt{call.stop, 1};
      auto result = perform(attempt);
      call.attempts = attempts.made;
      if (result) {
        if (options_.budget) options_.budget->succeeded(attempts.cost);
        return result;
      }
      if (!pause(operation, key, call.stop, attempts, result.error()))
        return fail(in_the_end(std::move(result).error(), call, attempts));
    }
  }
  bool pause(StoreOperation operation, const std::string& key, const std::stop_token& stop,
             Attempts& attempts, const Error& error);
  bool may_retry(const Attempts& attempts, const Error& error) const;
  static Error in_the_end(Error error, const Call& call, const Attempts& attempts);

  RetryingOptions options_;
  Clock& clock_;
  Jitter jitter_;
};

bool RetryingStore::may_retry(const Attempts& attempts, const Error& error) const {
  if (error.retry == Retry::kNever || attempts.made > options_.policy.retries) return false;
  return error.code != Code::kCorrupt || attempts.corrupt < kCorruptRetries;
}

// Waits for the next attempt; false when there is none.
bool RetryingStore::pause(StoreOperation operation, const std::string& key,
                          const std::stop_token& stop, Attempts& attempts, const Error& error) {
  if (!may_retry(attempts, error)) return false;
  if (options_.budget) {
    const std::optional<int> cost = options_.budget->take(error.retry);
    if (!cost) return false;
    attempts.cost = *cost;
  }
  const auto delay = retry_delay(options_.policy, attempts.made, error, jitter_);
  options_.notice({operation, key, attempts.made, options_.policy.retries + 1, error, delay});
  if (error.code == Code::kCorrupt) ++attempts.corrupt;
  if (error.retry == Retry::kLater) attempts.maybe_done = true;
  ++attempts.made;
  return clock_.sleep_for(delay, stop);
}

Error RetryingStore::in_the_end(Error error, const Call& call, const Attempts& attempts) {
  if (call.stop.stop_requested() && error.code != Code::kCancelled)
    return {Code::kCancelled, "cancelled after: " + error.message, Retry::kNever, {}};
  if (attempts.made > 1 && error.retry != Retry::kNever)
    error.message += " (" + std::to_string(attempts.made) + " attempts)";
  return error;
}

Result<PutResult> RetryingStore::put(const std::string& key, Body& body, const PutOptions& options,
                                     Call& call) {
  Attempts attempts;
  const auto perform = [&](Call& attempt) -> Result<PutResult> {
    auto done = inner().put(key, body, options, attempt);
    if (done || done.error().code != Code::kExists || !attempts.maybe_done) return done;
    // The one that exists may be ours, put by an attempt whose answer was lost.
    PENSTOCK_TRY(const bool ours, ContentComparison(body).is_in(inner(), key, attempt));
    if (!ours) return done;
    PENSTOCK_TRY(ObjectInfo info, inner().stat(key, attempt));
    return PutResult{std::move(info.etag)};
  };
  return retry(StoreOperation::kPut, key, call, attempts, perform);
}

Result<ObjectInfo> RetryingStore::get(const std::string& key, const GetOptions& options,
                                      const Receiver& receiver, Call& call) {
  // A failure of the receiver is its caller's, whatever it says about retrying.
  const auto final = [](Status status) {
    if (!status) status.error().retry = Retry::kNever;
    return status;
  };
  Receiver ours;
  ours.info = [&](const ObjectInfo& info) { return final(receiver.info(info)); };
  ours.bytes = [&](Bytes piece) { return final(receiver.bytes(piece)); };
  return WrappedStore::get(key, options, ours, call);
}

// Keys that failed and may succeed later are tried again, without the others.
Result<std::vector<std::pair<std::string, Error>>> RetryingStore::remove(
    std::span<const std::string> keys, Call& call) {
  using Failures = std::vector<std::pair<std::string, Error>>;
  std::vector<std::string> left(keys.begin(), keys.end());
  Failures failed;
  Failures passing;  // of the last attempt
  const auto perform = [&](Call& attempt) -> Result<Failures> {
    passing.clear();
    PENSTOCK_TRY(Failures now, inner().remove(left, attempt));
    left.clear();
    for (auto& [key, error] : now) {
      if (error.retry != Retry::kNever) left.push_back(key);
      (error.retry == Retry::kNever ? failed : passing).emplace_back(key, std::move(error));
    }
    if (!passing.empty()) return fail(passing.front().second);
    return std::move(failed);
  };
  Attempts attempts;
  const std::string first = keys.empty() ? std::string() : keys.front();
  auto result = retry(StoreOperation::kRemove, first, call, attempts, perform);
  if (result || passing.empty() || result.error().code == Code::kCancelled) return result;
  std::ranges::move(passing, std::back_inserter(failed));
  return failed;
}

Result<PutResult> RetryingStore::copy(const std::string& from, const std::string& to,
                                      const PutOptions& options, Call& call) {
  Attempts attempts;
  const auto perform = [&](Call& attempt) -> Result<PutResult> {
    auto done = inner().copy(from, to, options, attempt);
    if (done || done.error().code != Code::kExists || !attempts.maybe_done) return done;
    PENSTOCK_TRY(const ObjectInfo source, inner().stat(from, attempt));
    PENSTOCK_TRY(ObjectInfo made, inner().stat(to, attempt));
    if (made.etag.empty() || made.etag != source.etag || made.bytes != source.bytes) return done;
    return PutResult{std::move(made.etag)};
  };
  return retry(StoreOperation::kCopy, from, call, attempts, perform);
}

// Whether `object` is what completing `parts` made.
bool is_made_of(const ObjectInfo& object, std::span<const Part> parts) {
  if (object.bytes != bytes_of(parts)) return false;
  auto etag = multipart_etag(parts);
  return !etag || object.etag.empty() || object.etag == *etag;
}

Result<PutResult> RetryingStore::complete_upload(const Upload& upload, std::span<const Part> parts,
                                                 Call& call) {
  Attempts attempts;
  const auto perform = [&](Call& attempt) -> Result<PutResult> {
    auto done = inner().complete_upload(upload, parts, attempt);
    if (done || done.error().code != Code::kNotFound || !attempts.maybe_done) return done;
    // The upload may be gone because an attempt completed it.
    auto made = inner().stat(upload.key, attempt);
    if (!made && made.error().retry != Retry::kNever) return fail(std::move(made).error());
    if (!made || !is_made_of(*made, parts)) return done;
    return PutResult{std::move(made->etag)};
  };
  return retry(StoreOperation::kCompleteUpload, upload.key, call, attempts, perform);
}

}  // namespace

std::string describe(const RetryNotice& notice) {
  return printable(notice.key) + ": attempt " + std::to_string(notice.attempt) + "/" +
         std::to_string(notice.attempts) + " failed (" + printable(notice.error.message) +
         "), retrying in " + format_duration(notice.delay);
}

std::unique_ptr<Store> make_retrying_store(std::shared_ptr<Store> inner, RetryingOptions options,
                                           Clock& clock) {
  return std::make_unique<RetryingStore>(std::move(inner), std::move(options), clock);
}

}  // namespace penstock
