// The contract of the port (store.h) as tests that run over every adapter and every wrapper. A new
// store is done when it is green: its own test file says
//
//   INSTANTIATE_TEST_SUITE_P(Memory, StoreContract,
//                            ::testing::Values(StoreKind{"Plain", [] { return ...; }}),
//                            store_kind_name);
//
// The tests themselves are in store_contract_test.cpp. What a store cannot do (traits()) is skipped
// and said; that it says so (kUnsupported) is tested.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "penstock/error.h"

#include "store/store.h"

namespace penstock {

struct StoreKind {
  std::string name;  // letters and digits
  // An empty store for one test. It may own what it needs beside it (the aliasing constructor of
  // shared_ptr: a directory that goes away, a store it wraps). kUnsupported skips the test: what it
  // needs is not on this machine.
  std::function<Result<std::shared_ptr<Store>>()> make;
};

inline std::string store_kind_name(const ::testing::TestParamInfo<StoreKind>& kind) {
  return kind.param.name;
}
inline void PrintTo(const StoreKind& kind, std::ostream* out) { *out << kind.name; }

class StoreContract : public ::testing::TestWithParam<StoreKind> {
 protected:
  void SetUp() override;
  // Names the store of a test that failed: with the seed, where there is one.
  void TearDown() override;

  Store& store() { return *store_; }
  const StoreTraits& traits() const { return store_->traits(); }
  // One for every call, as callers have it.
  Call& call() { return call_ = Call{}; }

  Result<PutResult> put(const std::string& key, std::string_view content,
                        const PutOptions& options = {});
  // The bytes of an object, or why there are none: "not_found: ...".
  std::string content(const std::string& key, const GetOptions& options = {});
  // All keys with this prefix, page after page, each page of at most `most`.
  std::vector<std::string> keys(const std::string& prefix = {}, std::size_t most = 1000);
  // All pages of a request as one.
  Result<ListPage> list_all(ListRequest request);
  void put_all(const std::vector<std::string>& keys);

  // A begun upload of `key`; fails the test when it cannot be begun.
  Upload begin(const std::string& key, const PutOptions& options = {});
  Part put_part(const Upload& upload, unsigned number, std::string_view content);
  // Content for a part that is not the last one: as small as the store allows.
  std::string part_content(char letter) const;

 private:
  std::shared_ptr<Store> store_;
  Call call_;
};

}  // namespace penstock
