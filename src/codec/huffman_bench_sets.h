// What the Huffman codec is measured with. For benchmarks only.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "codec/huffman_data.h"

namespace penstock::test {

struct NamedSet {
  std::string name;
  Buffer data;
};

constexpr std::size_t kSetBytes = std::size_t{8} << 20;

inline Buffer first_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Buffer data(kSetBytes);
  file.read(reinterpret_cast<char*>(data.data()), static_cast<std::streamsize>(data.size()));
  data.resize(static_cast<std::size_t>(file.gcount()));
  return data;
}

// Each FILE of PENSTOCK_BENCH_HUFFMAN=FILE:FILE... (its first 8 MiB) and three that are made up.
inline const std::vector<NamedSet>& bench_sets() {
  static const std::vector<NamedSet> made = [] {
    std::vector<NamedSet> sets;
    const char* list = std::getenv("PENSTOCK_BENCH_HUFFMAN");
    for (std::string rest = list == nullptr ? "" : list; !rest.empty();) {
      const std::string path = rest.substr(0, rest.find(':'));
      rest.erase(0, path.size() + 1);
      sets.push_back({std::filesystem::path(path).filename().string(), first_bytes(path)});
    }
    sets.push_back({"geometric", geometric_bytes(kSetBytes, 0.08, 256, 1)});
    sets.push_back({"weights", weight_bytes(kSetBytes, 1)});
    sets.push_back({"exponents", exponent_bytes(kSetBytes, 1)});
    return sets;
  }();
  return made;
}

}  // namespace penstock::test
