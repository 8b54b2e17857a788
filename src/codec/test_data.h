// Data for the room's tests: shapes that compress well, badly, not at all, and change on the way.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace penstock::test {

using Buffer = std::vector<std::byte>;

inline Buffer random_bytes(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Buffer data(size);
  for (std::byte& b : data) b = static_cast<std::byte>(random() >> 32);
  return data;
}

// Words of a small vocabulary: about what source text gives.
inline Buffer text_bytes(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text;
  while (text.size() < size) {
    const auto word = random() % 500;
    text += "word" + std::to_string(word * word % 977) + (random() % 11 == 0 ? "\n" : " ");
  }
  const Bytes bytes = as_bytes(std::string_view(text).substr(0, size));
  return {bytes.begin(), bytes.end()};
}

// Runs of zeros, random bytes, text and a repeated pattern, each of a random length.
inline Buffer mixed_bytes(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Buffer data;
  while (data.size() < size) {
    const std::size_t length = 1 + random() % (1 + random() % 100'000);
    switch (random() % 4) {
      case 0:
        data.resize(data.size() + length);
        break;
      case 1:
        append(data, random_bytes(length, random()));
        break;
      case 2:
        append(data, text_bytes(length, random()));
        break;
      default: {
        const Buffer pattern = random_bytes(1 + random() % 40, random());
        for (std::size_t i = 0; i < length; ++i) data.push_back(pattern[i % pattern.size()]);
      }
    }
  }
  data.resize(size);
  return data;
}

}  // namespace penstock::test
