#include "store/store_checks.h"

#include <algorithm>
#include <vector>

#include "base/hex.h"
#include "base/quote.h"
#include "crypto/digest.h"

namespace penstock {
namespace {

Failure refuse(std::string step, std::string_view why) {
  return fail(Code::kInvalid, std::move(step) + ": " + std::string(why));
}

std::string most(std::uint64_t limit) { return "at most " + std::to_string(limit); }

}  // namespace

std::string step_of(std::string_view operation, std::string_view key) {
  return std::string(operation) + " " + printable(key);
}

Status check_call(std::string_view operation, const std::string& key, const StoreTraits& traits,
                  const std::stop_token& stop) {
  if (key.empty()) return refuse(std::string(operation), "the key is empty");
  const std::string step =
      std::string(operation) + " " + (key.size() > 200 ? quoted_short(key, 200) : printable(key));
  if (key.starts_with('/')) return refuse(step, "a key must not begin with a slash");
  if (key.size() > traits.most_key_bytes)
    return refuse(step, "the key has " + std::to_string(key.size()) + " bytes, " +
                            most(traits.most_key_bytes) + " are possible");
  if (stop.stop_requested()) return fail(Code::kCancelled, step + ": cancelled");
  return {};
}

Status check_part(const Upload& upload, unsigned number, std::uint64_t bytes,
                  const StoreTraits& traits) {
  const std::string step = step_of("put part " + std::to_string(number) + " of", upload.key);
  if (number < 1 || number > traits.most_parts)
    return refuse(step, "parts are numbered from 1, " + most(traits.most_parts));
  if (bytes > traits.most_part_bytes)
    return refuse(step, "a part has " + most(traits.most_part_bytes) + " bytes");
  return {};
}

Status check_parts(const Upload& upload, std::span<const Part> parts, const StoreTraits& traits) {
  const std::string step = step_of("complete", upload.key);
  if (parts.empty()) return refuse(step, "an upload has at least one part");
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Part& part = parts[i];
    const std::string name = "part " + std::to_string(part.number);
    if (i > 0 && part.number <= parts[i - 1].number)
      return refuse(step, name + " is not in order (InvalidPartOrder)");
    if (i + 1 < parts.size() && part.bytes < traits.least_part_bytes)
      return refuse(step,
                    name + " has only " + std::to_string(part.bytes) + " bytes (EntityTooSmall)");
  }
  return {};
}

std::uint64_t bytes_of(std::span<const Part> parts) {
  std::uint64_t sum = 0;
  for (const Part& part : parts) sum += part.bytes;
  return sum;
}

Result<std::string> multipart_etag(std::span<const Part> parts) {
  std::vector<std::byte> digests;
  for (const Part& part : parts) {
    Md5Digest digest{};
    if (!from_hex(part.etag, digest))
      return fail(Code::kInvalid, "part " + std::to_string(part.number) + ": its ETag is no MD5");
    append(digests, digest);
  }
  PENSTOCK_TRY(const Md5Digest whole, md5(digests));
  return hex(whole) + "-" + std::to_string(parts.size());
}

bool is_md5_etag(std::string_view etag) {
  Md5Digest ignored{};
  return from_hex(etag, ignored);
}

}  // namespace penstock
