// The requests in flight: a fixed number, any number, or as many as prove best.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/wait_list.h"
#include "flow/climber.h"

namespace penstock {

// Where the automatic mode starts: four requests for each core, 10 to 64.
unsigned optimal_worker_count();

// Threads: any number at the same time.
class Gate {
 public:
  static constexpr unsigned kMostAutomatic = 512;

  struct Options {
    enum class Mode { kFixed, kUnlimited, kAutomatic };
    Mode mode = Mode::kAutomatic;
    unsigned workers = 0;  // kFixed: how many; kAutomatic: the start, 0: optimal_worker_count()
    unsigned most = kMostAutomatic;  // kAutomatic
  };

  // The right to one request; given back when it goes.
  class Permit {
   public:
    Permit(Permit&& other) noexcept
        : gate_(std::exchange(other.gate_, nullptr)), entered_(other.entered_) {}
    Permit& operator=(Permit&&) = delete;
    // Without a word about how it went: as RequestFate::kFailed.
    ~Permit();
    // How it went; the latency is the time since enter() unless it is told.
    void leave(RequestOutcome outcome);

   private:
    friend class Gate;
    Permit(Gate& gate, Clock::TimePoint entered) : gate_(&gate), entered_(entered) {}
    Gate* gate_;
    Clock::TimePoint entered_;
  };

  // `clock` must outlive it.
  Gate(const Options& options, Clock& clock);

  // Waits for room. Nothing on a stop. A permit must not outlive the gate.
  std::optional<Permit> enter(const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);
  // Nothing when there is no room.
  std::optional<Permit> try_enter() PENSTOCK_EXCLUDES(mutex_);

  struct Snapshot {
    unsigned in_flight = 0;
    unsigned peak = 0;   // most in flight so far
    unsigned limit = 0;  // UINT_MAX: unlimited
    std::string reason;  // "64: more brought nothing"
  };
  Snapshot snapshot() const PENSTOCK_EXCLUDES(mutex_);
  // As in the snapshot, without a lock.
  unsigned limit() const { return limit_.load(std::memory_order_relaxed); }

 private:
  bool has_room() const PENSTOCK_REQUIRES(mutex_) { return in_flight_ < limit_; }
  Permit let_in() PENSTOCK_REQUIRES(mutex_);
  void leave(const RequestOutcome& outcome, Clock::TimePoint entered) PENSTOCK_EXCLUDES(mutex_);

  Clock& clock_;
  mutable Mutex mutex_;
  WaitList room_ PENSTOCK_GUARDED_BY(mutex_);
  std::optional<Climber> climber_ PENSTOCK_GUARDED_BY(mutex_);
  std::atomic<unsigned> limit_;  // written under the lock
  unsigned in_flight_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  unsigned peak_ PENSTOCK_GUARDED_BY(mutex_) = 0;
};

}  // namespace penstock
