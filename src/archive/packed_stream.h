// An entry's packed bytes as a stream, for entries of any size: read, authenticated, decrypted.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "penstock/error.h"

#include "archive/extract_context.h"
#include "archive/winzip_aes.h"
#include "archive/zip_format.h"
#include "base/bytes.h"

namespace penstock::zip {

// Threads: one caller at a time. The context must outlive it.
class PackedStream {
 public:
  // Reads the local header, and for an encrypted entry salt and verifier.
  static Result<PackedStream> open(const ExtractContext& context, const Entry& entry);

  // The next bytes, at the front of `buffer`, as many as fit. Empty at the end, and only when the
  // MAC over everything was right: until then nothing made from the bytes may become visible.
  // kCorrupt when it is not.
  Result<MutableBytes> next(MutableBytes buffer);

 private:
  PackedStream(const ExtractContext& context, std::uint64_t offset, std::uint64_t bytes)
      : context_(&context), offset_(offset), left_(bytes) {}
  Status start_cipher(const AesInfo& aes);
  Status check_mac();

  const ExtractContext* context_;
  std::uint64_t offset_;  // of what comes next, in the source
  std::uint64_t left_;    // packed bytes, without salt, verifier and MAC
  std::optional<EntryCipher> cipher_;
};

}  // namespace penstock::zip
