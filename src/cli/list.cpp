// penstock list
#include "penstock/list.h"

#include "cli/exit_code.h"
#include "cli/listing.h"
#include "cli/output.h"
#include "cli/settings.h"

namespace penstock::cli {
namespace {

constexpr CommandText kText{
    .name = "list",
    .operands = "ARCHIVE",
    .summary = "show what is in an archive",
    .description =
        "Reads the archive's directory only; no password is needed, and nothing is checked\n"
        "beyond it (see verify). Names that could harm a terminal are quoted. Times are local.",
    .examples =
        "penstock list photos.zip\n"
        "penstock list photos.zip --json | jq -r 'select(.type == \"entry\") | .name'\n"
        "penstock list photos.zip -0 | xargs -0 -n 1 echo",
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
  void append(std::string& out, const ListedEntry& entry);

  ListOptions list_;
  bool json_ = false;
  bool names_only_ = false;
  GeneralSettings general_;
  Listing lines_{true};
};

OptionTable List::options() {
  return {{"Output",
           {{.name = "json",
             .help = "one JSON object a line, the totals last",
             .set = into_flag(json_)},
            {.name = "print0",
             .letter = '0',
             .help = "only the names, as they are, each ended by a NUL byte",
             .set = into_flag(names_only_)}}},
          {"Trust",
           {{.name = "lenient",
             .help = "let headers that disagree pass, and say so",
             .set = into_flag(list_.lenient)}}},
          general_.options()};
}

void List::append(std::string& out, const ListedEntry& entry) {
  if (names_only_)
    out.append(entry.name).push_back('\0');
  else if (json_)
    Listing::append_json(out, entry);
  else
    lines_.append_row(out, entry);
}

Result<int> List::run(const std::vector<std::string>& operands, Surroundings& around) {
  PENSTOCK_CHECK(general_.apply(around.console));
  if (operands.size() != 1)
    return fail(Code::kInvalid, operands.empty() ? "the archive is missing: name a ZIP file"
                                                 : "one archive at a time");
  if (json_ && names_only_) return fail(Code::kInvalid, "give --json or --print0, not both");
  list_.archive = operands[0];
  Notices notices(around.console);
  Output output;
  if (!json_ && !names_only_) output.buffer() += Listing::header();
  PENSTOCK_TRY(const auto report, list(list_, notices, [&](const ListedEntry& entry) {
                 append(output.buffer(), entry);
                 return output.line_done();
               }));
  if (!names_only_)
    output.buffer() += json_ ? Listing::totals_json(report) : Listing::totals(report);
  PENSTOCK_CHECK(output.flush());
  return kExitDone;
}

}  // namespace

std::unique_ptr<Command> make_list() { return std::make_unique<List>(); }

}  // namespace penstock::cli
