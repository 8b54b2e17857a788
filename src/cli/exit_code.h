// What the process tells its caller at the end. A promise: the man page has the same table.
//
//   0    all done
//   1    some items failed (each was named), or the disk is full, or the system or network failed
//   2    wrong use; the output exists, or lies inside the input
//   3    the only source is missing, or nothing matches a pattern or an include
//   4    denied, or the wrong password
//   5    the input is corrupt, unsafe or unsupported
//   130  cancelled
#pragma once

#include "penstock/error.h"

namespace penstock::cli {

constexpr int kExitDone = 0;
constexpr int kExitPartial = 1;
constexpr int kExitCancelled = 130;

constexpr int exit_code(Code code) {
  switch (code) {
    case Code::kInvalid:
    case Code::kExists:
      return 2;
    case Code::kNotFound:
      return 3;
    case Code::kDenied:
      return 4;
    case Code::kCorrupt:
    case Code::kUnsafe:
    case Code::kUnsupported:
      return 5;
    case Code::kCancelled:
      return kExitCancelled;
    case Code::kChanged:
    case Code::kNoSpace:
    case Code::kIo:
    case Code::kPartial:
    case Code::kInternal:
      return 1;
  }
  return 1;
}

}  // namespace penstock::cli
