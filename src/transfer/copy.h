// copy(): the objects of one store into another one, sending only what is missing there.
//
//   list of the source --merge-join with the destination's list and the journal--> queue -->
//   workers
//
// Both places are listed once, in pages; no request is made for an object that is there. It is
// there when it is as large and
// - both stores tell the same content (told_same() in content_proof.h), or
// - the journal knows that the source's version (by its ETag) became this version there, or
// - the metadata of both, which is asked for, tells one SHA-256.
//
// Within one server the server copies (Store::copy()), and no content comes here. Else a small
// object is fetched whole, held against what is known of it (SHA-256 in the metadata, or an ETag
// that is an MD5) and sent; a large one is fetched and sent in parts, several at a time, all of one
// version, its digest taken in order as they pass: it becomes an object only when that is right.
// What is under way lies in memory, `memory_bytes` of it and no more (or one part, where that is
// larger); never on a disk. An upload that was interrupted is gone on with.
//
// Content type, metadata (times, modes and links are such) and the headers that describe the
// content go along.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "penstock/error.h"
#include "penstock/observer.h"

#include "store/store.h"
#include "transfer/push.h"

namespace penstock {

struct CopyOptions {
  Store* source = nullptr;  // not owned
  // Of keys: as PullOptions::prefix.
  std::string source_prefix;
  // The destination can copy the source's objects by itself: its copy() takes their keys.
  bool by_server = false;
  // The destination and the ways of sending. The filter is held against names below the prefix;
  // sources and what is only for files (links, content types, times, modes) mean nothing here.
  PushOptions to;
};

// With dry_run nothing was copied by anybody, and `requests` are those to be made.
struct CopyReport : PushReport {
  std::uint64_t by_server = 0;  // of `files`
};

// As push(). Fails with kNotFound, too, when there is nothing at the source.
Result<CopyReport> copy(const CopyOptions& options, Store& destination, Observer& observer,
                        Progress& progress, std::stop_token stop);

}  // namespace penstock
