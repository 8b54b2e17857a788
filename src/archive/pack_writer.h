// The last stage of packing: takes tickets in order and puts them into the archive. Big entries are
// encrypted and authenticated here, because the counter and the MAC run over their bytes in order.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "penstock/observer.h"
#include "penstock/pack.h"

#include "archive/pack_job.h"
#include "archive/pack_meters.h"
#include "archive/pack_worker.h"
#include "archive/winzip_aes.h"
#include "archive/zip_writer.h"

namespace penstock::zip {

// Threads: one caller at a time.
class PackWriter {
 public:
  // What the caller is told: items that are left out, links that lead out of the tree, and, unless
  // it is empty, what is done.
  struct Hooks {
    std::function<void(const Error&)> problem;
    std::function<void(const std::string&)> notice;
    std::function<void(const std::string&)> done;
  };

  static Result<PackWriter> create(std::unique_ptr<ByteSink> sink, const PackSettings& settings,
                                   PackMeters& meters, Progress& progress, Hooks hooks);

  Status write(Job& job);
  // Central directory, comment, and the archive becomes visible.
  Status finish();

  // Files, links, directories and bytes written so far; the rest of the report is not ours.
  const PackReport& counts() const { return counts_; }

 private:
  PackWriter(std::unique_ptr<ByteSink> sink, const PackSettings& settings, PackMeters& meters,
             Progress& progress, Hooks hooks, EntryCipher cipher);

  Status write_batch(Job& job);
  Status write_piece(Job& job);
  Status begin_big(const BigFile& file);
  Status end_big(const Job& job);
  void warn_of_link(const PackItem& link);
  void count(const WalkItem& item, std::uint64_t bytes);

  ZipWriter zip_;
  PackSettings settings_;
  PackMeters* meters_;
  Progress* progress_;
  Hooks hooks_;
  EntryCipher cipher_;
  std::uint32_t big_crc_ = 0;
  PackReport counts_;
};

}  // namespace penstock::zip
