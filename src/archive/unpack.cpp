#include "penstock/unpack.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "archive/extract.h"
#include "archive/links.h"
#include "archive/password_check.h"
#include "archive/selection.h"
#include "archive/survey.h"
#include "archive/unpack_source.h"
#include "flow/effort.h"

namespace penstock {
namespace zip {
namespace {

// The directory unpacked into, if something that could be in the way is in it.
Result<std::optional<SafeDir>> open_existing(const std::string& path) {
  std::error_code error;
  const auto kind = std::filesystem::status(path, error).type();
  if (kind == std::filesystem::file_type::not_found && error != std::errc::not_a_directory)
    return std::optional<SafeDir>{};
  if (kind != std::filesystem::file_type::directory &&
      (!error || error == std::errc::not_a_directory))
    return not_a_directory(path);
  if (!error && std::filesystem::is_empty(path, error)) return std::optional<SafeDir>{};
  PENSTOCK_TRY(SafeDir dir, SafeDir::open(path));
  return std::optional<SafeDir>{std::move(dir)};
}

// One run over one archive, from its end records to the report.
class UnpackRun {
 public:
  UnpackRun(const ByteSource& source, const UnpackOptions& options, bool writes, Observer& observer,
            Progress& progress)
      : source_(source),
        options_(options),
        writes_(writes),
        observer_(observer),
        judge_(options.lenient, &observer_),
        selection_(options),
        progress_(progress),
        outcome_(observer_, progress) {
    meters_.measure_busy = options.measure_stages;
    if (options.tell_done) outcome_.tell_done(selection_);
  }

  Result<UnpackReport> run(const std::stop_token& stop) {
    PENSTOCK_TRY(effort_, Effort::of(options_.threads, options_.memory_bytes));
    PENSTOCK_CHECK(look_first(stop));
    PENSTOCK_CHECK(observer_.started());
    if (writes_ && options_.dry_run) return planned();
    PENSTOCK_CHECK(extract(stop));
    return report();
  }

 private:
  // Everything that may refuse the archive.
  Status look_first(const std::stop_token& stop) {
    const BusyTimer busy(meters_.busy(meters_.survey));
    PENSTOCK_TRY(directory_, find_directory(source_, judge_));
    PENSTOCK_CHECK(source_.keep(directory_.offset, directory_.end()));
    std::optional<SafeDir> existing;
    if (writes_) {
      PENSTOCK_TRY(existing, open_existing(options_.directory));
    }
    PENSTOCK_TRY(survey_, survey(source_, directory_, selection_, options_,
                                 existing ? &*existing : nullptr, judge_, stop));
    meters_.survey.add(directory_.entries, directory_.bytes);
    tell_totals();
    if (survey_.encrypted == 0 && survey_.links == 0) return {};
    PENSTOCK_TRY(EntryDecoder decoder, EntryDecoder::create(meters_));
    PENSTOCK_CHECK(find_password(decoder));
    if (survey_.links == 0) return {};
    PENSTOCK_TRY(links_, read_links({source_, directory_, selection_, password_, options_.links,
                                     judge_, observer_},
                                    decoder, stop));
    return {};
  }

  void tell_totals() {
    progress_.files_total = survey_.files;
    progress_.bytes_total = survey_.bytes_out;
    progress_.totals_final = true;
  }

  Status find_password(EntryDecoder& decoder) {
    if (survey_.encrypted == 0) return {};
    password_ = options_.password;
    if (password_ == nullptr && options_.ask_password) {
      PENSTOCK_TRY(asked_, options_.ask_password());
      password_ = &asked_;
    }
    if (password_ == nullptr)
      return fail(Code::kDenied,
                  "the archive is encrypted: a password is needed (--password-file)");
    // Until the end: of a small entry it is all that the extraction will read, too.
    if (!survey_.probes.empty()) probed_ = expect_probe(source_, survey_.probes.front());
    return check_password(source_, survey_.probes, *password_, decoder, judge_.silent());
  }

  Status extract(const std::stop_token& stop) {
    std::optional<Tree> tree;
    if (writes_) {
      PENSTOCK_TRY(tree, Tree::open_or_make(options_.directory, options_.overwrite));
    }
    const ExtractContext context{source_,
                                 directory_,
                                 selection_,
                                 password_,
                                 survey_.any_encrypted,
                                 tree ? &*tree : nullptr,
                                 judge_.silent(),
                                 meters_,
                                 outcome_,
                                 effort_.threads,
                                 effort_.memory_bytes};
    Status done = extract_all(context, links_.links, survey_.huge, stop);
    if ((!done || outcome_.damage()) && tree && !outcome_.anything_done()) tree->remove_if_unused();
    return done;
  }

  // What a dry run found.
  UnpackReport planned() {
    UnpackReport planned_report = report();
    planned_report.files = survey_.files;
    planned_report.directories = survey_.directories;
    planned_report.links = survey_.links - links_.skipped;
    planned_report.bytes_in = survey_.bytes_in;
    planned_report.bytes_out = survey_.bytes_out;
    progress_.files_done = planned_report.files;
    progress_.bytes_out = planned_report.bytes_out;
    return planned_report;
  }

  UnpackReport report() {
    UnpackReport result;
    result.skipped = links_.skipped;
    outcome_.add_to(result);
    result.damage = outcome_.damage();
    result.encrypted = survey_.encrypted;
    result.stages = meters_.report();
    result.elapsed = std::chrono::steady_clock::now() - started_;
    return result;
  }

  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  const ByteSource& source_;
  const UnpackOptions& options_;
  const bool writes_;
  SerialObserver observer_;
  const Judge judge_;
  Selection selection_;
  Progress& progress_;
  Effort effort_{};
  UnpackMeters meters_;
  Outcome outcome_;
  Directory directory_;
  Survey survey_;
  LinkTargets links_;
  std::shared_ptr<void> probed_;
  Secret asked_;
  const Secret* password_ = nullptr;
};

}  // namespace

Result<UnpackReport> unpack_source(const ByteSource& source, const UnpackOptions& options,
                                   Observer& observer, Progress& progress,
                                   const std::stop_token& stop) {
  return UnpackRun(source, options, true, observer, progress).run(stop);
}

Result<UnpackReport> verify_source(const ByteSource& source, const UnpackOptions& options,
                                   Observer& observer, Progress& progress,
                                   const std::stop_token& stop) {
  UnpackOptions reading = options;
  reading.strip = 0;
  // Nothing is made, so a link out of the tree is no danger: it is told, and the rest is checked.
  if (reading.links == LinkPolicy::kRefuse) reading.links = LinkPolicy::kSkip;
  return UnpackRun(source, reading, false, observer, progress).run(stop);
}

}  // namespace zip

namespace {

using SourceRun = Result<UnpackReport>(const ByteSource&, const UnpackOptions&, Observer&,
                                       Progress&, const std::stop_token&);

Result<UnpackReport> run_on_file(SourceRun& run, const UnpackOptions& options, Observer& observer,
                                 Progress& progress, const std::stop_token& stop) {
  PENSTOCK_TRY(const std::unique_ptr<ByteSource> source, open_file_source(options.archive));
  auto report = run(*source, options, observer, progress, stop);
  if (!report) return fail(std::move(report).error().within(options.archive));
  return report;
}

}  // namespace

Result<UnpackReport> unpack(const UnpackOptions& options, Observer& observer, Progress& progress,
                            std::stop_token stop) {
  return run_on_file(zip::unpack_source, options, observer, progress, stop);
}

Result<UnpackReport> verify(const UnpackOptions& options, Observer& observer, Progress& progress,
                            std::stop_token stop) {
  return run_on_file(zip::verify_source, options, observer, progress, stop);
}

}  // namespace penstock
