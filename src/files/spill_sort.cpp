// External merge sort: runs that fit into memory are sorted and written to an unlinked file, then
// merged (Knuth, The Art of Computer Programming, volume 3, section 5.4.1).
#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "base/narrow.h"
#include "files/spill.h"
#include "files/unique_fd.h"

namespace penstock {
namespace {

constexpr std::size_t kLongestRecord = std::size_t{1} << 20;
constexpr std::size_t kSmallestBudget = 256;
constexpr std::size_t kLargestBudget = std::size_t{1} << 30;  // offsets are 32 bits
constexpr std::size_t kReadBytes = std::size_t{16} << 10;  // a run, at least, where memory allows
constexpr std::size_t kMostReadBytes = std::size_t{256} << 10;
constexpr std::size_t kHeaderBytes = sizeof(std::uint32_t);  // a record's length, in front of it

using Length = std::uint32_t;

// The first 8 bytes as a number that compares like them: most comparisons end here.
std::uint64_t prefix_of(std::string_view record) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, record.data(), std::min<std::size_t>(record.size(), sizeof bytes));
  return __builtin_bswap64(bytes);
}

// A block that records fill from the front and their index from the back: it is exactly as big as
// its budget, and memory that is never touched costs nothing.
class Arena {
 public:
  explicit Arena(std::size_t bytes)
      : words_(std::make_unique_for_overwrite<Entry[]>(bytes / sizeof(Entry))),
        index_(words_.get() + bytes / sizeof(Entry)),
        end_(index_) {}

  bool add(std::string_view record) {
    if (record.size() + sizeof(Entry) > room()) return false;
    std::memcpy(text() + used_, record.data(), record.size());
    *--index_ = {.prefix = 0,
                 .offset = narrow<std::uint32_t>(used_),
                 .length = narrow<Length>(record.size())};
    used_ += record.size();
    return true;
  }

  void sort() {
    const std::size_t common = common_prefix();
    for (Entry& entry : entries()) entry.prefix = prefix_of(at(entry).substr(common));
    std::ranges::sort(entries(), [this](const Entry& a, const Entry& b) {
      return a.prefix != b.prefix ? a.prefix < b.prefix : at(a) < at(b);
    });
  }

  void clear() {
    index_ = end_;
    used_ = 0;
  }
  std::size_t size() const { return narrow<std::size_t>(end_ - index_); }
  std::string_view operator[](std::size_t i) const { return at(index_[i]); }

 private:
  struct Entry {
    std::uint64_t prefix;
    std::uint32_t offset;
    Length length;
  };

  std::span<Entry> entries() { return {index_, end_}; }
  char* text() const { return reinterpret_cast<char*>(words_.get()); }
  std::string_view at(const Entry& entry) const { return {text() + entry.offset, entry.length}; }
  std::size_t room() const {
    return narrow<std::size_t>(reinterpret_cast<const char*>(index_) - text()) - used_;
  }
  // Paths often begin alike: their prefixes are taken where they begin to differ.
  std::size_t common_prefix() {
    if (index_ == end_) return 0;
    std::string_view common = at(*index_);
    for (const Entry& entry : entries()) {
      const std::string_view record = at(entry);
      const auto differs = std::ranges::mismatch(common, record).in1;
      common = common.substr(0, narrow<std::size_t>(differs - common.begin()));
    }
    return common.size();
  }

  std::unique_ptr<Entry[]> words_;  // of entries for their alignment; the front holds text
  Entry* index_;                    // the newest entry
  Entry* end_;
  std::size_t used_ = 0;  // bytes of text
};

struct Run {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::size_t longest = 0;  // record with its header
};

// Appends runs to an unlinked file, through a buffer.
class RunWriter {
 public:
  static Result<RunWriter> create(std::size_t buffer_bytes) {
    PENSTOCK_TRY(UniqueFd file, unnamed_temporary_file());
    return RunWriter(std::move(file), buffer_bytes);
  }

  Status add(std::string_view record) {
    std::byte header[kHeaderBytes];
    store_le<Length>(header, 0, narrow<Length>(record.size()));
    PENSTOCK_CHECK(put(header));
    PENSTOCK_CHECK(put(as_bytes(record)));
    run_.longest = std::max(run_.longest, kHeaderBytes + record.size());
    return {};
  }
  Status end_run() {
    PENSTOCK_CHECK(flush());
    buffer_ =
        std::vector<std::byte>();  // the memory is wanted for reading when this was the last one
    run_.bytes = written_ - run_.offset;
    runs_.push_back(run_);
    run_ = {.offset = written_};
    return {};
  }

  const std::vector<Run>& runs() const { return runs_; }
  int fd() const { return file_.get(); }

 private:
  RunWriter(UniqueFd file, std::size_t buffer_bytes)
      : file_(std::move(file)), buffer_bytes_(buffer_bytes) {}

  Status put(Bytes bytes) {
    if (buffer_.size() + bytes.size() > buffer_bytes_) PENSTOCK_CHECK(flush());
    if (bytes.size() > buffer_bytes_) return write_out(bytes);
    if (buffer_.capacity() < buffer_bytes_) buffer_.reserve(buffer_bytes_);
    append(buffer_, bytes);
    return {};
  }
  Status flush() {
    PENSTOCK_CHECK(write_out(buffer_));
    buffer_.clear();
    return {};
  }
  Status write_out(Bytes bytes) {
    PENSTOCK_CHECK(write_full_at(file_.get(), written_, bytes, "write a temporary file"));
    written_ += bytes.size();
    return {};
  }

  UniqueFd file_;
  std::size_t buffer_bytes_;
  std::vector<std::byte> buffer_;
  std::uint64_t written_ = 0;
  Run run_;
  std::vector<Run> runs_;
};

// Reads one run through a buffer that holds at least one record.
class RunReader {
 public:
  RunReader(int fd, const Run& run, std::size_t buffer_bytes)
      : fd_(fd),
        offset_(run.offset),
        left_(run.bytes),
        buffer_(std::max(buffer_bytes, run.longest)) {}

  // Goes to the next record; false at the end of the run.
  Result<bool> advance() {
    begin_ += record_.size();
    record_ = {};
    if (end_ - begin_ < kHeaderBytes) PENSTOCK_CHECK(refill());
    if (end_ == begin_) return false;
    const std::size_t length = load_le<Length>(std::span(buffer_).first(end_), begin_);
    if (end_ - begin_ < kHeaderBytes + length) PENSTOCK_CHECK(refill());
    begin_ += kHeaderBytes;
    record_ = as_text(Bytes(buffer_).subspan(begin_, length));
    prefix_ = prefix_of(record_);
    return true;
  }
  std::string_view record() const { return record_; }
  bool after(const RunReader& other) const {
    return prefix_ != other.prefix_ ? prefix_ > other.prefix_ : record_ > other.record_;
  }

 private:
  Status refill() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    const std::size_t wanted = std::min<std::uint64_t>(buffer_.size() - end_, left_);
    const MutableBytes room = std::span(buffer_).subspan(end_, wanted);
    PENSTOCK_TRY(const std::size_t got, read_full_at(fd_, offset_, room, "read a temporary file"));
    if (got < wanted) return fail(Code::kIo, "read a temporary file: it became shorter");
    end_ += got;
    offset_ += got;
    left_ -= got;
    return {};
  }

  int fd_;
  std::uint64_t offset_;
  std::uint64_t left_;  // bytes of the run that are not in the buffer yet
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::string_view record_;
  std::uint64_t prefix_ = 0;
};

// Merges runs: a heap of readers with the smallest record on top.
class Merge {
 public:
  static Result<Merge> create(int fd, std::span<const Run> runs, std::size_t buffer_bytes) {
    Merge merge;
    for (const Run& run : runs) {
      auto reader = std::make_unique<RunReader>(fd, run, buffer_bytes);
      PENSTOCK_TRY(const bool any, reader->advance());
      if (any) merge.heap_.push_back(std::move(reader));
    }
    std::ranges::make_heap(merge.heap_, later);
    return merge;
  }

  Result<std::optional<std::string_view>> next() {
    if (started_) PENSTOCK_CHECK(leave_top());
    started_ = true;
    if (heap_.empty()) return std::optional<std::string_view>();
    return std::optional(heap_.front()->record());
  }

 private:
  using Reader = std::unique_ptr<RunReader>;
  static bool later(const Reader& a, const Reader& b) { return a->after(*b); }

  Status leave_top() {
    if (heap_.empty()) return {};
    std::ranges::pop_heap(heap_, later);
    PENSTOCK_TRY(const bool more, heap_.back()->advance());
    if (more)
      std::ranges::push_heap(heap_, later);
    else
      heap_.pop_back();
    return {};
  }

  std::vector<Reader> heap_;
  bool started_ = false;
};

std::size_t longest_of(const std::vector<Run>& runs) {
  std::size_t longest = 0;
  for (const Run& run : runs) longest = std::max(longest, run.longest);
  return longest;
}

}  // namespace

struct SpillSort::State {
  explicit State(std::size_t budget_bytes)
      : budget(std::clamp(budget_bytes, kSmallestBudget, kLargestBudget)),
        buffer_unit(std::min(kReadBytes, budget / 8)),
        arena(budget - buffer_unit) {}

  Status add(std::string_view record);
  Status write_run();
  Status sort();
  Status merge_pass(std::size_t fan_in);
  Status ensure_writer();
  Result<std::optional<std::string_view>> next();

  // How many runs are merged at a time, so that their buffers and one for writing stay in the
  // budget.
  std::size_t fan_in() const {
    const std::size_t each = std::max(longest_of(writer->runs()), buffer_unit);
    return std::max<std::size_t>(budget / each, 3) - 1;
  }
  std::size_t buffer_bytes(std::size_t buffers) const {
    return std::min(budget / (buffers + 1), kMostReadBytes);
  }

  const std::size_t budget;
  const std::size_t buffer_unit;  // for writing a run, and at least for reading one
  std::uint64_t count = 0;
  std::optional<Arena> arena;
  std::size_t at = 0;               // in the arena, after sort()
  std::optional<RunWriter> writer;  // once something spilled
  std::optional<Merge> merge;       // after sort(), if something spilled
};

Status SpillSort::State::ensure_writer() {
  if (writer) return {};
  PENSTOCK_TRY(writer, RunWriter::create(buffer_unit));
  return {};
}

Status SpillSort::State::add(std::string_view record) {
  if (record.size() > kLongestRecord) return fail(Code::kInvalid, "sort: a record is over 1 MiB");
  ++count;
  if (arena->add(record)) return {};
  PENSTOCK_CHECK(write_run());
  if (arena->add(record)) return {};
  PENSTOCK_CHECK(ensure_writer());  // bigger than the budget: a run of its own
  PENSTOCK_CHECK(writer->add(record));
  return writer->end_run();
}

Status SpillSort::State::write_run() {
  if (arena->size() == 0) return {};
  PENSTOCK_CHECK(ensure_writer());
  arena->sort();
  for (std::size_t i = 0; i < arena->size(); ++i) PENSTOCK_CHECK(writer->add((*arena)[i]));
  arena->clear();
  return writer->end_run();
}

Status SpillSort::State::sort() {
  if (!writer) return arena->sort(), Status();
  PENSTOCK_CHECK(write_run());
  arena.reset();
  const std::size_t ways = fan_in();
  while (writer->runs().size() > ways) PENSTOCK_CHECK(merge_pass(ways));
  const std::vector<Run>& runs = writer->runs();
  PENSTOCK_TRY(merge, Merge::create(writer->fd(), runs, buffer_bytes(runs.size())));
  return {};
}

// Merges every `ways` runs into one of a new file.
Status SpillSort::State::merge_pass(std::size_t ways) {
  const std::size_t each = buffer_bytes(ways);
  PENSTOCK_TRY(RunWriter merged, RunWriter::create(each));
  for (std::span<const Run> rest = writer->runs(); !rest.empty();) {
    const std::size_t taken = std::min(ways, rest.size());
    PENSTOCK_TRY(Merge group, Merge::create(writer->fd(), rest.first(taken), each));
    for (;;) {
      PENSTOCK_TRY(const std::optional<std::string_view> record, group.next());
      if (!record) break;
      PENSTOCK_CHECK(merged.add(*record));
    }
    PENSTOCK_CHECK(merged.end_run());
    rest = rest.subspan(taken);
  }
  writer = std::move(merged);
  return {};
}

Result<std::optional<std::string_view>> SpillSort::State::next() {
  if (merge) return merge->next();
  if (at == arena->size()) return std::optional<std::string_view>();
  return std::optional((*arena)[at++]);
}

SpillSort::SpillSort(std::size_t budget_bytes) : state_(std::make_unique<State>(budget_bytes)) {}
SpillSort::~SpillSort() = default;
SpillSort::SpillSort(SpillSort&&) noexcept = default;
SpillSort& SpillSort::operator=(SpillSort&&) noexcept = default;

Status SpillSort::add(std::string_view record) { return state_->add(record); }
Status SpillSort::sort() { return state_->sort(); }
Result<std::optional<std::string_view>> SpillSort::next() { return state_->next(); }
std::uint64_t SpillSort::count() const { return state_->count; }

}  // namespace penstock
