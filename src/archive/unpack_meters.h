// The stages of unpacking and their meters.
#pragma once

#include <vector>

#include "penstock/observer.h"

#include "flow/meter.h"

namespace penstock::zip {

struct UnpackMeters : MeasuredStages {
  StageMeter survey;      // the checks before the first write
  StageMeter plan;        // cutting the directory into batches; waits for workers
  StageMeter read;        // the archive's bytes
  StageMeter derive;      // PBKDF2
  StageMeter decrypt;     // HMAC and AES
  StageMeter decompress;  // and the CRC where there is one; waits for work
  StageMeter write;       // open, write, times, close

  std::vector<StageReport> report() const;
};

}  // namespace penstock::zip
