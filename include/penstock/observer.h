// How a long operation tells its caller what happens: problems and notices as they occur, progress
// as counters to look at whenever one likes, and the report of each stage at the end.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"

namespace penstock {

// Counters that only grow while an operation runs. Any thread may read them at any time.
struct Progress {
  std::atomic<std::uint64_t> files_done{0};   // finished; the report's `files` at the end
  std::atomic<std::uint64_t> bytes_in{0};     // read from the source (pack) or the archive (unpack)
  std::atomic<std::uint64_t> bytes_out{0};    // written to the archive (pack) or the tree (unpack)
  std::atomic<std::uint64_t> files_total{0};  // seen so far by the count that runs ahead
  std::atomic<std::uint64_t> bytes_total{0};  // of those files, uncompressed
  std::atomic<bool> totals_final{false};      // until then the totals are lower bounds
};

// Told by worker threads, one call at a time. Calls must be quick and must not throw.
class Observer {
 public:
  virtual ~Observer() = default;
  // An item failed and is left out; the operation goes on and will end with kPartial.
  virtual void problem(const Error& error) = 0;
  // Something worth knowing that is no failure: a socket was skipped, a link leaves the tree.
  virtual void notice(std::string_view text) = 0;
  // Called once, when all that can be judged beforehand is found good and the work begins. A
  // failure ends the operation, which then leaves nothing.
  virtual Status started() { return {}; }
  // A file, link or directory is packed, unpacked or verified; only called when the options have
  // `tell_done`. Its name in the archive (pack) or path below the directory: any bytes; that of a
  // directory ends in '/'.
  virtual void done(std::string_view /*name*/) {}
};

// What one stage of the pipeline did. `busy` is CPU time over the stage's threads and is measured
// only when asked for; `waiting` is the time its threads were blocked on the stages around it.
struct StageReport {
  std::string name;
  std::uint64_t items = 0;
  std::uint64_t bytes = 0;
  std::chrono::nanoseconds busy{};
  std::chrono::nanoseconds waiting{};
  bool kernel = false;  // only computes: keys, compression, ciphers, checksums; no system calls
};

}  // namespace penstock
