#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "files/test_directory.h"
#include "store/local_store.h"

namespace penstock {
namespace {

// Resident memory of this process, in bytes.
std::size_t resident_bytes() {
  std::size_t total_pages = 0;
  std::size_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> total_pages >> resident_pages;
  return resident_pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void make_files(const TestDirectory& directory, int count) {
  std::filesystem::create_directories(directory / "many");
  for (int i = 0; i < count; ++i)
    std::ofstream(directory / ("many/a-name-of-some-length-" + std::to_string(100000 + i)));
}

TEST(LocalStoreSlow, AHundredThousandFilesAreListedInOrderAndFlatMemory) {
  constexpr std::size_t kFiles = 100000;
  const TestDirectory directory(TestDirectory::in_memory());
  make_files(directory, kFiles);
  const auto store = open_local_store({directory.path()});
  ASSERT_TRUE(store);
  const std::size_t before_bytes = resident_bytes();
  std::size_t most_bytes = 0;
  std::size_t seen = 0;
  std::string last;
  for (ListRequest request;;) {
    Call call;
    const auto page = (*store)->list(request, call);
    ASSERT_TRUE(page);
    for (const ObjectInfo& info : page->objects) {
      ASSERT_LT(last, info.key);
      last = info.key;
      ++seen;
    }
    most_bytes = std::max(most_bytes, resident_bytes());
    if (page->next.empty()) break;
    request.after = page->next;
  }
  EXPECT_EQ(seen, kFiles);
  EXPECT_LT(most_bytes - std::min(most_bytes, before_bytes), std::size_t{12} << 20);
}

}  // namespace
}  // namespace penstock
