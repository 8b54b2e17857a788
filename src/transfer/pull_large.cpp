#include "transfer/pull_large.h"

#include <algorithm>
#include <utility>

#include "transfer/pull_verify.h"

namespace penstock {
namespace {

// As many parts at most that the list of those that are there stays small.
std::uint64_t part_bytes_of(const PullOptions& options, std::uint64_t bytes) {
  constexpr std::uint64_t kMostParts = 100'000;
  return std::max({options.part_bytes, bytes / kMostParts + 1});
}

// Left on the disk, it is of use for the next run, or none at all.
bool is_worth_keeping(const Error& error) {
  return error.code == Code::kCancelled || error.code == Code::kIo || error.code == Code::kDenied;
}

}  // namespace

Result<std::shared_ptr<LargePull>> LargePull::begin(const PullContext& context,
                                                    const PullItem& item, LocalTreeWriter& writer,
                                                    const std::stop_token& stop) {
  Call call{.stop = stop};
  auto info = context.source.stat(item.info.key, call);
  context.outcome.called(call);
  if (!info) return fail(std::move(info).error());
  if (info->etag.empty()) return std::shared_ptr<LargePull>();
  PENSTOCK_TRY(const SafeDir* parent, writer.parent_of(item.path, true));
  PENSTOCK_TRY(SafeDir dir, parent->open_dir(""));
  const PartialVersion version{context.source.name(), info->key, info->etag, info->bytes,
                               part_bytes_of(context.options, info->bytes)};
  PENSTOCK_TRY(PartialFile file, PartialFile::open(std::move(dir), last_part(item.path), version));
  context.outcome.resized(item.info.bytes, info->bytes);
  return std::shared_ptr<LargePull>(
      new LargePull(context, {*std::move(info), item.path}, std::move(file)));
}

LargePull::LargePull(const PullContext& context, PullItem item, PartialFile file)
    : context_(context),
      item_(std::move(item)),
      part_bytes_(part_bytes_of(context.options, item_.info.bytes)),
      fd_(file.fd()),
      file_(std::move(file)) {
  const std::uint64_t count = (item_.info.bytes + part_bytes_ - 1) / part_bytes_;
  for (unsigned part = 0; part < count; ++part) {
    if (!std::ranges::binary_search(file_.parts(), part)) {
      wanted_.push_back(part);
      continue;
    }
    context_.outcome.resumed(end_of(part) - begin_of(part));
    context_.outcome.arrived(end_of(part) - begin_of(part));
    arrived_ += end_of(part) - begin_of(part);
  }
  left_ = wanted_.size();
}

LargePull::~LargePull() {
  const Lock lock(mutex_);
  if (!over_ && file_.parts().empty()) file_.remove();
}

std::uint64_t LargePull::begin_of(unsigned part) const { return part * part_bytes_; }
std::uint64_t LargePull::end_of(unsigned part) const {
  return std::min(item_.info.bytes, begin_of(part) + part_bytes_);
}

LargePull::Done LargePull::fetch(unsigned part, const std::stop_token& stop) {
  Status fetched = fetch_range(part, stop);
  if (fetched) {
    const Lock lock(mutex_);
    if (!failed_) fetched = file_.add(part);
  }
  if (!fetched) return failed(std::move(fetched).error());
  const std::uint64_t bytes = end_of(part) - begin_of(part);
  context_.outcome.arrived(bytes);
  arrived_ += bytes;
  if (--left_ > 0) return {};
  return {true, finish()};
}

LargePull::Done LargePull::failed(Error error) {
  const bool first = !failed_.exchange(true);
  if (!first) return {};
  const Lock lock(mutex_);
  over_ = true;
  if (!is_worth_keeping(error) || file_.parts().empty()) file_.remove();
  return {true, fail(std::move(error))};
}

Status LargePull::fetch_range(unsigned part, const std::stop_token& stop) {
  const std::uint64_t begin = begin_of(part);
  const std::uint64_t end = end_of(part);
  std::uint64_t at = begin;
  const Receiver receiver{.info = [&](const ObjectInfo& info) -> Status {
                            at = begin;  // of each attempt
                            if (info.etag == item_.info.etag) return {};
                            return fail(Code::kChanged, "it was replaced while it was pulled");
                          },
                          .bytes = [&](Bytes bytes) -> Status {
                            if (bytes.size() > end - at)
                              return fail(Code::kCorrupt, "more came than was asked for");
                            PENSTOCK_CHECK(write_full_at(fd_, at, bytes, "write"));
                            at += bytes.size();
                            return {};
                          }};
  Call call{.stop = stop};
  const auto got = context_.source.get(
      item_.info.key, {.range = {begin, end}, .if_match = item_.info.etag}, receiver, call);
  context_.outcome.called(call);
  if (!got) return fail(got.error());
  if (at == end) return {};
  return fail(Code::kCorrupt, "a range came short", Retry::kLater);
}

Status LargePull::verify(int fd) const {
  return verify_file(fd, item_.info, context_.source.traits());
}

Status LargePull::finish() {
  const Lock lock(mutex_);
  over_ = true;
  Status done = verify(fd_);
  if (done) done = file_.finish(pulled_marks(item_.info), context_.tree.tree().umask_bits());
  if (!done) file_.remove();
  return done;
}

}  // namespace penstock
