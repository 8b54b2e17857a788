#include "penstock/error.h"

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace penstock {
namespace {

Code code_of_errno(int errnum) {
  switch (errnum) {
    case ENOENT:
    case ENOTDIR:
      return Code::kNotFound;
    case EEXIST:
    case ENOTEMPTY:
      return Code::kExists;
    case EACCES:
    case EPERM:
    case EROFS:
      return Code::kDenied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return Code::kNoSpace;
    case EINVAL:
      return Code::kInvalid;
    case ECANCELED:
      return Code::kCancelled;
    default:
      return Code::kIo;
  }
}

}  // namespace

std::string_view name(Code code) {
  switch (code) {
    case Code::kInvalid:
      return "invalid";
    case Code::kExists:
      return "exists";
    case Code::kNotFound:
      return "not_found";
    case Code::kDenied:
      return "denied";
    case Code::kCorrupt:
      return "corrupt";
    case Code::kUnsafe:
      return "unsafe";
    case Code::kUnsupported:
      return "unsupported";
    case Code::kCancelled:
      return "cancelled";
    case Code::kChanged:
      return "changed";
    case Code::kNoSpace:
      return "no_space";
    case Code::kIo:
      return "io";
    case Code::kPartial:
      return "partial";
    case Code::kInternal:
      return "internal";
  }
  return "internal";
}

Error Error::within(std::string_view step) && {
  std::string text;
  text.reserve(step.size() + 2 + message.size());
  text.append(step).append(": ").append(message);
  message = std::move(text);
  return std::move(*this);
}

Failure fail_errno(std::string_view what, int errnum) {
  std::string text(what);
  text.append(": ").append(std::generic_category().message(errnum));
  return fail(code_of_errno(errnum), std::move(text),
              errnum == EAGAIN || errnum == EINTR ? Retry::kLater : Retry::kNever);
}

void detail::bad_result_access(const Error& error) {
  std::fprintf(stderr, "penstock: bug: value of a failed Result read: %s\n", error.message.c_str());
  std::abort();
}

}  // namespace penstock
