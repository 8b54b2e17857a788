// One side of a merge-join: a stream sorted by key that follows another one.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "penstock/error.h"

namespace penstock {

// Row has a member `key`. Threads: one.
template <class Row>
class MergeCursor {
 public:
  // The next row; empty at the end.
  using Pull = std::function<Result<std::optional<Row>>()>;
  // Told about every row that is passed by: whose key was never asked for.
  using Passed = std::function<Status(const Row&)>;

  MergeCursor(Pull pull, Passed passed) : pull_(std::move(pull)), passed_(std::move(passed)) {}

  // The row with this key, or none; keys asked for only grow.
  Result<std::optional<Row>> take(std::string_view key) {
    for (;;) {
      PENSTOCK_CHECK(look());
      if (!row_ || std::string_view(row_->key) > key) return std::optional<Row>();
      if (row_->key == key) return std::exchange(row_, std::nullopt);
      PENSTOCK_CHECK(pass());
    }
  }

  // All that is left is passed by.
  Status finish() {
    for (;;) {
      PENSTOCK_CHECK(look());
      if (!row_) return {};
      PENSTOCK_CHECK(pass());
    }
  }

 private:
  Status look() {
    if (row_ || ended_) return {};
    PENSTOCK_TRY(row_, pull_());
    ended_ = !row_;
    return {};
  }
  Status pass() {
    const std::optional<Row> row = std::exchange(row_, std::nullopt);
    return passed_(*row);
  }

  Pull pull_;
  Passed passed_;
  std::optional<Row> row_;  // looked at, but not taken
  bool ended_ = false;
};

}  // namespace penstock
