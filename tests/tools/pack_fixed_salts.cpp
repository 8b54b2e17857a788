// pack_fixed_salts THREADS SOURCE OUT.zip: packs with AES-256, the password "secret" and salts that
// follow from an entry's number, so that whole archives can be compared byte for byte: across
// thread counts, vector widths (PENSTOCK_CPU) and processors (valgrind, qemu). Never for real data:
// salts that repeat give the contents away.
#include <charconv>
#include <cstdio>
#include <string_view>

#include "archive/pack_run.h"
#include "base/cpu.h"

namespace penstock {
namespace {

// Salt byte i of entry n is a mix of n and i.
class NumberedSalts final : public zip::SaltSource {
 public:
  Status fill(std::uint64_t first, std::size_t salt_bytes, MutableBytes out) override {
    for (std::size_t at = 0; at < out.size(); ++at) {
      const std::uint64_t n = first + at / salt_bytes;
      out[at] = static_cast<std::byte>((n * 0x9e3779b97f4a7c15U) >> (at % salt_bytes % 8 * 8) ^
                                       at % salt_bytes);
    }
    return {};
  }
};

class ToStderr final : public Observer {
 public:
  void problem(const Error& error) override { notice(error.message); }
  void notice(std::string_view text) override {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
  }
};

int run(unsigned threads, const char* source, const char* output) {
  const Secret password(std::string("secret"));
  PackOptions options;
  options.sources = {source};
  options.output = output;
  options.password = &password;
  options.threads = threads;
  NumberedSalts salts;
  ToStderr observer;
  Progress progress;
  const auto report = zip::pack_with_salts(options, salts, observer, progress, {});
  if (!report) observer.problem(report.error());
  return report && report->failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace penstock

int main(int argc, char** argv) {
  unsigned threads = 0;
  const std::string_view digits = argc == 4 ? argv[1] : "";
  std::from_chars(digits.data(), digits.data() + digits.size(), threads);
  if (threads == 0) {
    std::fputs("usage: pack_fixed_salts THREADS SOURCE OUT.zip\n", stderr);
    return 2;
  }
  // The path that was taken: a test that forces one checks that it is the one.
  const std::string_view level = penstock::name(penstock::cpu_level());
  std::printf("%.*s\n", static_cast<int>(level.size()), level.data());
  return penstock::run(threads, argv[2], argv[3]);
}
