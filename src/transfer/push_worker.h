// One worker of a push: takes files and parts from the queue and sends them.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "penstock/error.h"

#include "transfer/big_upload.h"
#include "transfer/push_context.h"
#include "transfer/push_file.h"
#include "transfer/push_queue.h"

namespace penstock {

// Threads: one; as many workers as requests may be in flight.
class PushWorker {
 public:
  // Both must outlive it.
  PushWorker(PushContext& context, PushQueue& queue) : context_(context), queue_(queue) {}
  virtual ~PushWorker() = default;

  // Until the queue is over. Fails only with what ends the whole push.
  Status run(const std::stop_token& stop);

 protected:
  // What a file that was looked at turned out to be.
  enum class Fate { kSent, kUnchanged, kBegun };

  // One try to send a file, which sets bytes_ and counted_.
  virtual Result<Fate> send_once(PushFile& file, PushEffort& effort, const std::stop_token& stop);

  PushContext& context_;
  PushQueue& queue_;
  std::uint64_t bytes_ = 0;    // of the content sent or found unchanged
  std::uint64_t counted_ = 0;  // of it in Progress already

 private:
  Status work(PushWork work, const std::stop_token& stop);
  Status send_files(std::vector<PushFile>& files, const std::stop_token& stop);
  Status send_file(PushFile file, const std::stop_token& stop);
  Status tell(const PushFile& file, Result<Fate> fate, const PushEffort& effort);
  Result<Fate> send_link(const PushFile& file, PushEffort& effort, const std::stop_token& stop);
  Result<Fate> send_whole(const PushFile& file, const OpenedFile& opened, PushEffort& effort,
                          const std::stop_token& stop);
  Result<Fate> send_streamed(const PushFile& file, const OpenedFile& opened, PushEffort& effort,
                             const std::stop_token& stop);
  Result<Fate> send_in_parts(PushFile& file, OpenedFile opened, PushEffort& effort,
                             const std::stop_token& stop);
  Result<Fate> put(const PushFile& file, const OpenedFile& opened, Body& body,
                   const std::optional<Sha256Digest>& sha256, PushEffort& effort,
                   const std::stop_token& stop);
  Result<bool> is_unchanged(const PushFile& file, const OpenedFile& opened,
                            const std::stop_token& stop);
  Result<Bytes> read_whole(const PushFile& file, const OpenedFile& opened);
  Status send_part(const PushWork& work, const std::stop_token& stop);
  Status finish(BigUpload& upload, const std::stop_token& stop);
  Status begin_again(BigUpload& upload, Error why, const std::stop_token& stop);
  void remember(const PushFile& file, const OpenedFile& opened, const std::string& etag,
                const std::optional<Sha256Digest>& sha256);

  std::vector<std::byte> buffer_;  // of the file being sent whole
};

}  // namespace penstock
