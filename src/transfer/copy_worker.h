// One worker of a copy.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "penstock/error.h"

#include "transfer/copy.h"
#include "transfer/copy_content.h"
#include "transfer/push_worker.h"

namespace penstock {

// What all workers of a copy share. Threads: any.
struct CopyContext {
  const CopyOptions& options;
  CopySource& source;
  std::atomic<std::uint64_t> by_server{0};  // objects that the server copied
};

// A worker of a push whose contents come from another store. Threads: one.
class CopyWorker final : public PushWorker {
 public:
  // All must outlive it.
  CopyWorker(CopyContext& copy, PushContext& context, PushQueue& queue)
      : PushWorker(context, queue), copy_(copy) {}

 private:
  Result<Fate> send_once(PushFile& file, PushEffort& effort, const std::stop_token& stop) override;
  Result<bool> is_proven(PushFile& file, const std::stop_token& stop);
  Result<Fate> count_dry();
  Result<Fate> by_server(const PushFile& file, PushEffort& effort, const std::stop_token& stop);
  Status verify_copy(const PushFile& file, const std::string& etag, PushEffort& effort,
                     const std::stop_token& stop);
  Result<Fate> through_here(PushFile& file, PushEffort& effort, const std::stop_token& stop);
  Result<ObjectInfo> fetch_verified(const ObjectInfo& object, std::vector<std::byte>& content,
                                    const std::stop_token& stop);
  Result<Fate> in_parts(PushFile& file, PushEffort& effort, const std::stop_token& stop);
  Status remember(const PushFile& file, const ObjectInfo& object, const std::string& etag);
  Status look_again(PushFile& file, const std::stop_token& stop);

  CopyContext& copy_;
};

}  // namespace penstock
