#include "archive/pack_meters.h"

namespace penstock::zip {
namespace {

StageReport report_of(const char* name, const StageMeter& meter) {
  const StageMeter::Snapshot now = meter.snapshot();
  return {name, now.items, now.bytes, now.busy, now.waiting};
}

}  // namespace

std::vector<StageReport> PackMeters::report() const {
  return {report_of("walk", walk),          report_of("read", read),
          report_of("derive keys", derive), report_of("compress", compress),
          report_of("encrypt", encrypt),    report_of("write", write)};
}

}  // namespace penstock::zip
