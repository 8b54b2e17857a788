// System calls that an older kernel, an emulator (valgrind, qemu-user) or a sandbox may lack. Each
// has a slower twin that keeps the same promise; what turned out to be missing is remembered here,
// and tests switch it off to exercise the twin.
#pragma once

#include <atomic>

namespace penstock {

// Threads: any.
struct KernelFeatures {
  std::atomic<bool> openat2{true};           // Linux 5.6; cleared when found missing
  std::atomic<bool> rename_noreplace{true};  // asked again on every file system
  std::atomic<bool> unnamed_files{true};     // O_TMPFILE; asked again on every file system
};

inline KernelFeatures& kernel_features() {
  static KernelFeatures features;
  return features;
}

}  // namespace penstock
