// penstock compress
#include "penstock/compress.h"

#include <unistd.h>

#include "base/units.h"
#include "cli/compressing.h"

namespace penstock::cli {
namespace {

constexpr CommandText kText{
    .name = "compress",
    .operands = "FILE...",
    .summary = "compress single files into .zst or .gz",
    .description =
        "Compresses each FILE (- is standard input) with all cores into a standard file "
        "beside it: FILE.zst that zstd reads, or FILE.gz that gzip reads. It takes over mode, "
        "time and, where allowed, group, appears only when complete, and FILE is kept. Holes of "
        "sparse files are read as zeros. For directories, see pack.",
    .examples =
        "penstock compress big.tar                     # makes big.tar.zst\n"
        "penstock compress *.log --codec gzip --rm     # as gzip does\n"
        "penstock compress weights.bin --codec huffman # fast, any gunzip reads it\n"
        "tar c photos | penstock compress - -o photos.tar.zst --level 9",
};

constexpr std::string_view kMemoryHelp =
    "bound the chunks in flight (default: 16M per thread); each takes twice its size (gzip and "
    "huffman 1M; zstd 4M, from level 5 on 8M, 9: 16M, 16: 32M), and at least two are in flight, by "
    "default at least two more than threads";

std::string summary(const FileOutcome& file) {
  std::string text = "compressed " + (file.input == "-" ? "standard input" : file.input);
  text += " (" + format_bytes(file.bytes_in) + ") into ";
  text.append(file.output == "-" ? "standard output" : file.output);
  text += " (" + format_bytes(file.bytes_out);
  if (file.bytes_in != 0) text += ", " + format_percent(file.bytes_out, file.bytes_in);
  text += ") in " + format_duration(file.elapsed);
  if (file.elapsed > std::chrono::milliseconds(10) && file.bytes_in > 0)
    text += ", " + format_rate(file.bytes_in, file.elapsed);
  return text;
}

class Compress final : public Command {
 public:
  const CommandText& text() const override { return kText; }
  OptionTable options() override;
  Result<int> run(const std::vector<std::string>& operands, Surroundings& around) override;

 private:
  Status check(const std::vector<std::string>& operands, Console& console);
  Result<std::string> output_name(const std::string& input) const;
  Result<FileOutcome> one(const std::string& input, const std::string& output, Observer& observer,
                          Progress& progress, std::stop_token stop) const;

  std::string codec_ = "zstd";
  int level_ = 0;
  FileCodec file_codec_ = FileCodec::kZstd;
  Compressing shared_;
};

OptionTable Compress::options() {
  OptionGroup output = shared_.output_options(
      "the file to make, or - (default: FILE.zst or FILE.gz; standard input to standard output); a "
      "pipe or device is written into");
  output.options.push_back(
      {.name = "codec",
       .value = "zstd|gzip|huffman",
       .help = "how to compress (default: zstd); gzip: a .gz that every gzip reads, the best of "
               "stored, Huffman and LZ for each part; huffman: a .gz without matches, several "
               "times faster, for data in which nothing repeats",
       .set = into_text(codec_)});
  output.options.push_back({.name = "level",
                            .value = "N",
                            .help = "how hard to compress: zstd 1 to 19 (default: 3), gzip 1 to 9 "
                                    "(default: 6)",
                            .set = into_number(level_, 1, 19)});
  return {output, shared_.effort_options(kMemoryHelp), shared_.report_options(),
          shared_.general_options()};
}

Status Compress::check(const std::vector<std::string>& operands, Console& console) {
  PENSTOCK_CHECK(shared_.settle(operands, true, console));
  if (codec_ == "gzip") file_codec_ = FileCodec::kGzip;
  if (codec_ == "huffman") file_codec_ = FileCodec::kHuffman;
  const LevelRange range = levels(file_codec_);
  if (level_ > range.highest)
    return fail(Code::kInvalid, range.highest == 0 ? "--level: huffman has none"
                                                   : "--level: " + codec_ + " has levels " +
                                                         std::to_string(range.lowest) + " to " +
                                                         std::to_string(range.highest));
  if (shared_.writes_stdout(operands) && ::isatty(STDOUT_FILENO) == 1)
    return fail(Code::kInvalid,
                "compressed data would go to the terminal: redirect the standard output");
  return {};
}

Result<std::string> Compress::output_name(const std::string& input) const {
  if (has_compressed_suffix(input) && !shared_.replace)
    return fail(Code::kInvalid, input +
                                    " has the suffix of a compressed file already; with -o or "
                                    "--force it is compressed once more");
  return input + (file_codec_ == FileCodec::kZstd ? ".zst" : ".gz");
}

Result<FileOutcome> Compress::one(const std::string& input, const std::string& output,
                                  Observer& observer, Progress& progress,
                                  std::stop_token stop) const {
  const CompressOptions options{.input = input,
                                .output = output,
                                .replace = shared_.replace,
                                .remove_input = shared_.remove_input,
                                .write_into_devices = shared_.output_is_typed(),
                                .codec = file_codec_,
                                .level = level_,
                                .threads = shared_.threads(),
                                .memory_bytes = shared_.memory_bytes(),
                                .measure_stages = shared_.measure_stages()};
  PENSTOCK_TRY(const CompressReport report, compress(options, observer, progress, std::move(stop)));
  return FileOutcome{.input = input,
                     .output = output,
                     .bytes_in = report.bytes_in,
                     .bytes_out = report.bytes_out,
                     .chunks = report.chunks,
                     .elapsed = report.elapsed,
                     .stages = report.stages};
}

Result<int> Compress::run(const std::vector<std::string>& operands, Surroundings& around) {
  PENSTOCK_CHECK(check(operands, around.console));
  PENSTOCK_TRY(const auto files, shared_.plan(operands, [this](const std::string& input) {
    return output_name(input);
  }));
  return shared_.run(
      kText.name, Direction::kPacking, files,
      [this](const std::string& input, const std::string& output, Observer& observer,
             Progress& progress, std::stop_token stop) {
        return one(input, output, observer, progress, std::move(stop));
      },
      summary, around);
}

}  // namespace

std::unique_ptr<Command> make_compress() { return std::make_unique<Compress>(); }

}  // namespace penstock::cli
