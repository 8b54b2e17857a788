#include "transfer/push_context.h"

#include <algorithm>

#include "base/narrow.h"
#include "flow/stage_report.h"
#include "transfer/bundle_index.h"
#include "transfer/content_type.h"
#include "transfer/file_metadata.h"

namespace penstock {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kSmallestPart = 8 * kMiB;
constexpr unsigned kMostRefusals = 16;
constexpr mode_t kPermissions = 07777;

std::uint64_t divided_up(std::uint64_t value, std::uint64_t by) {
  return value / by + (value % by != 0 ? 1 : 0);
}

}  // namespace

Status check_destination(const PushOptions& options, const Store& store) {
  if (options.workers > kMostPushWorkers)
    return fail(Code::kInvalid, "at most " + std::to_string(kMostPushWorkers) + " workers");
  const StoreTraits& traits = store.traits();
  if (options.if_absent && !traits.put_if_absent)
    return fail(Code::kUnsupported,
                store.name() + ": cannot keep what is there from being replaced");
  if (options.if_absent && options.bundle_bytes != 0)
    return fail(Code::kInvalid,
                "bundles do not go with keeping what is there from being replaced: two pushes at a "
                "time could both send a file");
  if (options.bundle_bytes > kMostBundleBytes / 2)
    return fail(Code::kInvalid, "bundles have at most 512 MiB");
  if (!options.metadata.empty() && !traits.metadata)
    return fail(Code::kUnsupported, store.name() + ": keeps no metadata");
  if (options.part_bytes != 0 && options.part_bytes < traits.least_part_bytes && traits.multipart)
    return fail(Code::kInvalid, "parts of " + store.name() + " have at least " +
                                    std::to_string(traits.least_part_bytes) + " bytes");
  return {};
}

Status check_key(const PushFile& file, const Store& store) {
  const std::size_t most = store.traits().most_key_bytes;
  if (file.key.size() <= most) return {};
  return fail(Code::kUnsupported, "the name is longer than " + std::to_string(most) +
                                      " bytes, which " + store.name() + " cannot keep");
}

bool DoomDetector::is_doomed_by(const Error& error) {
  // An object that is put needs nothing to be there but the bucket.
  if (error.code == Code::kNotFound) return true;
  if (error.code == Code::kChanged || error.code == Code::kInvalid || error.code == Code::kExists)
    return false;
  if (any_success_.load(std::memory_order_relaxed)) return false;
  return refusals_.fetch_add(1, std::memory_order_relaxed) + 1 >= kMostRefusals;
}

PushContext::PushContext(const PushOptions& push_options, const PushHooks& push_hooks,
                         Store& destination, Observer& observer, Progress& shown)
    : options(push_options),
      hooks(push_hooks),
      clock(push_options.clock != nullptr ? *push_options.clock : steady_clock()),
      store(destination),
      told(observer),
      progress(shown),
      journal(Journal::open(push_options.journal_path,
                            [this](const std::string& text) { told.notice(text); })) {
  meters.measure_busy = push_options.measure_stages;
}

void PushContext::finish_progress(const PushFile& file, std::uint64_t counted) {
  if (file.counted_bytes > counted)
    progress.bytes_in.fetch_add(file.counted_bytes - counted, std::memory_order_relaxed);
  progress.files_done.fetch_add(1, std::memory_order_relaxed);
}

void PushContext::sent(const PushFile& file, std::uint64_t sent_bytes, const PushEffort& effort,
                       std::uint64_t counted) {
  doom.succeeded();
  files.fetch_add(1, std::memory_order_relaxed);
  bytes.fetch_add(sent_bytes, std::memory_order_relaxed);
  if (!options.dry_run && sent_bytes > counted)
    progress.bytes_out.fetch_add(sent_bytes - counted, std::memory_order_relaxed);
  finish_progress(file, counted);
  tell({file.key, PushOutcome::kSent, sent_bytes, clock.now() - effort.start, effort.attempts,
        nullptr});
}

void PushContext::unchanged(const PushFile& file, std::uint64_t same_bytes,
                            const PushEffort& effort, std::uint64_t counted) {
  unchanged_files.fetch_add(1, std::memory_order_relaxed);
  unchanged_bytes.fetch_add(same_bytes, std::memory_order_relaxed);
  finish_progress(file, counted);
  tell({file.key, PushOutcome::kUnchanged, same_bytes, clock.now() - effort.start, 0, nullptr});
}

Status PushContext::failed(const PushFile& file, Error error, const PushEffort& effort,
                           std::uint64_t counted) {
  if (error.code == Code::kCancelled) return fail(std::move(error));
  const bool doomed = effort.attempts > 0 && doom.is_doomed_by(error);
  if (effort.attempts > 1)
    error.message += " (after " + std::to_string(effort.attempts) + " attempts)";
  error = std::move(error).within(verb + " " + file.item.shown);
  told.problem(error);
  finish_progress(file, counted);
  tell({file.key, PushOutcome::kFailed, 0, clock.now() - effort.start, effort.attempts, &error});
  if (doomed) return fail(std::move(error).within("gives up, the rest would fail as well"));
  return {};
}

void PushContext::tell(const PushedObject& object) {
  if (!options.on_object) return;
  const Lock lock(tell_mutex_);
  options.on_object(object);
}

void PushContext::keep_upload(const std::string& key) {
  const Lock lock(kept_mutex_);
  kept_uploads_.insert(key);
}

bool PushContext::is_upload_kept(const std::string& key) const {
  const Lock lock(kept_mutex_);
  return kept_uploads_.contains(key);
}

PushReport report_of(const PushContext& context) {
  PushReport report;
  report.files = context.files;
  report.bytes = context.bytes;
  report.unchanged = context.unchanged_files;
  report.unchanged_bytes = context.unchanged_bytes;
  report.skipped = context.skipped;
  report.failed = context.told.problems();
  report.requests = context.requests;
  report.retried = context.retried;
  report.latency = context.latency.summary();
  report.stages = {report_of("walk", context.meters.walk), report_of("read", context.meters.read),
                   report_of("request", context.meters.request)};
  return report;
}

void end_progress(Progress& progress) {
  const auto meet = [](std::atomic<std::uint64_t>& one, std::atomic<std::uint64_t>& other) {
    one = other = std::max(one.load(), other.load());
  };
  meet(progress.files_done, progress.files_total);
  meet(progress.bytes_in, progress.bytes_total);
  progress.totals_final = true;
}

std::uint64_t part_bytes_for(std::uint64_t bytes, const PushOptions& options,
                             const StoreTraits& traits) {
  const std::uint64_t fitting = divided_up(divided_up(bytes, traits.most_parts), kMiB) * kMiB;
  const std::uint64_t least = divided_up(bytes, traits.most_parts);
  const std::uint64_t wanted = options.part_bytes != 0 ? std::max(options.part_bytes, least)
                                                       : std::max(kSmallestPart, fitting);
  return std::clamp(wanted, std::max<std::uint64_t>(traits.least_part_bytes, 1),
                    std::max(traits.most_part_bytes, traits.least_part_bytes));
}

bool goes_in_parts(std::uint64_t bytes, const PushOptions& options, const StoreTraits& traits) {
  return traits.multipart && bytes > std::min(options.multipart_above_bytes, traits.most_put_bytes);
}

PutOptions put_options_for(const PushFile& file, const struct stat& status,
                           const std::optional<Sha256Digest>& sha256, const PushContext& context) {
  const PushOptions& options = context.options;
  PutOptions put;
  const bool is_link = file.item.kind == FileKind::kSymlink && !file.follow;
  put.content_type = options.content_type;
  if (put.content_type.empty() && !is_link) put.content_type = content_type_of(file.key);
  put.headers = options.headers;
  put.storage_class = options.storage_class;
  put.if_absent = options.if_absent;
  if (!context.store.traits().metadata) return put;
  FileMetadata kept;
  kept.is_symlink = is_link;
  if (options.keep_mtime) kept.mtime = status.st_mtim;
  if (options.keep_mode && !is_link) kept.mode = status.st_mode & kPermissions;
  kept.sha256 = sha256;
  put.metadata = encode(kept);
  put.metadata.insert(put.metadata.end(), options.metadata.begin(), options.metadata.end());
  return put;
}

}  // namespace penstock
