#include "archive/pack_worker.h"

#include <algorithm>
#include <utility>

#include "archive/zip_encode.h"
#include "base/narrow.h"
#include "codec/crc32.h"

namespace penstock::zip {
namespace {

constexpr std::uint32_t kDosDirectory = 0x10;

std::uint16_t method_of(Codec codec) {
  switch (codec) {
    case Codec::kDeflate:
    case Codec::kHuffman:
      return kMethodDeflate;
    case Codec::kZstd:
      return kMethodZstd;
    case Codec::kStore:
      break;
  }
  return kMethodStore;
}

bool is_file(const PackItem& item) { return item.item.kind == FileKind::kFile; }

}  // namespace

Entry make_entry(const WalkItem& item, const PackSettings& settings) {
  Entry entry;
  set_name(entry, item.name);
  entry.mtime = item.status.st_mtim;
  entry.external_attributes = static_cast<std::uint32_t>(item.status.st_mode) << 16 |
                              (item.kind == FileKind::kDirectory ? kDosDirectory : 0);
  if (item.kind == FileKind::kFile) entry.method = method_of(settings.codec);
  if (item.kind == FileKind::kFile && settings.password != nullptr) {
    entry.flags |= kFlagEncrypted;
    entry.aes = AesInfo{2, settings.strength};
  }
  return entry;
}

Result<PackWorker> PackWorker::create(const PackSettings& settings, PackMeters& meters) {
  std::optional<Compressor> compressor;
  if (settings.codec != Codec::kStore) {
    PENSTOCK_TRY(compressor, Compressor::create(settings.codec, settings.level));
  }
  PENSTOCK_TRY(EntryCipher cipher, EntryCipher::create());
  return PackWorker(settings, meters, std::move(compressor), std::move(cipher));
}

PackWorker::PackWorker(const PackSettings& settings, PackMeters& meters,
                       std::optional<Compressor> compressor, EntryCipher cipher)
    : settings_(settings),
      meters_(&meters),
      compressor_(std::move(compressor)),
      cipher_(std::move(cipher)) {}

Status PackWorker::work(Job& job) { return job.batch.empty() ? work_piece(job) : work_batch(job); }

Status PackWorker::work_piece(Job& job) {
  BusyTimer busy(meters_->busy(meters_->compress));
  const Bytes input = job.input.bytes().first(job.piece.bytes);
  if (settings_.password == nullptr) job.piece.crc = crc32(0, input);
  meters_->compress.add(1, input.size());
  if (!compressor_) {
    job.output = std::move(job.input);
    job.output_bytes = input.size();
    return {};
  }
  PENSTOCK_TRY(job.output_bytes,
               compressor_->compress_piece(input, job.piece.last, job.output.bytes()));
  job.input = Buffer();
  return {};
}

Result<std::optional<EntryKeys>> PackWorker::derive_keys(const Job& job) {
  const auto first = std::ranges::find_if(job.batch, is_file);
  if (settings_.password == nullptr || first == job.batch.end()) return std::optional<EntryKeys>();
  BusyTimer busy(meters_->busy(meters_->derive));
  const auto files = to_u64(std::ranges::count_if(job.batch, is_file));
  const std::size_t salt = salt_bytes(settings_.strength);
  salts_.resize(files * salt);
  PENSTOCK_CHECK(settings_.salts->fill(first->ordinal, salt, salts_));
  PENSTOCK_TRY(EntryKeys keys, EntryKeys::derive(*settings_.password, settings_.strength, salts_));
  meters_->derive.add(files, 0);
  return std::optional<EntryKeys>(std::move(keys));
}

Status PackWorker::work_batch(Job& job) {
  PENSTOCK_TRY(const std::optional<EntryKeys> keys, derive_keys(job));
  job.entries.reserve(job.batch.size());
  std::size_t key_index = 0;
  for (const PackItem& item : job.batch) {
    const std::size_t key = is_file(item) ? key_index++ : 0;
    if (!item.error) PENSTOCK_CHECK(add_item(job, item, keys ? &*keys : nullptr, key));
  }
  job.input = Buffer();
  return {};
}

Status PackWorker::add_item(Job& job, const PackItem& item, const EntryKeys* keys,
                            std::size_t key_index) {
  Entry entry = make_entry(item.item, settings_);
  entry.local_offset = job.output_bytes;
  entry.uncompressed_bytes = item.contents.size();

  const MutableBytes out = job.output.bytes().subspan(job.output_bytes);
  const std::size_t header = local_header_bytes(entry, false);
  const std::size_t lead =
      entry.aes ? salt_bytes(settings_.strength) + kVerifierBytes : std::size_t{0};
  PENSTOCK_TRY(const std::size_t packed,
               put_contents(entry, item.contents, out.subspan(header + lead)));
  entry.compressed_bytes = lead + packed + (entry.aes ? kMacBytes : 0);
  if (entry.aes) {
    PENSTOCK_CHECK(seal(*keys, key_index, out.subspan(header, entry.compressed_bytes)));
  }
  write_local_header(out, entry, false);
  job.output_bytes += header + entry.compressed_bytes;
  job.entries.push_back(std::move(entry));
  return {};
}

Result<std::size_t> PackWorker::put_contents(Entry& entry, Bytes contents, MutableBytes out) {
  BusyTimer busy(meters_->busy(meters_->compress));
  meters_->compress.add(1, contents.size());
  if (!entry.aes) entry.crc = crc32(0, contents);
  if (entry.method != kMethodStore && !contents.empty() && !looks_incompressible(contents)) {
    PENSTOCK_TRY(const std::size_t packed, compressor_->compress(contents, out));
    if (packed != 0) return packed;
  }
  entry.method = kMethodStore;
  std::ranges::copy(contents, out.begin());
  return contents.size();
}

Status PackWorker::seal(const EntryKeys& keys, std::size_t key_index, MutableBytes framed) {
  BusyTimer busy(meters_->busy(meters_->encrypt));
  const std::size_t salt = salt_bytes(settings_.strength);
  const std::size_t lead = salt + kVerifierBytes;
  std::ranges::copy(Bytes(salts_).subspan(key_index * salt, salt), framed.begin());
  std::ranges::copy(keys.verifier(key_index), framed.subspan(salt).begin());

  const MutableBytes data = framed.subspan(lead, framed.size() - lead - kMacBytes);
  PENSTOCK_CHECK(cipher_.start(keys, key_index));
  PENSTOCK_CHECK(cipher_.encrypt(data));
  PENSTOCK_TRY(const Mac mac, cipher_.mac());
  std::ranges::copy(mac, framed.last(kMacBytes).begin());
  meters_->encrypt.add(1, data.size());
  return {};
}

}  // namespace penstock::zip
