#include "store/s3_remove.h"

#include <algorithm>

#include "base/json.h"
#include "crypto/digest.h"
#include "store/s3_answers.h"
#include "store/s3_xml.h"
#include "store/store_checks.h"

namespace penstock {
namespace {

constexpr std::size_t kMostKeys = 1000;

}  // namespace

Result<S3Remover::Failed> S3Remover::remove(std::span<const std::string> keys,
                                            const std::stop_token& stop) {
  std::vector<const std::string*> batched;
  std::vector<const std::string*> single;
  for (const std::string& key : keys) {
    PENSTOCK_CHECK(check_call("remove", key, wire_.traits(), stop));
    (is_xml_text(key) ? batched : single).push_back(&key);
  }
  Failed failed;
  const std::span<const std::string* const> all(batched);
  for (std::size_t at = 0; at < all.size(); at += kMostKeys)
    PENSTOCK_CHECK(
        remove_batch(all.subspan(at, std::min(kMostKeys, all.size() - at)), failed, stop));
  PENSTOCK_CHECK(remove_each(single, failed, stop));
  return failed;
}

// Fails only when it was stopped: what becomes of the other keys is told too.
Status S3Remover::remove_one(const std::string& key, Failed& failed, const std::stop_token& stop) {
  auto response = wire_.perform({.operation = "remove", .method = "DELETE", .key = key}, stop);
  if (response || response.error().code == Code::kNotFound) return {};
  if (response.error().code == Code::kCancelled) return fail(std::move(response).error());
  failed.emplace_back(key, std::move(response).error());
  return {};
}

Status S3Remover::remove_each(std::span<const std::string* const> keys, Failed& failed,
                              const std::stop_token& stop) {
  for (const std::string* key : keys) PENSTOCK_CHECK(remove_one(*key, failed, stop));
  return {};
}

Status S3Remover::remove_batch(std::span<const std::string* const> keys, Failed& failed,
                               const std::stop_token& stop) {
  if (keys.size() == 1 || !batches_.load(std::memory_order_relaxed))
    return remove_each(keys, failed, stop);
  const std::string xml = write_remove(keys);
  PENSTOCK_TRY(const Md5Digest digest, md5(as_bytes(xml)));
  S3Request request{.operation = "remove", .method = "POST", .query = "delete="};
  request.headers = {{"Content-Type", "application/xml"}, {"Content-MD5", base64(digest)}};
  request.bytes = as_bytes(xml);
  const auto response = wire_.perform(request, stop);
  if (!response && response.error().code == Code::kUnsupported) {
    batches_.store(false, std::memory_order_relaxed);
    return remove_each(keys, failed, stop);
  }
  if (!response) return fail(response.error());
  auto refused = read_remove_answer(response->body);
  if (!refused) return fail(std::move(refused).error().within(wire_.step("remove", "")));
  for (auto& [key, error] : *refused)
    failed.emplace_back(key, std::move(error).within(wire_.step("remove", key)));
  return {};
}

}  // namespace penstock
