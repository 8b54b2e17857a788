#include "archive/stream_extract.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "archive/entry_decoder.h"
#include "archive/zip_format.h"
#include "codec/crc32.h"
#include "codec/decompressor.h"

namespace penstock::zip {
namespace {

// Counts and checks what goes to a sink.
class Outlet {
 public:
  Outlet(const Entry& entry, const ContentSink& sink)
      : entry_(entry), sink_(sink), needs_crc_(!(entry.aes && entry.aes->version == 2)) {}

  Status put(Bytes content) {
    if (content.size() > entry_.uncompressed_bytes - bytes_)
      return corrupt("its content is longer than declared");
    if (needs_crc_) crc_ = crc32(crc_, content);
    PENSTOCK_CHECK(sink_(bytes_, content));
    bytes_ += content.size();
    return {};
  }

  Status check() const {
    if (bytes_ != entry_.uncompressed_bytes) return corrupt("its content is shorter than declared");
    return check_crc(entry_, crc_);
  }

 private:
  const Entry& entry_;
  const ContentSink& sink_;
  const bool needs_crc_;
  std::uint32_t crc_ = 0;
  std::uint64_t bytes_ = 0;
};

Status check_stop(const std::stop_token& stop) {
  return stop.stop_requested() ? Status(fail(Code::kCancelled, "cancelled")) : Status{};
}

Status copy_stored(const PackedSource& packed, Outlet& outlet, const std::stop_token& stop) {
  for (;;) {
    PENSTOCK_TRY(const Bytes data, packed());
    if (data.empty()) return {};
    PENSTOCK_CHECK(outlet.put(data));
    PENSTOCK_CHECK(check_stop(stop));
  }
}

// Decodes through `out`, which is handed on whenever it is full.
class Unpacker {
 public:
  Unpacker(const ExtractContext& context, StreamDecoder decoder, MutableBytes out, Outlet& outlet)
      : context_(context), decoder_(std::move(decoder)), out_(out), outlet_(outlet) {}

  Status feed(Bytes in) {
    for (;;) {
      PENSTOCK_TRY(const StreamDecoder::Step step, timed_step(in));
      in = in.subspan(step.consumed);
      filled_ += step.produced;
      done_ = step.done || (done_ && step.consumed == 0);
      const bool full = filled_ == out_.size();
      if (full) PENSTOCK_CHECK(hand_on());
      if (in.empty() && !full) return {};
      if (step.consumed == 0 && step.produced == 0)
        return corrupt("something follows the end of its compressed data");
    }
  }

  Status finish() {
    if (!done_) return corrupt("its compressed data ends too early");
    return hand_on();
  }

 private:
  Result<StreamDecoder::Step> timed_step(Bytes in) {
    const BusyTimer busy(context_.meters.busy(context_.meters.decompress));
    return decoder_.step(in, out_.subspan(filled_));
  }

  Status hand_on() {
    context_.meters.decompress.add(0, filled_);
    const std::size_t filled = std::exchange(filled_, 0);
    return filled == 0 ? Status{} : outlet_.put(out_.first(filled));
  }

  const ExtractContext& context_;
  StreamDecoder decoder_;
  MutableBytes out_;
  Outlet& outlet_;
  std::size_t filled_ = 0;
  bool done_ = false;
};

Status decompress_stream(const ExtractContext& context, const Entry& entry,
                         const PackedSource& packed, MutableBytes out, Outlet& outlet,
                         const std::stop_token& stop) {
  PENSTOCK_TRY(StreamDecoder decoder, StreamDecoder::create(codec_of(entry.method)));
  Unpacker unpacker(context, std::move(decoder), out, outlet);
  for (;;) {
    PENSTOCK_TRY(const Bytes data, packed());
    if (data.empty()) return unpacker.finish();
    PENSTOCK_CHECK(unpacker.feed(data));
    PENSTOCK_CHECK(check_stop(stop));
  }
}

// The directories above `path` that do not exist, deepest first.
std::vector<std::string> missing_parents(const SafeDir& root, std::string_view path) {
  std::vector<std::string> missing;
  for (path = parent_part(path); !path.empty() && !root.stat(path); path = parent_part(path))
    missing.emplace_back(path);
  return missing;
}

Status write_file(const ExtractContext& context, const Entry& entry, TreeWriter& writer,
                  const std::function<Status(const ContentSink&)>& decode) {
  const std::string_view path = context.selection.path_of(entry);
  std::vector<std::string> made = missing_parents(context.tree->dir(), path);
  auto begun = writer.begin(path, attributes_of(entry));
  if (!begun) {
    context.outcome.made_in_vain(std::move(made));
    return fail(std::move(begun).error());
  }
  std::optional<LargeFile>& file = *begun;
  if (!file) {
    context.outcome.skipped();
    return {};
  }
  Status decoded = decode(sink_into(context, &*file));
  if (decoded) decoded = file->finish();
  if (decoded)
    context.outcome.file_done(entry, entry.uncompressed_bytes);
  else
    context.outcome.made_in_vain(std::move(made));
  return decoded;
}

}  // namespace

Status decode_stream(const ExtractContext& context, const Entry& entry, const PackedSource& packed,
                     MutableBytes out, const ContentSink& sink, const std::stop_token& stop) {
  Outlet outlet(entry, sink);
  if (entry.method == kMethodStore)
    PENSTOCK_CHECK(copy_stored(packed, outlet, stop));
  else
    PENSTOCK_CHECK(decompress_stream(context, entry, packed, out, outlet, stop));
  context.meters.decompress.add(1, 0);
  return outlet.check();
}

ContentSink sink_into(const ExtractContext& context, LargeFile* file) {
  return [&context, file, counted = std::uint64_t{0}](std::uint64_t offset,
                                                      Bytes content) mutable -> Status {
    // Content comes in order, but a second time when it was not cut as it seemed (extract_huge).
    const std::uint64_t end = offset + content.size();
    if (end > counted) context.outcome.decoded(end - std::exchange(counted, end));
    if (file == nullptr) return {};
    const BusyTimer busy(context.meters.busy(context.meters.write));
    context.meters.write.add(offset == 0 ? 1 : 0, content.size());
    return file->write_at(offset, content);
  };
}

Status extract_into_file(const ExtractContext& context, const Entry& entry, std::uint64_t ordinal,
                         TreeWriter* writer,
                         const std::function<Status(const ContentSink&)>& decode) {
  Status done;
  if (writer != nullptr) {
    done = write_file(context, entry, *writer, decode);
  } else {
    done = decode(sink_into(context, nullptr));
    if (done) context.outcome.file_done(entry, entry.uncompressed_bytes);
  }
  context.outcome.read(entry.compressed_bytes);
  if (!done) return context.outcome.failed(entry, ordinal, std::move(done).error());
  return {};
}

Status extract_streamed(const ExtractContext& context, const Entry& entry, std::uint64_t ordinal,
                        TreeWriter* writer, MutableBytes in, MutableBytes out,
                        const std::stop_token& stop) {
  return extract_into_file(context, entry, ordinal, writer, [&](const ContentSink& sink) -> Status {
    PENSTOCK_TRY(PackedStream stream, PackedStream::open(context, entry));
    const auto packed = [&]() -> Result<Bytes> {
      PENSTOCK_TRY(const MutableBytes data, stream.next(in));
      return Bytes(data);
    };
    return decode_stream(context, entry, packed, out, sink, stop);
  });
}

}  // namespace penstock::zip
