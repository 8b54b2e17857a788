#include "transfer/bundle_pack.h"

#include <algorithm>
#include <utility>

#include "archive/zip_encode.h"
#include "base/narrow.h"
#include "base/quote.h"
#include "codec/crc32.h"
#include "crypto/random.h"

namespace penstock {
namespace {

constexpr std::uint32_t kModeShift = 16;
// Of what stands in an archive beside the contents: an upper bound for one file without its name.
constexpr std::size_t kMostFileOverhead = 256;

// Reads at most buffer.size() bytes and one more, so that a file that has grown shows.
Result<std::optional<SmallFile>> read_opened(const PushFile& file, OpenedFile opened,
                                             MutableBytes buffer) {
  using Read = std::optional<SmallFile>;
  if (opened.identity.bytes >= buffer.size()) return Read();
  const auto told = narrow<std::size_t>(opened.identity.bytes);
  PENSTOCK_TRY(const std::size_t got,
               read_full_at(opened.fd.get(), 0, buffer.first(told + 1), "read " + file.item.shown));
  if (told == 0 && got > 0) return Read();
  if (got != told) return changed_while_read(file.item.shown);
  PENSTOCK_CHECK(check_same(opened, file.item.shown));
  return Read(SmallFile{std::move(opened), buffer.first(got)});
}

Result<std::optional<SmallFile>> read_link_of(const PushFile& file, MutableBytes buffer) {
  using Read = std::optional<SmallFile>;
  auto target = file.item.root->read_link(file.item.path);
  if (!target) return fail(std::move(target).error().within(file.item.shown));
  if (target->size() >= buffer.size()) return Read();
  std::ranges::copy(as_bytes(*target), buffer.begin());
  OpenedFile opened{{}, file.item.status, identity_of(file.item.status), true};
  return Read(SmallFile{std::move(opened), buffer.first(target->size())});
}

zip::Entry zip_entry(const BundledFile& file, std::uint32_t header_at) {
  zip::Entry entry;
  zip::set_name(entry, file.name);
  entry.crc = file.crc;
  entry.compressed_bytes = entry.uncompressed_bytes = file.bytes;
  entry.local_offset = header_at;
  const std::uint32_t kind = file.is_symlink ? S_IFLNK : S_IFREG;
  entry.external_attributes = (kind | file.mode) << kModeShift;
  entry.mtime = file.mtime;
  return entry;
}

std::uint32_t header_bytes(const BundledFile& file) {
  return narrow<std::uint32_t>(zip::local_header_bytes(zip_entry(file, 0), false));
}

zip::Entry index_entry(Bytes index, std::uint64_t header_at) {
  zip::Entry entry;
  zip::set_name(entry, std::string(kBundleIndexName));
  entry.crc = crc32(0, index);
  entry.compressed_bytes = entry.uncompressed_bytes = index.size();
  entry.local_offset = header_at;
  constexpr std::uint32_t kReadable = S_IFREG | 0644;
  entry.external_attributes = kReadable << kModeShift;
  return entry;
}

}  // namespace

Result<std::optional<SmallFile>> read_small_file(const PushFile& file, MutableBytes buffer) {
  if (file.item.kind == FileKind::kSymlink && !file.follow) return read_link_of(file, buffer);
  PENSTOCK_TRY(OpenedFile opened, open_to_push(file));
  return read_opened(file, std::move(opened), buffer);
}

Result<BundlePacker> BundlePacker::create(std::uint64_t order) {
  if (order >= kMostBundleOrder)
    return fail(Code::kUnsupported, "a bundle at the place has the highest number there can be");
  PENSTOCK_TRY(StreamSha256 digest, StreamSha256::create());
  BundlePacker packer(std::move(digest));
  packer.bundle_.name.order = order;
  PENSTOCK_CHECK(random_bytes(packer.bundle_.name.id));
  return packer;
}

BundledVersion BundlePacker::new_version() const {
  return {bundle_.name.order, bundle_.name.id, narrow<std::uint32_t>(bundle_.files.size())};
}

bool BundlePacker::has_room_for(std::size_t content_bytes) const {
  // The index and the directory come on top, and have their own bounds.
  const std::uint64_t reserve = std::uint64_t{2} * kMostIndexBytes;
  return bundle_.files.size() < kMostBundleFiles &&
         bundle_.bytes + content_bytes + reserve < kMostBundleBytes;
}

Status BundlePacker::add(PushFile file, BundledFile entry, const SmallFile& content) {
  entry.bytes = narrow<std::uint32_t>(content.content.size());
  entry.crc = crc32(0, content.content);
  const std::uint32_t head = header_bytes(entry);
  entry.begin = narrow<std::uint32_t>(bundle_.bytes + head);
  std::vector<std::byte> header(head);
  zip::write_local_header(header, zip_entry(entry, 0), false);
  PENSTOCK_CHECK(digest_.update(header));
  PENSTOCK_CHECK(digest_.update(content.content));
  bundle_.bytes += head + content.content.size();
  bundle_.files.push_back({std::move(file), std::move(entry), content.opened.identity,
                           content.opened.remembered(), false});
  return {};
}

Result<PackedBundle> BundlePacker::finish(std::vector<BundledVersion> removed) {
  bundle_.tail = make_tail(std::move(removed));
  if (bundle_.name.index_bytes > kMostIndexBytes)
    return fail(Code::kInternal, "the index of a bundle is too large");
  bundle_.bytes += bundle_.tail.size();
  PENSTOCK_CHECK(digest_.update(bundle_.tail));
  PENSTOCK_TRY(bundle_.sha256, digest_.finish());
  return std::move(bundle_);
}

// Header of the index, the index, the directory of all, its end.
std::vector<std::byte> BundlePacker::make_tail(std::vector<BundledVersion> removed) {
  std::ranges::sort(removed);
  const auto repeated = std::ranges::unique(removed);
  removed.erase(repeated.begin(), repeated.end());
  std::vector<BundledFile> entries;
  entries.reserve(bundle_.files.size());
  for (const PackedFile& file : bundle_.files) entries.push_back(file.entry);
  std::vector<std::byte> directory;
  for (const BundledFile& file : entries)
    zip::append_central_record(directory, zip_entry(file, file.begin - header_bytes(file)));
  const zip::Entry sized = index_entry({}, 0);
  const std::size_t head = zip::local_header_bytes(sized, false);
  std::vector<std::byte> own;  // the record of the index is as long whatever it says
  zip::append_central_record(own, sized);
  std::vector<std::byte> end;
  zip::append_end_records(end, {}, {});

  BundleName& name = bundle_.name;
  name.index_begin = narrow<std::uint32_t>(bundle_.bytes + head);
  name.index_bytes = narrow<std::uint32_t>(bundle_index_bytes(name, entries, removed));
  bundle_.index_at = head;
  const std::uint64_t directory_at = std::uint64_t{name.index_begin} + name.index_bytes;
  const std::uint64_t total = directory_at + directory.size() + own.size() + end.size();
  const std::vector<std::byte> index = encode_bundle_index(name, total, entries, removed);
  const zip::Entry entry = index_entry(index, bundle_.bytes);
  zip::append_central_record(directory, entry);

  std::vector<std::byte> tail(head);
  tail.reserve(head + index.size() + directory.size() + end.size());
  zip::write_local_header(tail, entry, false);
  append(tail, index);
  append(tail, directory);
  zip::append_end_records(tail, {entries.size() + 1, directory_at, directory.size()}, {});
  return tail;
}

BundleBody::BundleBody(PackedBundle& bundle, std::size_t buffer_bytes, Progress& progress)
    : bundle_(bundle), progress_(progress) {
  std::size_t names = 0;
  for (const PackedFile& file : bundle.files) names = std::max(names, file.entry.name.size());
  buffer_.resize(buffer_bytes + names + kMostFileOverhead);
}

Status BundleBody::rewind() {
  next_ = 0;
  left_ = {};
  failed_.reset();
  return {};
}

Result<std::size_t> BundleBody::read(MutableBytes out) {
  std::size_t got = 0;
  while (got < out.size()) {
    if (left_.empty()) PENSTOCK_CHECK(load_next());
    if (left_.empty()) break;
    const Bytes piece = left_.first(std::min(left_.size(), out.size() - got));
    std::ranges::copy(piece, out.subspan(got).begin());
    left_ = left_.subspan(piece.size());
    got += piece.size();
  }
  return got;
}

// Nothing is left behind the tail.
Status BundleBody::load_next() {
  if (next_ > bundle_.files.size()) return {};
  if (next_ == bundle_.files.size()) {
    left_ = bundle_.tail;
  } else {
    auto loaded = load_file(bundle_.files[next_]);
    if (!loaded) {
      failed_ = next_;
      return fail(std::move(loaded).error());
    }
    left_ = Bytes(buffer_).first(*loaded);
    count(bundle_.files[next_]);
  }
  ++next_;
  return {};
}

// Header and content, which must be what was hashed.
Result<std::size_t> BundleBody::load_file(PackedFile& packed) {
  const zip::Entry entry = zip_entry(packed.entry, 0);
  const std::size_t head = zip::local_header_bytes(entry, false);
  zip::write_local_header(buffer_, entry, false);
  PENSTOCK_TRY(const std::optional<SmallFile> now,
               read_small_file(packed.file, MutableBytes(buffer_).subspan(head)));
  if (!now || now->opened.identity != packed.identity ||
      now->content.size() != packed.entry.bytes || crc32(0, now->content) != packed.entry.crc)
    return fail(Code::kChanged, packed.file.item.shown + ": changed while it was read");
  return head + now->content.size();
}

void BundleBody::count(PackedFile& packed) {
  if (std::exchange(packed.is_counted, true)) return;
  progress_.bytes_in.fetch_add(packed.entry.bytes, std::memory_order_relaxed);
  progress_.bytes_out.fetch_add(packed.entry.bytes, std::memory_order_relaxed);
}

}  // namespace penstock
