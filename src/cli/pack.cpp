// penstock pack
#include "penstock/pack.h"

#include <filesystem>
#include <optional>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "archive/pack_run.h"
#include "base/cpu.h"
#include "cli/archive_url.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/password.h"
#include "cli/report.h"
#include "cli/settings.h"
#include "cli/transferring.h"
#include "codec/codec.h"
#include "files/walk_roots.h"

namespace penstock::cli {
namespace {

constexpr CommandText kText{
    .name = "pack",
    .operands = "SRC... -o OUT.zip",
    .summary = "pack files and directories into a ZIP archive",
    .description =
        "Walks the sources, compresses and encrypts with all cores, and writes a ZIP "
        "archive that 7-Zip, bsdtar and others open. OUT is a file, DIR/ (makes "
        "DIR/<source>.zip), - (standard output) or an object (s3://bucket/name.zip, sent while it "
        "is made). It appears under its name only when it is complete. Files that cannot be read "
        "are named and left out (exit code 1).",
    .examples =
        "penstock pack photos -o photos.zip --encrypt      # asks for a password\n"
        "penstock pack src docs -o backup/all.zip --exclude '*.o' --exclude build/\n"
        "penstock pack photos -o - --generate-password | ssh nas 'cat > photos.zip'\n"
        "penstock pack photos -o s3://backup/photos.zip\n"
        "find . -name '*.log' | penstock pack --files-from - -o logs.zip --level 9",
};

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// Which of the levels the codec has is judged when the codec is known, too.
std::function<Status(std::string_view)> into_level(int& level) {
  return [&level](std::string_view text) -> Status {
    const auto number = parse_number(text, 1, 19);
    if (!number)
      return fail(Code::kInvalid, "'" + std::string(text) +
                                      "' is no level: 1 (fast) to 9 (small), for zstd 1 to 19; "
                                      "--codec store stores without compression");
    level = narrow<int>(*number);
    return {};
  };
}

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

class Pack final : public Command {
 public:
  const CommandText& text() const override { return kText; }
  OptionTable options() override;
  Result<int> run(const std::vector<std::string>& operands, Surroundings& around) override;

 private:
  OptionGroup output_options();
  OptionGroup encryption_options();
  OptionGroup selection_options();
  OptionGroup report_options();
  Status settle_output();
  Status check(const std::vector<std::string>& operands);
  Status check_sources() const;
  Status start(Console& console) const;
  Result<int> pack_with(const Secret* password, Surroundings& around);
  Result<PackReport> perform(Observer& observer, Progress& progress, Surroundings& around);
  bool is_url() const { return is_remote(pack_.output); }
  Status tell(const PackReport& report, Console& console) const;

  PackOptions pack_;
  std::string codec_ = "deflate";
  std::string aes_;  // empty: not said
  std::uint64_t part_bytes_ = std::uint64_t{16} << 20;
  UrlSettings urls_;
  std::optional<ArchiveUrl> url_;  // when the output is at one
  PasswordSettings password_;
  EffortSettings effort_;
  ReportSettings report_;
  GeneralSettings general_;
};

OptionGroup Pack::output_options() {
  return {"Output",
          {{.name = "output",
            .letter = 'o',
            .value = "OUT",
            .help = "the archive: a file, DIR/ (makes DIR/<source>.zip), - (standard output) or a "
                    "URL: s3://bucket/name.zip",
            .set = into_text(pack_.output),
            .complete = Complete::kFiles},
           {.name = "force",
            .help = "replace OUT when it exists, once the new archive is complete",
            .set = into_flag(pack_.replace)},
           {.name = "part-size",
            .value = "SIZE",
            .help = "send an archive at a URL in parts of SIZE (default: 16M; 10,000 at most)",
            .set = into_bytes(part_bytes_)},
           {.name = "codec",
            .value = "deflate|huffman|store|zstd",
            .help = "how to compress (default: deflate); deflate: every ZIP tool reads it; zstd: "
                    "faster to unpack, read by 7-Zip and bsdtar (encrypted: by 7-Zip only); "
                    "huffman: deflate without matches, several times as fast, for weights and "
                    "samples where nothing repeats itself; store: as it is",
            .set = into_text(codec_)},
           {.name = "level",
            .value = "N",
            .help = "how hard to compress (default: 6): 1 (fast) to 9 (small); zstd: 1 to 19 "
                    "(default: 3)",
            .set = into_level(pack_.level)}}};
}

OptionGroup Pack::encryption_options() {
  OptionGroup group{"Encryption (WinZip AES; names, sizes and times stay readable)",
                    {{.name = "encrypt",
                      .help = "ask for a password, twice",
                      .set = into_flag(password_.encrypt)}}};
  password_.add_to(group);
  group.options.push_back({.name = "generate-password",
                           .help = "make up a strong password and show it once, on standard error",
                           .set = into_flag(password_.generate)});
  group.options.push_back({.name = "aes",
                           .value = "128|256",
                           .help = "bits of the key (default: 256)",
                           .set = into_text(aes_)});
  return group;
}

OptionGroup Pack::selection_options() {
  return {"Selection",
          {{.name = "include",
            .value = "GLOB",
            .help = "take only what matches; may be repeated",
            .set = into_list(pack_.include),
            .repeats = true},
           {.name = "exclude",
            .value = "GLOB",
            .help = "leave out what matches ('*.o', 'build/', 'src/**/tmp'); wins over --include",
            .set = into_list(pack_.exclude),
            .repeats = true},
           {.name = "files-from",
            .value = "FILE",
            .help = "pack also the paths listed in FILE, one a line or NUL-separated "
                    "(-: standard input)",
            .set = into_text(pack_.files_from),
            .complete = Complete::kFiles},
           {.name = "one-file-system",
            .letter = 'x',
            .help = "do not enter other file systems",
            .set = into_flag(pack_.one_file_system)},
           {.name = "dry-run",
            .help = "walk and report, write nothing",
            .set = into_flag(pack_.dry_run)}}};
}

OptionGroup Pack::report_options() {
  OptionGroup group{"Reporting", {}};
  report_.add_to(group);
  return group;
}

OptionTable Pack::options() {
  OptionTable table{output_options(), encryption_options(), selection_options(), effort_.options()};
  urls_.add_to(table);
  table.push_back(report_options());
  table.push_back(general_.options());
  return table;
}

// DIR/ becomes DIR/<source>.zip.
Status Pack::settle_output() {
  std::string& output = pack_.output;
  if (output == "-") return {};
  if (!output.ends_with('/')) {
    if (!is_url() && is_directory(output))
      return fail(Code::kInvalid, "the output " + output + " is a directory: write " + output +
                                      "/ to make " + output + "/<source>.zip");
    return {};
  }
  if (pack_.sources.size() != 1)
    return fail(Code::kInvalid,
                "the archive cannot be named after several sources: give a file name with -o");
  std::error_code ignored;
  const auto whole = std::filesystem::absolute(pack_.sources[0], ignored).lexically_normal();
  auto name = whole.filename();
  if (name.empty()) name = whole.parent_path().filename();
  if (name.empty()) name = "root";
  output += name.string() + ".zip";
  return {};
}

Status Pack::check(const std::vector<std::string>& operands) {
  pack_.sources = operands;
  if (operands.empty() && pack_.files_from.empty())
    return fail(Code::kInvalid, "nothing to pack: name files or directories");
  if (pack_.output.empty() && !pack_.dry_run)
    return fail(Code::kInvalid, "the output is missing: name the archive with -o OUT.zip");
  if (pack_.files_from == "-" && password_.file == "-")
    return fail(Code::kInvalid, "the list and the password cannot both come from standard input");
  for (const Codec codec : {Codec::kStore, Codec::kDeflate, Codec::kHuffman, Codec::kZstd})
    if (codec_ == name(codec)) pack_.codec = codec;
  if (pack_.codec != Codec::kZstd && pack_.level > 9)
    return fail(Code::kInvalid, "--level: 1 to 9; only --codec zstd has levels up to 19");
  pack_.aes = aes_ == "128" ? AesBits::k128 : AesBits::k256;
  if (!pack_.output.empty()) PENSTOCK_CHECK(settle_output());
  if (pack_.dry_run) return {};
  if (pack_.output == "-" && ::isatty(STDOUT_FILENO) == 1)
    return fail(Code::kInvalid,
                "the archive would go to the terminal: redirect the standard output");
  if (pack_.output == "-" && report_.json)
    return fail(Code::kInvalid,
                "the archive and the --json report cannot both go to the standard output");
  // Also checked when the archive is made; here it comes before the question for a password.
  if (!pack_.replace && pack_.output != "-" && !is_url() && exists(pack_.output))
    return fail(Code::kExists, "the output " + pack_.output + " exists; --force replaces it");
  return check_sources();
}

// Also found out when the archive is made, like an output that exists; here it comes before the
// question for a password.
Status Pack::check_sources() const {
  std::optional<Error> missing;
  for (const std::string& source : pack_.sources) {
    auto status = NamedPath::parse(source).status();
    if (status) return {};
    if (!missing) missing = std::move(status).error();
  }
  if (!missing || !pack_.files_from.empty()) return {};
  return fail(*std::move(missing));
}

// The job is accepted: a password made up for a job that is refused would only confuse.
Status Pack::start(Console& console) const {
  if (!password_.generate || pack_.password == nullptr) return {};
  console.hold_bar(true);
  Status shown = show_generated(*pack_.password);
  console.hold_bar(false);
  return shown;
}

Status Pack::tell(const PackReport& report, Console& console) const {
  const auto cpu = process_cpu_time();
  console.summary(pack_summary(report, pack_));
  if (report_.stats)
    console.line(stats_table(report.stages, report.elapsed, cpu) + (url_ ? url_->explain() : ""));
  return report_.json ? print(pack_json(report, pack_, cpu)) : Status();
}

Result<PackReport> Pack::perform(Observer& observer, Progress& progress, Surroundings& around) {
  const std::stop_token stop = around.signals.stop();
  if (!url_) return pack(pack_, observer, progress, stop);
  const auto create = [&] { return url_->create(pack_.replace, part_bytes_, stop); };
  return zip::pack_into(pack_, create, observer, progress, stop);
}

Result<int> Pack::pack_with(const Secret* password, Surroundings& around) {
  pack_.password = password;
  pack_.threads = effort_.threads;
  pack_.memory_bytes = effort_.memory_bytes;
  pack_.measure_stages = report_.stats || report_.json;
  pack_.tell_done = general_.verbose;
  const ProgressStyle style = report_.style(around.console, general_.quiet);
  pack_.count_ahead = style != ProgressStyle::kNone && pack_.files_from.empty();
  around.console.detail("vector path " + std::string(name(cpu_level())) + ", codec " + codec_);
  Progress progress;
  Reporter reporter(around.console, progress, style, Direction::kPacking, kText.name);
  reporter.on_start([&] { return start(around.console); });
  const auto report = perform(reporter, progress, around);
  reporter.finish();
  if (!report) return fail(report.error());
  PENSTOCK_CHECK(tell(*report, around.console));
  return report->failed == 0 ? kExitDone : kExitPartial;
}

Result<int> Pack::run(const std::vector<std::string>& operands, Surroundings& around) {
  PENSTOCK_CHECK(general_.apply(around.console));
  PENSTOCK_CHECK(check(operands));
  if (pack_.dry_run && is_url()) pack_.output.clear();  // it lies in no source
  if (pack_.dry_run) return pack_with(nullptr, around);
  around.console.defer_notices();
  if (is_url()) {
    url_.emplace(urls_, pack_.output, around.console);
    PENSTOCK_CHECK(url_->admit(pack_.replace));
  }
  PENSTOCK_TRY(const auto password, password_.for_packing(around));
  if (!password && !aes_.empty())
    return fail(Code::kInvalid,
                "--aes asks for encryption, but there is no password: add --encrypt, "
                "--password-file or --generate-password");
  if (!password)
    around.console.notice(
        "the archive is not encrypted; --encrypt or --generate-password change that");
  return pack_with(password ? &*password : nullptr, around);
}

}  // namespace

std::unique_ptr<Command> make_pack() { return std::make_unique<Pack>(); }

}  // namespace penstock::cli
