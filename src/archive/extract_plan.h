// Cuts the selected files of an archive into batches for the workers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "penstock/error.h"

#include "archive/extract_context.h"
#include "archive/survey.h"
#include "archive/zip_format.h"
#include "archive/zip_reader.h"
#include "files/spill.h"

namespace penstock::zip {

struct ExtractItem {
  Entry entry;
  std::uint64_t ordinal = 0;  // its place in the directory
};

// Small entries that lie near each other in the archive, or one larger entry.
struct ExtractBatch {
  std::vector<ExtractItem> items;
  bool streamed = false;    // one entry that does not fit in memory
  std::uint64_t begin = 0;  // in the source: what will be read
  std::uint64_t end = 0;
  std::shared_ptr<void> expected;  // the source fetches it ahead, for as long as there is the batch
};

// A batch's bytes fit in a buffer of this size.
inline constexpr std::size_t kBatchBytes = std::size_t{kSmallBytes} + (std::size_t{128} << 10);
// A multiple of what one pass of PBKDF2 makes on any processor.
inline constexpr std::size_t kBatchEntries = 128;

// Threads: one caller at a time.
class ExtractPlan {
 public:
  explicit ExtractPlan(const ExtractContext& context);

  // The next batch; empty at the end. Directories are noted on the way; those that have data (a
  // MAC, say) are in a batch too, to be verified. Links and huge files are left to others.
  Result<std::optional<ExtractBatch>> next();

  // The next huge file, after the last batch; empty at the end.
  Result<std::optional<ExtractItem>> next_huge();

  // The directories seen, deepest first. After the last batch.
  struct DirectoryItem {
    std::string path;
    Attributes attributes;
  };
  Result<std::optional<DirectoryItem>> next_directory();

 private:
  Status take(const Entry& entry, std::string_view path);
  Status note_directory(const Entry& entry, std::string_view path);
  bool fits(const Entry& entry) const;
  void append(const Entry& entry);

  const ExtractContext& context_;
  CentralCursor cursor_;
  std::optional<CentralCursor> huge_cursor_;
  Entry entry_;
  ExtractBatch open_;                  // small entries collected so far
  std::optional<ExtractBatch> ready_;  // complete, to be given next
  bool ended_ = false;
  SpillSort directories_;
  bool sorted_ = false;
};

}  // namespace penstock::zip
