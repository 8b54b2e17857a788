#include "archive/survey.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "archive/local_header.h"
#include "archive/name_check.h"
#include "archive/source_window.h"
#include "archive/winzip_aes.h"
#include "archive/zip_reader.h"
#include "base/bytes.h"
#include "files/spill.h"

namespace penstock::zip {
namespace {

constexpr std::uint64_t kSortBudgetBytes = std::uint64_t{4} << 20;
constexpr std::size_t kLocalWindowBytes = 4096;
constexpr std::size_t kProbes = 4;
constexpr std::uint64_t kDeflateRatio = 1032;  // 258 bytes of output for 2 bits of input
constexpr std::uint64_t kStopEvery = 256;      // entries between looks at the stop token

// The bytes [begin, end) of an entry in the archive, as a record that sorts by its beginning.
using ExtentRecord = std::array<char, 16>;

void put_big_endian(std::uint64_t value, char* out) {
  for (int i = 7; i >= 0; --i, value >>= 8) out[i] = static_cast<char>(value & 0xff);
}

std::uint64_t get_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// The directory's own size bounds what is sorted: a small archive needs no big buffers.
std::size_t sort_budget(const Directory& directory) {
  return static_cast<std::size_t>(
      std::min(kSortBudgetBytes, 2 * std::min(directory.bytes, kSortBudgetBytes)));
}

std::string count_of_bytes(std::uint64_t bytes) { return std::to_string(bytes) + " bytes"; }

class Surveyor {
 public:
  Surveyor(const ByteSource& source, const Directory& directory, Selection& selection,
           const UnpackOptions& options, const SafeDir* existing, const Judge& judge)
      : source_(source),
        directory_(directory),
        selection_(selection),
        options_(options),
        existing_(existing),
        judge_(judge),
        locals_(source, kLocalWindowBytes) {}

  Result<Survey> run(const std::stop_token& stop) {
    if (directory_.entries > options_.limits.max_entries)
      return fail(Code::kUnsafe, "the archive has " + std::to_string(directory_.entries) +
                                     " entries, more than the limit of " +
                                     std::to_string(options_.limits.max_entries) +
                                     "; --max-entries raises it");
    CentralCursor cursor(source_, directory_, judge_);
    Entry entry;
    for (;;) {
      if (cursor.position() % kStopEvery == 0 && stop.stop_requested())
        return fail(Code::kCancelled, "cancelled");
      PENSTOCK_TRY(const bool more, cursor.next(entry));
      if (!more) break;
      if (auto checked = check(entry); !checked)
        return fail(in_entry(entry, std::move(checked).error()));
    }
    PENSTOCK_CHECK(check_order());
    PENSTOCK_CHECK(check_overlaps());
    PENSTOCK_CHECK(check_ratio());
    PENSTOCK_CHECK(selection_.check_patterns());
    return std::move(survey_);
  }

 private:
  Status check(const Entry& entry) {
    PENSTOCK_CHECK(check_name(entry.name));
    // A directory's name cannot hold up the reader of "a/" and "a": both keys are "a".
    PENSTOCK_CHECK(names_.add("0" + order_key(entry.name, entry.is_directory())));
    PENSTOCK_CHECK(check_extent(entry));
    survey_.any_encrypted = survey_.any_encrypted || (entry.flags & kFlagEncrypted) != 0;
    const std::string_view path = selection_.match(entry);
    return path.empty() ? Status{} : check_selected(entry, path);
  }

  Status check_extent(const Entry& entry) {
    if (source_.is_far()) return check_least_extent(entry);
    PENSTOCK_TRY(const Bytes fixed, local_view(entry.local_offset, kLocalBytes));
    PENSTOCK_TRY(const std::size_t header_bytes, local_header_size(fixed));
    PENSTOCK_TRY(const Bytes header, local_view(entry.local_offset, header_bytes));
    PENSTOCK_CHECK(check_local_header(header, entry, judge_.about(entry.name)));
    std::uint64_t end = entry.local_offset + header_bytes;
    if (entry.compressed_bytes > directory_.offset - end)
      return fail(Code::kCorrupt, "its data reaches into the central directory");
    end += entry.compressed_bytes;
    if ((entry.flags & kFlagDescriptor) != 0) {
      PENSTOCK_TRY(end, end_of_descriptor(entry, end));
    }
    return note_extent(entry.local_offset, end);
  }

  // Without its local header, which the extraction looks at where it reads the entry.
  Status check_least_extent(const Entry& entry) {
    const std::uint64_t header_bytes = kLocalBytes + entry.name.size();
    const std::uint64_t room = directory_.offset - std::min(directory_.offset, entry.local_offset);
    if (header_bytes > room || entry.compressed_bytes > room - header_bytes)
      return fail(Code::kCorrupt, "its data reaches into the central directory");
    return note_extent(entry.local_offset,
                       entry.local_offset + header_bytes + entry.compressed_bytes);
  }

  Status note_extent(std::uint64_t begin, std::uint64_t end) {
    ExtentRecord record{};
    put_big_endian(begin, record.data());
    put_big_endian(end, record.data() + 8);
    return extents_.add({record.data(), record.size()});
  }

  Result<Bytes> local_view(std::uint64_t offset, std::size_t bytes) {
    if (offset > directory_.offset || bytes > directory_.offset - offset)
      return fail(Code::kCorrupt, "its local header reaches into the central directory");
    return locals_.view(offset, bytes);
  }

  Result<std::uint64_t> end_of_descriptor(const Entry& entry, std::uint64_t offset) {
    const auto bytes = static_cast<std::size_t>(
        std::min<std::uint64_t>(kLongestDescriptorBytes, directory_.offset - offset));
    PENSTOCK_TRY(const Bytes after_data, locals_.view(offset, bytes));
    PENSTOCK_TRY(const std::size_t descriptor,
                 descriptor_size(after_data, entry, judge_.about(entry.name)));
    return offset + descriptor;
  }

  Status check_selected(const Entry& entry, std::string_view path) {
    const EntryKind kind = kind_of(entry);
    if (kind == EntryKind::kSpecial)
      return fail(Code::kUnsafe,
                  "a device, pipe or socket: only files, directories and links are unpacked");
    PENSTOCK_CHECK(check_supported(entry));
    PENSTOCK_CHECK(check_size(entry));
    PENSTOCK_CHECK(check_existing(path, kind));
    if (selection_.strips())
      PENSTOCK_CHECK(names_.add("1" + order_key(path, entry.is_directory())));
    count(entry, kind);
    return {};
  }

  Status check_size(const Entry& entry) {
    const std::uint64_t overhead = entry.aes ? overhead_bytes(entry.aes->strength) : 0;
    const std::uint64_t packed = entry.compressed_bytes - overhead;
    if (entry.method == kMethodDeflate && entry.uncompressed_bytes / kDeflateRatio > packed)
      return fail(Code::kCorrupt, "declares " + count_of_bytes(entry.uncompressed_bytes) +
                                      ", more than deflate can make of " + count_of_bytes(packed));
    const std::uint64_t left = options_.limits.max_output_bytes -
                               std::min(options_.limits.max_output_bytes, survey_.bytes_out);
    if (entry.uncompressed_bytes > left)
      return fail(Code::kUnsafe, "the output would exceed the limit of " +
                                     count_of_bytes(options_.limits.max_output_bytes) +
                                     "; --max-output raises it");
    return {};
  }

  Status check_existing(std::string_view path, EntryKind kind) {
    if (existing_ == nullptr || options_.overwrite != Overwrite::kRefuse) return {};
    auto status = existing_->stat(path);
    if (!status) {
      if (status.error().code == Code::kNotFound) return {};
      return fail(std::move(status).error());
    }
    if (kind == EntryKind::kDirectory && S_ISDIR(status->st_mode)) return {};
    return fail(Code::kExists, "exists already in " + shown_name(options_.directory) +
                                   "; nothing was unpacked (--overwrite always, older or never)");
  }

  void count(const Entry& entry, EntryKind kind) {
    survey_.files += kind == EntryKind::kFile ? 1 : 0;
    survey_.directories += kind == EntryKind::kDirectory ? 1 : 0;
    survey_.links += kind == EntryKind::kSymlink ? 1 : 0;
    survey_.huge += kind == EntryKind::kFile && is_huge(entry) ? 1 : 0;
    survey_.bytes_in += entry.compressed_bytes;
    survey_.bytes_out += entry.uncompressed_bytes;
    if (!entry.aes) return;
    ++survey_.encrypted;
    keep_probe(entry);
  }

  void keep_probe(const Entry& entry) {
    auto& probes = survey_.probes;
    const auto smaller = [](const Entry& a, const Entry& b) {
      return a.compressed_bytes < b.compressed_bytes;
    };
    if (probes.size() == kProbes && !smaller(entry, probes.back())) return;
    probes.insert(std::upper_bound(probes.begin(), probes.end(), entry, smaller), entry);
    if (probes.size() > kProbes) probes.pop_back();
  }

  Status check_order() {
    PENSTOCK_CHECK(names_.sort());
    std::string earlier;
    for (;;) {
      PENSTOCK_TRY(const std::optional<std::string_view> key, names_.next());
      if (!key) return {};
      if (!earlier.empty() && earlier.front() == key->front())
        PENSTOCK_CHECK(check_neighbours(std::string_view(earlier).substr(1), key->substr(1)));
      earlier.assign(*key);
    }
  }

  Status check_overlaps() {
    PENSTOCK_CHECK(extents_.sort());
    std::optional<std::uint64_t> before;
    std::uint64_t free_from = 0;
    for (;;) {
      PENSTOCK_TRY(const std::optional<std::string_view> record, extents_.next());
      if (!record) return {};
      const std::uint64_t begin = get_big_endian(record->substr(0, 8));
      if (before && begin < free_from)
        return fail(Code::kUnsafe, "entries " + name_at(*before) + " and " + name_at(begin) +
                                       " overlap in the archive");
      before = begin;
      free_from = get_big_endian(record->substr(8, 8));
    }
  }

  // The name in a local header that was read before.
  std::string name_at(std::uint64_t offset) {
    const auto fixed = locals_.view(offset, kLocalBytes);
    if (!fixed) return "?";
    const auto name = locals_.view(offset + kLocalBytes, load_le<std::uint16_t>(*fixed, 26));
    return name ? shown_name(as_text(*name)) : "?";
  }

  Status check_ratio() const {
    const UnpackLimits& limits = options_.limits;
    if (survey_.bytes_out <= limits.ratio_free_bytes || limits.max_ratio == 0 ||
        (survey_.bytes_out - 1) / limits.max_ratio < survey_.bytes_in)
      return {};
    return fail(Code::kUnsafe, "the archive would grow to " + count_of_bytes(survey_.bytes_out) +
                                   ", more than " + std::to_string(limits.max_ratio) +
                                   " times its size; --max-ratio raises the limit");
  }

  const ByteSource& source_;
  const Directory& directory_;
  Selection& selection_;
  const UnpackOptions& options_;
  const SafeDir* existing_;
  const Judge& judge_;
  SourceWindow locals_;
  SpillSort names_{sort_budget(directory_)};
  SpillSort extents_{sort_budget(directory_)};
  Survey survey_;
};

}  // namespace

bool is_small(const Entry& entry) {
  constexpr std::uint64_t kOverhead =
      1024;  // encryption, or a codec's framing of what did not shrink
  return entry.uncompressed_bytes <= kSmallBytes &&
         entry.compressed_bytes <= kSmallBytes + kOverhead;
}

bool is_huge(const Entry& entry) { return entry.uncompressed_bytes >= kHugeBytes; }

Result<Survey> survey(const ByteSource& source, const Directory& directory, Selection& selection,
                      const UnpackOptions& options, const SafeDir* existing, const Judge& judge,
                      const std::stop_token& stop) {
  return Surveyor(source, directory, selection, options, existing, judge).run(stop);
}

}  // namespace penstock::zip
