#include "store/sim_store.h"

#include <array>
#include <atomic>
#include <charconv>
#include <optional>
#include <utility>

#include "base/units.h"
#include "flow/jitter.h"
#include "flow/rate_limit.h"
#include "store/memory_store.h"
#include "store/store_checks.h"
#include "store/wrapped_store.h"

namespace penstock {
namespace {

Failure expected(std::string_view setting, std::string_view what) {
  return fail(Code::kInvalid,
              "sim://: '" + std::string(setting) + "': expected " + std::string(what));
}

// The number at the front of `text`, which is left with what follows it; below 0: none.
double take_number(std::string_view& text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc()) return -1;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

Result<std::chrono::nanoseconds> parse_time(std::string_view setting, std::string_view value) {
  struct Unit {
    std::string_view name;
    double ns;
  };
  constexpr std::array<Unit, 3> kUnits{{{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}}};
  const double number = take_number(value);
  for (const Unit& unit : kUnits)
    if (number >= 0 && number < 1e6 && value == unit.name)
      return std::chrono::nanoseconds(static_cast<std::int64_t>(number * unit.ns));
  return expected(setting, "a time like 50ms or 2s");
}

Result<double> parse_share(std::string_view setting, std::string_view value) {
  const double number = take_number(value);
  if (number < 0 || number > 100 || value != "%") return expected(setting, "0% to 100%");
  return number / 100;
}

Result<bool> parse_word(std::string_view setting, std::string_view value, std::string_view no,
                        std::string_view yes) {
  if (value == yes || value == no) return value == yes;
  return expected(setting, std::string(no) + " or " + std::string(yes));
}

Status set(SimOptions& options, std::string_view setting) {
  const std::size_t equals = std::min(setting.find('='), setting.size());
  const std::string_view word = setting.substr(0, equals);
  const std::string_view value = setting.substr(std::min(equals + 1, setting.size()));
  if (word == "latency") {
    PENSTOCK_TRY(options.latency, parse_time(setting, value));
  } else if (word == "bandwidth") {
    PENSTOCK_TRY(options.bandwidth, parse_bytes(value));
  } else if (word == "fail") {
    PENSTOCK_TRY(options.fail, parse_share(setting, value));
  } else if (word == "busy") {
    PENSTOCK_TRY(options.busy, parse_share(setting, value));
  } else if (word == "seed") {
    PENSTOCK_TRY(options.seed, parse_number(value, 0, UINT64_MAX));
  } else if (word == "inflight") {
    PENSTOCK_TRY(const std::uint64_t most, parse_number(value, 0, 1'000'000));
    options.inflight = static_cast<unsigned>(most);
  } else if (word == "clock") {
    PENSTOCK_TRY(options.virtual_clock, parse_word(setting, value, "real", "virtual"));
  } else if (word == "contents") {
    PENSTOCK_TRY(options.contents, parse_word(setting, value, "0", "1"));
  } else {
    return expected(setting, "latency, bandwidth, fail, busy, seed, inflight, clock or contents");
  }
  return {};
}

class SimStore final : public WrappedStore<SimStore> {
 public:
  SimStore(const SimOptions& options, std::shared_ptr<Store> memory, Clock& clock)
      : WrappedStore(std::move(memory)),
        options_(options),
        clock_(clock),
        jitter_(options.seed),
        up_(static_cast<double>(options.bandwidth), 1),
        down_(static_cast<double>(options.bandwidth), 1) {}

  template <class Perform>
  auto around(StoreOperation operation, const std::string& key, Call& call, Perform perform)
      -> decltype(perform(call)) {
    const std::string step = step_of(penstock::name(operation), key);
    std::optional<InFlight> served(in_flight_);
    const bool full = options_.inflight > 0 && served->number > options_.inflight;
    const bool busy = full || jitter_.chance(options_.busy);
    if (busy) served.reset();  // who is turned away takes nobody's place
    const bool fails = !busy && jitter_.chance(options_.fail);
    if (!clock_.sleep_for(options_.latency, call.stop))
      return fail(Code::kCancelled, step + ": cancelled");
    if (busy) return fail(Code::kIo, step + ": 503 SlowDown", Retry::kBusy);
    if (fails) return fail(Code::kIo, step + ": 500 InternalError", Retry::kLater);
    return perform(call);
  }

  Result<PutResult> put(const std::string& key, Body& body, const PutOptions& options,
                        Call& call) override {
    return around(StoreOperation::kPut, key, call, [&](Call& c) -> Result<PutResult> {
      PENSTOCK_CHECK(transfer(up_, body.size(), c.stop));
      return inner().put(key, body, options, c);
    });
  }
  Result<Part> put_part(const Upload& upload, unsigned number, Body& body, Call& call) override {
    return around(StoreOperation::kPutPart, upload.key, call, [&](Call& c) -> Result<Part> {
      PENSTOCK_CHECK(transfer(up_, body.size(), c.stop));
      return inner().put_part(upload, number, body, c);
    });
  }
  Result<ObjectInfo> get(const std::string& key, const GetOptions& options,
                         const Receiver& receiver, Call& call) override {
    Receiver slow{receiver.info, {}};
    slow.bytes = [&](Bytes piece) -> Status {
      PENSTOCK_CHECK(transfer(down_, piece.size(), call.stop));
      return receiver.bytes(piece);
    };
    return WrappedStore::get(key, options, slow, call);
  }

 private:
  struct InFlight {
    explicit InFlight(std::atomic<unsigned>& all) : count(all), number(++all) {}
    ~InFlight() { --count; }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    std::atomic<unsigned>& count;
    unsigned number;
  };

  // The line takes the bytes of one request after the other.
  Status transfer(RateLimit& line, std::uint64_t bytes, const std::stop_token& stop) {
    if (clock_.sleep_for(line.reserve(bytes, clock_.now()), stop)) return {};
    return fail(Code::kCancelled, "transfer: cancelled");
  }

  SimOptions options_;
  Clock& clock_;
  Jitter jitter_;
  RateLimit up_;
  RateLimit down_;
  std::atomic<unsigned> in_flight_{0};
};

}  // namespace

Result<SimOptions> SimOptions::parse(std::string_view url) {
  constexpr std::string_view kScheme = "sim://";
  if (!url.starts_with(kScheme)) return expected(url, "sim://?latency=50ms&bandwidth=10M");
  url.remove_prefix(kScheme.size());
  if (url.starts_with('?')) url.remove_prefix(1);
  SimOptions options;
  while (!url.empty()) {
    const std::size_t end = std::min(url.find('&'), url.size());
    PENSTOCK_CHECK(set(options, url.substr(0, end)));
    url.remove_prefix(std::min(end + 1, url.size()));
  }
  return options;
}

std::unique_ptr<Store> make_sim_store(const SimOptions& options, Clock& clock) {
  MemoryStoreOptions memory;
  memory.name = "sim://";
  memory.contents = options.contents;
  memory.check_sha256 = options.contents;
  return std::make_unique<SimStore>(options, make_memory_store(memory), clock);
}

}  // namespace penstock
