#include "cli/metrics_file.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Metrics sample() {
  Metrics metrics;
  metrics.operation = "push";
  metrics.files_done = 10;
  metrics.files_unchanged = 3;
  metrics.files_failed = 1;
  metrics.elapsed = 1500ms;
  metrics.requests.counts[1] = 4;
  metrics.requests.counts.back() = 1;
  metrics.requests.requests = 5;
  metrics.requests.time = 2500us;
  metrics.gate.limit = 12;
  return metrics;
}

// A reader of the format: what each sample says, by name and labels. Fails the test at a line that
// is none of the format, and at a sample whose family was not declared before.
std::map<std::string, double> parse(const std::string& text) {
  std::map<std::string, double> samples;
  std::string family;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      continue;
    }
    if (line.starts_with("# HELP ")) continue;
    const std::size_t end = line.find("} ");
    EXPECT_NE(end, std::string::npos) << line;
    EXPECT_TRUE(line.starts_with(family)) << line << " is not of " << family;
    EXPECT_TRUE(samples.emplace(line.substr(0, end + 1), std::stod(line.substr(end + 2))).second)
        << "twice: " << line;
  }
  return samples;
}

TEST(MetricsText, IsReadByAParserOfTheFormat) {
  const auto samples = parse(metrics_text(sample()));
  EXPECT_EQ(samples.at("penstock_files_transferred_total{operation=\"push\"}"), 6);
  EXPECT_EQ(samples.at("penstock_files_unchanged_total{operation=\"push\"}"), 3);
  EXPECT_EQ(samples.at("penstock_elapsed_seconds{operation=\"push\"}"), 1.5);
  EXPECT_EQ(samples.at("penstock_workers{operation=\"push\"}"), 12);
}

TEST(MetricsText, BucketsOfTheHistogramAddUp) {
  const auto samples = parse(metrics_text(sample()));
  const std::string bucket = "penstock_request_duration_seconds_bucket{operation=\"push\",le=\"";
  EXPECT_EQ(samples.at(bucket + "0.001\"}"), 0);
  EXPECT_EQ(samples.at(bucket + "0.0025\"}"), 4);
  EXPECT_EQ(samples.at(bucket + "30\"}"), 4);
  EXPECT_EQ(samples.at(bucket + "+Inf\"}"), 5);
  EXPECT_EQ(samples.at("penstock_request_duration_seconds_count{operation=\"push\"}"), 5);
  EXPECT_EQ(samples.at("penstock_request_duration_seconds_sum{operation=\"push\"}"), 0.0025);
}

TEST(MetricsText, EveryNameTellsItsUnit) {
  for (const auto& [name, value] : parse(metrics_text(sample()))) {
    const std::string bare = name.substr(0, name.find('{'));
    EXPECT_TRUE(bare.starts_with("penstock_")) << name;
    const bool counts = bare.ends_with("_total");
    const bool has_base_unit =
        bare.find("seconds") != std::string::npos || bare.find("bytes") != std::string::npos;
    const bool is_number = bare.ends_with("running") || bare.ends_with("success") ||
                           bare.ends_with("workers") || bare.ends_with("expected") ||
                           bare.find("in_flight") != std::string::npos;
    EXPECT_TRUE(counts || has_base_unit || is_number) << name;
  }
}

TEST(MetricsText, UnlimitedIsInfinite) {
  Metrics metrics = sample();
  metrics.gate.limit = UINT_MAX;
  EXPECT_THAT(metrics_text(metrics), HasSubstr("penstock_workers{operation=\"push\"} +Inf\n"));
}

}  // namespace
}  // namespace penstock::cli
