// Objects that are put in parts, and copies by the server, which go in parts too when they are
// large.
#pragma once

#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "penstock/error.h"

#include "base/mutex.h"
#include "store/s3_wire.h"
#include "store/store.h"

namespace penstock {

// As the calls of Store. Threads: any number at the same time.
class S3Multipart {
 public:
  // `sources`: the way to the bucket that copies are made from. Both must outlive it.
  S3Multipart(S3Wire& wire, S3Wire& sources) : wire_(wire), sources_(sources) {}

  // if_absent is looked at when the upload is completed, by this object: first whether the key is
  // taken, then by a condition, which some servers (Ceph 16) ignore, so that two who complete at
  // the same moment may both succeed.
  Result<Upload> create(const std::string& key, const PutOptions& options,
                        const std::stop_token& stop);
  Result<Part> put_part(const Upload& upload, unsigned number, Body& body,
                        const std::stop_token& stop);
  Result<std::vector<Part>> list_parts(const Upload& upload, const std::stop_token& stop);
  // An upload that is gone counts as completed when the object is just what it would have become:
  // the answer to an earlier try was lost.
  Result<PutResult> complete(const Upload& upload, std::span<const Part> parts,
                             const std::stop_token& stop);
  // Until none of its parts is listed any more: one may arrive while it is aborted.
  Status abort(const Upload& upload, const std::stop_token& stop);
  Result<std::vector<Upload>> list_uploads(const std::string& prefix, const std::stop_token& stop);

  // One more request than CopyObject, for the source's size and description.
  Result<PutResult> copy(const std::string& from, const std::string& to, const PutOptions& options,
                         const std::stop_token& stop);

 private:
  Result<HttpResponse> request_complete(const Upload& upload, std::span<const Part> parts,
                                        const std::stop_token& stop);
  Result<PutResult> after_refusal(const Upload& upload, std::span<const Part> parts, Error refused,
                                  const std::stop_token& stop);
  bool is_exclusive(const Upload& upload) PENSTOCK_EXCLUDES(mutex_);
  void forget(const Upload& upload) PENSTOCK_EXCLUDES(mutex_);

  Result<PutResult> copy_whole(const ObjectInfo& source, const std::string& to,
                               const PutOptions& options, bool replace,
                               const std::stop_token& stop);
  Result<PutResult> copy_in_parts(const ObjectInfo& source, const std::string& to,
                                  const PutOptions& options, const std::stop_token& stop);
  Result<std::vector<Part>> copy_parts(const ObjectInfo& source, const Upload& upload,
                                       const std::stop_token& stop);
  Result<Part> copy_part(const ObjectInfo& source, const Upload& upload, Part part,
                         std::uint64_t begin, const std::stop_token& stop);
  std::string copy_source(const std::string& key) const;

  S3Wire& wire_;
  S3Wire& sources_;
  Mutex mutex_;
  std::set<std::string> exclusive_ PENSTOCK_GUARDED_BY(mutex_);  // ids of uploads with if_absent
};

}  // namespace penstock
