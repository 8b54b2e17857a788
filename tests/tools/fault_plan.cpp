#include "tools/fault_plan.h"

#include <charconv>
#include <numeric>

namespace penstock::testing {
namespace {

constexpr std::array<std::string_view, kFaults> kNames{
    "cut-request", "cut-answer",   "delay",      "slow-down", "flip-request",
    "flip-answer", "error-in-200", "wrong-date", "close"};

bool finishes_an_object(const HttpHead& head) {
  const bool completes =
      head.method() == "POST" && head.target().find("uploadId=") < std::string_view::npos;
  return completes || !head.header("x-amz-copy-source").empty();
}

// Lists and other XML have no checksum: nobody can notice a bit of theirs.
bool gets_an_object(const HttpHead& head) {
  return head.method() == "GET" && head.target().find('?') == std::string_view::npos;
}

bool applies(Fault fault, const HttpHead& head) {
  if (fault == Fault::kErrorIn200) return finishes_an_object(head);
  if (fault == Fault::kFlipRequest) return head.content_length().value_or(0) > 0;
  if (fault == Fault::kFlipAnswer) return gets_an_object(head);
  return true;
}

}  // namespace

std::string_view name(Fault fault) { return kNames.at(static_cast<std::size_t>(fault)); }

Dice::Dice(std::uint64_t seed, std::uint64_t number) {
  std::seed_seq mixed{seed & 0xffffffff, seed >> 32, number & 0xffffffff, number >> 32};
  engine_.seed(mixed);
}

double Dice::share() { return std::uniform_real_distribution<>()(engine_); }

std::uint64_t Dice::below(std::uint64_t limit) {
  return std::uniform_int_distribution<std::uint64_t>(0, limit - 1)(engine_);
}

Status FaultPlan::set_rate(Fault fault, std::string_view percent) {
  double value = 0;
  const auto [end, error] = std::from_chars(percent.data(), percent.data() + percent.size(), value);
  if (error != std::errc() || end != percent.data() + percent.size() || !(value >= 0))
    return fail(Code::kInvalid, std::string(percent) + " is no percentage");
  rates_[static_cast<std::size_t>(fault)] = value / 100;
  const double all = std::accumulate(rates_.begin(), rates_.end(), 0.0) - rate(Fault::kErrorIn200);
  if (all > 1 || rate(Fault::kErrorIn200) > 1)
    return fail(Code::kInvalid, "the faults make more than a hundred percent");
  return {};
}

std::optional<Fault> FaultPlan::choose(const HttpHead& head, Dice& dice) const {
  if (applies(Fault::kErrorIn200, head) && dice.share() < rate(Fault::kErrorIn200))
    return Fault::kErrorIn200;
  double left = dice.share();
  for (std::size_t at = 0; at < kFaults; ++at) {
    const auto fault = static_cast<Fault>(at);
    if (fault == Fault::kErrorIn200) continue;
    if (left < rate(fault)) return applies(fault, head) ? std::optional(fault) : std::nullopt;
    left -= rate(fault);
  }
  return std::nullopt;
}

}  // namespace penstock::testing
