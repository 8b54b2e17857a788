// Writes ZIP archives: the encoding of headers, and ZipWriter, which puts entries one behind the
// other and the central directory behind them. What we write, byte by byte: docs/formats/zip.md.
// Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 (layout) and 4.5 (extra fields).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "penstock/error.h"

#include "archive/zip_format.h"
#include "base/bytes.h"
#include "files/byte_sink.h"
#include "files/spill.h"

namespace penstock::zip {

// An archive being written to a sink. Central records collect in a SpillBuffer, so memory does not
// grow with the number of entries. Threads: one caller at a time.
class ZipWriter {
 public:
  explicit ZipWriter(std::unique_ptr<ByteSink> sink);

  // Complete entries, local headers and data, as made elsewhere: each local_offset is relative to
  // `data` and is made absolute here.
  Status add_encoded(std::span<Entry> entries, Bytes data);

  // One entry whose data comes in parts: begin, write..., end. Sizes and CRC are patched into the
  // local header, or follow as a descriptor where the sink cannot patch. `most_bytes`: more than
  // the entry's data can be (decides ZIP64).
  Status begin_entry(Entry entry, std::uint64_t most_bytes);
  Status write_data(Bytes data);
  Status end_entry(std::uint32_t crc, std::uint64_t uncompressed_bytes);
  // Gives the open entry up: it gets no central record. Its bytes are taken back where the sink
  // can, and stay as an unreferenced gap on a pipe.
  Status abandon_entry();

  // Central directory, end records, and the sink's finish().
  Status finish(std::string_view comment);

  std::uint64_t position() const { return sink_->position(); }

 private:
  struct OpenEntry {
    Entry entry;
    bool zip64 = false;
    std::uint64_t data_offset = 0;
  };

  Status add_central_record(const Entry& entry);
  Status copy_directory_to_sink();

  std::unique_ptr<ByteSink> sink_;
  SpillBuffer directory_;
  std::uint64_t entries_ = 0;
  std::optional<OpenEntry> open_;
  std::vector<std::byte> scratch_;
};

}  // namespace penstock::zip
