// What all threads of one push share: options, destination, journal, and the counting and telling
// of what happens.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "penstock/error.h"
#include "penstock/observer.h"

#include "archive/serial_observer.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "flow/meter.h"
#include "transfer/journal.h"
#include "transfer/latency_histogram.h"
#include "transfer/push.h"
#include "transfer/push_file.h"
#include "transfer/push_run.h"

namespace penstock {

class PushBundles;

struct PushMeters : MeasuredStages {
  StageMeter walk;     // files found and compared; waits for a full queue
  StageMeter read;     // contents read and hashed
  StageMeter request;  // contents sent; waits for the destination
};

// How much one file took.
struct PushEffort {
  Clock::TimePoint start;
  unsigned attempts = 0;
};

// Tells whether to go on after so many failures. Threads: any.
class DoomDetector {
 public:
  void succeeded() { any_success_.store(true, std::memory_order_relaxed); }
  // A request for a file failed: true when the rest can only fail as well, because the destination
  // is not there, or refuses everything from the beginning on.
  bool is_doomed_by(const Error& error);

 private:
  std::atomic<bool> any_success_{false};
  std::atomic<unsigned> refusals_{0};
};

// Threads: any.
class PushContext {
 public:
  // All must outlive it. Opens the journal.
  PushContext(const PushOptions& push_options, const PushHooks& push_hooks, Store& destination,
              Observer& observer, Progress& shown);

  // One call of the store, counted: `make` is given the Call. `effort` learns of its attempts.
  template <class Make>
  auto request(const std::stop_token& stop, PushEffort& effort, Make make) {
    Call call{stop};
    auto result = make(call);
    count_call(call);
    effort.attempts = std::max(effort.attempts, call.attempts);
    return result;
  }
  // The same for one that sends contents, its time taken.
  template <class Make>
  auto sending(const std::stop_token& stop, PushEffort& effort, std::uint64_t size, Make make) {
    const auto start = clock.now();
    auto result = request(stop, effort, std::move(make));
    const auto took = clock.now() - start;
    latency.add(took);
    meters.request.add(1, size);
    meters.request.add_waiting(took);
    return result;
  }
  void count_call(const Call& call) { count_requests(call.attempts, call.repeated()); }
  void count_requests(std::uint64_t made, std::uint64_t repeated) {
    requests.fetch_add(made, std::memory_order_relaxed);
    retried.fetch_add(repeated, std::memory_order_relaxed);
  }

  // What becomes of a file: each is told once. `counted` bytes of it are in Progress already.
  void sent(const PushFile& file, std::uint64_t bytes, const PushEffort& effort,
            std::uint64_t counted = 0);
  void unchanged(const PushFile& file, std::uint64_t bytes, const PushEffort& effort,
                 std::uint64_t counted = 0);
  // The error when the push must end with it.
  Status failed(const PushFile& file, Error error, const PushEffort& effort,
                std::uint64_t counted = 0);
  void problem(const Error& error) { told.problem(error); }
  void tell(const PushedObject& object) PENSTOCK_EXCLUDES(tell_mutex_);

  // Uploads that the next push goes on with.
  void keep_upload(const std::string& key) PENSTOCK_EXCLUDES(kept_mutex_);
  bool is_upload_kept(const std::string& key) const PENSTOCK_EXCLUDES(kept_mutex_);

  PushEffort begin_effort() const { return {clock.now()}; }

  const PushOptions& options;
  const PushHooks& hooks;
  Clock& clock;
  Store& store;
  zip::SerialObserver told;
  Progress& progress;
  std::string verb = "push";  // for messages
  PushMeters meters;
  LatencyHistogram latency;
  DoomDetector doom;
  PushBundles* bundles = nullptr;  // not owned; while a push sends files, and removes; null: a copy
  std::string prefix;              // of all keys: empty, or with a slash at its end
  std::size_t whole_bytes = 0;     // files up to it are read into memory
  std::atomic<std::uint64_t> files{0};
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<std::uint64_t> unchanged_files{0};
  std::atomic<std::uint64_t> unchanged_bytes{0};
  std::atomic<std::uint64_t> skipped{0};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> retried{0};

 private:
  void finish_progress(const PushFile& file, std::uint64_t counted);

  Mutex tell_mutex_;
  mutable Mutex kept_mutex_;
  std::set<std::string> kept_uploads_ PENSTOCK_GUARDED_BY(kept_mutex_);

 public:
  Journal journal;  // goes first: it may tell what went wrong
};

// What all of it came to, but for the end (push_end.h) and the time.
PushReport report_of(const PushContext& context);
// Files come and go while it runs: at the end what was done is all there was.
void end_progress(Progress& progress);

// That the destination can do what the options want of it.
Status check_destination(const PushOptions& options, const Store& store);
// kUnsupported for a key that the store cannot hold.
Status check_key(const PushFile& file, const Store& store);

// The size of the parts a file of `bytes` is sent in to this store.
std::uint64_t part_bytes_for(std::uint64_t bytes, const PushOptions& options,
                             const StoreTraits& traits);
// Whether it is sent in parts.
bool goes_in_parts(std::uint64_t bytes, const PushOptions& options, const StoreTraits& traits);
// What an object is given beside its content.
PutOptions put_options_for(const PushFile& file, const struct stat& status,
                           const std::optional<Sha256Digest>& sha256, const PushContext& context);

}  // namespace penstock
