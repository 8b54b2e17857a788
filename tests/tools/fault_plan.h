// What the fault proxy does to which request: drawn from a seed, counted when it is done.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "penstock/error.h"

#include "tools/http_head.h"

namespace penstock::testing {

enum class Fault {
  kCutRequest,   // the connection breaks off within the request
  kCutAnswer,    // the server does it, the connection breaks off within the answer
  kDelay,        // the request is passed on late
  kSlowDown,     // 503, and nothing is passed on; every other one before the body has come
  kFlipRequest,  // one bit of the request's body is another one
  kFlipAnswer,   // one bit of the object that is answered is another one
  kErrorIn200,   // CompleteMultipartUpload and CopyObject: 200 with an <Error>, and nothing done
  kWrongDate,    // 403 RequestTimeTooSkewed, from a server whose clock is 20 minutes slow
  kClose,        // the connection ends after the answer, which did not say so
};
inline constexpr std::size_t kFaults = 9;

std::string_view name(Fault fault);  // "cut-request"

// All choices about one request. Threads: one.
class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t number);
  double share();                            // in [0, 1)
  std::uint64_t below(std::uint64_t limit);  // in [0, limit), which is not 0
  bool even() { return below(2) == 0; }

 private:
  std::mt19937_64 engine_;
};

// Threads: any, once all rates are set.
class FaultPlan {
 public:
  // Of so many requests of a hundred; kInvalid says what is wrong. All but kErrorIn200 share the
  // hundred, which is of those requests only that it fits.
  Status set_rate(Fault fault, std::string_view percent);
  std::optional<Fault> choose(const HttpHead& head, Dice& dice) const;

  void count(Fault fault) { ++done_[static_cast<std::size_t>(fault)]; }
  std::uint64_t done(Fault fault) const { return done_[static_cast<std::size_t>(fault)]; }

 private:
  double rate(Fault fault) const { return rates_[static_cast<std::size_t>(fault)]; }

  std::array<double, kFaults> rates_{};  // of 1
  std::array<std::atomic<std::uint64_t>, kFaults> done_{};
};

}  // namespace penstock::testing
