#include "archive/unpack_meters.h"

#include <string>

namespace penstock::zip {
namespace {

StageReport report_of(std::string name, const StageMeter& meter, bool kernel = false) {
  const StageMeter::Snapshot seen = meter.snapshot();
  return {std::move(name), seen.items, seen.bytes, seen.busy, seen.waiting, kernel};
}

}  // namespace

std::vector<StageReport> UnpackMeters::report() const {
  return {report_of("survey", survey),
          report_of("plan", plan),
          report_of("read", read),
          report_of("derive keys", derive, true),
          report_of("decrypt", decrypt, true),
          report_of("decompress", decompress, true),
          report_of("write", write)};
}

}  // namespace penstock::zip
