#include "files/spill.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/narrow.h"
#include "files/unique_fd.h"

namespace penstock {
namespace {

constexpr std::size_t kLargestBlock = std::size_t{64} << 10;

}  // namespace

// In memory as blocks (which, unlike a growing vector, are never copied); when they reach the
// budget all of them go to the file, and only the tail of the run is in memory from then on.
struct SpillBuffer::State {
  explicit State(std::size_t budget)
      : block_bytes(std::clamp<std::size_t>(budget, 1, kLargestBlock)),
        most_blocks(std::max<std::size_t>(budget / block_bytes, 1)) {}

  Status append(Bytes data);
  Status make_room();
  Status write_out();
  void read_blocks(std::uint64_t offset, MutableBytes out) const;

  const std::size_t block_bytes;
  const std::size_t most_blocks;
  std::vector<std::unique_ptr<std::byte[]>> blocks;
  std::size_t last_used = 0;  // bytes of the last block
  UniqueFd file;
  std::uint64_t in_file = 0;  // bytes before the first block
  std::uint64_t in_blocks = 0;
};

Status SpillBuffer::State::append(Bytes data) {
  while (!data.empty()) {
    if (blocks.empty() || last_used == block_bytes) PENSTOCK_CHECK(make_room());
    const std::size_t taken = std::min(data.size(), block_bytes - last_used);
    std::ranges::copy(data.first(taken), blocks.back().get() + last_used);
    last_used += taken;
    in_blocks += taken;
    data = data.subspan(taken);
  }
  return {};
}

Status SpillBuffer::State::make_room() {
  if (blocks.size() == most_blocks || (file && !blocks.empty())) PENSTOCK_CHECK(write_out());
  if (blocks.empty())
    blocks.push_back(std::make_unique_for_overwrite<std::byte[]>(block_bytes));
  else if (last_used == block_bytes)
    blocks.push_back(std::make_unique_for_overwrite<std::byte[]>(block_bytes));
  last_used = 0;
  return {};
}

// Moves all (full) blocks to the file and keeps one of them for the tail.
Status SpillBuffer::State::write_out() {
  if (!file) {
    PENSTOCK_TRY(file, unnamed_temporary_file());
  }
  for (const std::unique_ptr<std::byte[]>& block : blocks) {
    PENSTOCK_CHECK(
        write_full_at(file.get(), in_file, {block.get(), block_bytes}, "write a temporary file"));
    in_file += block_bytes;
  }
  blocks.resize(1);
  in_blocks = 0;
  last_used = 0;
  return {};
}

void SpillBuffer::State::read_blocks(std::uint64_t offset, MutableBytes out) const {
  while (!out.empty()) {
    const std::size_t begin = narrow<std::size_t>(offset % block_bytes);
    const std::size_t taken = std::min(out.size(), block_bytes - begin);
    const std::byte* block = blocks[narrow<std::size_t>(offset / block_bytes)].get();
    std::copy_n(block + begin, taken, out.begin());
    out = out.subspan(taken);
    offset += taken;
  }
}

SpillBuffer::SpillBuffer(std::size_t budget_bytes)
    : state_(std::make_unique<State>(budget_bytes)) {}
SpillBuffer::~SpillBuffer() = default;
SpillBuffer::SpillBuffer(SpillBuffer&&) noexcept = default;
SpillBuffer& SpillBuffer::operator=(SpillBuffer&&) noexcept = default;

Status SpillBuffer::append(Bytes data) { return state_->append(data); }
std::uint64_t SpillBuffer::size() const { return state_->in_file + state_->in_blocks; }

Status SpillBuffer::read_at(std::uint64_t offset, MutableBytes out) const {
  const State& state = *state_;
  if (offset > size() || out.size() > size() - offset)
    return fail(Code::kInternal, "read beyond the end of a spill buffer");
  if (offset < state.in_file) {
    const MutableBytes first =
        out.first(std::min<std::uint64_t>(out.size(), state.in_file - offset));
    PENSTOCK_TRY(const std::size_t got,
                 read_full_at(state.file.get(), offset, first, "read a temporary file"));
    if (got < first.size()) return fail(Code::kIo, "read a temporary file: it became shorter");
    out = out.subspan(first.size());
    offset += first.size();
  }
  state.read_blocks(offset - state.in_file, out);
  return {};
}

}  // namespace penstock
