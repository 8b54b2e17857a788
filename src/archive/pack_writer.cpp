#include "archive/pack_writer.h"

#include <array>
#include <string>
#include <utility>

#include "archive/name_check.h"
#include "base/narrow.h"
#include "codec/compressor.h"
#include "codec/crc32.h"

namespace penstock::zip {
namespace {

// No piece grows by more than this part of itself when it is compressed, headers of the entry
// included.
constexpr std::uint64_t kMostGrowthDivisor = 64;

std::uint64_t most_bytes(const BigFile& file) {
  const std::uint64_t size = to_u64(file.opened.st_size);
  return size + size / kMostGrowthDivisor + kPieceBytes;
}

// What a person finds who looks into the archive with a tool that cannot read it.
std::string comment_for(const PackSettings& settings) {
  const bool zstd = settings.codec == Codec::kZstd;
  if (settings.password != nullptr)
    return std::string("Encrypted with WinZip AES-") +
           (settings.strength == AesStrength::k128 ? "128" : "256") +
           " (AE-2). Opens with penstock, 7-Zip" +
           (zstd ? " 24 or later." : ", WinZip, bsdtar and other AES-ZIP tools.");
  return zstd ? "Compressed with zstd (method 93). Opens with penstock, 7-Zip 24 or later, bsdtar."
              : std::string();
}

}  // namespace

Result<PackWriter> PackWriter::create(std::unique_ptr<ByteSink> sink, const PackSettings& settings,
                                      PackMeters& meters, Progress& progress, Hooks hooks) {
  PENSTOCK_TRY(EntryCipher cipher, EntryCipher::create());
  return PackWriter(std::move(sink), settings, meters, progress, std::move(hooks),
                    std::move(cipher));
}

PackWriter::PackWriter(std::unique_ptr<ByteSink> sink, const PackSettings& settings,
                       PackMeters& meters, Progress& progress, Hooks hooks, EntryCipher cipher)
    : zip_(std::move(sink)),
      settings_(settings),
      meters_(&meters),
      progress_(&progress),
      hooks_(std::move(hooks)),
      cipher_(std::move(cipher)) {}

Status PackWriter::write(Job& job) {
  PENSTOCK_CHECK(job.batch.empty() ? write_piece(job) : write_batch(job));
  progress_->bytes_out.store(zip_.position(), std::memory_order_relaxed);
  return {};
}

void PackWriter::count(const WalkItem& item, std::uint64_t bytes) {
  switch (item.kind) {
    case FileKind::kDirectory:
      ++counts_.directories;
      break;
    case FileKind::kSymlink:
      ++counts_.links;
      break;
    default:
      ++counts_.files;
      progress_->files_done.fetch_add(1, std::memory_order_relaxed);
      break;
  }
  counts_.bytes_in += bytes;
  if (hooks_.done) hooks_.done(item.name);
}

Status PackWriter::write_batch(Job& job) {
  BusyTimer busy(meters_->busy(meters_->write));
  for (const PackItem& item : job.batch) {
    if (item.error) {
      hooks_.problem(*item.error);
    } else {
      if (item.item.kind == FileKind::kSymlink) warn_of_link(item);
      count(item.item, item.contents.size());
    }
  }
  meters_->write.add(job.entries.size(), job.output_bytes);
  return zip_.add_encoded(job.entries, job.output.bytes().first(job.output_bytes));
}

void PackWriter::warn_of_link(const PackItem& link) {
  const Status safe = check_link_target(link.item.name, as_text(link.contents));
  if (!safe)
    hooks_.notice("link " + link.item.shown + " -> " + std::string(as_text(link.contents)) +
                  ": leads out of the tree; unpacking it will need --links skip or all");
}

Status PackWriter::begin_big(const BigFile& file) {
  PENSTOCK_CHECK(zip_.begin_entry(make_entry(file.item, settings_), most_bytes(file)));
  big_crc_ = 0;
  if (settings_.password == nullptr) return {};

  BusyTimer busy(meters_->busy(meters_->derive));
  std::vector<std::byte> salt(salt_bytes(settings_.strength));
  PENSTOCK_CHECK(settings_.salts->fill(file.ordinal, salt.size(), salt));
  PENSTOCK_TRY(const EntryKeys keys,
               EntryKeys::derive(*settings_.password, settings_.strength, salt));
  PENSTOCK_CHECK(cipher_.start(keys, 0));
  PENSTOCK_CHECK(zip_.write_data(salt));
  return zip_.write_data(keys.verifier(0));
}

Status PackWriter::write_piece(Job& job) {
  const Piece& piece = job.piece;
  if (piece.first) PENSTOCK_CHECK(begin_big(*piece.file));
  const MutableBytes data = job.output.bytes().first(job.output_bytes);
  if (settings_.password != nullptr) {
    BusyTimer busy(meters_->busy(meters_->encrypt));
    PENSTOCK_CHECK(cipher_.encrypt(data));
    meters_->encrypt.add(piece.last ? 1 : 0, data.size());
  } else {
    big_crc_ = crc32_combine(big_crc_, piece.crc, piece.bytes);
  }
  BusyTimer busy(meters_->busy(meters_->write));
  meters_->write.add(piece.last ? 1 : 0, data.size());
  PENSTOCK_CHECK(zip_.write_data(data));
  return piece.last ? end_big(job) : Status();
}

Status PackWriter::end_big(const Job& job) {
  const BigFile& file = *job.piece.file;
  if (file.failed) {
    hooks_.problem(*file.error);
    return zip_.abandon_entry();
  }
  if (settings_.password != nullptr) {
    PENSTOCK_TRY(const Mac mac, cipher_.mac());
    PENSTOCK_CHECK(zip_.write_data(mac));
  }
  const std::uint64_t bytes = to_u64(file.opened.st_size);
  count(file.item, bytes);
  return zip_.end_entry(big_crc_, bytes);
}

Status PackWriter::finish() {
  BusyTimer busy(meters_->busy(meters_->write));
  PENSTOCK_CHECK(zip_.finish(comment_for(settings_)));
  counts_.bytes_out = zip_.position();
  progress_->bytes_out.store(counts_.bytes_out, std::memory_order_relaxed);
  return {};
}

}  // namespace penstock::zip
