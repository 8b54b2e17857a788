// transfer_sink [--remember] [--object BUCKET/KEY=SIZE]... [--port N]: an S3-shaped server for
// ./bench/run transfer that costs next to nothing, so that what is measured is the client. Bodies
// are thrown away in the kernel, contents come from one buffer; one thread, which is never waited
// for by another one. sink_service.h says what it answers; GET /-/counters tells what it was asked.
//
// Prints its port; ends on SIGTERM or SIGINT. Loopback only: nothing is checked, everybody may ask.
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#include "penstock/error.h"

#include "base/narrow.h"
#include "base/units.h"
#include "sink_connection.h"
#include "sink_service.h"
#include "tools/loopback.h"

namespace penstock::bench {
namespace {

struct SinkOptions {
  bool remember = false;
  std::uint16_t port = 0;
  std::vector<std::pair<std::string, std::uint64_t>> objects;
};

Result<std::pair<std::string, std::uint64_t>> parse_object(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos)
    return fail(Code::kInvalid, std::string(text) + " is not BUCKET/KEY=SIZE");
  PENSTOCK_TRY(const std::uint64_t bytes, parse_bytes(text.substr(equals + 1)));
  return std::pair(std::string(text.substr(0, equals)), bytes);
}

Result<SinkOptions> parse(const std::vector<std::string_view>& words) {
  SinkOptions options;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const bool has_value = at + 1 < words.size();
    if (words[at] == "--remember") {
      options.remember = true;
    } else if (words[at] == "--object" && has_value) {
      PENSTOCK_TRY(auto object, parse_object(words[++at]));
      options.objects.push_back(std::move(object));
    } else if (words[at] == "--port" && has_value) {
      PENSTOCK_TRY(const std::uint64_t port, parse_bytes(words[++at]));
      options.port = static_cast<std::uint16_t>(port);
    } else {
      return fail(Code::kInvalid, "what is " + std::string(words[at]) + "?");
    }
  }
  return options;
}

// The loop over all sockets.
class SinkServer {
 public:
  static Result<SinkServer> create(const SinkOptions& options);
  std::uint16_t port() const { return listening_.port; }
  Status run();

 private:
  SinkServer(testing::Listening listening, UniqueFd epoll, UniqueFd signals)
      : listening_(std::move(listening)), epoll_(std::move(epoll)), signals_(std::move(signals)) {}

  void watch(int fd, std::uint32_t events, int operation = EPOLL_CTL_ADD);
  void accept_all();
  void serve(int fd);

  testing::Listening listening_;
  UniqueFd epoll_;
  UniqueFd signals_;
  std::unique_ptr<SinkService> service_;
  std::unordered_map<int, SinkConnection> connections_;
};

// SIGTERM and SIGINT as something that can be read.
Result<UniqueFd> ending_signals() {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  sigprocmask(SIG_BLOCK, &ending, nullptr);
  UniqueFd fd(::signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return fail_errno("signalfd", errno);
  return fd;
}

Result<SinkServer> SinkServer::create(const SinkOptions& options) {
  PENSTOCK_TRY(auto listening, testing::listen_on_loopback(options.port));
  PENSTOCK_TRY(auto signals, ending_signals());
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return fail_errno("epoll_create1", errno);
  SinkServer server(std::move(listening), std::move(epoll), std::move(signals));
  server.service_ = std::make_unique<SinkService>(options.remember);
  for (const auto& [name, bytes] : options.objects) server.service_->know(name, bytes);
  server.watch(server.listening_.fd.get(), EPOLLIN);
  server.watch(server.signals_.get(), EPOLLIN);
  return server;
}

void SinkServer::watch(int fd, std::uint32_t events, int operation) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  ::epoll_ctl(epoll_.get(), operation, fd, &event);
}

// One a round: the socket stays ready while others wait.
void SinkServer::accept_all() {
  UniqueFd fd(::accept4(listening_.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!fd) return;
  testing::send_at_once(fd.get());
  const int number = fd.get();
  connections_.try_emplace(number, std::move(fd), *service_);
  watch(number, EPOLLIN);
}

void SinkServer::serve(int fd) {
  const auto found = connections_.find(fd);
  if (found == connections_.end()) return;
  SinkConnection& connection = found->second;
  const std::uint32_t waited_for = connection.waits_for();
  if (!connection.go_on())
    connections_.erase(found);  // closing the socket ends the watch
  else if (connection.waits_for() != waited_for)
    watch(fd, connection.waits_for(), EPOLL_CTL_MOD);
}

Status SinkServer::run() {
  std::vector<epoll_event> ready(256);
  for (;;) {
    const int count = ::epoll_wait(epoll_.get(), ready.data(), narrow<int>(ready.size()), -1);
    if (count < 0 && errno != EINTR) return fail_errno("epoll_wait", errno);
    for (int i = 0; i < count; ++i) {
      const int fd = ready[narrow<std::size_t>(i)].data.fd;
      if (fd == signals_.get()) return {};
      if (fd == listening_.fd.get())
        accept_all();
      else
        serve(fd);
    }
  }
}

Status run(const std::vector<std::string_view>& words) {
  PENSTOCK_TRY(const SinkOptions options, parse(words));
  PENSTOCK_TRY(SinkServer server, SinkServer::create(options));
  std::printf("%u\n", unsigned{server.port()});
  std::fflush(stdout);
  return server.run();
}

}  // namespace
}  // namespace penstock::bench

int main(int argc, char** argv) {
  const auto done = penstock::bench::run({argv + 1, argv + argc});
  if (!done) std::fprintf(stderr, "transfer_sink: %s\n", done.error().message.c_str());
  return done ? 0 : 2;
}
