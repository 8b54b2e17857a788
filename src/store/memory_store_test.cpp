#include "store/memory_store.h"

#include <gtest/gtest.h>

#include "store/store_contract.h"

namespace penstock {
namespace {

Result<std::shared_ptr<Store>> small_parts() {
  MemoryStoreOptions options;
  options.least_part_bytes = 16 << 10;
  return std::shared_ptr<Store>(make_memory_store(options));
}

INSTANTIATE_TEST_SUITE_P(Memory, StoreContract, ::testing::Values(StoreKind{"Plain", small_parts}),
                         store_kind_name);

// What arrives is not what its digest says.
class LyingBody final : public Body {
 public:
  std::uint64_t size() const override { return inner_->size(); }
  Status rewind() override { return inner_->rewind(); }
  Result<std::size_t> read(MutableBytes out) override { return inner_->read(out); }
  Result<Sha256Digest> sha256() override { return penstock::sha256(as_bytes("other")); }

 private:
  std::unique_ptr<Body> inner_ = make_memory_body(as_bytes("content"));
};

TEST(MemoryStore, RefusesAContentThatIsNotWhatWasTold) {
  const auto store = make_memory_store();
  LyingBody body;
  Call call;
  auto done = store->put("a", body, {}, call);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kCorrupt);
  EXPECT_EQ(done.error().retry, Retry::kLater);
  EXPECT_FALSE(store->stat("a", call));
}

TEST(MemoryStore, RefusesToCompleteWithoutAPartThatWasPut) {
  const auto store = make_memory_store();
  Call call;
  auto upload = store->create_upload("a", {}, call);
  ASSERT_TRUE(upload);
  const auto body = make_memory_body(as_bytes("x"));
  auto first = store->put_part(*upload, 1, *body, call);
  ASSERT_TRUE(first && store->put_part(*upload, 2, *body, call));
  const std::vector<Part> parts = {*first};
  auto done = store->complete_upload(*upload, parts, call);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kInvalid);
}

TEST(MemoryStore, MakesTheEtagOfPartsAsS3Does) {
  const auto store = make_memory_store();
  Call call;
  auto upload = store->create_upload("a", {}, call);
  ASSERT_TRUE(upload);
  const auto body = make_memory_body(as_bytes("abc"));
  auto part = store->put_part(*upload, 1, *body, call);
  ASSERT_TRUE(part);
  const std::vector<Part> parts = {*part};
  auto done = store->complete_upload(*upload, parts, call);
  ASSERT_TRUE(done);
  // printf abc | openssl md5 -binary | openssl md5
  EXPECT_EQ(done->etag, "af5da9f45af7a300e3aded972f8ff687-1");
}

TEST(MemoryStore, RefusesPartNumbersAndSizesThatS3DoesNotHave) {
  MemoryStoreOptions options;
  options.most_part_bytes = options.most_put_bytes = 2;
  const auto store = make_memory_store(options);
  Call call;
  auto upload = store->create_upload("a", {}, call);
  ASSERT_TRUE(upload);
  const auto body = make_memory_body(as_bytes("x"));
  const auto large = make_memory_body(as_bytes("xyz"));
  EXPECT_EQ(store->put_part(*upload, 0, *body, call).error().code, Code::kInvalid);
  EXPECT_EQ(store->put_part(*upload, 10001, *body, call).error().code, Code::kInvalid);
  EXPECT_EQ(store->put_part(*upload, 1, *large, call).error().code, Code::kInvalid);
  EXPECT_EQ(store->put("b", *large, {}, call).error().code, Code::kInvalid);
}

}  // namespace
}  // namespace penstock
