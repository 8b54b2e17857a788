#include "transfer/push_worker.h"

#include <algorithm>
#include <utility>

#include "base/narrow.h"
#include "store/body.h"
#include "transfer/counted_body.h"
#include "transfer/push_bundles.h"

namespace penstock {
namespace {

constexpr int kStateTries = 2;  // of a file that changes while it is read

bool is_worth_again(const Error& error) { return error.code == Code::kChanged; }

}  // namespace

Status PushWorker::run(const std::stop_token& stop) {
  while (std::optional<PushWork> taken =
             waited(context_.meters.read, [&] { return queue_.take(stop); })) {
    const BusyTimer busy(context_.meters.busy(context_.meters.read));
    const std::uint64_t held_bytes = taken->held_bytes;
    const bool is_bundle = taken->is_bundle;
    const Status worked = work(*std::move(taken), stop);
    queue_.done(held_bytes, is_bundle);
    PENSTOCK_CHECK(worked);
  }
  return {};
}

Status PushWorker::work(PushWork work, const std::stop_token& stop) {
  if (work.upload) return send_part(work, stop);
  if (work.is_bundle) PENSTOCK_CHECK(context_.bundles->send(work.files, stop));
  return send_files(work.files, stop);
}

Status PushWorker::send_files(std::vector<PushFile>& files, const std::stop_token& stop) {
  for (PushFile& file : files) {
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    PENSTOCK_CHECK(send_file(std::move(file), stop));
  }
  return {};
}

Status PushWorker::send_file(PushFile file, const std::stop_token& stop) {
  PushEffort effort = context_.begin_effort();
  bytes_ = counted_ = 0;
  for (int attempt = 1;; ++attempt) {
    Result<Fate> fate = send_once(file, effort, stop);
    if (!fate && is_worth_again(fate.error()) && attempt < kStateTries) continue;
    if (!fate && fate.error().code == Code::kExists && context_.options.if_absent)
      fate = Fate::kUnchanged;  // somebody was faster
    return tell(file, std::move(fate), effort);
  }
}

Status PushWorker::tell(const PushFile& file, Result<Fate> fate, const PushEffort& effort) {
  if (!fate) return context_.failed(file, std::move(fate).error(), effort, counted_);
  if (*fate == Fate::kSent) {
    if (context_.bundles != nullptr) context_.bundles->left_bundle(file);
    context_.sent(file, bytes_, effort, counted_);
  }
  if (*fate == Fate::kUnchanged) context_.unchanged(file, bytes_, effort, counted_);
  return {};
}

Result<PushWorker::Fate> PushWorker::send_once(PushFile& file, PushEffort& effort,
                                               const std::stop_token& stop) {
  if (file.item.kind == FileKind::kSymlink && !file.follow) return send_link(file, effort, stop);
  PENSTOCK_TRY(OpenedFile opened, open_to_push(file));
  context_.hooks.opened(file.item.shown);
  const std::uint64_t size = bytes_ = opened.identity.bytes;
  if (goes_in_parts(size, context_.options, context_.store.traits()))
    return send_in_parts(file, std::move(opened), effort, stop);
  if (size > context_.whole_bytes) return send_streamed(file, opened, effort, stop);
  return send_whole(file, opened, effort, stop);
}

Result<PushWorker::Fate> PushWorker::send_link(const PushFile& file, PushEffort& effort,
                                               const std::stop_token& stop) {
  auto target = file.item.root->read_link(file.item.path);
  if (!target) return fail(std::move(target).error().within(file.item.shown));
  const Bytes content = as_bytes(*target);
  bytes_ = content.size();
  PENSTOCK_TRY(const Sha256Digest digest, sha256(content));
  OpenedFile link{{}, file.item.status, identity_of(file.item.status), true};
  PENSTOCK_TRY(const bool same, proves(file.proof, content, digest));
  if (same) return remember(file, link, file.etag, digest), Fate::kUnchanged;
  const auto body = make_memory_body(content, digest);
  return put(file, link, *body, digest, effort, stop);
}

// Of a file that fits into the buffer. One that tells 0 may be one of /proc, which has more; of
// others there is nothing to read behind what they tell, unless they changed, which their state
// shows.
Result<Bytes> PushWorker::read_whole(const PushFile& file, const OpenedFile& opened) {
  const auto told = narrow<std::size_t>(opened.identity.bytes);
  const std::size_t wanted = told != 0 ? told : 1;
  if (buffer_.size() < wanted) buffer_.resize(wanted);
  const std::string what = "read " + file.item.shown;
  PENSTOCK_TRY(std::size_t got,
               read_full_at(opened.fd.get(), 0, MutableBytes(buffer_).first(wanted), what));
  if (told == 0 && got > 0) {
    buffer_.resize(std::max(buffer_.size(), context_.whole_bytes + 1));
    PENSTOCK_TRY(got, read_full_at(opened.fd.get(), 0, buffer_, what));
    if (got > context_.whole_bytes)
      return fail(Code::kUnsupported, "tells no size, and has too much content");
  } else if (got != told) {
    return changed_while_read(file.item.shown);
  }
  PENSTOCK_CHECK(check_same(opened, file.item.shown));
  return Bytes(buffer_).first(got);
}

Result<PushWorker::Fate> PushWorker::send_whole(const PushFile& file, const OpenedFile& opened,
                                                PushEffort& effort, const std::stop_token& stop) {
  PENSTOCK_TRY(const Bytes content, read_whole(file, opened));
  bytes_ = content.size();
  context_.meters.read.add(1, content.size());
  PENSTOCK_TRY(const Sha256Digest digest, sha256(content));
  PENSTOCK_TRY(const bool same, proves(file.proof, content, digest));
  if (same) return remember(file, opened, file.etag, digest), Fate::kUnchanged;
  const auto body = make_memory_body(content, digest);
  return put(file, opened, *body, digest, effort, stop);
}

// Whether the object that is there has the content of a file that is too large for the buffer.
Result<bool> PushWorker::is_unchanged(const PushFile& file, const OpenedFile& opened,
                                      const std::stop_token& stop) {
  if (!file.proof.is_there()) return false;
  const ReadThrough content =
      read_through(opened.fd.get(), 0, opened.identity.bytes, file.item.shown, stop);
  PENSTOCK_TRY(const bool same, proves(file.proof, content));
  PENSTOCK_CHECK(check_same(opened, file.item.shown));
  if (same) remember(file, opened, file.etag, file.proof.sha256());
  return same;
}

Result<PushWorker::Fate> PushWorker::send_streamed(const PushFile& file, const OpenedFile& opened,
                                                   PushEffort& effort,
                                                   const std::stop_token& stop) {
  const std::uint64_t size = opened.identity.bytes;
  context_.meters.read.add(1, size);
  PENSTOCK_TRY(const bool same, is_unchanged(file, opened, stop));
  if (same) return Fate::kUnchanged;
  const auto body = make_file_body(opened.fd.get(), 0, size, file.item.shown);
  std::optional<Sha256Digest> digest;
  if (!context_.options.dry_run && context_.store.traits().metadata) {
    PENSTOCK_TRY(digest, body->sha256());
  }
  CountedBody counting(*body, context_.progress, counted_);
  Result<Fate> fate = put(file, opened, counting, digest, effort, stop);
  counted_ = counting.counted();
  if (fate) PENSTOCK_CHECK(check_same(opened, file.item.shown));
  return fate;
}

Result<PushWorker::Fate> PushWorker::put(const PushFile& file, const OpenedFile& opened, Body& body,
                                         const std::optional<Sha256Digest>& sha256,
                                         PushEffort& effort, const std::stop_token& stop) {
  if (context_.options.dry_run) return context_.count_requests(1, 0), Fate::kSent;
  const PutOptions options = put_options_for(file, opened.status, sha256, context_);
  PENSTOCK_TRY(const PutResult done, context_.sending(stop, effort, body.size(), [&](Call& call) {
    return context_.store.put(file.key, body, options, call);
  }));
  remember(file, opened, done.etag, sha256);
  return Fate::kSent;
}

void PushWorker::remember(const PushFile& file, const OpenedFile& opened, const std::string& etag,
                          const std::optional<Sha256Digest>& sha256) {
  if (!context_.options.dry_run)
    context_.journal.put({file.key, opened.remembered(), etag, sha256});
}

Result<PushWorker::Fate> PushWorker::send_in_parts(PushFile& file, OpenedFile opened,
                                                   PushEffort& effort,
                                                   const std::stop_token& stop) {
  const std::uint64_t size = opened.identity.bytes;
  context_.meters.read.add(1, size);
  PENSTOCK_TRY(const bool same, is_unchanged(file, opened, stop));
  if (same) return Fate::kUnchanged;
  if (context_.options.dry_run) {
    const std::uint64_t part = part_bytes_for(size, context_.options, context_.store.traits());
    context_.count_requests((size - 1) / part + 1 + 2, 0);  // and the one before and after them
    return Fate::kSent;
  }
  PENSTOCK_TRY(
      std::shared_ptr<BigUpload> big,
      BigUpload::begin(context_, file, make_file_content(std::move(opened), file.item.shown),
                       effort, stop));
  queue_.add(std::move(big));
  return Fate::kBegun;
}

Status PushWorker::send_part(const PushWork& work, const std::stop_token& stop) {
  const bool sent = work.upload->send_part(context_, work.part, stop);
  return queue_.part_done(*work.upload, sent) ? finish(*work.upload, stop) : Status();
}

Status PushWorker::finish(BigUpload& upload, const std::stop_token& stop) {
  Status done = upload.finish(context_, stop);
  if (done) {
    if (context_.bundles != nullptr) context_.bundles->left_bundle(upload.file());
    context_.sent(upload.file(), upload.bytes(), upload.effort(), upload.counted());
    return {};
  }
  return begin_again(upload, std::move(done).error(), stop);
}

// A file that changed while its parts were sent, or whose upload was aborted by others, is sent
// once more, from its beginning.
Status PushWorker::begin_again(BigUpload& upload, Error why, const std::stop_token& stop) {
  PushFile file = upload.file();
  counted_ = upload.counted();
  PushEffort effort = upload.effort();
  const bool is_gone = why.code == Code::kNotFound;
  if ((is_worth_again(why) || is_gone) && !std::exchange(file.is_second_try, true)) {
    file.counted_then = counted_;
    return tell(file, send_once(file, effort, stop), effort);
  }
  if (why.code == Code::kExists && context_.options.if_absent)
    return context_.unchanged(file, upload.bytes(), effort, counted_), Status();
  if (is_gone) why.code = Code::kIo;  // the upload is, not the destination: no reason to give up
  return context_.failed(file, std::move(why), effort, counted_);
}

}  // namespace penstock
