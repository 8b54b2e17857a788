// Cuts the walk into tickets: small items are gathered into batches, big files are cut into pieces.
// What is in which ticket follows from the walk alone, never from timing, so the archive does not
// depend on the number of threads.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "penstock/error.h"

#include "archive/pack_job.h"
#include "files/unique_fd.h"
#include "files/walk.h"

namespace penstock::zip {

// Threads: one caller at a time.
class PackPlanner {
 public:
  struct Hooks {
    // An item that is left out, and why.
    std::function<void(const Error&)> problem;
    // A special file that is skipped.
    std::function<void(const WalkItem&)> special;
    // Asked for each directory and file before it is taken; an error ends the plan.
    std::function<Status(const WalkItem&)> admit;
  };

  // `lanes`: how many keys are derived at a time; a batch is closed at a multiple of it when it can
  // be.
  PackPlanner(Walker walker, Hooks hooks, std::size_t lanes);

  // The next ticket, without buffers; empty at the end.
  Result<std::optional<Job>> next(const std::stop_token& stop);

 private:
  Result<std::optional<WalkItem>> next_item(const std::stop_token& stop);
  Job next_piece();
  Status learn_size(WalkItem& item);
  Status open_big(WalkItem& item, BigFile& big);
  bool start_big_file(WalkItem item);
  void add_to_batch(Job& job, WalkItem item);
  bool batch_is_full(const Job& job) const;

  Walker walker_;
  Hooks hooks_;
  std::size_t lanes_;
  std::optional<WalkItem> held_back_;  // looked at, but belongs to the next ticket
  UniqueFd spool_;                // the contents of the last item, when it is an untold big one
  std::shared_ptr<BigFile> big_;  // being cut
  std::uint64_t big_offset_ = 0;
  std::uint64_t next_ticket_ = 0;
  std::uint64_t next_ordinal_ = 0;
  std::size_t batch_cost_ = 0;  // of the batch being gathered
  std::size_t batch_input_ = 0;
  std::size_t batch_files_ = 0;
};

}  // namespace penstock::zip
