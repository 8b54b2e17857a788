// Any bytes as an archive: list it, survey it, decode what passes. Besides memory safety, what is
// promised: list and survey agree about the number of entries; a content that is given has the
// declared size and CRC; both ways of decoding an entry (in memory, as a stream) agree.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include "archive/entry_decoder.h"
#include "archive/extract_context.h"
#include "archive/list_source.h"
#include "archive/local_header.h"
#include "archive/password_check.h"
#include "archive/stream_extract.h"
#include "archive/survey.h"
#include "archive/unpack_source.h"
#include "archive/zip_reader.h"
#include "codec/crc32.h"
#include "codec/deflate_walk.h"

namespace {

using namespace penstock;
using namespace penstock::zip;
using Contents = std::vector<std::byte>;

constexpr std::uint64_t kMostOutput = std::uint64_t{1} << 16;
// PBKDF2 takes longer than all the rest: of an archive with more encrypted entries a part is
// decoded.
constexpr int kMostDerived = 2;

void require(bool promise) {
  if (!promise) std::abort();
}

class Silent : public Observer {
 public:
  void problem(const Error& error) override { (void)error; }
  void notice(std::string_view text) override { (void)text; }
};

UnpackOptions options(const Secret& password, bool lenient) {
  UnpackOptions made;
  made.password = &password;
  made.limits = {kMostOutput, 1000, 0};
  made.lenient = lenient;
  made.links = LinkPolicy::kSkip;
  made.threads = 1;
  return made;
}

const Secret& password() {
  static const Secret made(std::string("secret"));
  return made;
}

EntryDecoder& decoder() {
  static UnpackMeters meters;
  static EntryDecoder made = *EntryDecoder::create(meters);
  return made;
}

struct Whole {
  Contents content;
  Contents packed;  // decrypted, with the salt and MAC around it
};

std::optional<Whole> decode_whole(const ByteSource& source, const Entry& entry,
                                  const Judge& judge) {
  const auto offset = find_data(source, entry, judge);
  if (!offset) return std::nullopt;
  std::vector<std::byte> data(static_cast<std::size_t>(entry.compressed_bytes));
  if (!source.read_at(*offset, data)) return std::nullopt;
  std::optional<EntryKeys> keys;
  if (entry.aes) {
    auto derived =
        EntryKeys::derive(password(), entry.aes->strength, salt_of(entry.aes->strength, data));
    require(derived.has_value());
    keys.emplace(*std::move(derived));
  }
  Contents out(static_cast<std::size_t>(entry.uncompressed_bytes));
  const auto content = decoder().decode(entry, data, keys ? &*keys : nullptr, 0, out);
  if (!content) return std::nullopt;
  return Whole{Contents(content->begin(), content->end()), std::move(data)};
}

// libdeflate, which decodes small entries, takes the symbols 286 and 287 for lengths; zlib and
// ISA-L, which decodes large ones, refuse them, and so does the walk. No encoder writes them, and
// the CRC or MAC has the last word; but the two ways may disagree about such a stream, and about no
// other.
bool is_disputed(const Entry& entry, Bytes packed) {
  if (entry.method != kMethodDeflate) return false;
  if (entry.aes)
    packed = packed.subspan(salt_bytes(entry.aes->strength) + kVerifierBytes)
                 .first(packed.size() - overhead_bytes(entry.aes->strength));
  return !walk_deflate(packed);
}

std::optional<Contents> decode_streamed(const ExtractContext& context, const Entry& entry) {
  static Contents in(1000);
  static Contents out(700);
  auto stream = PackedStream::open(context, entry);
  if (!stream) return std::nullopt;
  const auto packed = [&]() -> Result<Bytes> {
    PENSTOCK_TRY(const MutableBytes data, stream->next(in));
    return Bytes(data);
  };
  Contents content;
  const auto keep = [&](std::uint64_t offset, Bytes part) -> Status {
    require(offset == content.size());
    append(content, part);
    require(content.size() <= entry.uncompressed_bytes);
    return {};
  };
  if (!decode_stream(context, entry, packed, out, keep, {})) return std::nullopt;
  return content;
}

void decode_all(const ByteSource& source, const Directory& directory, const UnpackOptions& opened,
                const Judge& judge) {
  const Selection selection(opened);
  Silent silent;
  SerialObserver observer(silent);
  Progress progress;
  UnpackMeters meters;
  Outcome outcome(observer, progress);
  const ExtractContext context{source, directory, selection, &password(), false, nullptr,
                               judge,  meters,    outcome,   1,           0};
  CentralCursor cursor(source, directory, judge);
  Entry entry;
  for (int derived = 0;;) {
    const auto more = cursor.next(entry);
    require(more.has_value());  // the survey has read it
    if (!*more) return;
    if (entry.aes && ++derived > kMostDerived) continue;
    const auto whole = decode_whole(source, entry, judge);
    if (!whole) continue;
    require(whole->content.size() == entry.uncompressed_bytes);
    require(check_crc(entry, crc32(0, whole->content)).has_value());
    if (entry.aes && ++derived > kMostDerived) continue;
    const auto streamed = decode_streamed(context, entry);
    require(streamed ? *streamed == whole->content : is_disputed(entry, whole->packed));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kMostOutput) return 0;
  const auto source = make_memory_source(std::as_bytes(std::span(data, size)), "fuzz.zip");
  Silent silent;
  const bool lenient = size % 4 == 0;
  const auto listed =
      list_source(*source, lenient, silent, [](const ListedEntry&) { return Status{}; });
  const Judge judge(lenient, nullptr);
  const auto directory = find_directory(*source, judge);
  require(directory || !listed);
  if (!directory) return 0;
  const UnpackOptions opened = options(password(), lenient);
  Selection selection(opened);
  const auto surveyed = survey(*source, *directory, selection, opened, nullptr, judge, {});
  if (!surveyed) return 0;
  require(listed && listed->entries == directory->entries);
  require(surveyed->bytes_out <= kMostOutput);
  decode_all(*source, *directory, opened, judge);
  if (size % 16 != 0) return 0;
  Progress progress;
  (void)verify_source(*source, opened, silent, progress, {});
  return 0;
}
