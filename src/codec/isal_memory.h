// Memory for ISA-L's stream object at an address that makes its output the same in every run.
//
// ISA-L 2.30 (igzip_icf_body_h1_gr_bt.asm, at .write_first_byte) means to hash the bytes at
// position 2 of a new stream, but hashes bits 16 to 47 of the stream object's own address: the
// register still holds it. So position 2 is filed under a bucket that depends on where the object
// lies, and with it which matches are found: a few files in 50,000 came out some bytes longer or
// shorter from one run to the next. We cannot mend the library; we choose addresses that all have
// the same hash. docs/decisions/0004-isal-stream-address.md tells the whole story.
#pragma once

#include <cstddef>
#include <memory>

namespace penstock {

struct UnmapIsalMemory {
  std::size_t bytes = 0;
  void operator()(std::byte* memory) const;
};
using IsalMemory = std::unique_ptr<std::byte, UnmapIsalMemory>;

// `bytes` of zeroed memory at such an address; null when the system has none to give. On processors
// other than x86-64, whose code does not have the slip, memory anywhere. Threads: any.
IsalMemory map_isal_memory(std::size_t bytes);

}  // namespace penstock
