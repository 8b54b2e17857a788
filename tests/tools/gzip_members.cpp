//   gzip_members huffman|1..9 IN OUT
// IN holds inputs, each behind its length (u32, little-endian). Makes OUT, the members of all of
// them joined, one per MiB, in the mode huffman, or best-of with that level. Prints how many bytes
// each input's members have, a line for each.
//
//   gzip_members decode IN OUT
// Makes OUT/name of every IN/name.gz that is good, member after member, and prints a line for each:
// "name ok MEMBERS INDEXED" or "name OUTCOME - -", in the words of tests/huffman/make_vectors.py.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "codec/gzip_member.h"
#include "codec/huffman_decoder.h"

namespace penstock::gzip {
namespace {

namespace fs = std::filesystem;
using Buffer = std::vector<std::byte>;

Buffer read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const Bytes bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

bool write_file(const fs::path& path, Bytes data) {
  std::ofstream file(path, std::ios::binary);
  file.write(as_text(data).data(), static_cast<std::streamsize>(data.size()));
  return file.good();
}

std::vector<fs::path> gz_files_of(const fs::path& directory) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory))
    if (entry.path().extension() == ".gz") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

Result<Buffer> encode(MemberEncoder& encoder, Bytes data) {
  Buffer out;
  Buffer room(MemberEncoder::bound(kPieceBytes));
  do {
    const Bytes piece = data.first(std::min(data.size(), kPieceBytes));
    data = data.subspan(piece.size());
    PENSTOCK_TRY(const Bytes member, encoder.encode(piece, room));
    append(out, member);
  } while (!data.empty());
  return out;
}

Status encode_all(Mode mode, int level, const fs::path& in, const fs::path& out) {
  PENSTOCK_TRY(auto encoder, MemberEncoder::create(mode, level));
  const Buffer inputs = read_file(in);
  Buffer joined;
  for (std::size_t at = 0; at < inputs.size();) {
    const auto length = load_le<std::uint32_t>(inputs, at);
    PENSTOCK_TRY(const Buffer made, encode(encoder, Bytes(inputs).subspan(at + 4, length)));
    append(joined, made);
    std::printf("%zu\n", made.size());
    at += 4 + length;
  }
  return write_file(out, joined) ? Status() : fail(Code::kIo, "cannot write " + out.string());
}

struct Decoded {
  Buffer data;
  int members = 0;
  int indexed = 0;
};

// Whether the index of the member at the start of `input` holds.
Result<bool> index_holds(huffman::Decoder& decoder, Bytes input, MutableBytes room) {
  PENSTOCK_TRY(const auto header, read_header(input));
  if (!header || header->blocks.empty() || *header->member_bytes > input.size()) return false;
  const Bytes deflate =
      input.first(*header->member_bytes - kTrailerBytes).subspan(header->header_bytes);
  return decoder.inflate(deflate, header->blocks, room.first(*header->data_bytes));
}

Result<Decoded> decode(Bytes input, MutableBytes room) {
  PENSTOCK_TRY(auto members, MemberDecoder::create());
  PENSTOCK_TRY(auto huffman, huffman::Decoder::create());
  Decoded result;
  do {
    PENSTOCK_TRY(const bool indexed, index_holds(huffman, input, room));
    PENSTOCK_TRY(const auto member, members.inflate_front(input, room));
    append(result.data, room.first(member.data_bytes));
    input = input.subspan(member.member_bytes);
    ++result.members;
    result.indexed += indexed ? 1 : 0;
  } while (!input.empty());
  return result;
}

std::string_view outcome(std::string_view message) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kWords{{
      {"cut off", "truncated"},
      {"is damaged", "damaged"},
      {"CRC-32", "crc"},
      {"its trailer says", "isize"},
      {"no gzip member begins", "garbage"},
      {"CRC of the gzip header", "header"},
      {"another method", "unsupported"},
      {"reserved flags", "unsupported"},
  }};
  for (const auto& [part, word] : kWords)
    if (message.find(part) != std::string_view::npos) return word;
  return message;
}

Status decode_all(const fs::path& in, const fs::path& out) {
  Buffer room(kIndexedDataMost);
  for (const fs::path& file : gz_files_of(in)) {
    const std::string name = file.stem().string();
    const auto decoded = decode(read_file(file), room);
    if (decoded && !write_file(out / name, decoded->data))
      return fail(Code::kIo, "cannot write " + name);
    if (decoded)
      std::printf("%s ok %d %d\n", name.c_str(), decoded->members, decoded->indexed);
    else
      std::printf("%s %s - -\n", name.c_str(),
                  std::string(outcome(decoded.error().message)).c_str());
  }
  return {};
}

Status run(std::string_view what, const char* in, const char* out) {
  if (what == "decode") return decode_all(in, out);
  if (what == "huffman") return encode_all(Mode::kHuffman, 1, in, out);
  int level = 0;
  std::from_chars(what.data(), what.data() + what.size(), level);
  return encode_all(Mode::kBest, level, in, out);
}

}  // namespace
}  // namespace penstock::gzip

int main(int count, char** arguments) {
  if (count != 4) return 2;
  const auto done = penstock::gzip::run(arguments[1], arguments[2], arguments[3]);
  if (!done) std::fprintf(stderr, "gzip_members: %s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
