#include "cli/reporter.h"

#include "base/quote.h"

namespace penstock::cli {
namespace {

using namespace std::chrono_literals;

std::chrono::milliseconds pause_of(ProgressStyle style) {
  switch (style) {
    case ProgressStyle::kBar:
      return 100ms;
    case ProgressStyle::kJson:
      return 500ms;
    case ProgressStyle::kPlain:
    case ProgressStyle::kNone:
      break;
  }
  return 3s;
}

}  // namespace

Reporter::Reporter(Console& console, const Progress& progress, ProgressStyle style,
                   Direction direction, std::string_view operation)
    : console_(console),
      progress_(progress),
      style_(style),
      direction_(direction),
      operation_(operation) {
  if (style_ == ProgressStyle::kNone) return;
  crew_.emplace();
  crew_->add("progress", [this](const std::stop_token& stop) -> Status {
    run(stop);
    return {};
  });
}

void Reporter::notice(std::string_view text) {
  // What the operation itself has to tell does not wait for it to start.
  console_.release_notices();
  console_.notice(text);
}

Status Reporter::started() {
  console_.release_notices();
  return on_start_ ? on_start_() : Status();
}

void Reporter::done(std::string_view name) { console_.detail(quoted_name(name)); }

void Reporter::finish() {
  if (!crew_) return;
  // Its result is ignored on purpose: a bar that could not be drawn is no reason to fail.
  crew_.reset();
  if (style_ == ProgressStyle::kBar) console_.clear_bar();
  if (style_ == ProgressStyle::kJson) show();
}

Standing Reporter::standing() {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  Standing now;
  now.files = progress_.files_done.load(kRelaxed);
  now.content_bytes = progress_.bytes_in.load(kRelaxed);
  now.archive_bytes = progress_.bytes_out.load(kRelaxed);
  if (direction_ == Direction::kUnpacking) std::swap(now.content_bytes, now.archive_bytes);
  now.has_ratio = direction_ != Direction::kMoving;
  now.totals_final = progress_.totals_final.load(std::memory_order_acquire);
  now.files_total = progress_.files_total.load(kRelaxed);
  now.bytes_total = progress_.bytes_total.load(kRelaxed);
  now.elapsed = elapsed();
  now.bytes_per_second = rate_.update(now.content_bytes, now.elapsed);
  return now;
}

void Reporter::show() {
  const Standing now = standing();
  switch (style_) {
    case ProgressStyle::kBar:
      return console_.bar(progress_bar(operation_, now, console_.width()));
    case ProgressStyle::kPlain:
      return console_.line(progress_plain(operation_, now));
    case ProgressStyle::kJson:
      return console_.line(progress_json(operation_, now));
    case ProgressStyle::kNone:
      return;
  }
}

void Reporter::run(const std::stop_token& stop) {
  while (true) {
    {
      Lock lock(mutex_);
      wake_.wait_for(mutex_, stop, pause_of(style_), [] { return false; });
    }
    if (stop.stop_requested()) return;
    show();
  }
}

}  // namespace penstock::cli
