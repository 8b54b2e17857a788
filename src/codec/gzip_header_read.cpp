#include <algorithm>
#include <numeric>
#include <utility>

#include "base/narrow.h"
#include "codec/crc32.h"
#include "codec/gzip_header.h"
#include "codec/gzip_layout.h"
#include "codec/stored_blocks.h"

namespace penstock::gzip {
namespace {

using huffman::BlockEntry;
using huffman::BlockKind;
using huffman::kStreams;

std::uint32_t load_u24(Bytes bytes, std::size_t at) {
  return load_le<std::uint16_t>(bytes, at) | std::uint32_t{load_le<std::uint8_t>(bytes, at + 2)}
                                                 << 16;
}

// Takes fields from the front of the input; nothing once one reaches behind its end.
class Cursor {
 public:
  explicit Cursor(Bytes input) : input_(input) {}
  std::size_t at() const { return at_; }

  std::optional<Bytes> take(std::size_t length) {
    if (length > input_.size() - at_) return std::nullopt;
    at_ += length;
    return input_.subspan(at_ - length, length);
  }
  std::optional<std::uint16_t> take_u16() {
    const auto bytes = take(2);
    return bytes ? std::optional(load_le<std::uint16_t>(*bytes, 0)) : std::nullopt;
  }
  std::optional<Bytes> take_extra() {
    const auto length = take_u16();
    return length ? take(*length) : std::nullopt;
  }
  // Up to the zero that ends it.
  std::optional<std::string> take_text() {
    const std::string_view rest = as_text(input_.subspan(at_));
    const std::size_t length = rest.find('\0');
    if (length == std::string_view::npos) return std::nullopt;
    at_ += length + 1;
    return std::string(rest.substr(0, length));
  }

 private:
  Bytes input_;
  std::size_t at_ = 0;
};

// The one subfield with this name; nothing when there is none, or two, or when the field is no list
// of subfields.
std::optional<Bytes> find_subfield(Bytes extra, std::string_view id) {
  std::optional<Bytes> found;
  Cursor cursor(extra);
  while (cursor.at() < extra.size()) {
    const auto name = cursor.take(id.size());
    const auto content = cursor.take_extra();
    if (!name || !content || (found && as_text(*name) == id)) return std::nullopt;
    if (as_text(*name) == id) found = content;
  }
  return found;
}

std::optional<BlockEntry> take_entry(Cursor& index) {
  const auto head = index.take(kStoredEntryBytes);
  if (!head) return std::nullopt;
  BlockEntry entry;
  entry.bytes = load_u24(*head, 1);
  const auto kind = load_le<std::uint8_t>(*head, 0);
  if (kind == static_cast<std::uint8_t>(BlockKind::kStored))
    return entry.bytes <= kStoredBlockMost ? std::optional(entry) : std::nullopt;
  const auto bits = index.take(kHuffmanEntryBytes - kStoredEntryBytes);
  if (kind != static_cast<std::uint8_t>(BlockKind::kHuffman) || !bits) return std::nullopt;
  entry.kind = BlockKind::kHuffman;
  for (std::size_t i = 0; i < kStreams; ++i) entry.stream_bits.at(i) = load_u24(*bits, 3 * i);
  return entry;
}

// Memory: an entry takes four bytes of a field that has at most 64 KiB, whatever `count` says.
std::optional<std::vector<BlockEntry>> read_index(Bytes index, std::size_t count) {
  std::vector<BlockEntry> blocks;
  Cursor cursor(index);
  while (blocks.size() < count) {
    const auto entry = take_entry(cursor);
    if (!entry) return std::nullopt;
    blocks.push_back(*entry);
  }
  if (cursor.at() != index.size()) return std::nullopt;
  return blocks;
}

std::uint64_t sum_of_bytes(std::span<const BlockEntry> blocks) {
  return std::accumulate(blocks.begin(), blocks.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const BlockEntry& b) { return sum + b.bytes; });
}

// Whether a member of `member_bytes` can have this header and any data behind it.
bool is_long_enough(std::uint64_t member_bytes, const Header& header) {
  return member_bytes > header.header_bytes + kTrailerBytes;
}

bool take_our_hint(Bytes field, Header& header) {
  if (field.size() < kIndexAt || load_le<std::uint8_t>(field, 0) != kVersion ||
      load_le<std::uint8_t>(field, 1) != kStreams)
    return false;
  const auto member_bytes = load_le<std::uint32_t>(field, kMemberBytesAt);
  const auto data_bytes = load_le<std::uint32_t>(field, kDataBytesAt);
  if (!is_long_enough(member_bytes, header)) return false;
  if (data_bytes > (member_bytes - header.header_bytes - kTrailerBytes) * kRatioMost) return false;
  auto blocks = read_index(field.subspan(kIndexAt), load_le<std::uint16_t>(field, kBlocksAt));
  if (!blocks) return false;
  if (!blocks->empty() && (sum_of_bytes(*blocks) != data_bytes || data_bytes > kIndexedDataMost))
    return false;
  header.hint = Hint::kPenstock;
  header.member_bytes = member_bytes;
  header.data_bytes = data_bytes;
  header.blocks = *std::move(blocks);
  return true;
}

bool take_length_hint(Hint hint, std::uint64_t member_bytes, Header& header) {
  if (!is_long_enough(member_bytes, header)) return false;
  header.hint = hint;
  header.member_bytes = member_bytes;
  return true;
}

bool take_bgzf_hint(Bytes field, Header& header) {
  return field.size() == 2 &&
         take_length_hint(Hint::kBgzf, std::uint64_t{load_le<std::uint16_t>(field, 0)} + 1, header);
}

bool take_indexed_hint(Bytes field, Header& header) {
  return field.size() == 4 &&
         take_length_hint(Hint::kIndexed, load_le<std::uint32_t>(field, 0), header);
}

void take_hint(Bytes extra, Header& header) {
  using Take = bool (*)(Bytes, Header&);
  constexpr std::array<std::pair<std::string_view, Take>, 3> kKnown{
      {{kOurs, take_our_hint}, {"BC", take_bgzf_hint}, {"IG", take_indexed_hint}}};
  for (const auto& [id, take] : kKnown) {
    const auto field = find_subfield(extra, id);
    if (field && take(*field, header)) return;
  }
}

// As far as it is there, so that what is no gzip is refused and not waited for.
Status check_fixed_part(Bytes input) {
  const std::size_t magic = std::min(input.size(), kMagic.size());
  if (!std::equal(kMagic.begin(), kMagic.begin() + narrow<std::ptrdiff_t>(magic), input.begin()))
    return fail(Code::kCorrupt, "no gzip member begins here");
  if (input.size() > kMagic.size() && load_le<std::uint8_t>(input, kMagic.size()) != kDeflate)
    return fail(Code::kUnsupported, "a gzip member with another method than deflate");
  if (input.size() > kFlagsAt && (load_le<std::uint8_t>(input, kFlagsAt) & kReserved) != 0)
    return fail(Code::kUnsupported, "a gzip member with reserved flags");
  return {};
}

Result<std::optional<Header>> more(Bytes input) {
  if (input.size() < kHeaderBytesMost) return std::optional<Header>();
  return fail(Code::kUnsupported, "a gzip header of more than 256 KiB");
}

Status check_header_crc(Bytes header, std::uint16_t expected) {
  if ((crc32(0, header) & 0xFFFF) == expected) return {};
  return fail(Code::kCorrupt, "the CRC of the gzip header is wrong");
}

}  // namespace

bool is_gzip(Bytes input) {
  return input.size() >= kMagic.size() && std::ranges::equal(input.first(kMagic.size()), kMagic);
}

Result<std::optional<Header>> read_header(Bytes input) {
  PENSTOCK_CHECK(check_fixed_part(input));
  Cursor cursor(input.first(std::min(input.size(), kHeaderBytesMost)));
  const auto fixed = cursor.take(kFixedHeaderBytes);
  if (!fixed) return more(input);
  const unsigned flags = load_le<std::uint8_t>(*fixed, kFlagsAt);
  Header header;
  header.mtime = load_le<std::uint32_t>(*fixed, kMtimeAt);
  const auto extra = (flags & kHasExtra) != 0 ? cursor.take_extra() : Bytes();
  if (!extra) return more(input);
  auto name = (flags & kHasName) != 0 ? cursor.take_text() : std::string();
  if (!name) return more(input);
  auto comment = (flags & kHasComment) != 0 ? cursor.take_text() : std::string();
  if (!comment) return more(input);
  header.name = *std::move(name);
  header.comment = *std::move(comment);
  if ((flags & kHasHeaderCrc) != 0) {
    const Bytes covered = input.first(cursor.at());
    const auto expected = cursor.take_u16();
    if (!expected) return more(input);
    PENSTOCK_CHECK(check_header_crc(covered, *expected));
  }
  header.header_bytes = cursor.at();
  take_hint(*extra, header);
  return std::optional(std::move(header));
}

Trailer read_trailer(Bytes member) {
  const Bytes trailer = member.last(kTrailerBytes);
  return {load_le<std::uint32_t>(trailer, 0), load_le<std::uint32_t>(trailer, 4)};
}

}  // namespace penstock::gzip
