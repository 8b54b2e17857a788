#include "transfer/push_stream.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/narrow.h"
#include "store/body.h"

namespace penstock {
namespace {

// Sends parts one after the other; one is sent when the next is known to begin or the input ends.
class StreamSender {
  // Before its uses, which deduce what it returns.
  template <class Make>
  auto request(Make make) {
    Call call{stop_};
    auto result = make(call);
    report_.attempts = std::max(report_.attempts, call.attempts);
    report_.requests += call.attempts;
    return result;
  }

 public:
  StreamSender(ByteInput& input, Store& store, const std::string& key,
               const PushStreamOptions& options, std::stop_token stop)
      : input_(input),
        store_(store),
        key_(key),
        options_(options),
        stop_(std::move(stop)),
        part_bytes_(narrow<std::size_t>(std::clamp(
            options.part_bytes, std::max<std::uint64_t>(store.traits().least_part_bytes, 1),
            std::max(store.traits().most_part_bytes, store.traits().least_part_bytes)))) {}

  Status send() {
    PENSTOCK_TRY(std::vector<std::byte> part, read_part());
    PENSTOCK_TRY(std::vector<std::byte> next, read_next(part));
    if (next.empty()) return put(part);
    PENSTOCK_TRY(upload_, request([&](Call& call) {
                   return store_.create_upload(key_, options_.put, call);
                 }));
    Status sent = send_parts(std::move(part), std::move(next));
    if (!sent) abort();
    return sent;
  }
  PushStreamReport report() && { return std::move(report_); }

 private:
  Result<std::vector<std::byte>> read_part() {
    std::vector<std::byte> part(part_bytes_);
    PENSTOCK_TRY(const std::size_t got, input_.read(part, stop_));
    part.resize(got);
    report_.bytes += got;
    return part;
  }
  // Empty when `part` was the last one.
  Result<std::vector<std::byte>> read_next(const std::vector<std::byte>& part) {
    if (part.size() < part_bytes_) return std::vector<std::byte>();
    return read_part();
  }

  Status put(Bytes content) {
    const auto body = make_memory_body(content);
    PENSTOCK_TRY(PutResult done,
                 request([&](Call& call) { return store_.put(key_, *body, options_.put, call); }));
    report_.etag = std::move(done.etag);
    return {};
  }

  Status send_parts(std::vector<std::byte> part, std::vector<std::byte> next) {
    while (!part.empty()) {
      PENSTOCK_CHECK(send_part(part));
      part = std::move(next);
      PENSTOCK_TRY(next, read_next(part));
    }
    PENSTOCK_TRY(PutResult done, request([&](Call& call) {
                   return store_.complete_upload(upload_, parts_, call);
                 }));
    report_.etag = std::move(done.etag);
    return {};
  }
  Status send_part(Bytes content) {
    if (parts_.size() == store_.traits().most_parts)
      return fail(Code::kUnsupported, key_ + ": more than " + std::to_string(parts_.size()) +
                                          " parts of " + std::to_string(part_bytes_) +
                                          " bytes; take larger parts");
    const auto body = make_memory_body(content);
    PENSTOCK_TRY(Part part, request([&](Call& call) {
                   return store_.put_part(upload_, narrow<unsigned>(parts_.size() + 1), *body,
                                          call);
                 }));
    parts_.push_back(std::move(part));
    return {};
  }

  // Also after a stop: the one request that leaves nothing behind.
  void abort() {
    Call call;
    static_cast<void>(store_.abort_upload(upload_, call));  // the first failure is what is told
  }

  ByteInput& input_;
  Store& store_;
  const std::string& key_;
  const PushStreamOptions& options_;
  std::stop_token stop_;
  std::size_t part_bytes_;
  Upload upload_;
  std::vector<Part> parts_;
  PushStreamReport report_;
};

}  // namespace

Result<PushStreamReport> push_stream(ByteInput& input, Store& store, const std::string& key,
                                     const PushStreamOptions& options, std::stop_token stop) {
  StreamSender sender(input, store, key, options, std::move(stop));
  PENSTOCK_CHECK(sender.send());
  return std::move(sender).report();
}

}  // namespace penstock
