#include "archive/untold_size.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "archive/pack_reader.h"
#include "base/narrow.h"
#include "codec/codec.h"

namespace penstock::zip {
namespace {

// Whole pages at a time: some files of /proc give nothing but whole records.
constexpr std::size_t kPageBytes = 4096;

// Copies all of `item`, of which the first `got` bytes are in `block`.
Status spool_all(const UniqueFd& fd, const WalkItem& item, MutableBytes block, std::size_t got,
                 UntoldFile& file) {
  auto spool = unnamed_temporary_file();
  if (!spool) return fail(std::move(spool).error().within(item.shown));
  file.spool = *std::move(spool);
  while (got > 0) {
    PENSTOCK_CHECK(write_full_at(file.spool.get(), file.bytes, block.first(got),
                                 "write a temporary copy of " + item.shown));
    file.bytes += got;
    if (file.bytes > kMostUntoldBytes)
      return fail(Code::kUnsupported,
                  item.shown + ": tells no size and holds more than 64 MiB; left out");
    PENSTOCK_TRY(got, read_full_at(fd.get(), file.bytes, block, "read " + item.shown));
  }
  return {};
}

}  // namespace

Result<UntoldFile> read_untold_size(const WalkItem& item) {
  PENSTOCK_TRY(const OpenItem opened, open_item(item));
  const auto& [fd, before] = opened;
  // It has grown since the walk, and is a file like any other.
  if (before.st_size != 0) return UntoldFile{to_u64(before.st_size), {}};
  const std::string what = "read " + item.shown;
  std::array<std::byte, kPageBytes> glance{};  // so that files that are empty cost no memory
  UntoldFile file;
  PENSTOCK_TRY(file.bytes, read_full_at(fd.get(), 0, glance, what));
  if (file.bytes < glance.size()) return file;
  std::vector<std::byte> block(kPieceBytes + kPageBytes);
  PENSTOCK_TRY(file.bytes, read_full_at(fd.get(), 0, block, what));
  if (file.bytes <= kPieceBytes) return file;
  const std::size_t first = std::exchange(file.bytes, 0);
  PENSTOCK_CHECK(spool_all(fd, item, block, first, file));
  PENSTOCK_CHECK(check_unchanged(fd, before, item));  // else the copy can be a mix of two states
  return file;
}

}  // namespace penstock::zip
