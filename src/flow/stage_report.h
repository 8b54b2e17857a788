// From a stage's meter to its line in a report.
#pragma once

#include <string>
#include <utility>

#include "penstock/observer.h"

#include "flow/meter.h"

namespace penstock {

inline StageReport report_of(std::string name, const StageMeter& meter, bool kernel = false) {
  const StageMeter::Snapshot seen = meter.snapshot();
  return {std::move(name), seen.items, seen.bytes, seen.busy, seen.waiting, kernel};
}

}  // namespace penstock
