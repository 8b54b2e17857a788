// Errors as values: every call of the library that can fail returns a Result.
//
// An Error says what happened to which object (`message`), what kind of failure it is (`code`, the
// few kinds a caller can act on) and whether doing it again can help (`retry`, set where the
// failure is seen). Each layer that passes an error on puts its own step in front:
//
//   return std::move(status).error().within("pack photos/a.jpg");
//
// Exceptions mean bugs. The library never prints and never ends the process, with one exception:
// reading the value of a failed Result is a bug in the caller and aborts.
#pragma once

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tl/expected.hpp>

namespace penstock {

// What kind of failure it was. Keep in step with exit_code() in src/cli and docs/man.
enum class Code {
  kInvalid,      // the caller asked for something that makes no sense
  kExists,       // the output exists and replacing it was not asked for
  kNotFound,     // the object is not there
  kDenied,       // no right, or the wrong password
  kCorrupt,      // the input is damaged, or does not match its checksum or MAC
  kUnsafe,       // the input is well-formed but asks for something dangerous
  kUnsupported,  // the input uses a feature we do not read, named in the message
  kCancelled,    // a stop was requested
  kChanged,      // a file changed while it was read
  kNoSpace,      // disk, quota, file-size limit or memory exhausted
  kIo,           // the operating system or the network failed
  kPartial,      // some items failed, each was reported; the rest is done
  kInternal,     // a bug of ours
};

// Whether the same call can succeed when made again.
enum class Retry {
  kNever,
  kLater,  // the way to the other side failed, or it did: a pause may help
  kBusy,   // the other side asks for fewer requests: 503 SlowDown, 429
};

// One word for a code, for logs and JSON: "corrupt", "no_space", ...
std::string_view name(Code code);

struct [[nodiscard]] Error {
  Code code = Code::kInternal;
  std::string message;
  Retry retry = Retry::kNever;
  std::chrono::milliseconds retry_after{};  // how long the other side asks to wait; 0: it does not

  // The same error with `step` put in front: "step: message".
  Error within(std::string_view step) &&;
};

// An Error on its way out of a function; converts to any Result.
using Failure = tl::unexpected<Error>;

inline Failure fail(Code code, std::string message, Retry retry = Retry::kNever) {
  return Failure(Error{code, std::move(message), retry, {}});
}
inline Failure fail(Error error) { return Failure(std::move(error)); }

// A failure of the operating system: `what` is "operation object", e.g. "open photos/a.jpg"; the
// reason and the code follow from `errnum` (an errno value).
Failure fail_errno(std::string_view what, int errnum);

namespace detail {
[[noreturn]] void bad_result_access(const Error& error);
}

// A T, or the Error that says why there is none. Never ignored silently ([[nodiscard]] on the
// type). Threads: as a T. Reading the value of a failed Result aborts in every build.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  // NOLINTBEGIN(google-explicit-constructor): a function returns a value or fail(...) directly.
  Result(T value) : state_(std::move(value)) {}
  Result(Failure failure) : state_(std::move(failure)) {}
  template <class U>
  requires(std::is_constructible_v<T, U&&> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
           !std::is_same_v<std::remove_cvref_t<U>, Failure> && std::is_convertible_v<U&&, T>)
      Result(U&& value)
      : state_(T(std::forward<U>(value))) {}
  // NOLINTEND(google-explicit-constructor)

  bool has_value() const noexcept { return state_.has_value(); }
  explicit operator bool() const noexcept { return state_.has_value(); }

  T& operator*() & { return checked(), *state_; }
  const T& operator*() const& { return checked(), *state_; }
  T&& operator*() && { return checked(), *std::move(state_); }
  T* operator->() { return checked(), &*state_; }
  const T* operator->() const { return checked(), &*state_; }

  // Only for a failed Result.
  Error& error() & { return state_.error(); }
  const Error& error() const& { return state_.error(); }
  Error&& error() && { return std::move(state_).error(); }

 private:
  void checked() const {
    if (!state_) detail::bad_result_access(state_.error());
  }
  tl::expected<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Failure failure) : state_(std::move(failure)) {}  // NOLINT(google-explicit-constructor)

  bool has_value() const noexcept { return state_.has_value(); }
  explicit operator bool() const noexcept { return state_.has_value(); }

  Error& error() & { return state_.error(); }
  const Error& error() const& { return state_.error(); }
  Error&& error() && { return std::move(state_).error(); }

 private:
  tl::expected<void, Error> state_;
};

// Done, or why not.
using Status = Result<void>;

// PENSTOCK_CHECK(expr): returns the Error of a failed Status from the calling function.
// PENSTOCK_TRY(auto value, expr): the same for a Result, else declares `value`.
#define PENSTOCK_CHECK(expr)                                       \
  do {                                                             \
    if (auto penstock_status = (expr); !penstock_status)           \
      return ::penstock::fail(std::move(penstock_status).error()); \
  } while (false)
#define PENSTOCK_TRY(declaration, expr) \
  PENSTOCK_TRY_IMPL_(PENSTOCK_TRY_CONCAT_(penstock_result_, __LINE__), declaration, expr)
#define PENSTOCK_TRY_CONCAT_(a, b) PENSTOCK_TRY_CONCAT2_(a, b)
#define PENSTOCK_TRY_CONCAT2_(a, b) a##b
#define PENSTOCK_TRY_IMPL_(result, declaration, expr)              \
  auto result = (expr);                                            \
  if (!result) return ::penstock::fail(std::move(result).error()); \
  declaration = *std::move(result)

}  // namespace penstock
