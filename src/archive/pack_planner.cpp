#include "archive/pack_planner.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "archive/name_check.h"
#include "archive/pack_reader.h"
#include "archive/untold_size.h"
#include "archive/winzip_aes.h"
#include "base/narrow.h"
#include "codec/compressor.h"

namespace penstock::zip {
namespace {

// Headers, extra fields and encryption of one entry, beyond its name and contents.
constexpr std::size_t kEntryOverheadBytes = 128;
// Below this a batch is not closed just because its keys fill the lanes.
constexpr std::size_t kBatchGoodBytes = kPieceBytes / 4 * 3;
// Many tiny files: their reads and keys are worth spreading over workers before a megabyte is full.
constexpr std::size_t kBatchMostItems = 256;
constexpr std::size_t kLongestNameBytes = 65'535;
// What a batch may cost at most: one item can be a whole piece with the longest name.
constexpr std::size_t kBatchMostBytes = kPieceBytes + kLongestNameBytes + kEntryOverheadBytes;

bool is_big(const WalkItem& item) {
  return item.kind == FileKind::kFile && to_u64(item.status.st_size) > kPieceBytes;
}

std::size_t contents_room(const WalkItem& item) {
  return item.kind == FileKind::kDirectory ? 0 : narrow<std::size_t>(item.status.st_size);
}

// A name that our own unpack would refuse must not get into an archive: it could not be restored.
Status check_packed_name(const std::string& name) {
  if (name.size() > kLongestNameBytes)
    return fail(Code::kUnsupported, "the name is too long for a ZIP archive; left out");
  if (!check_name(name))
    return fail(Code::kUnsupported, "the name is unsafe to unpack on other systems; left out");
  return {};
}

}  // namespace

std::size_t batch_cost(const WalkItem& item) {
  return contents_room(item) + item.name.size() + kEntryOverheadBytes;
}

// The compressor wants its bound for the last item; it adds the most to a whole piece.
std::size_t job_buffer_bytes() {
  return Compressor::bound(kPieceBytes) - kPieceBytes + kBatchMostBytes;
}

std::size_t batch_spare(const Job& job) {
  std::size_t planned = 0;
  for (const PackItem& entry : job.batch) planned += batch_cost(entry.item);
  return kBatchMostBytes - std::min(planned, kBatchMostBytes);
}

PackPlanner::PackPlanner(Walker walker, Hooks hooks, std::size_t lanes)
    : walker_(std::move(walker)),
      hooks_(std::move(hooks)),
      lanes_(std::max<std::size_t>(lanes, 1)) {}

Result<std::optional<WalkItem>> PackPlanner::next_item(const std::stop_token& stop) {
  if (held_back_) return std::exchange(held_back_, std::nullopt);
  for (;;) {
    PENSTOCK_TRY(std::optional<WalkItem> item, walker_.next(stop));
    if (!item) return std::optional<WalkItem>();
    if (item->kind == FileKind::kSpecial) {
      hooks_.special(*item);
    } else if (Status usable = check_packed_name(item->name); !usable) {
      hooks_.problem(std::move(usable).error().within(item->shown));
    } else {
      if (item->kind != FileKind::kSymlink) PENSTOCK_CHECK(hooks_.admit(*item));
      Status learnt = learn_size(*item);
      if (learnt) return item;
      hooks_.problem(learnt.error());
    }
  }
}

Status PackPlanner::learn_size(WalkItem& item) {
  if (item.kind != FileKind::kFile || item.status.st_size != 0) return {};
  PENSTOCK_TRY(UntoldFile file, read_untold_size(item));
  item.status.st_size = narrow<off_t>(file.bytes);
  spool_ = std::move(file.spool);
  return {};
}

// The file itself, or the copy of one that tells no size.
Status PackPlanner::open_big(WalkItem& item, BigFile& big) {
  if (spool_) {
    big.fd = std::move(spool_);
    if (::fstat(big.fd.get(), &big.opened) == 0) return {};
    return fail_errno("stat the copy of " + item.shown, errno);
  }
  PENSTOCK_TRY(OpenItem opened, open_item(item));
  if (opened.status.st_size <= narrow<off_t>(kPieceBytes))
    return fail(Code::kChanged, item.shown + ": changed while it was packed; left out");
  item.status = big.opened = opened.status;
  big.fd = std::move(opened.fd);
  return {};
}

bool PackPlanner::start_big_file(WalkItem item) {
  auto big = std::make_shared<BigFile>();
  if (const Status opened = open_big(item, *big); !opened) {
    hooks_.problem(opened.error());
    return false;
  }
  big->item = std::move(item);
  big->ordinal = next_ordinal_++;
  big->pieces_unread = (to_u64(big->opened.st_size) + kPieceBytes - 1) / kPieceBytes;
  big_ = std::move(big);
  big_offset_ = 0;
  return true;
}

Job PackPlanner::next_piece() {
  const std::uint64_t size = to_u64(big_->opened.st_size);
  Job job;
  job.ticket = next_ticket_++;
  job.piece.file = big_;
  job.piece.offset = big_offset_;
  job.piece.bytes =
      static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, size - big_offset_));
  job.piece.first = big_offset_ == 0;
  big_offset_ += job.piece.bytes;
  job.piece.last = big_offset_ == size;
  if (job.piece.last) big_.reset();
  return job;
}

void PackPlanner::add_to_batch(Job& job, WalkItem item) {
  PackItem& added = job.batch.emplace_back();
  added.offset = batch_input_;
  added.room = contents_room(item);
  batch_input_ += added.room;
  batch_cost_ += batch_cost(item);
  if (item.kind == FileKind::kFile) {
    added.ordinal = next_ordinal_++;
    ++batch_files_;
  }
  added.item = std::move(item);
}

bool PackPlanner::batch_is_full(const Job& job) const {
  const bool enough = batch_cost_ >= kBatchGoodBytes || job.batch.size() >= kBatchMostItems;
  return enough && batch_files_ % lanes_ == 0;
}

Result<std::optional<Job>> PackPlanner::next(const std::stop_token& stop) {
  if (big_) return std::optional<Job>(next_piece());
  Job job;
  batch_cost_ = batch_input_ = batch_files_ = 0;
  while (!batch_is_full(job)) {
    PENSTOCK_TRY(std::optional<WalkItem> item, next_item(stop));
    if (!item) break;
    const bool big = is_big(*item);
    if (!job.batch.empty() && (big || batch_cost_ + batch_cost(*item) > kPieceBytes)) {
      held_back_ = std::move(item);
      break;
    }
    if (!big) {
      add_to_batch(job, *std::move(item));
    } else if (start_big_file(*std::move(item))) {
      return std::optional<Job>(next_piece());
    }
  }
  if (job.batch.empty()) return std::optional<Job>();
  job.ticket = next_ticket_++;
  return std::optional<Job>(std::move(job));
}

}  // namespace penstock::zip
