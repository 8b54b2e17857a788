// How many requests in flight are best: found by trying, from nothing but how they went. The
// decisions of Gate's automatic mode, without its threads and waiting.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

#include "base/clock.h"

namespace penstock {

enum class RequestFate {
  kOk,
  kBusy,      // the server asks for fewer requests
  kTimedOut,  // it was too slow, or not there
  kFailed,    // says nothing about load: no such key, say
};

struct RequestOutcome {
  std::uint64_t bytes = 0;
  std::chrono::nanoseconds latency{};
  RequestFate fate = RequestFate::kOk;
};

// A hill climb on goodput with multiplicative decrease. Goodput is counted in requests that ran at
// the best time seen for their size class (a factor of 4 in bytes), so that small files and large
// ones count alike, and a change of their mixture is no change of goodput. A step is judged after
// two rounds (twice the limit of requests) at it; while steps pay, they double. Trouble halves the
// limit, once per round trip, and the next steps come later and smaller.
// Threads: one at a time.
class Climber {
 public:
  Climber(unsigned start, unsigned most, Clock::TimePoint now);

  // A request that entered at `entered` ended at `now`. `in_flight`: with it.
  void ended(const RequestOutcome& outcome, Clock::TimePoint entered, unsigned in_flight,
             Clock::TimePoint now);

  unsigned limit() const { return limit_; }
  // "64: more brought nothing", for --stats.
  std::string reason() const;

 private:
  struct Round {
    Clock::TimePoint begin;
    unsigned skip = 0;  // requests that began under another limit
    unsigned ended = 0;
    unsigned peak = 0;  // most in flight
    double work = 0;    // seconds at the best time of each
  };

  void trouble(RequestFate fate, Clock::TimePoint entered, Clock::TimePoint now);
  void count(const RequestOutcome& outcome, unsigned in_flight, Clock::TimePoint now);
  void judge(Clock::TimePoint now);
  void keep_or_go_back(double goodput);
  void climb();
  void change(unsigned limit, const char* why);
  double best_seconds(const RequestOutcome& outcome);

  unsigned limit_;
  const unsigned most_;
  Round round_;
  std::array<double, 33> best_seconds_{};  // by size class; 0: none yet
  // The step under trial: from where, and what it brought there.
  bool trying_ = false;
  unsigned before_ = 0;
  double goodput_before_ = 0;
  bool doubling_ = true;
  unsigned pause_ = 0;       // rounds until the next step
  unsigned last_pause_ = 2;  // grows when steps do not pay
  Clock::TimePoint last_cut_{};
  const char* reason_ = "the start";
};

}  // namespace penstock
