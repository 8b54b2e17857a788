// What is said at the end of an operation: one line for people, JSON for programs, and the table of
// stages.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/observer.h"
#include "penstock/pack.h"
#include "penstock/unpack.h"

#include "base/json.h"

namespace penstock::cli {

// CPU time of the whole process so far, user and system.
std::chrono::nanoseconds process_cpu_time();

// "packed 50,572 files (573.9 MiB) into out.zip (158.1 MiB, 27.5 %) in 3.60 s, 159 MiB/s"
std::string pack_summary(const PackReport& report, const PackOptions& options);
std::string unpack_summary(const UnpackReport& report, const UnpackOptions& options);
std::string verify_summary(const UnpackReport& report, const UnpackOptions& options);

// One JSON document with a line end; docs/formats/reports.md has the schema.
std::string pack_json(const PackReport& report, const PackOptions& options,
                      std::chrono::nanoseconds cpu);
std::string unpack_json(std::string_view operation, const UnpackReport& report,
                        const UnpackOptions& options, std::chrono::nanoseconds cpu);

// Adds "stages": [...] to an object.
void stages_json(JsonWriter& json, const std::vector<StageReport>& stages);

// A line per stage (items, bytes, CPU, waiting, share of the CPU), their sum, the process. The
// stage that took most CPU is named.
std::string stats_table(const std::vector<StageReport>& stages, std::chrono::nanoseconds elapsed,
                        std::chrono::nanoseconds cpu);

}  // namespace penstock::cli
