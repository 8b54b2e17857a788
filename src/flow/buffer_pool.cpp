#include "flow/buffer_pool.h"

#include <algorithm>
#include <new>
#include <utility>

namespace penstock {
namespace {

// A cache line: vector loads never straddle two, and two buffers never share one.
constexpr std::align_val_t kAlignment{64};

}  // namespace

Buffer::~Buffer() {
  if (pool_ != nullptr) pool_->give_back(data_);
}

Buffer::Buffer(Buffer&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)), data_(std::exchange(other.data_, nullptr)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  Buffer taken(std::move(other));
  std::swap(pool_, taken.pool_);
  std::swap(data_, taken.data_);
  return *this;
}

MutableBytes Buffer::bytes() const {
  return pool_ == nullptr ? MutableBytes() : MutableBytes(data_, pool_->buffer_bytes());
}

void BufferPool::Free::operator()(std::byte* data) const { ::operator delete(data, kAlignment); }

BufferPool::BufferPool(std::size_t count, std::size_t buffer_bytes)
    : count_(std::max<std::size_t>(count, 1)), buffer_bytes_(buffer_bytes) {
  memory_.reserve(count_);
  free_.reserve(count_);  // so that give_back() never allocates
}

BufferPool::~BufferPool() = default;

BufferPool::Memory BufferPool::allocate() const {
  return Memory(static_cast<std::byte*>(::operator new(buffer_bytes_, kAlignment)));
}

std::optional<Buffer> BufferPool::acquire(const std::stop_token& stop) {
  Lock lock(mutex_);
  const bool available = freed_.wait(mutex_, stop, [this]() PENSTOCK_REQUIRES(mutex_) {
    return !free_.empty() || memory_.size() < count_;
  });
  if (!available || stop.stop_requested()) return std::nullopt;
  if (free_.empty()) {
    memory_.push_back(allocate());
    free_.push_back(memory_.back().get());
  }
  Buffer buffer;
  buffer.pool_ = this;
  buffer.data_ = free_.back();
  free_.pop_back();
  return buffer;
}

void BufferPool::give_back(std::byte* data) noexcept {
  Lock lock(mutex_);
  free_.push_back(data);
  freed_.notify_one();
}

}  // namespace penstock
