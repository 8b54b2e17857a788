// One object in one request: a small one by way of memory, a larger one straight into its file.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <vector>

#include "penstock/error.h"

#include "transfer/local_tree.h"
#include "transfer/pull_context.h"

namespace penstock {

// Objects up to this size are held in memory, by each worker one.
inline constexpr std::size_t kSmallObjectBytes = std::size_t{256} << 10;

// Threads: one caller at a time; one per worker, for many objects.
class SingleGet {
 public:
  SingleGet(const PullContext& context, LocalTreeWriter& writer)
      : context_(context), writer_(writer) {}

  // Fetches the object and verifies it: a second time when it does not stand the test. What it
  // turned out to be is then in info().
  Status fetch(const PullItem& item, const std::stop_token& stop);
  const ObjectInfo& info() const { return info_; }
  // Whether it is a link; content() is then its target.
  bool is_link() const { return is_link_; }
  Bytes content() const { return content_; }
  // Gives what was fetched, which is no link, its name.
  Status place();

 private:
  Status fetch_once(const PullItem& item, const std::stop_token& stop);
  Status begin(const ObjectInfo& info, const std::string& path);
  Status take(Bytes bytes);
  Status verify_all() const;

  const PullContext& context_;
  LocalTreeWriter& writer_;
  ObjectInfo info_;
  std::string path_;
  bool is_link_ = false;
  std::vector<std::byte> content_;
  std::optional<PulledFile> file_;  // for what is not held in memory
};

}  // namespace penstock
