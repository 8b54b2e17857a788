// penstock list
#include "penstock/list.h"

#include <algorithm>
#include <utility>

#include "penstock/compress.h"

#include "archive/list_source.h"
#include "archive/selection.h"
#include "base/quote.h"
#include "cli/archive_url.h"
#include "cli/exit_code.h"
#include "cli/frame_listing.h"
#include "cli/listing.h"
#include "cli/output.h"
#include "cli/place_listing.h"
#include "cli/route.h"
#include "cli/settings.h"
#include "cli/transferring.h"

namespace penstock::cli {
namespace {

constexpr CommandText kText{
    .name = "list",
    .operands = "PLACE [PATTERN...]",
    .summary = "show what is in an archive, in a .gz or .zst, or at a place",
    .description =
        "Reads the archive's directory only; no password is needed, and nothing is checked "
        "beyond it (see verify). Names that could harm a terminal are quoted. Times are local. "
        "PATTERN shows a part. ARCHIVE can be at a URL whose name ends in .zip. Of a .gz or .zst, "
        "shows members or frames and their sizes: those that are written down; where they are not, "
        "the file is decoded. Of any other s3://bucket/prefix or gs://bucket/prefix, shows the "
        "objects, and the files in bundles as single ones.",
    .examples =
        "penstock list photos.zip\n"
        "penstock list photos.zip '*.jpg'\n"
        "penstock list photos.zip --json | jq -r '.entries[].name'\n"
        "penstock list photos.zip -0 | xargs -0 -n 1 echo\n"
        "penstock list big.tar.zst\n"
        "penstock list s3://backup/photos.zip\n"
        "penstock list s3://backup/photos '2024/*'",
};

// Listing needs no observer but for what --lenient lets pass.
class Notices final : public Observer {
 public:
  explicit Notices(Console& console) : console_(console) {}
  void problem(const Error& error) override { console_.error(error); }
  void notice(std::string_view text) override { console_.notice(text); }

 private:
  Console& console_;
};

class List final : public Command {
 public:
  const CommandText& text() const override { return kText; }
  OptionTable options() override;
  Result<int> run(const std::vector<std::string>& operands, Surroundings& around) override;

 private:
  bool takes(const ListedEntry& entry);
  void begin();
  Status show(const ListedEntry& entry);
  Status settle(const std::vector<std::string>& operands);
  Status end(ListReport report);
  Result<ListReport> read(Surroundings& around);

  ListOptions list_;
  bool json_ = false;
  bool names_only_ = false;
  UrlSettings urls_;
  GeneralSettings general_;
  std::vector<zip::Pattern> patterns_;
  ListReport shown_;  // totals of what the patterns take
  Listing lines_{true};
  bool begun_ = false;  // the header is out
  Output output_;
};

OptionTable List::options() {
  OptionTable table{
      {"Output",
       {{.name = "json", .help = "one JSON document, an entry a line", .set = into_flag(json_)},
        {.name = "print0",
         .letter = '0',
         .help = "only the names, as they are, each ended by a NUL byte",
         .set = into_flag(names_only_)}}},
      {"Trust",
       {{.name = "lenient",
         .help = "let headers that disagree pass, and say so",
         .set = into_flag(list_.lenient)}}}};
  urls_.add_to(table);
  table.push_back(general_.options());
  return table;
}

// The totals of the entries that were shown; what belongs to the archive itself stays.
ListReport totals_of(const ListReport& shown, ListReport report) {
  report.entries = shown.entries;
  report.bytes = shown.bytes;
  report.compressed_bytes = shown.compressed_bytes;
  report.encrypted = shown.encrypted;
  return report;
}

bool List::takes(const ListedEntry& entry) {
  bool wanted = patterns_.empty();
  for (zip::Pattern& pattern : patterns_) {
    if (!pattern.takes(entry.name, entry.kind == EntryKind::kDirectory)) continue;
    wanted = pattern.matched = true;
  }
  return wanted;
}

// What stands above the first entry: not before there is one, or an archive without any, because an
// error must not stand below a header of nothing.
void List::begin() {
  if (std::exchange(begun_, true)) return;
  if (json_)
    output_.buffer() += Listing::json_start(list_.archive);
  else if (!names_only_)
    output_.buffer() += Listing::header();
}

Status List::show(const ListedEntry& entry) {
  if (!takes(entry)) return {};
  begin();
  ++shown_.entries;
  shown_.bytes += entry.bytes;
  shown_.compressed_bytes += entry.compressed_bytes;
  if (!entry.encryption.empty()) ++shown_.encrypted;
  std::string& out = output_.buffer();
  if (names_only_)
    out.append(entry.name).push_back('\0');
  else if (json_)
    lines_.append_json(out, entry);
  else
    lines_.append_row(out, entry);
  return output_.line_done();
}

Status List::settle(const std::vector<std::string>& operands) {
  if (operands.empty())
    return fail(Code::kInvalid, "the archive is missing: name a ZIP file, or a place");
  if (json_ && names_only_) return fail(Code::kInvalid, "give --json or --print0, not both");
  list_.archive = operands[0];
  for (std::size_t i = 1; i < operands.size(); ++i) patterns_.emplace_back(operands[i]);
  return {};
}

Status List::end(ListReport report) {
  report = totals_of(shown_, std::move(report));
  const auto idle = std::ranges::find(patterns_, false, &zip::Pattern::matched);
  if (idle == patterns_.end() || report.entries > 0) {
    begin();
    if (!names_only_)
      output_.buffer() += json_ ? Listing::json_end(report) : Listing::totals(report);
    PENSTOCK_CHECK(output_.flush());
  }
  if (idle == patterns_.end()) return {};
  return fail(Code::kNotFound,
              "nothing in " + list_.archive + " matches " + quoted_name(idle->text));
}

// Whether it is an archive at a URL; other URLs are places with objects.
bool is_archive_url(const std::string& place) {
  constexpr std::string_view kEnd = ".zip";
  return place.size() > kEnd.size() &&
         std::ranges::equal(std::string_view(place).substr(place.size() - kEnd.size()), kEnd,
                            [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

Result<ListReport> List::read(Surroundings& around) {
  Notices notices(around.console);
  const auto each = [this](const ListedEntry& entry) { return show(entry); };
  if (!is_remote(list_.archive)) return list(list_, notices, each);
  if (!is_archive_url(list_.archive)) {
    Route route(urls_.stores, urls_.limits, around.console);
    PENSTOCK_TRY(const Place place, route.open(list_.archive, false));
    return list_objects(*place.store, place.prefix, notices, each, around.signals.stop());
  }
  ArchiveUrl url(urls_, list_.archive, around.console);
  PENSTOCK_TRY(const auto source, url.open(around.signals.stop()));
  auto report = zip::list_source(*source, list_.lenient, notices, each);
  if (!report) return fail(std::move(report).error().within(list_.archive));
  return report;
}

Result<int> List::run(const std::vector<std::string>& operands, Surroundings& around) {
  PENSTOCK_CHECK(general_.apply(around.console));
  PENSTOCK_CHECK(settle(operands));
  if (!is_remote(list_.archive) && looks_compressed(list_.archive)) {
    if (names_only_ || !patterns_.empty())
      return fail(Code::kInvalid,
                  list_.archive + " is a compressed file, no archive: there are no names in it");
    PENSTOCK_CHECK(list_compressed(list_.archive, json_, around));
    return kExitDone;
  }
  auto report = read(around);
  // What was read before a damage is shown; the error says that it is not all.
  if (!report) {
    PENSTOCK_CHECK(output_.flush());
    return fail(std::move(report).error());
  }
  PENSTOCK_CHECK(end(*std::move(report)));
  return kExitDone;
}

}  // namespace

std::unique_ptr<Command> make_list() { return std::make_unique<List>(); }

}  // namespace penstock::cli
