#include "transfer/object_source.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "base/narrow.h"
#include "files/unique_fd.h"

namespace penstock {
namespace {

constexpr std::uint64_t kLeastTailBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kMostTailBytes = std::uint64_t{4} << 20;

// How much of the end is read at first. Most directories are less than a thousandth of their
// archive; of one that is not, keep() fetches the rest.
std::uint64_t tail_bytes(std::uint64_t size) {
  return std::min(size, std::clamp(size / 1024, kLeastTailBytes, kMostTailBytes));
}

// One version of an object, by ranges.
class PinnedObject {
 public:
  using Take = std::function<Status(std::uint64_t offset, Bytes piece)>;

  PinnedObject(Store& store, ObjectInfo info) : store_(store), info_(std::move(info)) {}

  std::uint64_t size() const { return info_.bytes; }
  // The bytes [begin, end) to `take`, in order; from the start again after a failed attempt.
  Status get(std::uint64_t begin, std::uint64_t end, const Take& take,
             const std::stop_token& stop) const;
  Status read(std::uint64_t offset, MutableBytes out, const std::stop_token& stop) const;

 private:
  Store& store_;
  ObjectInfo info_;
};

Status PinnedObject::get(std::uint64_t begin, std::uint64_t end, const Take& take,
                         const std::stop_token& stop) const {
  std::uint64_t at = begin;
  Receiver receiver;
  receiver.info = [&](const ObjectInfo& info) -> Status {
    at = begin;
    if (info.bytes == info_.bytes) return {};
    return fail(Code::kChanged, "it has another size now");
  };
  receiver.bytes = [&](Bytes piece) -> Status {
    if (piece.size() > end - at) return fail(Code::kIo, "more arrived than was asked for");
    PENSTOCK_CHECK(take(at, piece));
    at += piece.size();
    return {};
  };
  Call call{stop};
  const auto got = store_.get(info_.key, {{begin, end}, info_.etag}, receiver, call);
  if (!got && got.error().code == Code::kChanged)
    return fail({Code::kChanged,
                 got.error().message + "; it was replaced while it was read",
                 Retry::kNever,
                 {}});
  if (!got) return fail(got.error());
  if (at != end) return fail(Code::kIo, "get " + info_.key + ": less arrived than was asked for");
  return {};
}

Status PinnedObject::read(std::uint64_t offset, MutableBytes out,
                          const std::stop_token& stop) const {
  const auto take = [&](std::uint64_t at, Bytes piece) -> Status {
    std::ranges::copy(piece, out.subspan(narrow<std::size_t>(at - offset)).begin());
    return {};
  };
  return get(offset, offset + out.size(), take, stop);
}

class ObjectSource final : public ByteSource {
 public:
  ObjectSource(PinnedObject object, std::string name, const ReadAheadLimits& ahead,
               const std::stop_token& stop)
      : object_(std::move(object)),
        name_(std::move(name)),
        stop_(stop),
        tail_offset_(object_.size() - tail_bytes(object_.size())),
        kept_begin_(tail_offset_),
        ahead_([this](std::uint64_t offset, MutableBytes out,
                      const std::stop_token& token) { return object_.read(offset, out, token); },
               ahead, stop) {}

  Status read_tail() {
    tail_.resize(narrow<std::size_t>(size() - tail_offset_));
    return tail_.empty() ? Status() : object_.read(tail_offset_, tail_, stop_);
  }

  std::uint64_t size() const override { return object_.size(); }
  const std::string& name() const override { return name_; }
  bool is_far() const override { return true; }
  Status read_at(std::uint64_t offset, MutableBytes out) const override;
  std::shared_ptr<void> expect(std::uint64_t begin, std::uint64_t end) const override {
    // What is here already needs no request.
    return ahead_.announce(begin, std::min(end, kept_begin_));
  }
  Status keep(std::uint64_t begin, std::uint64_t end) const override;

 private:
  Result<std::size_t> read_some(std::uint64_t offset, MutableBytes out) const;

  const PinnedObject object_;
  const std::string name_;
  const std::stop_token stop_;
  const std::uint64_t tail_offset_;
  std::vector<std::byte> tail_;       // from there to the end
  mutable std::uint64_t kept_begin_;  // from here to the tail it is in `kept_`
  mutable UniqueFd kept_;
  mutable ReadAhead ahead_;
};

Status ObjectSource::read_at(std::uint64_t offset, MutableBytes out) const {
  if (offset > size() || out.size() > size() - offset)
    return fail(Code::kCorrupt, name_ + ": truncated");
  while (!out.empty()) {
    PENSTOCK_TRY(const std::size_t count, read_some(offset, out));
    offset += count;
    out = out.subspan(count);
  }
  return {};
}

// At least one byte, from one of the four places that can have it.
Result<std::size_t> ObjectSource::read_some(std::uint64_t offset, MutableBytes out) const {
  const auto up_to = [&](std::uint64_t end) {
    return out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), end - offset)));
  };
  if (offset >= tail_offset_) {
    const Bytes rest = Bytes(tail_).subspan(narrow<std::size_t>(offset - tail_offset_));
    std::ranges::copy(rest.first(out.size()), out.begin());
    return out.size();
  }
  if (offset >= kept_begin_)
    return read_full_at(kept_.get(), offset - kept_begin_, up_to(tail_offset_), "read " + name_);
  out = up_to(kept_begin_);
  PENSTOCK_TRY(const std::size_t ready, ahead_.read(offset, out));
  if (ready > 0) return ready;
  PENSTOCK_CHECK(object_.read(offset, out, stop_));
  return out.size();
}

Status ObjectSource::keep(std::uint64_t begin, std::uint64_t end) const {
  // In one piece with the tail, or nothing: nobody keeps anything else than what lies at the end.
  if (begin >= kept_begin_ || end < tail_offset_) return {};
  PENSTOCK_TRY(UniqueFd spool, unnamed_temporary_file());
  const auto take = [&](std::uint64_t at, Bytes piece) {
    return write_full_at(spool.get(), at - begin, piece, "write a temporary file");
  };
  PENSTOCK_CHECK(object_.get(begin, tail_offset_, take, stop_));
  kept_ = std::move(spool);
  kept_begin_ = begin;
  return {};
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_object_source(Store& store, const std::string& key,
                                                       std::string name,
                                                       const ReadAheadLimits& ahead,
                                                       std::stop_token stop) {
  Call call{stop};
  PENSTOCK_TRY(ObjectInfo info, store.stat(key, call));
  info.key = key;
  auto source = std::make_unique<ObjectSource>(PinnedObject(store, std::move(info)),
                                               std::move(name), ahead, stop);
  PENSTOCK_CHECK(source->read_tail());
  return source;
}

}  // namespace penstock
