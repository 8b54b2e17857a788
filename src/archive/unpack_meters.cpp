#include "archive/unpack_meters.h"

#include "flow/stage_report.h"

namespace penstock::zip {

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
