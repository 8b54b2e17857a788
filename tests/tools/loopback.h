// Sockets of this machine, for the programs of tests and benchmarks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "penstock/error.h"

#include "base/bytes.h"
#include "files/unique_fd.h"

namespace penstock::testing {

struct Listening {
  UniqueFd fd;
  std::uint16_t port = 0;
};

// Listens on 127.0.0.1; port 0 takes a free one.
Result<Listening> listen_on_loopback(std::uint16_t port);
// A connection that sends at once (TCP_NODELAY). `authority`: a numeric address and port,
// "127.0.0.1:7480".
Result<UniqueFd> connect_to(std::string_view authority);
void send_at_once(int fd);

// Whether all of it was sent. A peer that has gone raises no signal.
bool send_all(int fd, Bytes data);

}  // namespace penstock::testing
