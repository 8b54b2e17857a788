// Multipart uploads to a directory: ".penstock-uploads/<id>/" below the root holds a description
// ("upload") and a file for each part ("part-00001"). The object is made of them when the upload is
// completed, by one copy in the kernel (where the file system shares blocks, of nothing but their
// places; elsewhere each byte is written twice). A process that is killed leaves the directory: the
// upload is listed, and can be gone on with or aborted.
#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "penstock/error.h"

#include "files/safe_dir.h"
#include "store/body.h"
#include "store/local_writer.h"
#include "store/store.h"

namespace penstock {

// As the functions of Store with these names; errors have no operation in front. Threads: any.
class LocalUploads {
 public:
  // Both must outlive it.
  LocalUploads(const SafeDir& root, const LocalWriter& writer, bool sync)
      : root_(root), writer_(writer), sync_(sync) {}

  Result<Upload> create(const std::string& key, const PutOptions& options) const;
  Result<Part> put_part(const Upload& upload, unsigned number, Body& body,
                        const std::stop_token& stop) const;
  Result<std::vector<Part>> parts(const Upload& upload) const;
  Result<PutResult> complete(const Upload& upload, std::span<const Part> parts,
                             const std::stop_token& stop) const;
  Status abort(const Upload& upload) const;
  // One that was killed before it had a description has an empty key.
  Result<std::vector<Upload>> list(const std::string& prefix) const;

 private:
  struct Description {
    Upload upload;
    PutOptions options;
  };
  Result<SafeDir> open(const Upload& upload) const;
  Result<Description> describe(const std::string& id) const;
  Status write_description(const std::string& id, const Description& description) const;
  Status remove(const std::string& id) const;

  const SafeDir& root_;
  const LocalWriter& writer_;
  bool sync_;
};

}  // namespace penstock
