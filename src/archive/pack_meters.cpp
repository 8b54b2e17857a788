#include "archive/pack_meters.h"

namespace penstock::zip {
namespace {

StageReport report_of(const char* name, const StageMeter& meter, bool kernel = false) {
  const StageMeter::Snapshot now = meter.snapshot();
  return {name, now.items, now.bytes, now.busy, now.waiting, kernel};
}

}  // namespace

std::vector<StageReport> PackMeters::report() const {
  return {report_of("walk", walk),
          report_of("read", read),
          report_of("derive keys", derive, true),
          report_of("compress", compress, true),
          report_of("encrypt", encrypt, true),
          report_of("write", write)};
}

}  // namespace penstock::zip
