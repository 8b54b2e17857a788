#include "transfer/object_stream.h"

#include <iterator>
#include <utility>

#include "base/quote.h"

namespace penstock {

ObjectStream::ObjectStream(Store& store, std::string prefix, std::stop_token stop)
    : store_(store), prefix_(std::move(prefix)), crew_(std::move(stop)) {
  crew_.add("list", [this](const std::stop_token& token) { return fetch_all(token); });
}

ObjectStream::~ObjectStream() {
  crew_.stop();
  static_cast<void>(crew_.join());  // what failed went through the channel
}

Status ObjectStream::fetch_all(const std::stop_token& stop) {
  ListRequest request;
  request.prefix = prefix_;
  for (;;) {
    Call call{stop};
    Result<ListPage> page = store_.list(request, call);
    requests_.fetch_add(call.attempts, std::memory_order_relaxed);
    retried_.fetch_add(call.repeated(), std::memory_order_relaxed);
    request.after = page ? page->next : std::string();
    if (!pages_.push(std::move(page), stop) || request.after.empty()) break;
  }
  pages_.close();
  return {};
}

Result<std::optional<ObjectInfo>> ObjectStream::next() {
  if (!store_.traits().sorted_list)
    return fail(Code::kUnsupported, store_.name() + ": does not list in order");
  while (page_.empty()) {
    std::optional<Result<ListPage>> page = pages_.pop(crew_.token());
    if (!page) {
      if (crew_.token().stop_requested()) return fail(Code::kCancelled, "cancelled");
      return std::optional<ObjectInfo>();
    }
    if (!*page) return fail(std::move(*page).error());
    page_.assign(std::make_move_iterator((*page)->objects.begin()),
                 std::make_move_iterator((*page)->objects.end()));
  }
  std::optional<ObjectInfo> object(std::move(page_.front()));
  page_.pop_front();
  if (object->key <= last_key_)
    return fail(Code::kUnsupported, store_.name() + ": lists " + quoted_name(object->key) +
                                        " out of order; it cannot be compared with");
  last_key_ = object->key;
  return object;
}

}  // namespace penstock
