// A bundle on its way: what of the files that wait goes into it, and its bytes.
//
// Files are small, so each is read whole into one buffer before its header is written: headers
// carry sizes and CRCs, nothing follows behind the data, and every ZIP reader takes the archive,
// from a pipe as well. They are read twice, because the signature of a put covers the bytes and
// stands in front of them: once to be hashed, and once to be sent, from the page cache, with the
// sums compared. Held in between are names and sums, never contents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"
#include "penstock/observer.h"

#include "base/bytes.h"
#include "store/body.h"
#include "transfer/bundle_index.h"
#include "transfer/push_file.h"

namespace penstock {

// A file, or a link that is kept, in memory.
struct SmallFile {
  OpenedFile opened;  // of a link: only what the walk told
  Bytes content;
};

// Reads all of it into `buffer`, which is at least as large as the largest file that goes into a
// bundle. kChanged when it changes meanwhile; empty when it is too large, or one that tells no
// size.
Result<std::optional<SmallFile>> read_small_file(const PushFile& file, MutableBytes buffer);

struct PackedFile {
  PushFile file;
  BundledFile entry;
  FileIdentity identity;    // when it was read
  FileIdentity remembered;  // for the journal
  bool is_counted = false;  // in Progress
};

// All that is known of a bundle before it is sent.
struct PackedBundle {
  BundleName name;
  std::vector<PackedFile> files;
  std::vector<std::byte> tail;  // index, central directory, end records
  std::size_t index_at = 0;     // in `tail`
  std::uint64_t bytes = 0;      // of all
  Sha256Digest sha256{};        // of all

  Bytes index() const { return Bytes(tail).subspan(index_at, name.index_bytes); }
};

// Takes files one by one, then closes the bundle. Threads: one caller at a time.
class BundlePacker {
 public:
  static Result<BundlePacker> create(std::uint64_t order);

  // A version for the next file to be added, when it has none yet.
  BundledVersion new_version() const;
  bool has_room_for(std::size_t content_bytes) const;
  // `entry` tells all but begin, bytes and CRC.
  Status add(PushFile file, BundledFile entry, const SmallFile& content);
  bool is_empty() const { return bundle_.files.empty(); }
  // `removed` may be in any order.
  Result<PackedBundle> finish(std::vector<BundledVersion> removed);

 private:
  explicit BundlePacker(StreamSha256 digest) : digest_(std::move(digest)) {}
  std::vector<std::byte> make_tail(std::vector<BundledVersion> removed);

  PackedBundle bundle_;
  StreamSha256 digest_;
};

// The bytes of a bundle, its files read again. Threads: one caller at a time.
class BundleBody final : public Body {
 public:
  // All must outlive it. `buffer_bytes`: the most a file in it has.
  BundleBody(PackedBundle& bundle, std::size_t buffer_bytes, Progress& progress);

  std::uint64_t size() const override { return bundle_.bytes; }
  Status rewind() override;
  Result<std::size_t> read(MutableBytes out) override;
  Result<Sha256Digest> sha256() override { return bundle_.sha256; }

  // Which file it was, when reading failed.
  std::optional<std::size_t> failed() const { return failed_; }

 private:
  Status load_next();
  Result<std::size_t> load_file(PackedFile& packed);
  void count(PackedFile& packed);

  PackedBundle& bundle_;
  Progress& progress_;
  std::vector<std::byte> buffer_;
  Bytes left_;            // of what was loaded
  std::size_t next_ = 0;  // file to be loaded; behind the last: the tail
  std::optional<std::size_t> failed_;
};

}  // namespace penstock
