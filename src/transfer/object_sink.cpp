#include "transfer/object_sink.h"

#include <algorithm>
#include <utility>

#include "base/narrow.h"
#include "base/quote.h"
#include "store/body.h"

namespace penstock {
namespace {

// As wanted, within what the store takes.
std::size_t allowed_part_bytes(std::uint64_t wanted, const StoreTraits& traits) {
  const std::uint64_t least = std::max<std::uint64_t>(traits.least_part_bytes, 1);
  return narrow<std::size_t>(std::clamp(wanted, least, std::max(traits.most_part_bytes, least)));
}

}  // namespace

ObjectSink::ObjectSink(Store& store, std::string key, ObjectSinkOptions options,
                       const std::stop_token& stop)
    : store_(store),
      key_(std::move(key)),
      options_(std::move(options)),
      part_bytes_(allowed_part_bytes(options_.part_bytes, store.traits())),
      pool_(std::size_t{std::max(options_.parts_at_once, 1U)} + 1, part_bytes_),
      pieces_(pool_.count()),
      crew_(stop) {}

ObjectSink::~ObjectSink() {
  if (!upload_) return;
  crew_.stop();
  static_cast<void>(crew_.join());  // told already
  abort();
}

// The one request that is also made after a stop: it leaves nothing behind.
void ObjectSink::abort() {
  Call call;
  static_cast<void>(store_.abort_upload(*upload_, call));  // the first failure is what is told
}

unsigned ObjectSink::attempts() const {
  const Lock lock(mutex_);
  return attempts_;
}

std::uint64_t ObjectSink::requests() const {
  const Lock lock(mutex_);
  return requests_;
}

template <class Make>
auto ObjectSink::request(const std::stop_token& stop, Make make) {
  Call call{stop};
  auto result = make(call);
  const Lock lock(mutex_);
  attempts_ = std::max(attempts_, call.attempts);
  requests_ += call.attempts;
  return result;
}

Status ObjectSink::write(Bytes data) {
  while (!data.empty()) {
    // A part is handed on when something follows it: what ends with it is no upload of parts.
    if (!buffer_ || filled_ == part_bytes_) PENSTOCK_CHECK(next_buffer());
    const std::size_t count = std::min(data.size(), part_bytes_ - filled_);
    std::ranges::copy(data.first(count), buffer_.bytes().subspan(filled_).begin());
    filled_ += count;
    position_ += count;
    data = data.subspan(count);
  }
  return {};
}

Status ObjectSink::next_buffer() {
  if (buffer_) PENSTOCK_CHECK(send_full());
  auto buffer = pool_.acquire(crew_.token());
  if (!buffer) return crew_.join();  // stopped, or a part could not be sent
  buffer_ = *std::move(buffer);
  filled_ = 0;
  return {};
}

Status ObjectSink::send_full() {
  if (!upload_) PENSTOCK_CHECK(begin_upload());
  if (numbers_ == store_.traits().most_parts)
    return fail(Code::kUnsupported, quoted_name(key_) + ": more than " + std::to_string(numbers_) +
                                        " parts of " + std::to_string(part_bytes_) +
                                        " bytes; take larger parts (--part-size)");
  Piece piece{++numbers_, std::move(buffer_), filled_};
  if (!pieces_.push(std::move(piece), crew_.token())) return crew_.join();
  return {};
}

Status ObjectSink::begin_upload() {
  PENSTOCK_TRY(upload_, request(crew_.token(), [&](Call& call) {
                 return store_.create_upload(key_, options_.put, call);
               }));
  for (std::size_t i = 1; i < pool_.count(); ++i)
    crew_.add("send", [this](const std::stop_token& stop) { return send_pieces(stop); });
  return {};
}

Status ObjectSink::send_pieces(const std::stop_token& stop) {
  while (const auto piece = pieces_.pop(stop)) {
    const auto body = make_memory_body(piece->buffer.bytes().first(piece->bytes));
    PENSTOCK_TRY(Part part, request(stop, [&](Call& call) {
                   return store_.put_part(*upload_, piece->number, *body, call);
                 }));
    const Lock lock(mutex_);
    parts_.push_back(std::move(part));
  }
  return {};
}

Status ObjectSink::finish() {
  if (!upload_) return put_whole();
  PENSTOCK_CHECK(send_full());
  pieces_.close();
  PENSTOCK_CHECK(crew_.join());
  return complete();
}

Status ObjectSink::put_whole() {
  const Bytes content = buffer_ ? Bytes(buffer_.bytes().first(filled_)) : Bytes();
  const auto body = make_memory_body(content);
  PENSTOCK_TRY(PutResult done, request(crew_.token(), [&](Call& call) {
                 return store_.put(key_, *body, options_.put, call);
               }));
  etag_ = std::move(done.etag);
  return {};
}

Status ObjectSink::complete() {
  std::vector<Part> parts;
  {
    const Lock lock(mutex_);
    parts = parts_;
  }
  std::ranges::sort(parts, {}, &Part::number);
  PENSTOCK_TRY(PutResult done, request(crew_.token(), [&](Call& call) {
                 return store_.complete_upload(*upload_, parts, call);
               }));
  upload_.reset();
  etag_ = std::move(done.etag);
  return {};
}

Status ObjectSink::patch(std::uint64_t, Bytes) {
  return fail(Code::kInvalid, quoted_name(key_) + ": an upload cannot be patched");
}

Status ObjectSink::rewind(std::uint64_t) {
  return fail(Code::kInvalid, quoted_name(key_) + ": an upload cannot be taken back");
}

}  // namespace penstock
