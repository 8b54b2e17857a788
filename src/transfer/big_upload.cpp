#include "transfer/big_upload.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/narrow.h"
#include "store/body.h"
#include "transfer/counted_body.h"
#include "transfer/file_metadata.h"

namespace penstock {

Result<std::unique_ptr<BigUpload>> BigUpload::begin(PushContext& context, PushFile file,
                                                    std::unique_ptr<LargeContent> content,
                                                    PushEffort effort,
                                                    const std::stop_token& stop) {
  std::unique_ptr<BigUpload> big(new BigUpload(std::move(file), std::move(content), effort));
  big->part_bytes_ = part_bytes_for(big->bytes(), context.options, context.store.traits());
  const std::uint64_t parts = (big->bytes() - 1) / big->part_bytes_ + 1;
  if (parts > context.store.traits().most_parts)
    return fail(Code::kUnsupported, "is too large for " + context.store.name());
  big->part_count_ = narrow<unsigned>(parts);
  big->parts_.resize(big->part_count_);
  PENSTOCK_CHECK(big->attach(context, stop));
  return big;
}

// A request that is no part's, counted to the file.
template <class Make>
auto BigUpload::request(PushContext& context, const std::stop_token& stop, Make make) {
  PushEffort effort = context.begin_effort();
  auto result = context.request(stop, effort, make);
  note(effort);
  return result;
}

void BigUpload::note(const PushEffort& effort) {
  const Lock lock(mutex_);
  effort_.attempts = std::max(effort_.attempts, effort.attempts);
}

PushEffort BigUpload::effort() const {
  const Lock lock(mutex_);
  return effort_;
}

ContentPart BigUpload::part_of(unsigned number) const {
  const std::uint64_t begin = (number - 1) * part_bytes_;
  return {number, begin, std::min(part_bytes_, bytes() - begin)};
}

Status BigUpload::attach(PushContext& context, const std::stop_token& stop) {
  const std::optional<JournalUpload> known = context.journal.find_upload(file_.key);
  if (known) {
    PENSTOCK_TRY(const bool resumed, resume(context, *known, stop));
    if (resumed) return {};
  }
  return create(context, stop);
}

// False when there is nothing to go on with; then nothing of it is left either.
Result<bool> BigUpload::resume(PushContext& context, const JournalUpload& known,
                               const std::stop_token& stop) {
  upload_ = {known.key, known.id, {}};
  if (known.file != content_->identity() || !content_->is_settled() ||
      known.part_bytes != part_bytes_)
    return drop(context, stop), false;
  Result<std::vector<Part>> parts =
      request(context, stop, [&](Call& call) { return context.store.list_parts(upload_, call); });
  if (!parts && parts.error().code == Code::kNotFound)
    return context.journal.forget_upload(file_.key), false;
  if (!parts) return fail(std::move(parts).error());
  for (Part& part : *parts) {
    if (part.number == 0 || part.number > part_count_) return drop(context, stop), false;
    listed_[part.number] = std::move(part);
  }
  return true;
}

// With it a pull can hold what came against the ETag. That of an object that is copied was another.
void BigUpload::note_part_bytes(Metadata& metadata) const {
  FileMetadata parts;
  parts.part_bytes = part_bytes_;
  for (auto& entry : encode(parts)) {
    std::erase_if(metadata, [&entry](const auto& other) { return other.first == entry.first; });
    metadata.push_back(std::move(entry));
  }
}

Status BigUpload::create(PushContext& context, const std::stop_token& stop) {
  listed_.clear();
  PutOptions options = content_->describe(file_, context);
  if (context.store.traits().metadata) note_part_bytes(options.metadata);
  PENSTOCK_TRY(upload_, request(context, stop, [&](Call& call) {
                 return context.store.create_upload(file_.key, options, call);
               }));
  context.journal.put_upload({file_.key, upload_.id, part_bytes_, content_->identity()});
  return {};
}

// Aborts the upload and forgets it. One that cannot be aborted now is left to clean_uploads().
void BigUpload::drop(PushContext& context, const std::stop_token& stop) {
  const Status aborted =
      request(context, stop, [&](Call& call) { return context.store.abort_upload(upload_, call); });
  if (aborted)
    context.journal.forget_upload(file_.key);
  else if (aborted.error().code != Code::kCancelled)
    context.told.notice("a begun upload is left at the destination: " + aborted.error().message);
}

bool BigUpload::send_part(PushContext& context, unsigned number, const std::stop_token& stop) {
  Status sent = send(context, number, stop);
  if (sent) return true;
  const Lock lock(mutex_);
  if (!first_error_) first_error_ = std::move(sent).error();
  return false;
}

Result<bool> BigUpload::is_there(const ContentPart& part, const std::stop_token& stop) {
  const auto found = listed_.find(part.number);
  if (found == listed_.end() || found->second.bytes != part.bytes) return false;
  return content_->is_part(found->second, part, stop);
}

void BigUpload::count(PushContext& context, std::uint64_t bytes) {
  if (file_.is_second_try) return;
  counted_.fetch_add(bytes, std::memory_order_relaxed);
  context.progress.bytes_in.fetch_add(bytes, std::memory_order_relaxed);
  context.progress.bytes_out.fetch_add(bytes, std::memory_order_relaxed);
}

Status BigUpload::send(PushContext& context, unsigned number, const std::stop_token& stop) {
  const ContentPart part = part_of(number);
  PENSTOCK_CHECK(content_->check_same());
  PENSTOCK_TRY(const bool there, is_there(part, stop));
  if (there) {
    parts_[number - 1] = listed_.at(number);
    count(context, part.bytes);
    return {};
  }
  PENSTOCK_TRY(const PartBody sent, content_->part(part, stop));
  // The first try has counted the bytes of the second.
  CountedBody counting(*sent.body, context.progress, file_.is_second_try ? UINT64_MAX : 0);
  PushEffort effort = context.begin_effort();
  Result<Part> done = context.sending(stop, effort, part.bytes, [&](Call& call) {
    return context.store.put_part(upload_, number, counting, call);
  });
  note(effort);
  if (!file_.is_second_try) counted_.fetch_add(counting.counted(), std::memory_order_relaxed);
  if (!done) return fail(std::move(done).error());
  // What lies in memory may be sent without being read.
  if (counting.counted() < part.bytes) count(context, part.bytes - counting.counted());
  parts_[number - 1] = *std::move(done);
  return {};
}

// Some stores do not heed if_absent when parts are put together.
Status BigUpload::refuse_taken_key(PushContext& context, const std::stop_token& stop) {
  if (!context.options.if_absent) return {};
  const Result<ObjectInfo> there =
      request(context, stop, [&](Call& call) { return context.store.stat(file_.key, call); });
  if (there) return fail(Code::kExists, file_.key + ": the key is taken");
  if (there.error().code != Code::kNotFound) return fail(there.error());
  return {};
}

Status BigUpload::complete(PushContext& context, const std::stop_token& stop) {
  PENSTOCK_CHECK(content_->check_same());
  if (Status whole = content_->check_whole(); !whole) return drop(context, stop), whole;
  PENSTOCK_CHECK(refuse_taken_key(context, stop));
  PENSTOCK_TRY(const PutResult done, request(context, stop, [&](Call& call) {
                 return context.store.complete_upload(upload_, parts_, call);
               }));
  context.journal.forget_upload(file_.key);
  context.journal.put({file_.key, content_->remembered(), done.etag, std::nullopt});
  return {};
}

Status BigUpload::finish(PushContext& context, const std::stop_token& stop) {
  std::optional<Error> error;
  {
    const Lock lock(mutex_);
    error = first_error_;
  }
  Status done = error ? Status(fail(*error)) : complete(context, stop);
  if (done) return done;
  const Code code = done.error().code;
  const bool of_no_use = code == Code::kChanged || code == Code::kExists || code == Code::kNotFound;
  if (of_no_use || !context.journal.is_kept())
    drop(context, stop);
  else
    context.keep_upload(file_.key);
  return done;
}

}  // namespace penstock
