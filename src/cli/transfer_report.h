// What is said at the end of a transfer: one line for people, JSON for programs.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "transfer/check.h"
#include "transfer/copy.h"
#include "transfer/pull.h"
#include "transfer/push.h"

namespace penstock::cli {

// "pushed 10,000 files (39.1 MiB) to s3://b/p in 1.2 s, 32 MiB/s; 3 unchanged; 1 failed"
std::string push_summary(const PushReport& report, const std::string& place, bool dry_run);
// The same of a copy: "copied ... from s3://a/p to s3://b/p ...; 3 by the server"
std::string copy_summary(const CopyReport& report, const std::string& source,
                         const std::string& place, bool dry_run);
std::string pull_summary(const PullReport& report, const PullOptions& options,
                         const std::string& place);
std::string check_summary(const CheckReport& report, const std::string& source,
                          const std::string& destination);

// One JSON document with a line end; docs/formats/reports.md has the schema.
std::string push_json(const PushReport& report, const std::string& place, bool dry_run,
                      std::chrono::nanoseconds cpu);
std::string copy_json(const CopyReport& report, const std::string& source, const std::string& place,
                      bool dry_run, std::chrono::nanoseconds cpu);
std::string pull_json(const PullReport& report, const PullOptions& options,
                      const std::string& place, std::chrono::nanoseconds cpu);
std::string check_json(const CheckReport& report, const std::string& source,
                       const std::string& destination, std::chrono::nanoseconds cpu);

// One line for --verbose; `verb`: what was done to what is new, "sent".
std::string describe(const PushedObject& object, std::string_view verb);

// "  latency of requests: 50 % within 1.2 ms, ..." for --stats.
std::string latency_line(const LatencySummary& latency);

}  // namespace penstock::cli
