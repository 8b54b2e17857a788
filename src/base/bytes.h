// Spans of bytes and little-endian integers in them: the vocabulary of every format we read or
// write.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace penstock {

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

inline Bytes as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline const std::uint8_t* as_u8(Bytes bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}
inline std::uint8_t* as_u8(MutableBytes bytes) {
  return reinterpret_cast<std::uint8_t*>(bytes.data());
}

// The little-endian unsigned integer at `offset`. Precondition: it lies inside `bytes` (aborts
// else).
template <class Unsigned>
Unsigned load_le(Bytes bytes, std::size_t offset) {
  const Bytes at = bytes.subspan(offset, sizeof(Unsigned));
  Unsigned value = 0;
  for (std::size_t i = sizeof(Unsigned); i-- > 0;)
    value = static_cast<Unsigned>(static_cast<std::uint64_t>(value) << 8 |
                                  std::to_integer<std::uint64_t>(at[i]));
  return value;
}

// Writes `value` little-endian at `offset`. Precondition: it lies inside `bytes`.
template <class Unsigned>
void store_le(MutableBytes bytes, std::size_t offset, Unsigned value) {
  const MutableBytes at = bytes.subspan(offset, sizeof(Unsigned));
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i)
    at[i] = static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * i));
}

// Appends `value` little-endian.
template <class Unsigned>
void append_le(std::vector<std::byte>& out, Unsigned value) {
  const std::size_t at = out.size();
  out.resize(at + sizeof(Unsigned));
  store_le<Unsigned>(out, at, value);
}
inline void append(std::vector<std::byte>& out, Bytes bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace penstock
