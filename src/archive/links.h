// The symbolic links of an archive: their targets are entries' contents, read and judged before the
// first write; the links themselves are made when everything else is in place, so that nothing is
// ever written through one.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "penstock/error.h"
#include "penstock/secret.h"
#include "penstock/unpack.h"

#include "archive/end_records.h"
#include "archive/entry_decoder.h"
#include "archive/judge.h"
#include "archive/selection.h"
#include "files/byte_source.h"
#include "files/spill.h"

namespace penstock::zip {

struct Link {
  std::string path;
  std::string target;
  timespec mtime{};
};

// Links in the order of the archive; beyond a budget they spill. Threads: one caller at a time.
class LinkList {
 public:
  LinkList();
  Status add(const Link& link);
  std::uint64_t count() const { return count_; }
  Status for_each(const std::function<Status(const Link&)>& visit) const;

 private:
  SpillBuffer records_;
  std::uint64_t count_ = 0;
};

struct LinkReading {
  const ByteSource& source;
  const Directory& directory;
  const Selection& selection;
  const Secret* password;  // null: no encrypted entry is selected
  LinkPolicy policy;
  Judge judge;
  SerialObserver& observer;
};

struct LinkTargets {
  LinkList links;
  std::uint64_t skipped = 0;  // left out by the policy, each told as a notice
};

// Reads and judges the targets of all selected links. kUnsafe for one that leaves the tree (unless
// the policy says otherwise), kCorrupt for one that is damaged.
Result<LinkTargets> read_links(const LinkReading& reading, EntryDecoder& decoder,
                               const std::stop_token& stop);

}  // namespace penstock::zip
