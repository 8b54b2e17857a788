#include "transfer/pull_stream.h"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/narrow.h"
#include "flow/crew.h"
#include "transfer/passing_digest.h"

namespace penstock {
namespace {

// Workers take parts in order, fetch them at the same time, and hand them on in order.
class StreamPuller {
 public:
  StreamPuller(Store& store, ObjectInfo object, const PullStreamOptions& options,
               const ByteSink& sink, PassingDigest digest)
      : store_(store),
        object_(std::move(object)),
        part_bytes_(std::max<std::uint64_t>(options.part_bytes, 1)),
        parts_(object_.bytes == 0 ? 0 : (object_.bytes - 1) / part_bytes_ + 1),
        sink_(sink),
        digest_(std::move(digest)) {}

  Status run(unsigned workers, const std::stop_token& stop) {
    Crew crew(stop);
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(workers, parts_); ++i)
      crew.add("pull", [this](const std::stop_token& token) { return work(token); });
    PENSTOCK_CHECK(crew.join());
    const Lock lock(mutex_);
    return digest_.check();
  }
  std::uint64_t retried() const { return retried_; }

 private:
  Status work(const std::stop_token& stop) {
    std::vector<std::byte> content;
    for (;;) {
      const std::uint64_t number = next_.fetch_add(1);
      if (number >= parts_) return {};
      PENSTOCK_CHECK(fetch(number, content, stop));
      PENSTOCK_CHECK(hand_on(number, content, stop));
    }
  }

  Status fetch(std::uint64_t number, std::vector<std::byte>& content, const std::stop_token& stop) {
    const std::uint64_t begin = number * part_bytes_;
    const std::uint64_t bytes = std::min(part_bytes_, object_.bytes - begin);
    content.reserve(narrow<std::size_t>(bytes));
    Receiver receiver;
    receiver.info = [&content](const ObjectInfo&) { return content.clear(), Status(); };
    receiver.bytes = [&](Bytes piece) -> Status {
      if (piece.size() > bytes - content.size())
        return fail(Code::kCorrupt, "more came than was asked for", Retry::kLater);
      return append(content, piece), Status();
    };
    Call call{stop};
    const GetOptions options{{begin, begin + bytes}, object_.etag};
    const auto got = store_.get(object_.key, options, receiver, call);
    retried_ += call.attempts - 1;
    if (!got) return fail(got.error());
    if (content.size() == bytes) return {};
    return fail(Code::kCorrupt, "get " + object_.key + ": less came than was asked for");
  }

  Status hand_on(std::uint64_t number, Bytes content, const std::stop_token& stop) {
    const Lock lock(mutex_);
    const auto is_my_turn = [this, number]() PENSTOCK_REQUIRES(mutex_) { return turn_ == number; };
    if (!changed_.wait(mutex_, stop, is_my_turn)) return fail(Code::kCancelled, "cancelled");
    PENSTOCK_CHECK(digest_.update(content));
    PENSTOCK_CHECK(sink_(content));
    ++turn_;
    changed_.notify_all();
    return {};
  }

  Store& store_;
  const ObjectInfo object_;
  const std::uint64_t part_bytes_;
  const std::uint64_t parts_;
  const ByteSink& sink_;
  std::atomic<std::uint64_t> next_{0};
  std::atomic<std::uint64_t> retried_{0};
  Mutex mutex_;
  Condition changed_;
  PassingDigest digest_ PENSTOCK_GUARDED_BY(mutex_);
  std::uint64_t turn_ PENSTOCK_GUARDED_BY(mutex_) = 0;
};

}  // namespace

Result<PullStreamReport> pull_stream(Store& store, const std::string& key,
                                     const PullStreamOptions& options, const ByteSink& sink,
                                     std::stop_token stop) {
  Call call{stop};
  PENSTOCK_TRY(ObjectInfo object, store.stat(key, call));
  const std::uint64_t bytes = object.bytes;
  PENSTOCK_TRY(PassingDigest digest, PassingDigest::create(known_digest(object, store.traits())));
  StreamPuller puller(store, std::move(object), options, sink, std::move(digest));
  PENSTOCK_CHECK(puller.run(std::max(options.parts, 1U), stop));
  return PullStreamReport{bytes, puller.retried() + call.attempts - 1};
}

}  // namespace penstock
