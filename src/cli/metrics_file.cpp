#include "cli/metrics_file.h"

#include <algorithm>
#include <climits>
#include <cstdio>
#include <utility>

#include "base/bytes.h"
#include "files/atomic_file.h"
#include "files/unique_fd.h"

namespace penstock::cli {
namespace {

using namespace std::chrono_literals;

constexpr mode_t kReadableByAll = 0644;  // a collector runs as another user

// Writes lines of the text exposition format, version 0.0.4.
class MetricsWriter {
 public:
  explicit MetricsWriter(std::string_view operation)
      : label_("operation=\"" + std::string(operation) + "\"") {}

  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = "penstock_" + std::string(name);
    out_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " +
            std::string(type) + "\n";
  }
  void sample(std::string_view value, std::string_view suffix = {}, std::string_view label = {}) {
    out_ += name_ + std::string(suffix) + "{" + label_;
    if (!label.empty()) out_.append(",").append(label);
    out_.append("} ").append(value).append("\n");
  }
  void counter(std::string_view name, std::uint64_t value, std::string_view help) {
    family(name, "counter", help);
    sample(std::to_string(value));
  }
  void gauge(std::string_view name, const std::string& value, std::string_view help) {
    family(name, "gauge", help);
    sample(value);
  }
  std::string text() && { return std::move(out_); }

 private:
  const std::string label_;
  std::string name_;
  std::string out_;
};

// "0.0025": all digits there are.
std::string seconds(std::chrono::nanoseconds time) {
  char text[32];
  const int size =
      std::snprintf(text, sizeof text, "%.9f", std::chrono::duration<double>(time).count());
  std::string number(text, static_cast<std::size_t>(std::max(size, 0)));
  number.erase(number.find_last_not_of('0') + 1);
  if (number.ends_with('.')) number.pop_back();
  return number;
}

void write_run(MetricsWriter& out, const Metrics& seen) {
  out.gauge("running", seen.running ? "1" : "0", "Whether the transfer is under way.");
  out.gauge("success", seen.succeeded ? "1" : "0",
            "Whether it has ended and nothing of it has failed.");
  out.gauge("start_time_seconds", std::to_string(seen.started.count()),
            "When it began, in seconds since 1970.");
  out.gauge("elapsed_seconds", seconds(seen.elapsed), "How long it takes, or took.");
}

void write_files(MetricsWriter& out, const Metrics& seen) {
  out.counter("files_done_total", seen.files_done, "Files or objects dealt with.");
  if (seen.files_unchanged) {
    const std::uint64_t kept = *seen.files_unchanged + seen.files_failed;
    out.counter("files_transferred_total", seen.files_done - std::min(kept, seen.files_done),
                "Files or objects that were sent, brought or copied; told at the end.");
    out.counter("files_unchanged_total", *seen.files_unchanged,
                "Files or objects that were there already; told at the end.");
  }
  out.counter("files_failed_total", seen.files_failed, "Files or objects that failed.");
  out.gauge("files_expected", std::to_string(seen.files_expected),
            "Files or objects found so far, whatever becomes of them.");
  out.counter("content_bytes_total", seen.bytes_done,
              "Contents dealt with, those that were there already included.");
  out.counter("transferred_bytes_total", seen.bytes_moved,
              "Contents sent, brought or copied, each byte once however often it was tried.");
  out.gauge("expected_bytes", std::to_string(seen.bytes_expected), "Contents found so far.");
}

void write_latency(MetricsWriter& out, const RequestTally::Seen& requests) {
  out.family("request_duration_seconds", "histogram", "How long requests took.");
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < RequestTally::kBounds.size(); ++i) {
    sum += requests.counts[i];
    out.sample(std::to_string(sum), "_bucket", "le=\"" + seconds(RequestTally::kBounds[i]) + "\"");
  }
  out.sample(std::to_string(requests.requests), "_bucket", "le=\"+Inf\"");
  out.sample(seconds(requests.time), "_sum");
  out.sample(std::to_string(requests.requests), "_count");
}

void write_requests(MetricsWriter& out, const Metrics& seen) {
  out.counter("requests_total", seen.requests.requests, "Requests made, each try counted.");
  out.counter("requests_failed_total", seen.requests.failed, "Of them, those that failed.");
  out.counter("requests_refused_total", seen.requests.busy,
              "Of those, refused by a server that was busy.");
  out.counter("requests_retried_total", seen.retried, "Requests that were made again.");
  out.gauge("requests_in_flight", std::to_string(seen.gate.in_flight), "Requests under way.");
  out.gauge("requests_in_flight_peak", std::to_string(seen.gate.peak),
            "The most that were under way at a time.");
  out.gauge("workers", seen.gate.limit == UINT_MAX ? "+Inf" : std::to_string(seen.gate.limit),
            "Requests that may be under way at a time, as --workers says or as was found best.");
  write_latency(out, seen.requests);
}

}  // namespace

std::string metrics_text(const Metrics& metrics) {
  MetricsWriter out(metrics.operation);
  write_run(out, metrics);
  write_files(out, metrics);
  write_requests(out, metrics);
  return std::move(out).text();
}

MetricsFile::MetricsFile(std::string path, const Sources& sources, Console& console)
    : path_(std::move(path)), sources_(sources), console_(console) {}

Metrics MetricsFile::look() const {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  const Progress& progress = sources_.progress;
  Metrics now;
  now.operation = sources_.operation;
  now.running = true;
  now.started = std::chrono::duration_cast<std::chrono::seconds>(started_.time_since_epoch());
  now.elapsed = sources_.reporter.elapsed();
  now.files_failed = sources_.reporter.problems();
  now.files_done = progress.files_done.load(kRelaxed);
  now.files_expected = progress.files_total.load(kRelaxed);
  now.bytes_done = progress.bytes_in.load(kRelaxed);
  now.bytes_moved = progress.bytes_out.load(kRelaxed);
  now.bytes_expected = progress.bytes_total.load(kRelaxed);
  now.retried = sources_.route.retried();
  now.requests = sources_.route.requests();
  now.gate = sources_.route.gate();
  return now;
}

Status MetricsFile::write(const Metrics& metrics) const {
  const std::string text = metrics_text(metrics);
  const auto written = [&]() -> Status {
    PENSTOCK_TRY(AtomicFile file, AtomicFile::create(path_, true, kReadableByAll));
    PENSTOCK_CHECK(write_full(file.fd(), as_bytes(text), "write"));
    return file.commit();
  };
  Status done = written();
  if (!done) return fail(std::move(done).error().within("--metrics-file " + path_));
  return done;
}

Status MetricsFile::begin() {
  if (path_.empty()) return {};
  PENSTOCK_CHECK(write(look()));
  crew_.emplace();
  crew_->add("metrics", [this](const std::stop_token& stop) -> Status {
    run(stop);
    return {};
  });
  return {};
}

void MetricsFile::run(const std::stop_token& stop) {
  for (;;) {
    {
      const Lock lock(mutex_);
      wake_.wait_for(mutex_, stop, 1s, [] { return false; });
    }
    if (stop.stop_requested()) return;
    static_cast<void>(write(look()));  // finish() tells
  }
}

void MetricsFile::finish(std::optional<std::uint64_t> files_unchanged) {
  if (!crew_) return;
  crew_.reset();
  Metrics last = look();
  last.running = false;
  last.files_unchanged = files_unchanged;
  last.succeeded = files_unchanged && last.files_failed == 0;
  if (const Status written = write(last); !written) console_.error(written.error());
}

}  // namespace penstock::cli
