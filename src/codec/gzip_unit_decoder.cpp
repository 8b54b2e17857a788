#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/narrow.h"
#include "codec/crc32.h"
#include "codec/decompressor.h"
#include "codec/gzip_header.h"
#include "codec/gzip_member.h"
#include "codec/unit_decoder.h"

namespace penstock {
namespace {

class GzipUnits final : public UnitDecoder {
 public:
  explicit GzipUnits(gzip::MemberDecoder decoder) : decoder_(std::move(decoder)) {}

  std::optional<std::size_t> decode(Bytes unit, MutableBytes out) override {
    std::size_t made = 0;
    while (!unit.empty()) {
      const auto bytes = member_bytes(unit);
      if (!bytes) return std::nullopt;
      const auto data = decoder_.inflate_member(unit.first(*bytes), out.subspan(made));
      if (!data) return std::nullopt;
      made += *data;
      unit = unit.subspan(*bytes);
    }
    return made;
  }

 private:
  static std::optional<std::size_t> member_bytes(Bytes unit) {
    const auto header = gzip::read_header(unit);
    if (!header || !*header || !(*header)->member_bytes) return std::nullopt;
    if (*(*header)->member_bytes > unit.size()) return std::nullopt;
    return narrow<std::size_t>(*(*header)->member_bytes);
  }

  gzip::MemberDecoder decoder_;
};

// Header, data, trailer, and again, until the input ends or nothing but zeros follows.
class GzipFront final : public FrontDecoder {
 public:
  GzipFront(StreamDecoder decoder, std::uint64_t start)
      : decoder_(std::move(decoder)), at_(start), member_at_(start), members_(start > 0 ? 1 : 0) {}

  Result<Step> step(Bytes in, MutableBytes out) override {
    Step all;
    for (bool more = true; more;) {
      auto some = part(in.subspan(all.consumed), out.subspan(all.produced));
      if (!some) return fail(std::move(some).error().within(where()));
      all.consumed += some->consumed;
      all.produced += some->produced;
      at_ += some->consumed;
      more = all.produced < out.size() &&
             (all.consumed < in.size() || some->consumed + some->produced > 0);
    }
    return all;
  }
  void tell(Ended ended) override { ended_ = std::move(ended); }
  Status end() const override {
    if (state_ == State::kPadding || (state_ == State::kHeader && held_.empty() && members_ > 0))
      return {};
    return fail(Code::kCorrupt, where() + ": the input ends at byte " + std::to_string(at_) +
                                    ", inside this member");
  }

 private:
  enum class State { kHeader, kData, kTrailer, kPadding };

  std::string where() const { return "the gzip member at byte " + std::to_string(member_at_); }

  Result<Step> part(Bytes in, MutableBytes out) {
    if (state_ == State::kData) return data(in, out);
    if (in.empty()) return Step{};
    if (state_ == State::kTrailer) return trailer(in);
    if (state_ == State::kPadding) return padding(in);
    return header(in);
  }

  // Behind a member may be zeros (tapes and block devices leave them), then nothing else.
  Result<Step> header(Bytes in) {
    if (held_.empty()) {
      member_at_ = at_;
      if (members_ > 0 && in[0] == std::byte{0}) {
        state_ = State::kPadding;
        return Step{};
      }
    }
    // Bytes that were held before are not this step's to count.
    const std::size_t before = held_.size();
    if (before > 0) append(held_, in);
    const Bytes so_far = before > 0 ? Bytes(held_) : in;
    if (so_far.size() >= 2 && !gzip::is_gzip(so_far) && members_ > 0)
      return fail(Code::kCorrupt, "no member begins here: garbage behind the last one");
    PENSTOCK_TRY(const auto found, gzip::read_header(so_far));
    if (!found) {
      if (before == 0) append(held_, in);
      return Step{in.size(), 0};
    }
    held_.clear();
    decoder_.restart();
    crc_ = 0;
    bytes_ = 0;
    state_ = State::kData;
    return Step{found->header_bytes - before, 0};
  }

  Result<Step> data(Bytes in, MutableBytes out) {
    PENSTOCK_TRY(const auto some, decoder_.step(in, out));
    crc_ = crc32(crc_, out.first(some.produced));
    bytes_ += some.produced;
    if (some.done) state_ = State::kTrailer;
    return Step{some.consumed, some.produced};
  }

  Result<Step> trailer(Bytes in) {
    const std::size_t bytes = std::min(in.size(), gzip::kTrailerBytes - held_.size());
    append(held_, in.first(bytes));
    if (held_.size() < gzip::kTrailerBytes) return Step{bytes, 0};
    const gzip::Trailer says = gzip::read_trailer(held_);
    held_.clear();
    if (says.crc32 != crc_) return fail(Code::kCorrupt, "its CRC-32 is wrong");
    if (says.data_bytes != (bytes_ & UINT32_MAX))
      return fail(Code::kCorrupt, "it holds " + std::to_string(bytes_) +
                                      " bytes, but its trailer says " +
                                      std::to_string(says.data_bytes));
    ++members_;
    if (ended_) ended_(member_at_, at_ + bytes, bytes_);
    state_ = State::kHeader;
    return Step{bytes, 0};
  }

  static Result<Step> padding(Bytes in) {
    if (std::ranges::any_of(in, [](std::byte b) { return b != std::byte{0}; }))
      return fail(Code::kCorrupt, "no member begins here: garbage behind the last one");
    return Step{in.size(), 0};
  }

  StreamDecoder decoder_;
  Ended ended_;
  State state_ = State::kHeader;
  std::vector<std::byte> held_;  // of a header or trailer that is not complete yet
  std::uint64_t at_;             // of the next byte
  std::uint64_t member_at_;      // of the first byte of the member it belongs to
  std::uint64_t members_;        // complete; those before `start` count as one
  std::uint64_t bytes_ = 0;      // of this member's data
  std::uint32_t crc_ = 0;
};

}  // namespace

Result<std::unique_ptr<UnitDecoder>> make_gzip_unit_decoder() {
  PENSTOCK_TRY(auto decoder, gzip::MemberDecoder::create());
  return std::make_unique<GzipUnits>(std::move(decoder));
}

Result<std::unique_ptr<FrontDecoder>> make_gzip_front_decoder(std::uint64_t start) {
  PENSTOCK_TRY(StreamDecoder decoder, StreamDecoder::create(Codec::kDeflate));
  return std::make_unique<GzipFront>(std::move(decoder), start);
}

}  // namespace penstock
