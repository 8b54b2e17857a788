// The stages of unpacking and their meters.
#pragma once

#include <vector>

#include "penstock/observer.h"

#include "flow/meter.h"

namespace penstock::zip {

struct UnpackMeters {
  bool measure_busy = false;
  StageMeter survey;      // the checks before the first write
  StageMeter plan;        // cutting the directory into batches; waits for workers
  StageMeter read;        // the archive's bytes
  StageMeter derive;      // PBKDF2
  StageMeter decrypt;     // HMAC and AES
  StageMeter decompress;  // and the CRC where there is one; waits for work
  StageMeter write;       // open, write, times, close

  // For a BusyTimer: null (free of charge) unless busy times are wanted.
  StageMeter* busy(StageMeter& meter) const { return measure_busy ? &meter : nullptr; }
  std::vector<StageReport> report() const;
};

}  // namespace penstock::zip
