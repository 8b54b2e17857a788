#include "codec/isal_memory.h"

#include <cstdint>

#include <sys/mman.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace penstock {
namespace {

#if defined(__x86_64__)
// The largest hash mask of levels 1 and 2; smaller ones are its low bits.
constexpr std::uint32_t kHashMask = 0x7fff;
constexpr unsigned kPageShift = 16;
// Where to look: about 700 such addresses, where neither loaders nor sanitizers keep anything.
constexpr std::uint64_t kFirstPage = std::uint64_t{0x7e90'0000'0000} >> kPageShift;
constexpr std::uint64_t kLastPage = std::uint64_t{0x7ff0'0000'0000} >> kPageShift;

bool has_the_hash(std::uint64_t page) {
  return (_mm_crc32_u32(0, static_cast<std::uint32_t>(page)) & kHashMask) == 0;
}

void* map_at(std::uint64_t page, std::size_t bytes) {
  // Only an address to the kernel, never dereferenced before it is mapped.
  void* wanted = reinterpret_cast<void*>(page << kPageShift);  // NOLINT(performance-no-int-to-ptr)
  void* got = ::mmap(wanted, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (got == wanted || got == MAP_FAILED) return got;
  ::munmap(got, bytes);  // a kernel older than 4.17 takes the address as a mere hint
  return MAP_FAILED;
}

void* map_somewhere(std::size_t bytes) {
  for (std::uint64_t page = kFirstPage; page < kLastPage; ++page)
    if (has_the_hash(page))
      if (void* memory = map_at(page, bytes); memory != MAP_FAILED) return memory;
  return MAP_FAILED;
}
#else
void* map_somewhere(std::size_t bytes) {
  return ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
#endif

}  // namespace

void UnmapIsalMemory::operator()(std::byte* memory) const { ::munmap(memory, bytes); }

IsalMemory map_isal_memory(std::size_t bytes) {
  void* memory = map_somewhere(bytes);
  if (memory == MAP_FAILED) return {nullptr, UnmapIsalMemory{bytes}};
  return {static_cast<std::byte*>(memory), UnmapIsalMemory{bytes}};
}

}  // namespace penstock
