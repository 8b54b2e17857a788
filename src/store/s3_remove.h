// Removing objects: a thousand with one request where the server can (DeleteObjects), else one by
// one.
#pragma once

#include <atomic>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "penstock/error.h"

#include "store/s3_wire.h"

namespace penstock {

// Threads: any number at the same time.
class S3Remover {
 public:
  using Failed = std::vector<std::pair<std::string, Error>>;

  explicit S3Remover(S3Wire& wire) : wire_(wire), batches_(wire.config().batch_delete) {}
  // As Store::remove().
  Result<Failed> remove(std::span<const std::string> keys, const std::stop_token& stop);

 private:
  Status remove_one(const std::string& key, Failed& failed, const std::stop_token& stop);
  Status remove_each(std::span<const std::string* const> keys, Failed& failed,
                     const std::stop_token& stop);
  Status remove_batch(std::span<const std::string* const> keys, Failed& failed,
                      const std::stop_token& stop);

  S3Wire& wire_;
  std::atomic<bool> batches_;  // false once the server has refused one
};

}  // namespace penstock
