#include "archive/pack_meters.h"

#include "flow/stage_report.h"

namespace penstock::zip {

std::vector<StageReport> PackMeters::report() const {
  return {report_of("walk", walk),
          report_of("read", read),
          report_of("derive keys", derive, true),
          report_of("compress", compress, true),
          report_of("encrypt", encrypt, true),
          report_of("write", write)};
}

}  // namespace penstock::zip
