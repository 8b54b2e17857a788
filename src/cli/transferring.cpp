#include "cli/transferring.h"

#include <cstdlib>
#include <filesystem>

#include <sys/stat.h>

#include "base/hex.h"
#include "crypto/digest.h"
#include "net/url.h"

namespace penstock::cli {
namespace {

std::filesystem::path state_directory() {
  const auto variable = [](const char* name) -> std::filesystem::path {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
  };
  if (const auto state = variable("XDG_STATE_HOME"); state.is_absolute()) return state;
  const auto home = variable("HOME");
  return home.is_absolute() ? home / ".local/state" : std::filesystem::path();
}

}  // namespace

bool is_remote(const std::string& place) { return Url::looks_like(place); }

std::vector<std::string> as_sources(std::vector<std::string> operands) {
  std::error_code ignored;
  if (operands.size() == 1 && std::filesystem::is_directory(operands[0], ignored))
    operands[0] += operands[0].ends_with('/') ? "." : "/.";
  return operands;
}

std::string journal_path(const std::string& place) {
  const auto state = state_directory();
  const auto digest = sha256(as_bytes(place));
  if (state.empty() || !digest) return {};
  const auto directory = state / "penstock";
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (::chmod(directory.c_str(), 0700) != 0) return {};
  constexpr std::size_t kDigits = 24;  // enough that two places never meet
  return directory / ("push-" + hex(*digest).substr(0, kDigits) + ".sqlite");
}

OptionGroup Transferring::measured_report_options() {
  OptionGroup group = report_options();
  group.options.push_back(
      {.name = "metrics-file",
       .value = "FILE",
       .help = "write counts, latencies and the requests in flight into FILE in the text format of "
               "Prometheus, once a second and at the end",
       .set = into_text(metrics_file),
       .complete = Complete::kFiles});
  return group;
}

OptionGroup Transferring::report_options() {
  OptionGroup group{"Reporting", {}};
  report.add_to(group);
  return group;
}

}  // namespace penstock::cli
