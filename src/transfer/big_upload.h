// A content that is sent in parts, by whichever workers are free.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "penstock/error.h"

#include "base/mutex.h"
#include "store/store.h"
#include "transfer/large_content.h"
#include "transfer/push_context.h"
#include "transfer/push_file.h"

namespace penstock {

class BigUpload {
 public:
  // Goes on with the upload the journal knows, when it is of this state of the content and in these
  // parts; else begins one (and aborts the other). Parts the destination lists are held against the
  // content before they are taken as sent.
  static Result<std::unique_ptr<BigUpload>> begin(PushContext& context, PushFile file,
                                                  std::unique_ptr<LargeContent> content,
                                                  PushEffort effort, const std::stop_token& stop);

  unsigned part_count() const { return part_count_; }
  // What each part takes of PushOptions::memory_bytes.
  std::uint64_t held_bytes() const { return content_->held_bytes(part_bytes_); }
  const PushFile& file() const { return file_; }

  // Sends a part, 1 to part_count(), each once. Threads: any number, a part each. What fails is
  // kept for finish(); false then, and no other part needs to be sent.
  bool send_part(PushContext& context, unsigned number, const std::stop_token& stop);

  // When no part is being sent any more: completes the upload when all of them are, else says what
  // was the first to fail. An upload of a file that has changed is aborted; one that may be gone on
  // with by the next push is kept.
  Status finish(PushContext& context, const std::stop_token& stop);

  std::uint64_t counted() const { return counted_.load(std::memory_order_relaxed); }
  PushEffort effort() const PENSTOCK_EXCLUDES(mutex_);
  std::uint64_t bytes() const { return content_->bytes(); }

 private:
  BigUpload(PushFile file, std::unique_ptr<LargeContent> content, PushEffort effort)
      : file_(std::move(file)),
        content_(std::move(content)),
        counted_(file_.counted_then),
        effort_(effort) {}

  Status attach(PushContext& context, const std::stop_token& stop);
  Result<bool> resume(PushContext& context, const JournalUpload& known,
                      const std::stop_token& stop);
  void note_part_bytes(Metadata& metadata) const;
  Status create(PushContext& context, const std::stop_token& stop);
  Status send(PushContext& context, unsigned number, const std::stop_token& stop);
  Result<bool> is_there(const ContentPart& part, const std::stop_token& stop);
  Status complete(PushContext& context, const std::stop_token& stop);
  Status refuse_taken_key(PushContext& context, const std::stop_token& stop);
  void count(PushContext& context, std::uint64_t bytes);
  void drop(PushContext& context, const std::stop_token& stop);
  ContentPart part_of(unsigned number) const;
  template <class Make>
  auto request(PushContext& context, const std::stop_token& stop, Make make);
  void note(const PushEffort& effort) PENSTOCK_EXCLUDES(mutex_);

  PushFile file_;
  std::unique_ptr<LargeContent> content_;
  Upload upload_;
  std::uint64_t part_bytes_ = 0;
  unsigned part_count_ = 0;
  std::map<unsigned, Part> listed_;     // at the destination when it was attached
  std::vector<Part> parts_;             // by number - 1; each written by the one that sends it
  std::atomic<std::uint64_t> counted_;  // bytes in Progress
  mutable Mutex mutex_;
  PushEffort effort_ PENSTOCK_GUARDED_BY(mutex_);
  std::optional<Error> first_error_ PENSTOCK_GUARDED_BY(mutex_);
};

}  // namespace penstock
