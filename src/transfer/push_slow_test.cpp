// Many files: memory does not grow with their number.
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include "base/narrow.h"
#include "transfer/push_testing.h"

namespace penstock {
namespace {

constexpr int kFiles = 100'000;

// A destination that keeps nothing but the keys' number, so that only the push takes memory.
class VoidStore final : public Store {
 public:
  VoidStore() : inner_(make_memory_store()) {}
  std::atomic<int> puts{0};

  const StoreTraits& traits() const override { return inner_->traits(); }
  const std::string& name() const override { return inner_->name(); }
  Result<PutResult> put(const std::string&, Body&, const PutOptions&, Call&) override {
    ++puts;
    return PutResult{"etag"};
  }
  Result<ObjectInfo> get(const std::string& key, const GetOptions& options,
                         const Receiver& receiver, Call& call) override {
    return inner_->get(key, options, receiver, call);
  }
  Result<ObjectInfo> stat(const std::string& key, Call& call) override {
    return inner_->stat(key, call);
  }
  Result<ListPage> list(const ListRequest& request, Call& call) override {
    return inner_->list(request, call);
  }
  Result<std::vector<std::pair<std::string, Error>>> remove(std::span<const std::string> keys,
                                                            Call& call) override {
    return inner_->remove(keys, call);
  }
  Result<PutResult> copy(const std::string& from, const std::string& to, const PutOptions& options,
                         Call& call) override {
    return inner_->copy(from, to, options, call);
  }
  Result<Upload> create_upload(const std::string& key, const PutOptions& options,
                               Call& call) override {
    return inner_->create_upload(key, options, call);
  }
  Result<Part> put_part(const Upload& upload, unsigned number, Body& body, Call& call) override {
    return inner_->put_part(upload, number, body, call);
  }
  Result<std::vector<Part>> list_parts(const Upload& upload, Call& call) override {
    return inner_->list_parts(upload, call);
  }
  Result<PutResult> complete_upload(const Upload& upload, std::span<const Part> parts,
                                    Call& call) override {
    return inner_->complete_upload(upload, parts, call);
  }
  Status abort_upload(const Upload& upload, Call& call) override {
    return inner_->abort_upload(upload, call);
  }
  Result<std::vector<Upload>> list_uploads(const std::string& prefix, Call& call) override {
    return inner_->list_uploads(prefix, call);
  }

 private:
  std::unique_ptr<Store> inner_;
};

std::size_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  in >> total >> resident;
  return resident * to_u64(sysconf(_SC_PAGESIZE));
}

TEST(PushManyFiles, TakesTheSameMemoryForAHundredThousandFiles) {
  const TestDirectory source(TestDirectory::in_memory());
  const TestDirectory state(TestDirectory::in_memory());
  for (int i = 0; i < kFiles / 1000; ++i) {
    const std::string directory = "d" + std::to_string(i) + "/";
    source.directory(directory);
    for (int k = 0; k < 1000; ++k)
      std::ofstream(source / (directory + "file" + std::to_string(k))) << k;
  }
  VoidStore store;
  PushOptions options;
  options.sources = {source.path()};
  options.journal_path = state / "journal.db";
  RecordingObserver observer;
  Progress progress;
  malloc_trim(0);
  const std::size_t before = resident_bytes();
  const auto report = push(options, store, observer, progress, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->files, to_u64(kFiles));
  EXPECT_EQ(store.puts, kFiles);
#if !defined(__SANITIZE_ADDRESS__)  // whose shadow and quarantine are memory too
  EXPECT_LT(resident_bytes(), before + (std::size_t{24} << 20));
#endif
}

}  // namespace
}  // namespace penstock
