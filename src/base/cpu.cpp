#include "base/cpu.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <array>
#include <atomic>
#include <cstdlib>
#include <optional>
#include <string>

namespace penstock {
namespace {

constexpr std::array kLevels = {CpuLevel::kPortable, CpuLevel::kShaNi, CpuLevel::kAvx2,
                                CpuLevel::kAvx512};

std::optional<CpuLevel> level_of_name(std::string_view text) {
  for (const CpuLevel level : kLevels)
    if (name(level) == text) return level;
  return std::nullopt;
}

CpuLevel initial_level() {
  const char* wish = std::getenv("PENSTOCK_CPU");
  if (wish == nullptr) return detected_cpu_level();
  const auto level = level_of_name(wish);
  return level && cpu_has(*level) ? *level : detected_cpu_level();
}

std::atomic<CpuLevel>& current_level() {
  static std::atomic<CpuLevel> level{initial_level()};
  return level;
}

}  // namespace

bool cpu_has(CpuLevel level) {
  switch (level) {
    case CpuLevel::kPortable:
      return true;
    case CpuLevel::kShaNi:
      return cpu_has_sha_ni();
    case CpuLevel::kAvx2:
      return cpu_has_avx2();
    case CpuLevel::kAvx512:
      return cpu_has_avx512();
  }
  return false;
}

std::string_view name(CpuLevel level) {
  switch (level) {
    case CpuLevel::kPortable:
      return "portable";
    case CpuLevel::kShaNi:
      return "sha-ni";
    case CpuLevel::kAvx2:
      return "avx2";
    case CpuLevel::kAvx512:
      return "avx512";
  }
  return "portable";
}

#if defined(__x86_64__)
bool cpu_has_avx2() { return __builtin_cpu_supports("avx2") != 0; }
bool cpu_has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
bool cpu_has_bmi2() {
  // LZCNT: cpuid leaf 80000001h, ECX bit 5. Neither compiler knows its name in all versions.
  static const bool has_lzcnt = [] {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    return __get_cpuid(0x80000001U, &a, &b, &c, &d) != 0 && (c >> 5 & 1U) != 0;
  }();
  return has_lzcnt && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}
bool cpu_has_avx512_vbmi() { return cpu_has_avx512() && __builtin_cpu_supports("avx512vbmi"); }
bool cpu_has_sha_ni() {
  // Neither g++ 12 nor clang 19 know "sha" in __builtin_cpu_supports: cpuid leaf 7, EBX bit 29.
  static const bool has_it = [] {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
    return (b >> 29 & 1U) != 0;
  }();
  return has_it;
}
#else
bool cpu_has_avx2() { return false; }
bool cpu_has_avx512() { return false; }
bool cpu_has_avx512_vbmi() { return false; }
bool cpu_has_bmi2() { return false; }
bool cpu_has_sha_ni() { return false; }
#endif

CpuLevel detected_cpu_level() {
  for (auto level = kLevels.rbegin(); level != kLevels.rend(); ++level)
    if (cpu_has(*level)) return *level;
  return CpuLevel::kPortable;
}

CpuLevel cpu_level() { return current_level().load(std::memory_order_relaxed); }

Status limit_cpu_level(CpuLevel level) {
  if (!cpu_has(level))
    return fail(Code::kInvalid, "this processor has no " + std::string(name(level)));
  current_level().store(level, std::memory_order_relaxed);
  return {};
}

}  // namespace penstock
