#include "net/plain_client.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "net/http_target.h"
#include "net/plain_connection.h"

namespace penstock {
namespace {

using Steady = std::chrono::steady_clock;

// How long an address that was looked up is used for new connections; libcurl's own time.
constexpr std::chrono::seconds kAddressLife{60};

// Idle connections and known addresses by authority ("host:port"). Threads: any.
class Hosts {
 public:
  // The connection given back last, the least likely to have been closed. Null: there is none.
  std::unique_ptr<PlainConnection> take(std::string_view authority) PENSTOCK_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    const auto host = hosts_.find(authority);
    if (host == hosts_.end() || host->second.idle.empty()) return nullptr;
    auto taken = std::move(host->second.idle.back());
    host->second.idle.pop_back();
    return taken;
  }
  void give_back(std::string_view authority, std::unique_ptr<PlainConnection> connection)
      PENSTOCK_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    at(authority).idle.push_back(std::move(connection));
  }

  // Its size is 0 when it is not known.
  SocketAddress address(const HttpTarget& target) PENSTOCK_EXCLUDES(mutex_) {
    SocketAddress in_digits = SocketAddress::of_digits(target.host, target.port);
    if (in_digits.size > 0) return in_digits;
    Lock lock(mutex_);
    const auto host = hosts_.find(target.authority);
    if (host == hosts_.end() || Steady::now() > host->second.good_until) return {};
    return host->second.address;
  }
  void learn(const HttpTarget& target, std::string_view digits) PENSTOCK_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    Host& host = at(target.authority);
    host.address = SocketAddress::of_digits(digits, target.port);
    host.good_until = Steady::now() + kAddressLife;
  }
  void forget_address(std::string_view authority) PENSTOCK_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    at(authority).address = {};
  }

 private:
  struct Host {
    std::vector<std::unique_ptr<PlainConnection>> idle;
    SocketAddress address;
    Steady::time_point good_until{};
  };

  Host& at(std::string_view authority) PENSTOCK_REQUIRES(mutex_) {
    const auto host = hosts_.find(authority);
    return host != hosts_.end() ? host->second : hosts_[std::string(authority)];
  }

  Mutex mutex_;
  std::map<std::string, Host, std::less<>> hosts_ PENSTOCK_GUARDED_BY(mutex_);
};

// Whether it may be sent again when nobody knows whether the server has seen it: its body is still
// there, and its method promises that twice is as good as once.
bool can_go_twice(const HttpRequest& request) { return !request.read && request.method != "POST"; }

class PlainClient final : public HttpClient {
 public:
  PlainClient(const HttpClientOptions& options, std::unique_ptr<CurlClient> curl)
      : user_agent_(options.user_agent), curl_(std::move(curl)) {}

  Result<HttpResponse> perform(const HttpRequest& request, std::stop_token stop) override {
    PENSTOCK_TRY(const HttpTarget target, http_target(request.url));
    if (target.is_tls || request.expect_continue) return curl_->perform(request, std::move(stop));
    if (stop.stop_requested()) return in_request(request, {Code::kCancelled, "cancelled"});
    if (auto idle = take_idle(request, target)) {
      auto response = idle->exchange(request, target, user_agent_, stop);
      const bool was_closed = !response && idle->is_untouched() && can_go_twice(request);
      if (!was_closed) return finish(request, target, std::move(idle), std::move(response));
    }
    return over_fresh(request, target, stop);
  }

 private:
  // A connection that was idle. What cannot go twice gets one that the server has not closed, as
  // far as can be seen; the others find out, which costs no system call.
  std::unique_ptr<PlainConnection> take_idle(const HttpRequest& request, const HttpTarget& target) {
    auto idle = hosts_.take(target.authority);
    while (idle && !can_go_twice(request) && !idle->is_quiet())
      idle = hosts_.take(target.authority);
    return idle;
  }

  Result<HttpResponse> over_fresh(const HttpRequest& request, const HttpTarget& target,
                                  const std::stop_token& stop) {
    const SocketAddress address = hosts_.address(target);
    if (address.size == 0) return by_curl(request, target, stop);
    auto connection = PlainConnection::connect(address, request, stop);
    if (!connection) {
      hosts_.forget_address(target.authority);
      return in_request(request, std::move(connection).error());
    }
    auto response = (*connection)->exchange(request, target, user_agent_, stop);
    return finish(request, target, *std::move(connection), std::move(response));
  }

  Result<HttpResponse> by_curl(const HttpRequest& request, const HttpTarget& target,
                               const std::stop_token& stop) {
    std::string address;
    auto response = curl_->perform(request, stop, address);
    if (!address.empty()) hosts_.learn(target, address);
    return response;
  }

  Result<HttpResponse> finish(const HttpRequest& request, const HttpTarget& target,
                              std::unique_ptr<PlainConnection> connection,
                              Result<HttpResponse> response) {
    if (connection->is_reusable()) hosts_.give_back(target.authority, std::move(connection));
    if (!response) return in_request(request, std::move(response).error());
    return response;
  }

  static Failure in_request(const HttpRequest& request, Error error) {
    return fail(std::move(error).within(describe_request(request.method, request.url)));
  }

  const std::string user_agent_;
  const std::unique_ptr<CurlClient> curl_;
  Hosts hosts_;
};

bool is_set(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

// The variables that libcurl looks at for http://.
bool asks_without_proxy(const HttpClientOptions& options) {
  const bool none_set = !is_set("http_proxy") && !is_set("all_proxy") && !is_set("ALL_PROXY");
  return !options.use_proxy || (options.proxy.empty() && none_set);
}

std::unique_ptr<HttpClient> make_plain_client(const HttpClientOptions& options,
                                              std::unique_ptr<CurlClient> curl) {
  return std::make_unique<PlainClient>(options, std::move(curl));
}

}  // namespace penstock
