// An object as a ByteSink: what is written goes to a store while it is made, without a local copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "penstock/error.h"

#include "base/mutex.h"
#include "files/byte_sink.h"
#include "flow/buffer_pool.h"
#include "flow/channel.h"
#include "flow/crew.h"
#include "store/store.h"

namespace penstock {

struct ObjectSinkOptions {
  PutOptions put;
  std::uint64_t part_bytes = std::uint64_t{16} << 20;  // 10,000 of them are 156 GiB
  unsigned parts_at_once = 3;
};

// With one request when it ends within a part, else in parts, several at a time. Nothing is there
// under the key before finish() has succeeded; what was begun and not finished is aborted when the
// sink goes, also after a stop, so that nothing is left that costs space unless that fails as well
// (see clean_uploads()). Memory: a part more than are sent at a time. Every wait is cancelled by
// `stop`. write() fails with kUnsupported when there is more than the store takes in that many
// parts.
class ObjectSink final : public ByteSink {
 public:
  // `store` must outlive the sink.
  ObjectSink(Store& store, std::string key, ObjectSinkOptions options, const std::stop_token& stop);
  ~ObjectSink() override;

  Status write(Bytes data) override;
  std::uint64_t position() const override { return position_; }
  bool can_patch() const override { return false; }
  Status patch(std::uint64_t offset, Bytes data) override;
  Status rewind(std::uint64_t offset) override;
  Status finish() override;
  void cancel() override { crew_.stop(); }

  // Of the request that took the most, so far.
  unsigned attempts() const PENSTOCK_EXCLUDES(mutex_);
  // Tries so far, all together.
  std::uint64_t requests() const PENSTOCK_EXCLUDES(mutex_);
  // After finish().
  const std::string& etag() const { return etag_; }

 private:
  struct Piece {
    unsigned number = 0;
    Buffer buffer;
    std::size_t bytes = 0;
  };

  template <class Make>
  auto request(const std::stop_token& stop, Make make);
  Status next_buffer();
  Status send_full();
  Status begin_upload();
  Status send_pieces(const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);
  Status put_whole();
  Status complete() PENSTOCK_EXCLUDES(mutex_);
  void abort();

  Store& store_;
  const std::string key_;
  const ObjectSinkOptions options_;
  const std::size_t part_bytes_;
  std::uint64_t position_ = 0;
  BufferPool pool_;  // before what holds its buffers
  Channel<Piece> pieces_;
  Buffer buffer_;
  std::size_t filled_ = 0;
  std::optional<Upload> upload_;
  unsigned numbers_ = 0;  // parts that were handed on
  std::string etag_;
  mutable Mutex mutex_;
  std::vector<Part> parts_ PENSTOCK_GUARDED_BY(mutex_);
  unsigned attempts_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  std::uint64_t requests_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  Crew crew_;
};

}  // namespace penstock
