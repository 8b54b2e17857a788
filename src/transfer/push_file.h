// One file on its way to the destination, and how it is opened.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <sys/stat.h>

#include "penstock/error.h"

#include "files/unique_fd.h"
#include "files/walk.h"
#include "store/store.h"
#include "transfer/content_proof.h"
#include "transfer/file_identity.h"

namespace penstock {

struct PushFile {
  WalkItem item;  // a file, or a link that is kept
  // The object that is copied, as the source lists it, when it comes from a store: of `item` only
  // `shown` is set then.
  std::shared_ptr<const ObjectInfo> object;
  std::string key;
  bool follow = false;  // the item is a link, the file what it leads to
  // Of the object that is there, when it is as large: the file is sent unless this holds for it.
  ContentProof proof;
  std::string etag;                 // of that object
  std::uint64_t counted_bytes = 0;  // in the totals
  std::uint64_t held_bytes = 0;     // of memory, while it is sent
  bool is_second_try = false;       // it changed while its parts were sent
  std::uint64_t counted_then = 0;   // bytes of the first try, in Progress already
  bool is_bundled = false;          // what is there lies in a bundle
  bool moves = false;               // and that bundle is to go
  int tries = 0;                    // reads that found it changing
};

struct OpenedFile {
  UniqueFd fd;
  struct stat status {};
  FileIdentity identity;
  // False: it was changed within the same tick of the clock as it was opened in, so that a change
  // that comes now may leave times and size as they are.
  bool settled = false;

  // What the journal may remember of it.
  FileIdentity remembered() const;
};

// Without waiting for anybody who writes into it, and, unless told to follow, not through a link.
// kChanged when it is no regular file any more. Errors name it.
Result<OpenedFile> open_to_push(const PushFile& file);

// kChanged, with its name, when it is not what it was when opened.
Status check_same(const OpenedFile& opened, const std::string& shown);

Failure changed_while_read(const std::string& shown);

}  // namespace penstock
