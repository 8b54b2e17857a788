// The stages of packing and their meters.
#pragma once

#include <vector>

#include "penstock/observer.h"

#include "flow/meter.h"

namespace penstock::zip {

struct PackMeters : MeasuredStages {
  StageMeter walk;      // names and status of what is there; waits for buffers
  StageMeter read;      // open, read, close
  StageMeter derive;    // PBKDF2
  StageMeter compress;  // deflate, zstd or copy; CRC where it is needed
  StageMeter encrypt;   // AES and HMAC
  StageMeter write;     // merging into walk order, writing

  std::vector<StageReport> report() const;
};

}  // namespace penstock::zip
