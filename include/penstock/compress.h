// compress(): one file or stream into a standard .zst or .gz file, chunk by chunk on all cores.
// decompress(): any .zst or .gz back, on all cores when the file allows.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/codec.h"
#include "penstock/error.h"
#include "penstock/observer.h"

namespace penstock {

enum class FileCodec {
  kZstd,     // .zst: independent frames and a seek table; read by every zstd
  kGzip,     // .gz: members of the best of stored, Huffman and LZ; read by every gzip
  kHuffman,  // .gz: members without matches; read by every gzip, fastest by penstock
};

LevelRange levels(FileCodec codec);  // zstd 1..19 (3), gzip 1..9 (6), huffman 0..0

struct CompressOptions {
  std::string input;          // a regular file; "-" is standard input
  std::string output;         // the file to make; "-" is standard output
  bool replace = false;       // an existing file, or link to one, makes way for the complete output
  bool remove_input = false;  // once the output is complete and durable; only where both are files

  // An output that is a pipe or a device that takes characters (or a link to one) is written into,
  // and a pipe's reader is waited for. False: it is refused, as is right for a name nobody typed.
  bool write_into_devices = true;

  FileCodec codec = FileCodec::kZstd;
  int level = 0;  // 0: the codec's standard level

  // Threads that compress, 1 to 512; 0: one per core. Two more, mostly idle, read and write.
  unsigned threads = 0;
  // Bytes for chunks in flight; 0: 16 MiB per thread. Each chunk takes twice its size: of gzip and
  // huffman 1 MiB, of zstd 4 MiB up to level 4, 8 up to 8, 16 up to 15, and 32 from level 16 on.
  // Never less than two chunks are in flight (128 MiB from level 16 on), whatever is said here, and
  // with 0 never less than `threads` + 2 of them (256 MiB there for two threads); never more than
  // twice `threads` + 2. What the codec keeps for each thread comes on top: about 1 MiB for gzip,
  // huffman and zstd's level 3, more at its higher ones (65 MiB at level 15, 81 MiB at 19).
  std::size_t memory_bytes = 0;
  bool measure_stages = false;  // fill StageReport::busy (costs about 1 %)
};

struct CompressReport {
  std::uint64_t chunks = 0;  // frames or members made
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::chrono::nanoseconds elapsed{};
  std::vector<StageReport> stages;
};

// Compresses as `options` say. The output appears under its name only when complete, with mode and
// modification time of the input; after a failure or a stop nothing of it is left. Its bytes follow
// from input, codec and level alone. Holes of a sparse file are read as zeros. Blocks; cancelled by
// `stop` (kCancelled). Fails with kNotFound, kDenied, kExists, kInvalid (a directory; wrong
// options), kUnsupported (no regular file), kChanged (the file changed while it was read; only
// where it has a name), kNoSpace, kIo. `progress` gets no totals: the caller knows its files.
Result<CompressReport> compress(const CompressOptions& options, Observer& observer,
                                Progress& progress, std::stop_token stop);

// A part of the uncompressed data, in bytes; half open.
struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t end = UINT64_MAX;  // beyond the data: up to its end
};

struct DecompressOptions {
  std::string input;     // a regular file; "-" is standard input
  std::string output;    // the file to make; "-" is standard output; empty: verify, write nothing
  bool replace = false;  // as for compress(), and so are the next two
  bool remove_input = false;  // not with a range
  bool write_into_devices = true;
  // Only these bytes, reading no more of the file than is needed for them: the file must say where
  // its parts lie (penstock's own, BGZF, other indexed .gz, .zst with a seek table). Where what it
  // says of the parts before the range cannot be checked (gzip; frames that do not say their
  // sizes), observer.notice() tells so.
  std::optional<ByteRange> range;
  std::uint64_t max_output_bytes = std::uint64_t{100} << 30;  // more is refused (kUnsafe)

  // Threads that decode, 1 to 512; 0: one per core. Three more, mostly idle, read, keep the order
  // (and decode what cannot be cut) and write.
  unsigned threads = 0;
  // Bytes for units in flight; 0: 16 MiB per thread. A unit takes 8 MiB or, where the first frame
  // of a .zst holds more than 4 MiB (zstd's level 5 and above), twice what that frame holds, up to
  // 64 MiB; larger frames, and with a bound given here those of more than a quarter of it, are
  // decoded on one core. Floors and top as for compress(): two units, with 0 `threads` + 2. The
  // decoders' windows come on top, up to 128 MiB where a file asks for it.
  std::size_t memory_bytes = 0;
  bool measure_stages = false;
};

struct DecompressReport {
  std::string format;    // "zstd", "gzip"
  bool parallel = true;  // false: (a part) could only be decoded front to back, on one core
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::chrono::nanoseconds elapsed{};
  std::vector<StageReport> stages;
};

// Decompresses as `options` say: format by content, never by name. Every checksum in the file is
// verified. Nothing in the file is trusted: an index only decides how it is read, never what comes
// out (but see `range`). The output appears as compress()'s does; on standard output, what precedes
// a damage has been written. Fails as compress(), and with kCorrupt (the message has the offset),
// kUnsupported (neither gzip nor zstd; a window above 128 MiB; a dictionary; a range of a file
// without index), kUnsafe (more than max_output_bytes).
Result<DecompressReport> decompress(const DecompressOptions& options, Observer& observer,
                                    Progress& progress, std::stop_token stop);

// One gzip member or zstd frame. Valid during the call.
struct ListedFrame {
  std::uint64_t offset = 0;            // in the file
  std::uint64_t compressed_bytes = 0;  // header and checksum included
  std::uint64_t bytes = 0;             // uncompressed
  std::string_view kind;  // "member", "frame", "skippable frame", "seek table", "padding"
};

struct ListedFile {
  std::string format;        // "zstd", "gzip"
  std::uint64_t frames = 0;  // members or frames that hold data
  std::uint64_t compressed_bytes = 0;
  std::uint64_t bytes = 0;
  bool decoded = false;  // the sizes were not written down: (a part of) the file was decoded
};

// Whether the file begins as a .gz or .zst does. False too when it cannot be read.
bool looks_compressed(const std::string& path);

// Calls `each` for every member or frame of a regular file; its failure ends the listing. Where
// sizes are written down they are taken as they are and nothing is verified. Fails as decompress().
Result<ListedFile> list_frames(const std::string& path, const std::stop_token& stop,
                               const std::function<Status(const ListedFrame&)>& each);

}  // namespace penstock
