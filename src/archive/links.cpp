#include "archive/links.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "archive/batch_keys.h"
#include "archive/local_header.h"
#include "archive/name_check.h"
#include "archive/zip_reader.h"
#include "base/narrow.h"

namespace penstock::zip {
namespace {

constexpr std::size_t kListBudgetBytes = std::size_t{1} << 20;
constexpr std::uint64_t kLongestTarget = 4095;  // PATH_MAX without the NUL
constexpr std::uint64_t kLongestPacked = kLongestTarget + 1024;
constexpr std::size_t kLinksPerBatch = 64;
constexpr std::size_t kRecordHeadBytes = 24;

struct Pending {
  Entry entry;
  std::shared_ptr<void> expected;
  std::vector<std::byte> data;
  BatchKeys::Slot slot;
};

class LinkReader {
 public:
  LinkReader(const LinkReading& reading, EntryDecoder& decoder)
      : reading_(reading), decoder_(decoder), silent_(reading.judge.silent()) {}

  Result<LinkTargets> run(const std::stop_token& stop) {
    CentralCursor cursor(reading_.source, reading_.directory, silent_);
    Entry entry;
    for (;;) {
      PENSTOCK_TRY(const bool more, cursor.next(entry));
      if (!more) break;
      if (kind_of(entry) != EntryKind::kSymlink || reading_.selection.path_of(entry).empty())
        continue;
      if (auto noted = note(entry); !noted) return fail(in_entry(entry, std::move(noted).error()));
      if (pending_.size() == kLinksPerBatch) PENSTOCK_CHECK(finish_batch());
      if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    }
    PENSTOCK_CHECK(finish_batch());
    return std::move(targets_);
  }

 private:
  Status note(const Entry& entry) {
    if (entry.uncompressed_bytes > kLongestTarget || entry.compressed_bytes > kLongestPacked)
      return fail(Code::kUnsafe, "a link whose target is longer than a path can be");
    const std::uint64_t end = std::min(reading_.directory.offset, likely_end(entry));
    pending_.push_back({entry, reading_.source.expect(entry.local_offset, end), {}, {}});
    return {};
  }

  Status fetch(Pending& pending) {
    const Entry& entry = pending.entry;
    pending.data.resize(narrow<std::size_t>(entry.compressed_bytes));
    PENSTOCK_TRY(const std::uint64_t offset, find_data(reading_.source, entry, silent_));
    PENSTOCK_CHECK(reading_.source.read_at(offset, pending.data));
    pending.expected.reset();
    if (entry.aes)
      pending.slot = keys_.add(entry.aes->strength, salt_of(entry.aes->strength, pending.data));
    return {};
  }

  Status finish_batch() {
    for (Pending& pending : pending_)
      if (auto fetched = fetch(pending); !fetched)
        return fail(in_entry(pending.entry, std::move(fetched).error()));
    if (reading_.password != nullptr) PENSTOCK_CHECK(keys_.derive(*reading_.password));
    for (Pending& pending : pending_)
      if (auto taken = take(pending); !taken)
        return fail(in_entry(pending.entry, std::move(taken).error()));
    pending_.clear();
    keys_.clear();
    return {};
  }

  Status take(Pending& pending) {
    const Entry& entry = pending.entry;
    const EntryKeys* keys = entry.aes ? keys_.keys(pending.slot) : nullptr;
    PENSTOCK_TRY(const Bytes content,
                 decoder_.decode(entry, pending.data, keys, pending.slot.index, out_));
    const std::string path(reading_.selection.path_of(entry));
    const Link link{path, std::string(as_text(content)), entry.mtime};
    if (auto safe = check_link_target(path, link.target); !safe)
      return leaves(link, std::move(safe).error());
    return targets_.links.add(link);
  }

  Status leaves(const Link& link, Error error) {
    // No system makes a link like that, whatever the policy.
    const bool impossible = link.target.empty() || link.target.find('\0') != std::string::npos;
    if (reading_.policy == LinkPolicy::kAll && !impossible) return targets_.links.add(link);
    if (reading_.policy != LinkPolicy::kSkip) {
      error.message += " (--links skip leaves such links out, --links all makes them)";
      return fail(std::move(error));
    }
    ++targets_.skipped;
    reading_.observer.notice("skipped the link " + shown_name(link.path) + ": " + error.message);
    return {};
  }

  const LinkReading& reading_;
  EntryDecoder& decoder_;
  const Judge silent_;
  BatchKeys keys_;
  std::vector<Pending> pending_;
  std::array<std::byte, kLongestTarget> out_{};
  LinkTargets targets_;
};

}  // namespace

LinkList::LinkList() : records_(kListBudgetBytes) {}

Status LinkList::add(const Link& link) {
  std::vector<std::byte> record;
  append_le(record, narrow<std::uint32_t>(link.path.size()));
  append_le(record, narrow<std::uint32_t>(link.target.size()));
  append_le(record, static_cast<std::uint64_t>(link.mtime.tv_sec));
  append_le(record, static_cast<std::uint64_t>(link.mtime.tv_nsec));
  append(record, as_bytes(link.path));
  append(record, as_bytes(link.target));
  ++count_;
  return records_.append(record);
}

Status LinkList::for_each(const std::function<Status(const Link&)>& visit) const {
  std::uint64_t at = 0;
  std::vector<std::byte> text;
  while (at < records_.size()) {
    std::array<std::byte, kRecordHeadBytes> head{};
    PENSTOCK_CHECK(records_.read_at(at, head));
    const std::size_t path_bytes = load_le<std::uint32_t>(head, 0);
    text.resize(path_bytes + load_le<std::uint32_t>(head, 4));
    PENSTOCK_CHECK(records_.read_at(at + kRecordHeadBytes, text));
    const Link link{std::string(as_text(text).substr(0, path_bytes)),
                    std::string(as_text(text).substr(path_bytes)),
                    {static_cast<time_t>(load_le<std::uint64_t>(head, 8)),
                     static_cast<long>(load_le<std::uint64_t>(head, 16))}};
    PENSTOCK_CHECK(visit(link));
    at += kRecordHeadBytes + text.size();
  }
  return {};
}

Result<LinkTargets> read_links(const LinkReading& reading, EntryDecoder& decoder,
                               const std::stop_token& stop) {
  return LinkReader(reading, decoder).run(stop);
}

}  // namespace penstock::zip
