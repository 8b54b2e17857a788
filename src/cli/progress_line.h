// One line that says how far an operation is: for a terminal, for a log, for a program. Pure:
// numbers in, text out.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::cli {

// Where an operation stands. Pack reads contents and writes the archive, the others the other way.
struct Standing {
  std::uint64_t files = 0;
  std::uint64_t content_bytes = 0;  // uncompressed, done
  std::uint64_t archive_bytes = 0;  // compressed, done; of a transfer: sent
  bool has_ratio = true;            // of the two; not of a transfer
  std::uint64_t files_total = 0;    // lower bounds until `totals_final`
  std::uint64_t bytes_total = 0;
  bool totals_final = false;
  std::chrono::nanoseconds elapsed{};
  double bytes_per_second = 0;  // of contents, lately; 0: unknown yet
};

// At most `width` columns: what matters least is left out first. While the totals are not final
// they are shown as ">=" and there is no percentage.
std::string progress_bar(std::string_view operation, const Standing& now, unsigned width);
// The same facts for a log file, without a limit.
std::string progress_plain(std::string_view operation, const Standing& now);
// One JSON object: {"type":"progress","operation":...,"files":...,...}; docs/formats has the
// schema.
std::string progress_json(std::string_view operation, const Standing& now);

// The rate of late: follows changes within a few seconds and does not jump.
class RateEstimate {
 public:
  // The rate after `bytes` were done at `elapsed`; 0 until the second call.
  double update(std::uint64_t bytes, std::chrono::nanoseconds elapsed);

 private:
  std::uint64_t bytes_ = 0;
  std::chrono::nanoseconds elapsed_{};
  double rate_ = 0;
  bool started_ = false;
};

}  // namespace penstock::cli
