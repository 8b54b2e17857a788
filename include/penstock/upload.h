// Uploads of files and directories to a store, sending only what is missing there: what
// `penstock push` does, for programs.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "penstock/error.h"
#include "penstock/observer.h"

namespace penstock {

class Store;  // not promised; UploadManager::create opens one by its URL

struct UploadOptions {
  std::vector<std::string> sources;  // files and directories
  std::vector<std::string> include;  // globs; empty: everything
  std::vector<std::string> exclude;  // globs; win over include
  // "s3://bucket/prefix", "gs://bucket/prefix". Keys and endpoint come from where the tools of
  // these stores look for them: the environment, profiles, the machine.
  std::string destination;
  unsigned workers = 0;  // requests in flight; 0: 4 a core, between 10 and 64
  // A file that remembers what was sent, so that the next upload reads nothing twice and goes on
  // with large files where this one was interrupted. Empty: none.
  std::string journal;
};

// What became of one file.
struct UploadResult {
  std::string file;      // its key at the destination
  bool success = false;  // it is there now; also when it was before, and nothing was sent
  std::string error;     // why not
  std::chrono::nanoseconds duration{};
  unsigned attempts = 0;    // 0: nothing was sent
  std::uint64_t bytes = 0;  // of its content
};

struct UploadSummary {
  std::uint64_t sent = 0;
  std::uint64_t unchanged = 0;  // there already
  std::uint64_t failed = 0;
  std::uint64_t bytes = 0;  // sent
  std::chrono::nanoseconds elapsed{};
};

// Threads: one caller at a time; the callbacks are called by threads of its own, one call at a
// time.
class UploadManager {
 public:
  // Called after each file, with the counters as they are then. Must be quick, must not throw.
  using OnProgress = std::function<void(const Progress&)>;
  using OnResult = std::function<void(const UploadResult&)>;

  // Opens the destination, without asking it anything yet; requests that fail are made again as
  // `penstock push` does. kInvalid for one that nothing knows,
  // kDenied where there are no keys for it.
  static Result<UploadManager> create(UploadOptions options);
  // To a store of the caller's, which must outlive it; `options.destination` is the keys' prefix.
  static UploadManager to(Store& store, UploadOptions options);
  ~UploadManager();
  UploadManager(UploadManager&&) noexcept;
  UploadManager& operator=(UploadManager&&) noexcept;

  void on_progress(OnProgress call);
  void on_result(OnResult call);

  // Uploads everything. Files that fail are told to on_result and counted; the call succeeds. What
  // is no file's fault is its failure: no such source or destination, no right. Blocks; cancelled
  // by `stop` (kCancelled), and what was sent until then stays. May be called again.
  Result<UploadSummary> run(std::stop_token stop = {});

 private:
  struct State;
  explicit UploadManager(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock
