// The buffers of a pipeline under one hard budget: memory is the same for ten files and ten
// million, and running out of buffers is the back-pressure that paces the fastest stage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/bytes.h"
#include "base/mutex.h"

namespace penstock {

class BufferPool;

// A buffer on loan; going away gives it back. Move-only. Must not outlive its pool.
class Buffer {
 public:
  Buffer() = default;
  ~Buffer();
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  // All of the buffer, 64-byte aligned; contents are whatever the last user left.
  MutableBytes bytes() const;
  explicit operator bool() const { return pool_ != nullptr; }

 private:
  friend class BufferPool;
  BufferPool* pool_ = nullptr;
  std::byte* data_ = nullptr;  // owned by the pool
};

// Threads: any; a buffer may be given back by another thread than took it. Memory is taken from the
// system when first needed, and kept.
class BufferPool {
 public:
  // `count` buffers (>= 1) of `buffer_bytes` each. A pipeline that needs several at a time must
  // take them in ticket order from one thread, or it can starve itself.
  BufferPool(std::size_t count, std::size_t buffer_bytes);
  ~BufferPool();
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  // Waits for a free buffer; empty on a stop.
  std::optional<Buffer> acquire(const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);
  std::size_t buffer_bytes() const { return buffer_bytes_; }
  std::size_t count() const { return count_; }

 private:
  friend class Buffer;
  struct Free {
    void operator()(std::byte* data) const;
  };
  using Memory = std::unique_ptr<std::byte, Free>;

  void give_back(std::byte* data) noexcept PENSTOCK_EXCLUDES(mutex_);
  Memory allocate() const;

  const std::size_t count_;
  const std::size_t buffer_bytes_;
  Mutex mutex_;
  Condition freed_;
  std::vector<Memory> memory_ PENSTOCK_GUARDED_BY(mutex_);  // all there is, at most count_
  std::vector<std::byte*> free_
      PENSTOCK_GUARDED_BY(mutex_);  // last given back first: still in cache
};

}  // namespace penstock
