// For tests of transfers: a store that counts and can be made to fail, and a push ready to run.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "penstock/observer.h"

#include "base/mutex.h"
#include "files/test_directory.h"
#include "store/memory_store.h"
#include "store/store.h"
#include "transfer/push.h"
#include "transfer/push_run.h"

namespace penstock {

// A memory store that counts calls by name, and asks `before` in front of each that changes
// something: a failure is the answer then.
class CountingStore final : public Store {
 public:
  using Before = std::function<Status(std::string_view operation, const std::string& key)>;

  explicit CountingStore(const MemoryStoreOptions& options = {})
      : inner_(make_memory_store(options)), traits_(inner_->traits()) {}

  Before before = [](std::string_view, const std::string&) { return Status(); };
  StoreTraits& change_traits() { return traits_; }
  unsigned count(const std::string& operation) const {
    const Lock lock(mutex_);
    const auto found = counts_.find(operation);
    return found == counts_.end() ? 0 : found->second;
  }
  unsigned count_all() const {
    const Lock lock(mutex_);
    unsigned sum = 0;
    for (const auto& [operation, calls] : counts_) sum += calls;
    return sum;
  }
  void forget_counts() {
    const Lock lock(mutex_);
    counts_.clear();
  }

  const StoreTraits& traits() const override { return traits_; }
  const std::string& name() const override { return inner_->name(); }
  Result<PutResult> put(const std::string& key, Body& body, const PutOptions& options,
                        Call& call) override {
    PENSTOCK_CHECK(enter("put", key));
    return inner_->put(key, body, options, call);
  }
  Result<ObjectInfo> get(const std::string& key, const GetOptions& options,
                         const Receiver& receiver, Call& call) override {
    PENSTOCK_CHECK(enter("get", key));
    return inner_->get(key, options, receiver, call);
  }
  Result<ObjectInfo> stat(const std::string& key, Call& call) override {
    PENSTOCK_CHECK(enter("stat", key));
    return inner_->stat(key, call);
  }
  Result<ListPage> list(const ListRequest& request, Call& call) override {
    PENSTOCK_CHECK(enter("list", request.prefix));
    Result<ListPage> page = inner_->list(request, call);
    if (page && !traits_.lists_metadata)
      for (ObjectInfo& object : page->objects) object.metadata.clear();
    return page;
  }
  Result<std::vector<std::pair<std::string, Error>>> remove(std::span<const std::string> keys,
                                                            Call& call) override {
    PENSTOCK_CHECK(enter("remove", keys.empty() ? "" : keys.front()));
    return inner_->remove(keys, call);
  }
  Result<PutResult> copy(const std::string& from, const std::string& to, const PutOptions& options,
                         Call& call) override {
    PENSTOCK_CHECK(enter("copy", from));
    return inner_->copy(from, to, options, call);
  }
  Result<Upload> create_upload(const std::string& key, const PutOptions& options,
                               Call& call) override {
    PENSTOCK_CHECK(enter("create_upload", key));
    return inner_->create_upload(key, options, call);
  }
  Result<Part> put_part(const Upload& upload, unsigned number, Body& body, Call& call) override {
    PENSTOCK_CHECK(enter("put_part", upload.key + "#" + std::to_string(number)));
    return inner_->put_part(upload, number, body, call);
  }
  Result<std::vector<Part>> list_parts(const Upload& upload, Call& call) override {
    PENSTOCK_CHECK(enter("list_parts", upload.key));
    return inner_->list_parts(upload, call);
  }
  Result<PutResult> complete_upload(const Upload& upload, std::span<const Part> parts,
                                    Call& call) override {
    PENSTOCK_CHECK(enter("complete_upload", upload.key));
    return inner_->complete_upload(upload, parts, call);
  }
  Status abort_upload(const Upload& upload, Call& call) override {
    PENSTOCK_CHECK(enter("abort_upload", upload.key));
    return inner_->abort_upload(upload, call);
  }
  Result<std::vector<Upload>> list_uploads(const std::string& prefix, Call& call) override {
    PENSTOCK_CHECK(enter("list_uploads", prefix));
    return inner_->list_uploads(prefix, call);
  }

 private:
  Status enter(const std::string& operation, const std::string& key) {
    {
      const Lock lock(mutex_);
      ++counts_[operation];
    }
    return before(operation, key);
  }

  std::unique_ptr<Store> inner_;
  StoreTraits traits_;
  mutable Mutex mutex_;
  std::map<std::string, unsigned> counts_ PENSTOCK_GUARDED_BY(mutex_);
};

// Keeps what it is told.
class RecordingObserver final : public Observer {
 public:
  void problem(const Error& error) override { problems.push_back(error); }
  void notice(std::string_view text) override { notices.emplace_back(text); }

  std::vector<Error> problems;
  std::vector<std::string> notices;
};

// A tree, a memory store with parts as small as wanted, and a journal.
class PushTest : public ::testing::Test {
 protected:
  static MemoryStoreOptions small_parts() {
    MemoryStoreOptions options;
    options.least_part_bytes = 1;
    return options;
  }

  PushTest() {
    options.sources = {source.path() + "/."};
    options.prefix = "p";
    options.journal_path = state / "journal.db";
    options.workers = 4;
  }

  Result<PushReport> run(std::stop_token stop = {}) {
    store.forget_counts();
    observer.problems.clear();
    observer.notices.clear();
    progress.emplace();
    return push_with_hooks(options, hooks, store, observer, *progress, std::move(stop));
  }
  // Fails the test when the push, or a file of it, does.
  PushReport run_well() {
    const Result<PushReport> report = run();
    EXPECT_TRUE(report) << (report ? "" : report.error().message);
    for (const Error& error : observer.problems) ADD_FAILURE() << error.message;
    return report ? *report : PushReport{};
  }
  // The content of an object, or "kind: message" of the failure to get it.
  std::string content(const std::string& key) {
    std::string text;
    Receiver receiver;
    receiver.bytes = [&text](Bytes bytes) { return text += as_text(bytes), Status(); };
    Call call;
    const auto got = store.get(key, {}, receiver, call);
    return got ? text : std::string(name(got.error().code)) + ": " + got.error().message;
  }
  ObjectInfo info(const std::string& key) {
    Call call;
    const auto found = store.stat(key, call);
    EXPECT_TRUE(found) << key;
    return found ? *found : ObjectInfo{};
  }
  std::vector<std::string> keys() {
    std::vector<std::string> all;
    ListRequest request;
    do {
      Call call;
      const auto page = store.list(request, call);
      if (!page) break;
      for (const ObjectInfo& object : page->objects) all.push_back(object.key);
      request.after = page->next;
    } while (!request.after.empty());
    return all;
  }
  void put(const std::string& key, std::string_view text, const PutOptions& put_options = {}) {
    const auto body = make_memory_body(as_bytes(text));
    Call call;
    ASSERT_TRUE(store.put(key, *body, put_options, call));
  }
  std::size_t uploads_left() {
    Call call;
    const auto uploads = store.list_uploads("", call);
    return uploads ? uploads->size() : 999;
  }
  // Until the clock that stamps files has moved on: what is written then has other times, and the
  // journal trusts what was written before.
  static void wait_for_clock() {
    const auto now = [] {
      timespec time{};
      clock_gettime(CLOCK_REALTIME_COARSE, &time);
      return std::pair(time.tv_sec, time.tv_nsec);
    };
    for (const auto start = now(); now() == start;) {
    }
  }

  TestDirectory source;
  TestDirectory state;
  CountingStore store{small_parts()};
  PushOptions options;
  PushHooks hooks;
  RecordingObserver observer;
  std::optional<Progress> progress;
};

}  // namespace penstock
