#include "tools/loopback.h"

#include <cerrno>
#include <charconv>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/narrow.h"

namespace penstock::testing {
namespace {

Result<sockaddr_in> address_of(std::string_view authority) {
  const std::size_t colon = std::min(authority.rfind(':'), authority.size());
  const std::string host(authority.substr(0, colon));
  const std::string_view digits = authority.substr(std::min(colon + 1, authority.size()));
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (error != std::errc() || end != digits.data() + digits.size() ||
      ::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1)
    return fail(Code::kInvalid, std::string(authority) + " is no ADDRESS:PORT");
  return address;
}

}  // namespace

Result<Listening> listen_on_loopback(std::uint16_t port) {
  Listening made{UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), 0};
  const int on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const as_socket = reinterpret_cast<sockaddr*>(&address);
  const int fd = made.fd.get();
  if (!made.fd || ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(fd, as_socket, size) != 0 || ::listen(fd, 1024) != 0 ||
      ::getsockname(fd, as_socket, &size) != 0)
    return fail_errno("listen on 127.0.0.1:" + std::to_string(port), errno);
  made.port = ntohs(address.sin_port);
  return made;
}

Result<UniqueFd> connect_to(std::string_view authority) {
  PENSTOCK_TRY(const sockaddr_in address, address_of(authority));
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return fail_errno("connect to " + std::string(authority), errno);
  send_at_once(fd.get());
  return fd;
}

void send_at_once(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool send_all(int fd, Bytes data) {
  while (!data.empty()) {
    const ssize_t sent = ::send(fd, data.data(), data.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    data = data.subspan(narrow<std::size_t>(sent));
  }
  return true;
}

}  // namespace penstock::testing
