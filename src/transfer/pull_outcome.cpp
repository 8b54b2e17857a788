#include <algorithm>
#include <utility>

#include "base/quote.h"
#include "transfer/pull_context.h"

namespace penstock {
namespace {

constexpr std::size_t kShownBytes = 200;

bool is_fatal(const Error& error) {
  return error.code == Code::kNoSpace || error.code == Code::kCancelled;
}

}  // namespace

void PullOutcome::found(const PullItem& item) {
  ++progress_.files_total;
  progress_.bytes_total += item.info.bytes;
}

void PullOutcome::resized(std::uint64_t listed_bytes, std::uint64_t bytes) {
  if (bytes > listed_bytes)
    progress_.bytes_total += bytes - listed_bytes;
  else
    progress_.bytes_out += listed_bytes - bytes;
}

void PullOutcome::finished(std::string_view path, std::uint64_t bytes) {
  progress_.bytes_out += bytes;
  ++progress_.files_done;
  if (tell_done_) observer_.done(path);
}

void PullOutcome::pulled(const PullItem& item) {
  ++files_;
  bytes_ += item.info.bytes;
  finished(item.path, 0);
}

void PullOutcome::linked(std::string_view path) {
  ++links_;
  finished(path, 0);
}

void PullOutcome::skipped(const PullItem& item) {
  ++skipped_;
  progress_.bytes_out += item.info.bytes;
  ++progress_.files_done;
}

void PullOutcome::skipped_link(std::string_view why) {
  ++skipped_;
  ++progress_.files_done;
  if (!why.empty()) observer_.notice(why);
}

void PullOutcome::made_directory(std::string_view path) {
  ++directories_;
  if (tell_done_) observer_.done(path);
}

void PullOutcome::deleted(std::string_view path) {
  ++deleted_;
  observer_.notice("deleted " + quoted_name(path));
}

Status PullOutcome::failed(const PullItem& item, Error error, std::uint64_t arrived_bytes) {
  error = std::move(error).within("pull " + quoted_short(item.info.key, kShownBytes));
  PENSTOCK_CHECK(problem(std::move(error)));
  progress_.bytes_out += item.info.bytes - std::min(item.info.bytes, arrived_bytes);
  ++progress_.files_done;
  return {};
}

Status PullOutcome::problem(Error error) {
  if (is_fatal(error)) return fail(std::move(error));
  ++failed_;
  observer_.problem(error);
  return {};
}

PullReport PullOutcome::report() const {
  PullReport report;
  report.files = files_;
  report.links = links_;
  report.directories = directories_;
  report.skipped = skipped_;
  report.failed = failed_;
  report.deleted = deleted_;
  report.bytes = bytes_;
  report.resumed = resumed_;
  report.retried = retried_;
  return report;
}

}  // namespace penstock
