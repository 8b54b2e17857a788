// What travels through the packing pipeline: tickets of work, made in walk order by the planner,
// filled by readers, worked on by any worker, and written in ticket order again.
//
//   planner --jobs--> readers --read--> workers --OrderedRing--> writer
//
// A ticket is either a batch of small items or one piece of a big file. Its two buffers are taken
// from the pool by the planner, in ticket order, so the lowest ticket always has what it needs and
// the pipeline cannot starve itself.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "penstock/error.h"

#include "archive/zip_format.h"
#include "codec/codec.h"
#include "files/unique_fd.h"
#include "files/walk.h"
#include "flow/buffer_pool.h"

namespace penstock::zip {

// One item of a batch: a directory, a link, or a file of at most kPieceBytes.
struct PackItem {
  WalkItem item;
  std::uint64_t ordinal = 0;        // among the files to encrypt; names the salt
  std::size_t offset = 0;           // of its contents in the input buffer
  std::size_t room = 0;             // bytes planned for them there
  Bytes contents;                   // what was read: in the input buffer, or in `overflow`
  std::vector<std::byte> overflow;  // for a file that grew between walk and read
  std::optional<Error> error;       // why it is left out
};

// A file longer than a piece, shared by the tickets of its pieces.
struct BigFile {
  WalkItem item;
  UniqueFd fd;            // of the file, or of a copy of one that told no size
  struct stat opened {};  // of `fd`, when the first piece was planned
  std::uint64_t ordinal = 0;
  std::atomic<std::uint64_t> pieces_unread{0};
  std::atomic<bool> failed{false};  // set before `error` is looked at by the writer
  std::optional<Error> error;       // written by the one reader that sets `failed`
};

struct Piece {
  std::shared_ptr<BigFile> file;
  std::uint64_t offset = 0;  // in the file
  std::size_t bytes = 0;
  bool first = false;
  bool last = false;
  std::uint32_t crc = 0;  // of the piece's plaintext; only without encryption
};

struct Job {
  std::uint64_t ticket = 0;
  std::vector<PackItem> batch;  // empty: this is a piece
  Piece piece;
  Buffer input;
  Buffer output;
  std::size_t output_bytes = 0;
  std::vector<Entry> entries;  // of a batch: what `output` holds, offsets relative to it
};

// The size of every buffer of the pool: a piece at its worst, or a batch with its headers.
std::size_t job_buffer_bytes();

// Room that a batch item takes of a batch's kPieceBytes, whatever becomes of it: contents, headers,
// encryption.
std::size_t batch_cost(const WalkItem& item);

// How many bytes the items of a batch may have together beyond what was planned for them, and still
// fit into the output buffer. To be asked before they are read: reading brings their status up to
// date.
std::size_t batch_spare(const Job& job);

}  // namespace penstock::zip
