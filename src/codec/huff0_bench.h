// huff0, the Huffman coder inside libzstd.a, by its prototypes (lib/common/huf.h of zstd 1.5.4):
// what the benchmarks compare with. `flags` = 1: BMI2, and with it the assembly.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {
// Null tables: every block gets its own.
std::size_t HUF_compress4X_repeat(void* to, std::size_t to_size, const void* from,
                                  std::size_t from_size, unsigned symbol_most, unsigned table_log,
                                  void* workspace, std::size_t workspace_size, void* table,
                                  void* repeat, int flags);
std::size_t HUF_decompress4X_hufOnly_wksp(std::uint32_t* table, void* to, std::size_t to_size,
                                          const void* from, std::size_t from_size, void* workspace,
                                          std::size_t workspace_size, int flags);
}
