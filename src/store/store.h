// The port to every place that keeps objects under keys: a bucket, a directory, memory, a simulated
// destination. Adapters implement it; wrappers (logged, retrying, limited, chaos) are a Store
// around another one, one concern each. tests of the contract: store_contract.h.
//
// A key is 1 to traits().most_key_bytes bytes, "a/b.txt": no slash at the front. An object is seen
// by nobody before all of it is there, and stays what it was when a put fails.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "penstock/error.h"

#include "base/bytes.h"
#include "store/body.h"

namespace penstock {

// Names in lower case, without the store's prefix ("x-amz-meta-"); values of printable ASCII.
using Metadata = std::vector<std::pair<std::string, std::string>>;

struct ObjectInfo {
  std::string key;
  std::uint64_t bytes = 0;
  std::string etag;  // changes when the content does; without quotes; empty: the store has none
  std::chrono::sys_seconds modified{};  // by the store's clock; never a reason to skip a file
  // Told by stat() and get(); by list() only where traits().lists_metadata.
  std::string content_type;
  Metadata metadata;
  // Of PutOptions::headers those that describe the content ("Cache-Control", "Content-Encoding"),
  // where the store keeps them.
  std::vector<std::pair<std::string, std::string>> headers = {};
  // Told by stat() and get(): false where the ETag is no MD5, though traits().md5_etag, because the
  // store encrypts the object with a key of its own.
  bool md5_etag = true;
};

struct PutOptions {
  std::string content_type;  // empty: the store's default
  Metadata metadata;
  std::vector<std::pair<std::string, std::string>> headers;  // {"Cache-Control", "no-store"}
  std::string storage_class;
  bool if_absent = false;  // kExists when the key is taken; only where traits().put_if_absent
};

struct PutResult {
  std::string etag;
};

// The bytes [begin, end) of an object, cut at its end.
struct ObjectRange {
  std::uint64_t begin = 0;
  std::uint64_t end = UINT64_MAX;

  bool is_whole() const { return begin == 0 && end == UINT64_MAX; }
};

// What a get hands over: first what the object is (`info`, once for each attempt: whoever receives
// starts again from the range's begin), then its bytes in order. A failure of either ends the get
// with that failure.
struct Receiver {
  std::function<Status(const ObjectInfo&)> info = [](const ObjectInfo&) { return Status(); };
  std::function<Status(Bytes)> bytes;
};

struct GetOptions {
  ObjectRange range;
  std::string if_match;  // an ETag: kChanged when the object has another one
};

struct ListRequest {
  std::string prefix;
  std::string after;        // only keys greater than this one
  std::string delimiter;    // keys are shown up to it, once ("/": one directory); empty: whole
  std::size_t most = 1000;  // objects and prefixes of one page
};

struct ListPage {
  std::vector<ObjectInfo> objects;    // by bytes of the key, where traits().sorted_list
  std::vector<std::string> prefixes;  // what the delimiter cut, with it
  std::string next;                   // `after` for the next page; empty: this was the last one
};

// A multipart upload that was begun. Parts are numbered from 1; all but the last have one size.
struct Upload {
  std::string key;
  std::string id;
  std::chrono::sys_seconds begun{};  // told by list_uploads()
};

struct Part {
  unsigned number = 0;
  std::uint64_t bytes = 0;
  std::string etag;
};

// What a store can do, and its limits. What it cannot, it answers with kUnsupported.
struct StoreTraits {
  bool multipart = false;
  bool server_copy = false;     // copy()
  bool put_if_absent = false;   // atomic: of several writers one wins
  bool metadata = false;        // keeps PutOptions::metadata
  bool lists_metadata = false;  // and tells it in lists
  bool md5_etag = false;        // the ETag of a plain put is the MD5 of the content
  bool sorted_list = true;
  std::uint64_t most_put_bytes = UINT64_MAX;  // larger ones go in parts
  std::uint64_t least_part_bytes = 1;         // but the last
  std::uint64_t most_part_bytes = UINT64_MAX;
  unsigned most_parts = 10000;
  std::size_t most_key_bytes = 1024;
};

// One call: who stops it, and what it took. A wrapper that tries again counts here.
struct Call {
  std::stop_token stop;
  // Out: tries made, the successful one included; 0: what is known already needs none.
  unsigned attempts = 1;

  unsigned repeated() const { return attempts > 0 ? attempts - 1 : 0; }
};

// Threads: all calls from any number at the same time. Every call blocks and is cancelled by
// call.stop (kCancelled). Fails with kNotFound (no such key, bucket or upload: the message says
// which), kDenied, kExists, kChanged, kInvalid (a key the store cannot hold), kNoSpace, kCorrupt
// (what arrived is not what was sent), kUnsupported, kIo; Error::retry tells whether to try again.
// Messages name the operation and the object ("put photos/a.jpg: 403 AccessDenied: ...").
class Store {
 public:
  virtual ~Store() = default;

  virtual const StoreTraits& traits() const = 0;
  // For messages: "s3://bucket", "dir/".
  virtual const std::string& name() const = 0;

  // Success means that the store has confirmed all of it. `body` is read from its start, more than
  // once if need be.
  virtual Result<PutResult> put(const std::string& key, Body& body, const PutOptions& options,
                                Call& call) = 0;
  virtual Result<ObjectInfo> get(const std::string& key, const GetOptions& options,
                                 const Receiver& receiver, Call& call) = 0;
  virtual Result<ObjectInfo> stat(const std::string& key, Call& call) = 0;
  virtual Result<ListPage> list(const ListRequest& request, Call& call) = 0;
  // Removing what is not there succeeds. The keys that could not be removed, with the reason.
  virtual Result<std::vector<std::pair<std::string, Error>>> remove(
      std::span<const std::string> keys, Call& call) = 0;
  // Within the store, metadata and all (`options.metadata` replaces it unless empty). A store may
  // be opened so that `from` names an object of another bucket of its server (OpenStoreOptions).
  virtual Result<PutResult> copy(const std::string& from, const std::string& to,
                                 const PutOptions& options, Call& call) = 0;

  virtual Result<Upload> create_upload(const std::string& key, const PutOptions& options,
                                       Call& call) = 0;
  virtual Result<Part> put_part(const Upload& upload, unsigned number, Body& body, Call& call) = 0;
  // By number. kNotFound when the upload is gone (completed or aborted).
  virtual Result<std::vector<Part>> list_parts(const Upload& upload, Call& call) = 0;
  // `parts`: every part that was put, by number. The object is visible after it, and checked to be
  // as large as they are together.
  virtual Result<PutResult> complete_upload(const Upload& upload, std::span<const Part> parts,
                                            Call& call) = 0;
  // Aborting what is gone succeeds. Nothing of it is left that costs space.
  virtual Status abort_upload(const Upload& upload, Call& call) = 0;
  virtual Result<std::vector<Upload>> list_uploads(const std::string& prefix, Call& call) = 0;
};

}  // namespace penstock
