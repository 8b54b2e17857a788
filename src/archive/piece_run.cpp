#include "archive/piece_run.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <optional>
#include <utility>

#include "archive/entry_decoder.h"
#include "archive/extract_plan.h"
#include "archive/packed_stream.h"
#include "codec/codec.h"
#include "codec/crc32.h"
#include "codec/decompressor.h"
#include "flow/buffer_pool.h"
#include "flow/channel.h"
#include "flow/crew.h"
#include "flow/ordered_ring.h"

namespace penstock::zip {
namespace {

constexpr std::size_t kLongestPiece = kBatchBytes;
// Candidates nearer to the last one are not looked at: 1 MiB never shrinks below 1,016 bytes, and a
// candidate costs a hand-off.
constexpr std::size_t kShortestCut = 512;
// How many candidates a piece may have before we say that it is not one of ours.
constexpr unsigned kMostCandidates = 64;
static_assert(kBatchBytes >= kPieceBytes);

// What lies between two candidates, on its way through the inflaters.
struct Cut {
  Buffer in;
  std::size_t packed_bytes = 0;
  bool last = false;
  Buffer out;
  std::optional<std::size_t> content_bytes;  // empty: it is not a piece by itself
  std::uint32_t crc = 0;

  Bytes packed() const { return in.bytes().first(packed_bytes); }
};

// The end of the first candidate that ends behind `from`; 0 when there is none.
std::size_t find_cut(Bytes data, std::size_t from) {
  std::size_t at = from < 4 ? 0 : from - 3;
  while (at + 4 <= data.size()) {
    // FF is rarer than 00 in front of it.
    const void* hit = std::memchr(data.data() + at + 2, 0xff, data.size() - at - 3);
    if (hit == nullptr) return 0;
    const auto third = static_cast<std::size_t>(static_cast<const std::byte*>(hit) - data.data());
    if (load_le<std::uint32_t>(data, third - 2) == 0xffff0000) return third + 2;
    at = third - 1;
  }
  return 0;
}

class PieceRun {
 public:
  PieceRun(const ExtractContext& context, const Entry& entry, const ContentSink& sink)
      : context_(context),
        entry_(entry),
        sink_(sink),
        needs_crc_(!(entry.aes && entry.aes->version == 2)),
        pairs_(pairs(context)),
        pool_(2 * pairs_, kBatchBytes),
        to_inflate_(pairs_),
        inflated_(pairs_) {}

  Result<bool> run(const std::stop_token& stop) {
    Crew crew(stop);
    crew.add("cut", [this](const std::stop_token& token) { return cut(token); });
    for (unsigned i = 0; i < context_.threads; ++i)
      crew.add("inflate", [this](const std::stop_token& token) { return inflate(token); });
    crew.add("join", [this](const std::stop_token& token) { return join(token); });
    Status done = crew.join();
    if (not_ours_) return false;
    if (!done) return fail(std::move(done).error());
    return true;
  }

 private:
  static std::size_t pairs(const ExtractContext& context) {
    const std::size_t affordable = context.memory_bytes / (2 * kBatchBytes);
    return std::clamp<std::size_t>(affordable, 3, 2 * std::size_t{context.threads} + 2);
  }

  Status not_ours() {
    not_ours_ = true;
    return fail(Code::kUnsupported, "not cut into pieces");  // stops the crew; seen by nobody
  }

  // Reads, authenticates, decrypts and cuts.
  Status cut(const std::stop_token& stop) {
    PENSTOCK_TRY(PackedStream stream, PackedStream::open(context_, entry_));
    auto in = pool_.acquire(stop);
    std::size_t filled = 0;
    std::size_t looked_at = kShortestCut;
    while (in) {
      if (filled == kLongestPiece) return not_ours();
      const std::size_t room = std::min(kStreamBytes, kLongestPiece - filled);
      PENSTOCK_TRY(const MutableBytes data, stream.next(in->bytes().subspan(filled, room)));
      if (data.empty()) return send_last(*std::move(in), filled, stop);
      filled += data.size();
      while (const std::size_t end = find_cut(in->bytes().first(filled), looked_at)) {
        auto next = pool_.acquire(stop);
        if (!next) return {};
        std::ranges::copy(in->bytes().subspan(end, filled - end), next->bytes().begin());
        if (!send(*std::move(in), end, false, stop)) return {};
        in = std::move(next);
        filled -= end;
        looked_at = kShortestCut;
      }
      looked_at = std::max(looked_at, filled);
    }
    return {};
  }

  Status send_last(Buffer in, std::size_t bytes, const std::stop_token& stop) {
    if (!send(std::move(in), bytes, true, stop)) return {};
    to_inflate_.close();
    inflated_.finish(tickets_);
    return {};
  }

  bool send(Buffer in, std::size_t bytes, bool last, const std::stop_token& stop) {
    auto out = pool_.acquire(stop);
    if (!out) return false;
    Cut piece{std::move(in), bytes, last, *std::move(out), {}, 0};
    return to_inflate_.push({tickets_++, std::move(piece)}, stop);
  }

  Status inflate(const std::stop_token& stop) {
    PENSTOCK_TRY(Decompressor decompressor, Decompressor::create());
    while (auto numbered = to_inflate_.pop(stop)) {
      try_alone(decompressor, numbered->second);
      if (!inflated_.put(numbered->first, std::move(numbered->second), stop)) break;
    }
    return {};
  }

  void try_alone(Decompressor& decompressor, Cut& piece) const {
    const BusyTimer busy(context_.meters.busy(context_.meters.decompress));
    const auto made = decompressor.inflate_piece(piece.packed(), piece.last,
                                                 piece.out.bytes().first(kPieceBytes));
    if (!made) return;
    piece.content_bytes = *made;
    if (needs_crc_) piece.crc = crc32(0, piece.out.bytes().first(*made));
    context_.meters.decompress.add(0, *made);
  }

  // Puts pieces together in order, and those together that a false candidate has torn.
  Status join(const std::stop_token& stop) {
    PENSTOCK_TRY(Decompressor decompressor, Decompressor::create());
    while (auto piece = inflated_.take(stop)) {
      if (!torn_.empty() || !is_complete(*piece)) PENSTOCK_CHECK(mend(decompressor, *piece));
      if (is_complete(*piece)) PENSTOCK_CHECK(accept(*piece));
    }
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    if (offset_ != entry_.uncompressed_bytes) return not_ours();
    return check_crc(entry_, crc_);
  }

  // Whether it made what the next piece of this entry must.
  bool is_complete(const Cut& piece) const {
    const std::uint64_t left = entry_.uncompressed_bytes - offset_;
    return piece.content_bytes && *piece.content_bytes == (piece.last ? left : kPieceBytes) &&
           *piece.content_bytes <= left;
  }

  Status mend(Decompressor& decompressor, Cut& piece) {
    if (++candidates_ > kMostCandidates || torn_.size() + piece.packed_bytes > kLongestPiece)
      return not_ours();
    append(torn_, piece.packed());
    piece.content_bytes.reset();
    const auto made =
        decompressor.inflate_piece(torn_, piece.last, piece.out.bytes().first(kPieceBytes));
    if (!made) return piece.last ? not_ours() : Status{};
    piece.content_bytes = *made;
    if (needs_crc_) piece.crc = crc32(0, piece.out.bytes().first(*made));
    return {};
  }

  Status accept(const Cut& piece) {
    const Bytes content = piece.out.bytes().first(*piece.content_bytes);
    if (needs_crc_) crc_ = crc32_combine(crc_, piece.crc, content.size());
    PENSTOCK_CHECK(sink_(offset_, content));
    offset_ += content.size();
    torn_.clear();
    candidates_ = 0;
    return {};
  }

  const ExtractContext& context_;
  const Entry& entry_;
  const ContentSink& sink_;
  const bool needs_crc_;
  const std::size_t pairs_;
  BufferPool pool_;  // before what holds its buffers
  Channel<std::pair<std::uint64_t, Cut>> to_inflate_;
  OrderedRing<Cut> inflated_;
  std::atomic<bool> not_ours_{false};
  std::uint64_t tickets_ = 0;  // the cutter's

  // The joiner's.
  std::vector<std::byte> torn_;
  unsigned candidates_ = 0;
  std::uint64_t offset_ = 0;
  std::uint32_t crc_ = 0;
};

}  // namespace

Result<bool> decode_pieces(const ExtractContext& context, const Entry& entry,
                           const ContentSink& sink, const std::stop_token& stop) {
  PENSTOCK_TRY(const bool was_cut, PieceRun(context, entry, sink).run(stop));
  if (was_cut) context.meters.decompress.add(1, 0);
  return was_cut;
}

}  // namespace penstock::zip
