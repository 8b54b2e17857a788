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

// What the lines and documents of all operations are made of.
double rounded_seconds(std::chrono::nanoseconds time);  // to a microsecond
std::string count_of(std::uint64_t count, std::string_view one, std::string_view many);  // "1 file"
std::string speed(std::uint64_t bytes, std::chrono::nanoseconds elapsed);  // " in 1.2 s, 5 MiB/s"
// Appends "; 3 failed"; nothing for 0.
void append_count(std::string& text, std::uint64_t count, std::string_view what);

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
