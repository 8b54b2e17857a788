// For tests: a real HTTP server on a loopback port. Each connection runs a script, in a thread of
// its own: what it reads and answers, and how it goes away, is up to the test.
#pragma once

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/narrow.h"
#include "files/unique_fd.h"

namespace penstock::testing {

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A listening socket on a free port; the port comes out of `port`.
inline UniqueFd listen_on_loopback(int backlog, std::uint16_t& port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const as_socket = reinterpret_cast<sockaddr*>(&address);
  if (::bind(fd.get(), as_socket, size) != 0 || ::listen(fd.get(), backlog) != 0 ||
      ::getsockname(fd.get(), as_socket, &size) != 0)
    std::abort();
  port = ntohs(address.sin_port);
  return fd;
}

// The server's end of one connection. Threads: the one that runs the script.
class TestConnection {
 public:
  TestConnection(int fd, std::size_t number) : fd_(fd), number_(number) {}

  std::size_t number() const { return number_; }  // from 0, in the order they were accepted

  // A request's head with its empty line; empty when the client has gone.
  std::string read_head() {
    while (unread_.find("\r\n\r\n") == std::string::npos)
      if (!receive()) return {};
    return take(unread_.find("\r\n\r\n") + 4);
  }
  // The next bytes; fewer when the client goes before.
  std::string read(std::size_t bytes) {
    while (unread_.size() < bytes && receive()) {
    }
    return take(std::min(bytes, unread_.size()));
  }
  // Head and body of a request that says Content-Length; empty when the client has gone.
  std::string read_request() {
    const std::string head = read_head();
    const std::size_t at = head.find("Content-Length: ");
    return at == std::string::npos ? head : head + read(std::strtoul(&head[at + 16], nullptr, 10));
  }
  // Until the client closes.
  void read_to_end() {
    while (receive()) unread_.clear();
  }
  void send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(narrow<std::size_t>(sent));
    }
  }
  void answer(std::string_view status, std::string_view body = "") {
    send("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body));
  }
  // Breaks the connection off (RST) now; nothing else can be done with it then.
  void reset() {
    sockaddr nothing{};
    nothing.sa_family = AF_UNSPEC;
    (void)::connect(fd_, &nothing, sizeof nothing);
  }
  // From now on the end of the script breaks the connection off (RST) instead of closing it.
  void reset_at_end() {
    const linger now = {1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

 private:
  bool receive() {
    char buffer[65536];
    const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
    if (got > 0) unread_.append(buffer, narrow<std::size_t>(got));
    return got > 0;
  }
  std::string take(std::size_t bytes) {
    std::string taken = unread_.substr(0, bytes);
    unread_.erase(0, bytes);
    return taken;
  }

  const int fd_;
  const std::size_t number_;
  std::string unread_;
};

// Listens from its construction to its destruction, which closes all connections and joins all
// threads. The script ends when its connection does.
class TestServer {
 public:
  using Script = std::function<void(TestConnection&)>;

  explicit TestServer(Script script)
      : script_(std::move(script)),
        listening_(listen_on_loopback(64, port_)),
        acceptor_([this] { accept_all(); }) {}
  ~TestServer() {
    ::shutdown(listening_.get(), SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    threads_.clear();
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }

 private:
  void accept_all() {
    for (std::size_t number = 0;; ++number) {
      UniqueFd fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!fd) return;
      {
        const std::lock_guard lock(mutex_);
        open_.push_back(fd.get());
      }
      threads_.emplace_back([this, number, held = std::move(fd)]() mutable {
        TestConnection connection(held.get(), number);
        script_(connection);
        const std::lock_guard lock(mutex_);
        std::erase(open_, held.get());
        held.reset();
      });
    }
  }

  const Script script_;
  std::uint16_t port_ = 0;
  UniqueFd listening_;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::jthread> threads_;  // touched by the acceptor, then by the destructor
  std::thread acceptor_;
};

// A port on which a connect neither succeeds nor fails: nobody accepts, and the queue of those who
// wait is full.
class DeafPort {
 public:
  DeafPort() : listening_(listen_on_loopback(0, port_)) {
    const sockaddr_in address = loopback(port_);
    for (UniqueFd& fd : waiting_) {
      fd = UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      (void)::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
      own_ports_.push_back(local_port(fd.get()));
    }
  }
  // Whether somebody is in the middle of a connect to it.
  bool has_caller() const {
    std::ifstream sockets("/proc/self/net/tcp");
    for (std::string line; std::getline(sockets, line);) {
      unsigned from = 0;
      unsigned to = 0;
      unsigned state = 0;
      const char* const format = "%*u: %*x:%x %*x:%x %x";
      if (std::sscanf(line.c_str(), format, &from, &to, &state) == 3 && to == port_ &&
          state == TCP_SYN_SENT && std::ranges::find(own_ports_, from) == own_ports_.end())
        return true;
    }
    return false;
  }
  std::string url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }

 private:
  static unsigned local_port(int fd) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) std::abort();
    return ntohs(address.sin_port);
  }

  std::uint16_t port_ = 0;
  UniqueFd listening_;
  std::array<UniqueFd, 4> waiting_;
  std::vector<unsigned> own_ports_;  // of those who wait
};

}  // namespace penstock::testing
