#include "archive/extract_worker.h"

#include <utility>

#include "archive/local_header.h"
#include "archive/stream_extract.h"
#include "base/narrow.h"

namespace penstock::zip {

ExtractWorker::ExtractWorker(const ExtractContext& context, EntryDecoder decoder, Buffer in,
                             Buffer out)
    : context_(&context), decoder_(std::move(decoder)), in_(std::move(in)), out_(std::move(out)) {
  if (context.tree != nullptr) writer_.emplace(*context.tree);
}

Result<ExtractWorker> ExtractWorker::create(const ExtractContext& context, Buffer in, Buffer out) {
  PENSTOCK_TRY(EntryDecoder decoder, EntryDecoder::create(context.meters));
  return ExtractWorker(context, std::move(decoder), std::move(in), std::move(out));
}

Status ExtractWorker::extract(const ExtractBatch& batch, const std::stop_token& stop) {
  if (batch.streamed) {
    const ExtractItem& item = batch.items.front();
    return extract_streamed(*context_, item.entry, item.ordinal, writer_ ? &*writer_ : nullptr,
                            in_.bytes().first(kStreamBytes), out_.bytes().first(kStreamBytes),
                            stop);
  }
  PENSTOCK_CHECK(read(batch));
  PENSTOCK_CHECK(locate(batch));
  PENSTOCK_CHECK(derive());
  for (Located& located : located_) {
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    PENSTOCK_CHECK(finish(located));
  }
  return {};
}

Status ExtractWorker::read(const ExtractBatch& batch) {
  const BusyTimer busy(context_->meters.busy(context_->meters.read));
  const auto bytes = narrow<std::size_t>(batch.end - batch.begin);
  PENSTOCK_CHECK(context_->source.read_at(batch.begin, in_.bytes().first(bytes)));
  context_->meters.read.add(batch.items.size(), bytes);
  return {};
}

Status ExtractWorker::locate(const ExtractBatch& batch) {
  located_.clear();
  keys_.clear();
  for (const ExtractItem& item : batch.items) {
    auto located = locate_one(batch, item);
    if (!located) {
      PENSTOCK_CHECK(
          context_->outcome.failed(item.entry, item.ordinal, std::move(located).error()));
      continue;
    }
    located_.push_back(*std::move(located));
    if (const auto& aes = item.entry.aes; aes)
      located_.back().slot = keys_.add(aes->strength, salt_of(aes->strength, located_.back().data));
  }
  return {};
}

// The local header is held against the central one again: the file can have changed since the
// survey.
Result<ExtractWorker::Located> ExtractWorker::locate_one(const ExtractBatch& batch,
                                                         const ExtractItem& item) const {
  const Entry& entry = item.entry;
  const MutableBytes all = in_.bytes().first(narrow<std::size_t>(batch.end - batch.begin));
  const MutableBytes bytes = all.subspan(narrow<std::size_t>(entry.local_offset - batch.begin));
  const auto size = narrow<std::size_t>(entry.compressed_bytes);
  Located located{&item, {}, {}, {}};
  const auto header = local_header_size(bytes);
  if (header && *header <= bytes.size() && size <= bytes.size() - *header) {
    PENSTOCK_CHECK(check_local_header(bytes, entry, context_->judge));
    located.data = bytes.subspan(*header, size);
    return located;
  }
  PENSTOCK_TRY(const std::uint64_t offset, find_data(context_->source, entry, context_->judge));
  located.own.resize(size);  // is_small() bounds it
  located.data = located.own;
  PENSTOCK_CHECK(context_->source.read_at(offset, located.data));
  return located;
}

Status ExtractWorker::derive() {
  if (context_->password == nullptr) return {};
  const BusyTimer busy(context_->meters.busy(context_->meters.derive));
  PENSTOCK_CHECK(keys_.derive(*context_->password));
  context_->meters.derive.add(located_.size(), 0);
  return {};
}

Status ExtractWorker::finish(Located& located) {
  const Entry& entry = located.item->entry;
  Status done = decode_and_write(located);
  context_->outcome.read(entry.compressed_bytes);
  if (!done) return context_->outcome.failed(entry, located.item->ordinal, std::move(done).error());
  return {};
}

Status ExtractWorker::decode_and_write(Located& located) {
  const Entry& entry = located.item->entry;
  const EntryKeys* keys = entry.aes ? keys_.keys(located.slot) : nullptr;
  PENSTOCK_TRY(const Bytes content,
               decoder_.decode(entry, located.data, keys, located.slot.index, out_.bytes()));
  context_->outcome.decoded(content.size());
  if (kind_of(entry) == EntryKind::kDirectory) return {};
  bool written = true;
  if (writer_) {
    const BusyTimer busy(context_->meters.busy(context_->meters.write));
    PENSTOCK_TRY(written,
                 writer_->write(context_->selection.path_of(entry), attributes_of(entry), content));
    context_->meters.write.add(1, content.size());
  }
  if (written)
    context_->outcome.file_done(entry, content.size());
  else
    context_->outcome.skipped();
  return {};
}

}  // namespace penstock::zip
