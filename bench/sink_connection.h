// One connection to the sink: request after request, never waiting.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "files/unique_fd.h"
#include "sink_service.h"

namespace penstock::bench {

// Threads: one.
class SinkConnection {
 public:
  // `fd` must not block; `service` must outlive this.
  SinkConnection(UniqueFd fd, SinkService& service);
  ~SinkConnection();
  SinkConnection(const SinkConnection&) = delete;
  SinkConnection& operator=(const SinkConnection&) = delete;

  // Does what can be done now, or a fair share of it. False when the connection is over.
  bool go_on();
  // EPOLLIN or EPOLLOUT: what the socket must be ready for before go_on() makes sense again.
  std::uint32_t waits_for() const { return waits_for_; }

 private:
  enum class Step { kDone, kWaits, kOver };

  Step step();
  Step read_head();
  Step begin_request(std::size_t head_bytes);
  Step drop_body();
  Step write();
  Step waits(std::uint32_t event);

  const UniqueFd fd_;
  SinkService& service_;
  std::uint32_t waits_for_;
  std::string unread_;
  std::uint64_t body_left_ = 0;
  std::optional<SinkAnswer> due_;  // when the body has come
  SinkAnswer writing_;
  bool closes_ = false;  // when all is written
};

}  // namespace penstock::bench
