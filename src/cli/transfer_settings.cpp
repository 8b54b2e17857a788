#include "cli/transfer_settings.h"

#include <charconv>
#include <cmath>

#include "base/units.h"
#include "cli/settings.h"

namespace penstock::cli {
namespace {

using Setter = std::function<Status(std::string_view)>;

Failure wrong(std::string_view text, std::string_view expected) {
  return fail(Code::kInvalid, "'" + std::string(text) + "' is " + std::string(expected));
}

std::optional<double> positive(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::isfinite(number) && number > 0 ? std::optional(number) : std::nullopt;
}

Setter into_workers(LimitSettings& limits) {
  return [&limits](std::string_view text) -> Status {
    using enum LimitSettings::Workers;
    limits.mode = text == "auto" ? kAutomatic : text == "unlimited" ? kUnlimited : kFixed;
    if (limits.mode != kFixed) return {};
    const auto number = parse_number(text, 1, 10'000);
    if (!number) return wrong(text, "no number of 1 to 10,000, nor auto or unlimited");
    limits.workers = narrow<unsigned>(*number);
    return {};
  };
}

// "50", "50/s", "0.5/s", "auto:50".
Setter into_rate(LimitSettings& limits) {
  return [&limits](std::string_view text) -> Status {
    std::string_view number = text;
    limits.rate_adapts = number.starts_with("auto:");
    if (limits.rate_adapts) number.remove_prefix(5);
    if (number.ends_with("/s")) number.remove_suffix(2);
    const auto rate = positive(number);
    if (!rate) return wrong(text, "no number of requests a second: 50/s, 0.5/s, auto:50/s");
    limits.rate = *rate;
    return {};
  };
}

Setter into_plan(std::vector<RatePlan*> plans) {
  return [plans](std::string_view text) -> Status {
    PENSTOCK_TRY(const RatePlan plan, RatePlan::parse(text));
    for (RatePlan* each : plans) *each = plan;
    return {};
  };
}

// "100ms", "2s", "1m".
Setter into_time(std::chrono::milliseconds& out) {
  return [&out](std::string_view text) -> Status {
    const std::size_t unit = text.find_first_not_of("0123456789.");
    const auto number = positive(text.substr(0, unit));
    const std::string_view name = unit == std::string_view::npos ? "s" : text.substr(unit);
    const double scale = name == "ms" ? 1 : name == "s" ? 1000 : name == "m" ? 60'000 : 0;
    if (!number || scale == 0 || *number * scale > 86'400'000)
      return wrong(text, "no time: 100ms, 2s, 1m");
    out = std::chrono::milliseconds(std::llround(*number * scale));
    return {};
  };
}

}  // namespace

OptionGroup StoreSettings::options() {
  return {"Stores (keys come from AWS_... and GS_..., ~/.aws, or the machine itself)",
          {{.name = "endpoint",
            .value = "URL",
            .help = "the server that speaks S3 (default: AWS_ENDPOINT_URL, else Amazon's)",
            .set = into_text(open.endpoint)},
           {.name = "region",
            .value = "NAME",
            .help = "the region (default: AWS_REGION, else us-east-1)",
            .set = into_text(open.region)},
           {.name = "profile",
            .value = "NAME",
            .help = "the profile of ~/.aws to take keys and region from",
            .set = into_text(open.profile)},
           {.name = "path-style",
            .value = "yes|no",
            .help = "whether the bucket stands in the path of URLs (default: yes with an endpoint)",
            .set = [this](std::string_view text) -> Status {
              if (text != "yes" && text != "no") return wrong(text, "neither yes nor no");
              open.path_style = text == "yes";
              return {};
            }},
           {.name = "unsigned-payload",
            .help = "do not sign contents, send their MD5 instead: less CPU over TLS",
            .set = [this](std::string_view text) -> Status {
              open.payload = text == "yes" ? S3Payload::kUnsigned : S3Payload::kSigned;
              return {};
            }},
           {.name = "ca-file",
            .value = "FILE",
            .help = "trust the certificates in FILE instead of the system's",
            .set = into_text(open.http.ca_file),
            .complete = Complete::kFiles},
           {.name = "proxy",
            .value = "URL",
            .help = "the proxy to use (default: as https_proxy and no_proxy say)",
            .set = into_text(open.http.proxy)},
           {.name = "insecure",
            .help = "do not verify certificates: anybody on the way can read and change everything",
            .set = into_flag(open.http.insecure)}}};
}

OptionGroup LimitSettings::options(std::string_view title) {
  return {
      title,
      {{.name = "workers",
        .value = "N",
        .help = "requests in flight: a number, 'auto' (as many as prove best) or 'unlimited' "
                "(default: auto)",
        .set = into_workers(*this)},
       {.name = "rate",
        .value = "N/s",
        .help = "requests a second at most; auto:N/s: fewer while the server is slow",
        .set = into_rate(*this)},
       {.name = "bandwidth",
        .value = "SIZE",
        .help = "bytes a second at most, each way: 20M, or a timetable '08:00-18:00 1M, 20M'",
        .set = into_plan({&up, &down})},
       {.name = "bandwidth-up",
        .value = "SIZE",
        .help = "the same for what is sent",
        .set = into_plan({&up})},
       {.name = "bandwidth-down",
        .value = "SIZE",
        .help = "the same for what is received",
        .set = into_plan({&down})},
       {.name = "control-file",
        .value = "FILE",
        .help = "look into FILE once a second for new limits: lines 'rate 50', 'bandwidth 10M'",
        .set = into_text(control_file),
        .complete = Complete::kFiles},
       {.name = "max-connections",
        .value = "N",
        .help = "connections to the server at most (default: one for each request in flight)",
        .set = into_number(most_connections, 1, 10'000)},
       {.name = "retries",
        .value = "N",
        .help = "how often a request is made again (default: 3)",
        .set = into_number(retry.retries, 0, 100)},
       {.name = "retry-base",
        .value = "TIME",
        .help = "the most to wait before the first retry, doubled for each further one (default: "
                "100ms)",
        .set = into_time(retry.base)},
       {.name = "retry-cap",
        .value = "TIME",
        .help = "the most to wait before any retry (default: 20s)",
        .set = into_time(retry.cap)}}};
}

}  // namespace penstock::cli
