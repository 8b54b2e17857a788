// What check() holds against each other: one name in two places.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "penstock/error.h"

#include "crypto/digest.h"
#include "store/store.h"
#include "transfer/check.h"
#include "transfer/push_file.h"

namespace penstock {

// An object under its name below a prefix.
struct NamedObject {
  std::string key;  // the name: what both sides are joined by
  ObjectInfo object;
};

struct CheckPair {
  std::string name;
  std::optional<PushFile> file;      // the source, when it is a tree
  std::optional<ObjectInfo> object;  // the source, when it is a store
  ObjectInfo other;                  // at the destination

  std::uint64_t source_bytes() const;
};

// Whether both are of one content. Threads: any number at the same time.
class PairComparer {
 public:
  // Both must outlive it.
  PairComparer(const CheckOptions& options, Store& destination)
      : options_(options), destination_(destination) {}

  Result<CheckFinding> compare(const CheckPair& pair, const std::stop_token& stop) const;

 private:
  Result<CheckFinding> compare_file(const CheckPair& pair, const std::stop_token& stop) const;
  Result<CheckFinding> compare_link(const CheckPair& pair, const std::stop_token& stop) const;
  Result<CheckFinding> compare_objects(const CheckPair& pair, const std::stop_token& stop) const;
  ContentProof proof(const CheckPair& pair) const;

  const CheckOptions& options_;
  Store& destination_;
};

}  // namespace penstock
