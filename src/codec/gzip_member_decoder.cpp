#include <array>
#include <optional>
#include <string>
#include <utility>

#include <libdeflate.h>

#include "base/narrow.h"
#include "codec/crc32.h"
#include "codec/decompressor.h"
#include "codec/gzip_member.h"
#include "codec/huffman_decoder.h"

namespace penstock::gzip {
namespace {

struct FreeInflate {
  void operator()(libdeflate_decompressor* it) const { libdeflate_free_decompressor(it); }
};

Failure cut_off() { return fail(Code::kCorrupt, "the gzip member is cut off"); }
Failure too_long(std::size_t most) {
  return fail(Code::kCorrupt, "the gzip member holds more than " + std::to_string(most) + " bytes");
}
Failure damaged() { return fail(Code::kCorrupt, "the deflate data of the gzip member is damaged"); }

Status check(Trailer trailer, Bytes data) {
  if (trailer.crc32 != crc32(0, data))
    return fail(Code::kCorrupt, "the CRC-32 of the gzip member is wrong");
  if (trailer.data_bytes != (data.size() & UINT32_MAX))
    return fail(Code::kCorrupt, "the gzip member holds " + std::to_string(data.size()) +
                                    " bytes, but its trailer says " +
                                    std::to_string(trailer.data_bytes));
  return {};
}

// Why data that libdeflate refused is no good: it takes zeros for what is behind the end, and so
// cannot tell a stream that is cut off from one that is damaged or too long. ISA-L's stream decoder
// can. `out` is scratch.
Failure diagnose(Bytes deflate, MutableBytes out) {
  auto decoder = StreamDecoder::create(Codec::kDeflate);
  if (!decoder) return fail(std::move(decoder).error());
  const auto within = decoder->step(deflate, out);
  if (!within || within->done) return damaged();
  if (within->produced < out.size()) return cut_off();
  std::byte spare{};
  const auto beyond = decoder->step(deflate.subspan(within->consumed), MutableBytes(&spare, 1));
  if (!beyond) return damaged();
  if (beyond->produced > 0) return too_long(out.size());
  return beyond->done ? damaged() : cut_off();
}

}  // namespace

struct MemberDecoder::State {
  std::unique_ptr<libdeflate_decompressor, FreeInflate> inflate;
  huffman::Decoder huffman;

  // Nothing when the index is no good.
  std::optional<InflatedMember> by_index(const Header& header, Bytes input, MutableBytes out);
  Result<InflatedMember> by_inflate(const Header& header, Bytes input, MutableBytes out);
};

std::optional<InflatedMember> MemberDecoder::State::by_index(const Header& header, Bytes input,
                                                             MutableBytes out) {
  if (header.blocks.empty() || *header.member_bytes > input.size() ||
      *header.data_bytes > out.size())
    return std::nullopt;
  const Bytes deflate =
      input.first(*header.member_bytes - kTrailerBytes).subspan(header.header_bytes);
  if (!huffman.inflate(deflate, header.blocks, out.first(*header.data_bytes))) return std::nullopt;
  return InflatedMember{*header.member_bytes, *header.data_bytes};
}

Result<InflatedMember> MemberDecoder::State::by_inflate(const Header& header, Bytes input,
                                                        MutableBytes out) {
  const Bytes deflate = input.subspan(header.header_bytes);
  std::byte none{};
  void* to = out.empty() ? &none : out.data();
  std::size_t used = 0;
  std::size_t made = 0;
  const auto result = libdeflate_deflate_decompress_ex(
      inflate.get(), deflate.data(), deflate.size(), to, out.size(), &used, &made);
  if (result != LIBDEFLATE_SUCCESS) return diagnose(deflate, out);
  if (deflate.size() - used < kTrailerBytes) return cut_off();
  return InflatedMember{header.header_bytes + used + kTrailerBytes, made};
}

MemberDecoder::MemberDecoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
MemberDecoder::~MemberDecoder() = default;
MemberDecoder::MemberDecoder(MemberDecoder&&) noexcept = default;
MemberDecoder& MemberDecoder::operator=(MemberDecoder&&) noexcept = default;

Result<MemberDecoder> MemberDecoder::create(CpuLevel cpu) {
  PENSTOCK_TRY(auto huffman, huffman::Decoder::create(cpu));
  std::unique_ptr<libdeflate_decompressor, FreeInflate> inflate(libdeflate_alloc_decompressor());
  if (!inflate) return fail(Code::kNoSpace, "no memory for a decompressor");
  return MemberDecoder(std::make_unique<State>(State{std::move(inflate), std::move(huffman)}));
}

Result<InflatedMember> MemberDecoder::inflate_front(Bytes input, MutableBytes out) {
  PENSTOCK_TRY(const auto header, read_header(input));
  if (!header) return cut_off();
  auto found = state_->by_index(*header, input, out);
  if (!found) {
    PENSTOCK_TRY(found, state_->by_inflate(*header, input, out));
  }
  PENSTOCK_CHECK(
      check(read_trailer(input.first(found->member_bytes)), out.first(found->data_bytes)));
  return *found;
}

Result<std::size_t> MemberDecoder::inflate_member(Bytes member, MutableBytes out) {
  PENSTOCK_TRY(const auto found, inflate_front(member, out));
  if (found.member_bytes != member.size())
    return fail(Code::kCorrupt, "bytes follow the end of the gzip member");
  return found.data_bytes;
}

}  // namespace penstock::gzip
