// Which vector paths this run may take: what the processor has, less what a test or a benchmark
// forbids. Every path gives the same bytes; only the speed differs.
#pragma once

#include <string_view>

#include "penstock/error.h"

namespace penstock {

// Widest last. A path of a level may use everything of the levels before it.
enum class CpuLevel { kPortable, kShaNi, kAvx2, kAvx512 };

std::string_view name(CpuLevel level);  // "portable", "sha-ni", "avx2", "avx512"

// What the processor and the operating system offer (cpuid; read once). kAvx512 means F, BW, DQ,
// VL.
CpuLevel detected_cpu_level();
bool cpu_has(CpuLevel level);
bool cpu_has_sha_ni();
bool cpu_has_avx2();
bool cpu_has_avx512();
bool cpu_has_avx512_vbmi();  // which not every kAvx512 has
// BMI2 and LZCNT, which come with every AVX2; without LZCNT its instruction silently does another
// thing.
bool cpu_has_bmi2();

// The level to use: detected, or lower when limited. Threads: any.
CpuLevel cpu_level();

// Forbids everything above `level` from now on, for tests and for `penstock bench`-like
// comparisons; the environment variable PENSTOCK_CPU (a name as above) does the same at the first
// call of cpu_level(). Call it while no other thread works. Fails with kInvalid when the processor
// does not have it.
Status limit_cpu_level(CpuLevel level);

}  // namespace penstock
