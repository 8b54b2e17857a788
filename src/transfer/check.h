// check(): whether two places hold the same, told file by file. Nothing is written anywhere.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"
#include "penstock/observer.h"

#include "files/glob.h"
#include "store/store.h"
#include "transfer/push.h"

namespace penstock {

enum class CheckFinding {
  kSame,      // of the same content, as proven by hashes or by reading
  kUnproven,  // of the same size; nothing but reading would tell more
  kMissing,   // in the source only
  kExtra,     // in the destination only
  kDiffers,
};

struct CheckOptions {
  // The source: a tree, as in WalkOptions ...
  std::vector<std::string> sources;
  std::string files_from;  // with it, nothing is found to be extra
  Filter filter;
  bool one_file_system = false;
  PushLinks links = PushLinks::kKeep;
  // ... or, when it is not null, the objects of a store under a prefix. Not owned.
  Store* source_store = nullptr;
  std::string source_prefix;

  std::string prefix;            // at the destination
  std::uint64_t part_bytes = 0;  // as in PushOptions
  unsigned workers = 0;          // 0: default_push_workers()
  // Reads both sides to their ends. Else the content of a file is held against what the destination
  // tells of it (content_proof.h), and objects by what both stores tell.
  bool checksum = false;

  // Told about every name, one call at a time, by worker threads. In no order.
  std::function<void(std::string_view name, CheckFinding finding)> on_finding;
};

struct CheckReport {
  std::uint64_t same = 0;
  std::uint64_t unproven = 0;
  std::uint64_t missing = 0;
  std::uint64_t extra = 0;
  std::uint64_t differs = 0;
  std::uint64_t skipped = 0;  // special files
  std::uint64_t failed = 0;   // could not be read; told to Observer::problem
  std::uint64_t requests = 0;
  std::chrono::nanoseconds elapsed{};

  bool is_equal() const { return missing + extra + differs + failed == 0; }
};

// Progress: files_done and bytes_in count what was compared. Blocks; cancelled by `stop`
// (kCancelled). Differences are no failure of the call. Fails with kInvalid (a source like "."
// beside others), kNotFound, kDenied, kUnsupported, kIo.
Result<CheckReport> check(const CheckOptions& options, Store& destination, Observer& observer,
                          Progress& progress, std::stop_token stop);

}  // namespace penstock
