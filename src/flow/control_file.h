// A file in which the limits of a running transfer are changed:
//
//   rate 50
//   bandwidth 08:00-18:00 1M, 20M
//   bandwidth-down off
//
// Empty lines and those that begin with # say nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "penstock/error.h"

#include "flow/rate_plan.h"

namespace penstock {

// What the file says; what it does not say stays as it was.
struct LimitChange {
  std::optional<double> rate;  // requests per second; 0: no limit
  std::optional<RatePlan> up;  // "bandwidth" is both, "bandwidth-up" and "bandwidth-down" one
  std::optional<RatePlan> down;

  // kInvalid names the line and what is expected.
  static Result<LimitChange> parse(std::string_view text);
};

// Threads: one at a time.
class ControlFile {
 public:
  explicit ControlFile(std::string path) : path_(std::move(path)) {}

  // What the file says when it has changed since the last call; nothing while it is as it was, or
  // is not there. One stat() when nothing changed.
  Result<std::optional<LimitChange>> poll();

 private:
  struct Version {
    ino_t inode = 0;
    off_t bytes = 0;
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;
    bool operator==(const Version&) const = default;
  };
  std::string path_;
  Version seen_;
};

}  // namespace penstock
