// penstock decompress
#include "penstock/compress.h"

#include "base/units.h"
#include "cli/compressing.h"

namespace penstock::cli {
namespace {

constexpr CommandText kText{
    .name = "decompress",
    .operands = "FILE...",
    .summary = "decompress .zst and .gz files, or a part of one",
    .description =
        "Decompresses each FILE (- is standard input), made by whatever program: gzip or zstd is "
        "told by the content. All cores work where the file allows: those that compress makes, "
        "BGZF and other indexed .gz, .zst of several frames. Checksums are verified; the output "
        "appears only when all is well, takes over mode, time and, where allowed, group, and FILE "
        "is kept. Zeros are written as they come, no holes are made.",
    .examples =
        "penstock decompress big.tar.zst\n"
        "penstock decompress --test *.gz               # verify, write nothing\n"
        "penstock decompress big.tar.zst -c | tar x\n"
        "penstock decompress big.tar.zst --range 1G:1025M -o part.bin",
};

constexpr std::string_view kMemoryHelp =
    "bound the parts in flight (default: 16M per thread); each takes 8M (up to 64M where a .zst "
    "has "
    "larger frames, or one core decodes those that do not fit), and at least two are in flight";

std::string summary(const FileOutcome& file) {
  const bool tested = file.output.empty();
  std::string text = tested ? "OK: " : "decompressed ";
  text += file.input == "-" ? "standard input" : file.input;
  text += " (" + format_bytes(file.bytes_in) + ")";
  text += tested ? " holds " : " into ";
  if (!tested) text.append(file.output == "-" ? "standard output" : file.output).append(" (");
  text += format_bytes(file.bytes_out);
  text += tested ? ", checked in " : ") in ";
  text += format_duration(file.elapsed);
  if (file.elapsed > std::chrono::milliseconds(10) && file.bytes_out > 0)
    text += ", " + format_rate(file.bytes_out, file.elapsed);
  return text;
}

// "A:B", "A:", ":B"; sizes as everywhere.
Result<ByteRange> parse_range(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos)
    return fail(Code::kInvalid, "'" + std::string(text) + "' is no range; write A:B, A: or :B");
  ByteRange range;
  if (colon > 0) {
    PENSTOCK_TRY(range.begin, parse_bytes(text.substr(0, colon)));
  }
  if (colon + 1 < text.size()) {
    PENSTOCK_TRY(range.end, parse_bytes(text.substr(colon + 1)));
  }
  if (range.begin > range.end) return fail(Code::kInvalid, "the range ends before it begins");
  return range;
}

class Decompress final : public Command {
 public:
  const CommandText& text() const override { return kText; }
  OptionTable options() override;
  Result<int> run(const std::vector<std::string>& operands, Surroundings& around) override;

 private:
  Status check(const std::vector<std::string>& operands, Console& console);
  Result<std::string> output_name(const std::string& input) const;
  Result<FileOutcome> one(const std::string& input, const std::string& output, Observer& observer,
                          Progress& progress, std::stop_token stop) const;

  bool test_ = false;
  std::optional<ByteRange> range_;
  std::uint64_t max_output_bytes_ = DecompressOptions().max_output_bytes;
  Compressing shared_;
};

OptionTable Decompress::options() {
  OptionGroup output = shared_.output_options(
      "the file to make, or - (default: FILE without .zst or .gz; standard input to standard "
      "output); a pipe or device is written into");
  output.options.push_back({.name = "test",
                            .letter = 't',
                            .help = "decode and verify everything, write nothing",
                            .set = into_flag(test_)});
  output.options.push_back(
      {.name = "range",
       .value = "A:B",
       .help = "only the bytes from A up to, without, B of the uncompressed data, reading no more "
               "of the file than that needs; A: is up to the end. For files with an index",
       .set = [this](std::string_view text) -> Status {
         PENSTOCK_TRY(range_, parse_range(text));
         return {};
       }});
  const OptionGroup trust{"Trust",
                          {{.name = "max-output",
                            .value = "SIZE",
                            .help = "refuse files that decompress to more (default: 100G)",
                            .set = into_bytes(max_output_bytes_)}}};
  return {output, trust, shared_.effort_options(kMemoryHelp), shared_.report_options(),
          shared_.general_options()};
}

Status Decompress::check(const std::vector<std::string>& operands, Console& console) {
  PENSTOCK_CHECK(shared_.settle(operands, !test_, console));
  if (test_ && (shared_.to_stdout || !shared_.output.empty() || shared_.remove_input))
    return fail(Code::kInvalid, "--test writes and removes nothing: leave out -o, -c and --rm");
  if (range_ && shared_.remove_input)
    return fail(Code::kInvalid, "--range takes a part: the input cannot be removed for it");
  if (range_ && !test_ && shared_.output.empty() && !shared_.to_stdout)
    return fail(Code::kInvalid, "--range takes a part: say with -o or -c where it goes");
  return {};
}

Result<std::string> Decompress::output_name(const std::string& input) const {
  auto name = without_suffix(input);
  if (!name)
    return fail(Code::kInvalid,
                input +
                    " has no suffix that could be taken away (.zst, .gz, ...): say with -o or "
                    "-c where its content goes");
  return *std::move(name);
}

Result<FileOutcome> Decompress::one(const std::string& input, const std::string& output,
                                    Observer& observer, Progress& progress,
                                    std::stop_token stop) const {
  const DecompressOptions options{.input = input,
                                  .output = output,
                                  .replace = shared_.replace,
                                  .remove_input = shared_.remove_input,
                                  .write_into_devices = shared_.output_is_typed(),
                                  .range = range_,
                                  .max_output_bytes = max_output_bytes_,
                                  .threads = shared_.threads(),
                                  .memory_bytes = shared_.memory_bytes(),
                                  .measure_stages = shared_.measure_stages()};
  PENSTOCK_TRY(const DecompressReport report,
               decompress(options, observer, progress, std::move(stop)));
  return FileOutcome{.input = input,
                     .output = output,
                     .bytes_in = report.bytes_in,
                     .bytes_out = report.bytes_out,
                     .format = report.format,
                     .parallel = report.parallel,
                     .elapsed = report.elapsed,
                     .stages = report.stages};
}

Result<int> Decompress::run(const std::vector<std::string>& operands, Surroundings& around) {
  PENSTOCK_CHECK(check(operands, around.console));
  PENSTOCK_TRY(const auto files, shared_.plan(operands, [this](const std::string& input) {
    return output_name(input);
  }));
  return shared_.run(
      kText.name, Direction::kUnpacking, files,
      [this](const std::string& input, const std::string& output, Observer& observer,
             Progress& progress, std::stop_token stop) {
        return one(input, output, observer, progress, std::move(stop));
      },
      summary, around);
}

}  // namespace

std::unique_ptr<Command> make_decompress() { return std::make_unique<Decompress>(); }

}  // namespace penstock::cli
