#include "transfer/check.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include <fcntl.h>

#include "archive/serial_observer.h"
#include "base/mutex.h"
#include "base/narrow.h"
#include "flow/channel.h"
#include "flow/crew.h"
#include "transfer/bundled_store.h"
#include "transfer/check_pair.h"
#include "transfer/merge_cursor.h"
#include "transfer/object_stream.h"
#include "transfer/push_scope.h"

namespace penstock {
namespace {

constexpr std::size_t kQueuedPairs = 256;

// The objects under a prefix by their names below it.
class NamedObjects {
 public:
  NamedObjects(Store& store, const std::string& prefix, const std::string& common,
               const std::stop_token& stop)
      : prefix_bytes_(prefix.size()), stream_(store, prefix + common, stop) {}

  Result<std::optional<NamedObject>> next() {
    PENSTOCK_TRY(std::optional<ObjectInfo> object, stream_.next());
    if (!object) return std::optional<NamedObject>();
    std::string name = object->key.substr(prefix_bytes_);
    return std::optional(NamedObject{std::move(name), *std::move(object)});
  }
  std::uint64_t requests() const { return stream_.requests(); }

 private:
  std::size_t prefix_bytes_;
  ObjectStream stream_;
};

// One check. Joins both sides by name; what is on both goes to workers.
class Checker {
 public:
  Checker(const CheckOptions& options, Store& destination, Observer& observer, Progress& progress)
      : options_(options),
        destination_(destination),
        told_(observer),
        progress_(progress),
        comparer_(options, destination),
        scope_(options.sources, options.files_from, options.filter) {}

  Status run(const std::stop_token& stop) {
    if (options_.source_store == nullptr) PENSTOCK_CHECK(open_tree(stop));
    const unsigned workers = options_.workers != 0 ? options_.workers : default_push_workers();
    Crew crew(stop);
    crew.add("join", [this](const std::stop_token& token) { return join(token); });
    for (unsigned i = 0; i < workers; ++i)
      crew.add("check", [this](const std::stop_token& token) { return work(token); });
    return crew.join();
  }

  void problem(const Error& error) { told_.problem(error); }

  CheckReport report() const {
    CheckReport report;
    report.same = of(CheckFinding::kSame);
    report.unproven = of(CheckFinding::kUnproven);
    report.missing = of(CheckFinding::kMissing);
    report.extra = of(CheckFinding::kExtra);
    report.differs = of(CheckFinding::kDiffers);
    report.skipped = skipped_;
    report.failed = told_.problems();
    report.requests = requests_;
    return report;
  }

 private:
  Status open_tree(const std::stop_token& stop) {
    if (!scope_.in_order())
      return fail(Code::kInvalid,
                  "a source like '.' or 'dir/.' can only be checked alone: check the others apart");
    WalkOptions walk;
    walk.sources = options_.sources;
    walk.files_from = options_.files_from;
    walk.filter = options_.filter;
    walk.one_file_system = options_.one_file_system;
    walk.on_problem = [this](const Error& error) { told_.problem(error); };
    PENSTOCK_TRY(walker_, Walker::create(std::move(walk), stop));
    return {};
  }

  Status join(const std::stop_token& stop) {
    const bool is_tree = options_.source_store == nullptr;
    NamedObjects there(destination_, key_prefix(options_.prefix),
                       is_tree ? scope_.common() : std::string(), stop);
    MergeCursor<NamedObject> cursor([&] { return there.next(); },
                                    [&](const NamedObject& object) { return pass(object); });
    PENSTOCK_CHECK(is_tree ? join_tree(cursor, stop) : join_store(cursor, stop));
    PENSTOCK_CHECK(cursor.finish());
    requests_ += there.requests();
    pairs_.close();
    return {};
  }

  Status join_tree(MergeCursor<NamedObject>& cursor, const std::stop_token& stop) {
    for (;;) {
      PENSTOCK_TRY(std::optional<WalkItem> item, walker_->next(stop));
      if (!item) return {};
      PushFile file;
      file.item = *std::move(item);
      if (!has_content(file)) continue;
      CheckPair pair;
      pair.name = file.item.name;
      pair.file = std::move(file);
      PENSTOCK_CHECK(match(std::move(pair), cursor, stop));
    }
  }

  Status join_store(MergeCursor<NamedObject>& cursor, const std::stop_token& stop) {
    NamedObjects here(*options_.source_store, key_prefix(options_.source_prefix), {}, stop);
    for (;;) {
      PENSTOCK_TRY(std::optional<NamedObject> object, here.next());
      if (!object) break;
      if (!options_.filter.takes(object->key, false)) continue;
      CheckPair pair;
      pair.name = std::move(object->key);
      pair.object = std::move(object->object);
      PENSTOCK_CHECK(match(std::move(pair), cursor, stop));
    }
    requests_ += here.requests();
    return {};
  }

  bool has_content(PushFile& file) {
    WalkItem& item = file.item;
    if (item.kind == FileKind::kDirectory) return false;
    if (item.kind == FileKind::kFile) return true;
    if (item.kind == FileKind::kSymlink && options_.links == PushLinks::kKeep) return true;
    if (item.kind == FileKind::kSymlink && options_.links == PushLinks::kFollow &&
        ::fstatat(item.root->fd(), item.path.c_str(), &item.status, 0) == 0)
      file.follow = S_ISREG(item.status.st_mode);
    if (!file.follow) skipped_.fetch_add(1, std::memory_order_relaxed);
    return file.follow;
  }

  Status match(CheckPair pair, MergeCursor<NamedObject>& cursor, const std::stop_token& stop) {
    PENSTOCK_TRY(std::optional<NamedObject> other, cursor.take(pair.name));
    if (!other) {
      found(pair.name, CheckFinding::kMissing, pair.source_bytes());
      return {};
    }
    pair.other = std::move(other->object);
    if (!pairs_.push(std::move(pair), stop)) return fail(Code::kCancelled, "cancelled");
    return {};
  }

  Status pass(const NamedObject& object) {
    const bool is_tree = options_.source_store == nullptr;
    const bool is_extra = is_tree ? !scope_.has_list() && scope_.covers(object.key)
                                  : options_.filter.takes(object.key, false);
    if (is_extra) found(object.key, CheckFinding::kExtra, 0);
    return {};
  }

  Status work(const std::stop_token& stop) {
    while (const std::optional<CheckPair> pair = pairs_.pop(stop)) {
      const Result<CheckFinding> finding = comparer_.compare(*pair, stop);
      if (finding) {
        found(pair->name, *finding, pair->source_bytes());
        continue;
      }
      if (finding.error().code == Code::kCancelled) return fail(finding.error());
      told_.problem(Error(finding.error()).within("check " + pair->name));
    }
    return {};
  }

  void found(std::string_view name, CheckFinding finding, std::uint64_t bytes) {
    progress_.files_done.fetch_add(1, std::memory_order_relaxed);
    progress_.bytes_in.fetch_add(bytes, std::memory_order_relaxed);
    counts_[static_cast<std::size_t>(finding)].fetch_add(1, std::memory_order_relaxed);
    if (!options_.on_finding) return;
    const Lock lock(tell_mutex_);
    options_.on_finding(name, finding);
  }
  std::uint64_t of(CheckFinding finding) const {
    return counts_[static_cast<std::size_t>(finding)];
  }

  const CheckOptions& options_;
  Store& destination_;
  zip::SerialObserver told_;
  Progress& progress_;
  PairComparer comparer_;
  PushScope scope_;
  std::optional<Walker> walker_;
  Channel<CheckPair> pairs_{kQueuedPairs};
  std::array<std::atomic<std::uint64_t>, 5> counts_{};  // by CheckFinding
  std::atomic<std::uint64_t> skipped_{0};
  std::atomic<std::uint64_t> requests_{0};
  Mutex tell_mutex_;
};

// A store with the files in its bundles as single ones; what is wrong with bundles goes to
// `problems`.
Result<std::unique_ptr<BundledStore>> open_bundles(Store& store, const std::string& place,
                                                   const std::string& listed,
                                                   std::vector<Error>& problems,
                                                   const std::stop_token& stop) {
  BundledOptions options;
  options.place = place;
  options.listed = listed;
  options.look_above = true;
  options.on_problem = [&problems, mutex = std::make_shared<Mutex>()](const Error& error) {
    const Lock lock(*mutex);
    problems.push_back(error);
  };
  return BundledStore::open(store, std::move(options), stop);
}

std::string listed_by(const CheckOptions& options) {
  std::string place = key_prefix(options.prefix);
  if (options.source_store != nullptr) return place;
  return place + PushScope(options.sources, options.files_from, options.filter).common();
}

}  // namespace

Result<CheckReport> check(const CheckOptions& options, Store& destination, Observer& observer,
                          Progress& progress, std::stop_token stop) {
  const auto start = std::chrono::steady_clock::now();
  CheckOptions seen = options;
  std::vector<Error> problems;
  PENSTOCK_TRY(const auto opened, open_bundles(destination, key_prefix(options.prefix),
                                               listed_by(options), problems, stop));
  std::unique_ptr<BundledStore> source;
  if (options.source_store != nullptr) {
    const std::string place = key_prefix(options.source_prefix);
    PENSTOCK_TRY(source, open_bundles(*options.source_store, place, place, problems, stop));
    seen.source_store = source.get();
  }
  Checker checker(seen, *opened, observer, progress);
  for (const Error& error : problems) checker.problem(error);
  PENSTOCK_CHECK(checker.run(stop));
  CheckReport report = checker.report();
  report.requests += opened->requests() + (source ? source->requests() : 0);
  report.elapsed = std::chrono::steady_clock::now() - start;
  return report;
}

}  // namespace penstock
