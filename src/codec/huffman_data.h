// Made-up data in which there is nothing to find but how often a byte occurs: for the Huffman
// codec's tests and benchmarks. The same on every machine with IEEE 754 floats, up to the last bit
// of its libm.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>

#include "codec/test_data.h"

namespace penstock::test {

// Values below `alphabet`, each (1 - p) times as often as the one before.
inline Buffer geometric_bytes(std::size_t size, double p, std::size_t alphabet,
                              std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Buffer data(size);
  for (std::byte& b : data) {
    const double share = (static_cast<double>(random() >> 11) + 1) * 0x1p-53;
    b = static_cast<std::byte>(static_cast<std::size_t>(std::log(share) / std::log1p(-p)) %
                               alphabet);
  }
  return data;
}

// bfloat16 numbers like a network's weights, little-endian: layers of a million values, normally
// distributed around zero, each with a deviation of its own from 0.005 to 0.06.
inline Buffer weight_bytes(std::size_t size, std::uint64_t seed) {
  constexpr std::size_t kLayerBytes = std::size_t{2} << 20;
  std::mt19937_64 random(seed);
  const auto uniform = [&random] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
  double deviation = 0;
  Buffer data(size);
  for (std::size_t at = 0; at + 1 < size; at += 2) {
    if (at % kLayerBytes == 0) deviation = 0.005 * std::pow(12.0, uniform());
    // Box and Muller.
    const double value = deviation * std::sqrt(-2 * std::log(uniform())) *
                         std::cos(2 * 3.14159265358979323846 * uniform());
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
    store_le<std::uint16_t>(data, at, static_cast<std::uint16_t>((bits + 0x8000) >> 16));
  }
  return data;
}

// The exponents of such numbers, one a byte.
inline Buffer exponent_bytes(std::size_t size, std::uint64_t seed) {
  const Buffer weights = weight_bytes(2 * size, seed);
  Buffer data(size);
  for (std::size_t i = 0; i < size; ++i)
    data[i] = static_cast<std::byte>(load_le<std::uint16_t>(weights, 2 * i) >> 7);
  return data;
}

}  // namespace penstock::test
