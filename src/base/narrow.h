// Integer conversions that cannot lose a value by accident.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace penstock {

// `value` as a To. Precondition: it fits (aborts else, in every build): for values whose range the
// code around has already established.
template <std::integral To, std::integral From>
constexpr To narrow(From value) {
  if (!std::in_range<To>(value)) std::abort();
  return static_cast<To>(value);
}

// A signed or unsigned value >= 0 as std::size_t, std::uint64_t, ... ; same precondition.
template <std::integral From>
constexpr std::uint64_t to_u64(From value) {
  return narrow<std::uint64_t>(value);
}

}  // namespace penstock
