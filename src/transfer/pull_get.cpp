#include "transfer/pull_get.h"

#include <cerrno>
#include <utility>

#include <unistd.h>

#include "transfer/file_metadata.h"
#include "transfer/pull_verify.h"

namespace penstock {

Status SingleGet::fetch(const PullItem& item, const std::stop_token& stop) {
  Status fetched = fetch_once(item, stop);
  if (!fetched && fetched.error().code == Code::kCorrupt && !stop.stop_requested()) {
    context_.outcome.retried();
    fetched = fetch_once(item, stop);
  }
  if (!fetched) file_.reset();
  return fetched;
}

Status SingleGet::fetch_once(const PullItem& item, const std::stop_token& stop) {
  file_.reset();
  content_.clear();
  const Receiver receiver{.info = [&](const ObjectInfo& info) { return begin(info, item.path); },
                          .bytes = [this](Bytes bytes) { return take(bytes); }};
  Call call{.stop = stop};
  const auto got = context_.source.get(item.info.key, {}, receiver, call);
  context_.outcome.called(call);
  if (!got) return fail(got.error());
  return verify_all();
}

// Once for each attempt of the store: from the start.
Status SingleGet::begin(const ObjectInfo& info, const std::string& path) {
  info_ = info;
  path_ = path;
  is_link_ = decode(info.metadata).is_symlink;
  content_.clear();
  if (info.bytes <= kSmallObjectBytes) {
    file_.reset();
    content_.reserve(info.bytes);
    return {};
  }
  if (is_link_) return fail(Code::kUnsafe, "a link whose target is longer than a path can be");
  if (!file_) {
    PENSTOCK_TRY(file_, writer_.begin(path));
  }
  if (ftruncate(file_->fd(), 0) != 0 || lseek(file_->fd(), 0, SEEK_SET) != 0)
    return fail_errno("truncate", errno);
  return {};
}

Status SingleGet::take(Bytes bytes) {
  if (file_) return write_full(file_->fd(), bytes, "write");
  if (bytes.size() > kSmallObjectBytes - content_.size())
    return fail(Code::kCorrupt, "more came than the object has");
  append(content_, bytes);
  return {};
}

Status SingleGet::verify_all() const {
  const StoreTraits& traits = context_.source.traits();
  return file_ ? verify_file(file_->fd(), info_, traits) : verify(content_, info_, traits);
}

Status SingleGet::place() {
  if (!file_) return writer_.write(path_, pulled_marks(info_), content_);
  PulledFile file = *std::exchange(file_, std::nullopt);
  return file.finish(pulled_marks(info_));
}

}  // namespace penstock
