// The working stage of packing: contents in, entries out. One pass over each file while it is in
// cache: compress, encrypt, authenticate.
#pragma once

#include <cstdint>
#include <optional>

#include "penstock/error.h"
#include "penstock/secret.h"

#include "archive/pack_job.h"
#include "archive/pack_meters.h"
#include "archive/salt_source.h"
#include "archive/winzip_aes.h"
#include "codec/compressor.h"

namespace penstock::zip {

// What every worker and the writer need to know about the archive being made.
struct PackSettings {
  Codec codec = Codec::kDeflate;
  int level = 0;
  const Secret* password = nullptr;  // null: no encryption
  AesStrength strength = AesStrength::k256;
  SaltSource* salts = nullptr;
};

// The entry that `item` becomes, without what only its data can tell.
Entry make_entry(const WalkItem& item, const PackSettings& settings);

// Threads: one caller at a time; one per worker thread.
class PackWorker {
 public:
  static Result<PackWorker> create(const PackSettings& settings, PackMeters& meters);

  // A batch becomes complete entries in job.output; a piece becomes compressed bytes there
  // (encryption of a big entry needs its bytes in order: the writer does it).
  Status work(Job& job);

 private:
  PackWorker(const PackSettings& settings, PackMeters& meters, std::optional<Compressor> compressor,
             EntryCipher cipher);

  Status work_batch(Job& job);
  Status work_piece(Job& job);
  Result<std::optional<EntryKeys>> derive_keys(const Job& job);
  Status add_item(Job& job, const PackItem& item, const EntryKeys* keys, std::size_t key_index);
  // Contents to `out` as the method found best; sets entry.method. Returns the bytes written.
  Result<std::size_t> put_contents(Entry& entry, Bytes contents, MutableBytes out);
  Status seal(const EntryKeys& keys, std::size_t key_index, MutableBytes framed);

  PackSettings settings_;
  PackMeters* meters_;
  std::optional<Compressor> compressor_;  // none for kStore
  EntryCipher cipher_;
  std::vector<std::byte> salts_;
};

}  // namespace penstock::zip
