// The stages of packing and their meters.
#pragma once

#include <vector>

#include "penstock/observer.h"

#include "flow/meter.h"

namespace penstock::zip {

struct PackMeters {
  bool measure_busy = false;
  StageMeter walk;      // names and status of what is there; waits for buffers
  StageMeter read;      // open, read, close
  StageMeter derive;    // PBKDF2
  StageMeter compress;  // deflate, zstd or copy; CRC where it is needed
  StageMeter encrypt;   // AES and HMAC
  StageMeter write;     // merging into walk order, writing

  // For a BusyTimer: null (free of charge) unless busy times are wanted.
  StageMeter* busy(StageMeter& meter) const { return measure_busy ? &meter : nullptr; }
  std::vector<StageReport> report() const;
};

}  // namespace penstock::zip
