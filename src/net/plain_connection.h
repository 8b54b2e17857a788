// A TCP connection that carries one HTTP/1.1 request after the other: in the best case two system
// calls each.
#pragma once

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include <sys/socket.h>

#include "penstock/error.h"

#include "base/bytes.h"
#include "files/unique_fd.h"
#include "net/answer_parser.h"
#include "net/http.h"
#include "net/http_target.h"

namespace penstock {

// An IPv4 or IPv6 address with its port.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  // `host` is an address in digits ("127.0.0.1", "::1"); none: size is 0.
  static SocketAddress of_digits(std::string_view host, std::uint16_t port);
};

// Sockets block with the kernel's own time-outs; a stop shuts the socket down, which ends whatever
// call waits for it. So nothing has to be polled, and nothing waits but for the socket.
// Threads: one caller at a time.
class PlainConnection {
 public:
  // Fails as HttpClient::perform.
  static Result<std::unique_ptr<PlainConnection>> connect(const SocketAddress& address,
                                                          const HttpRequest& request,
                                                          const std::stop_token& stop);

  // False when the server has closed it, or sent what nobody asked for.
  bool is_quiet() const;
  // One request and its answer, as HttpClient::perform. Afterwards:
  Result<HttpResponse> exchange(const HttpRequest& request, const HttpTarget& target,
                                std::string_view user_agent, const std::stop_token& stop);
  // it can carry another one;
  bool is_reusable() const { return is_reusable_; }
  // nothing of an answer has come, and nothing of a body by callback has been read: as it is when
  // the server closed the connection before it saw the request.
  bool is_untouched() const { return is_untouched_; }

 private:
  explicit PlainConnection(UniqueFd fd);

  void write_head(const HttpRequest& request, const HttpTarget& target,
                  std::string_view user_agent);
  Status run(const HttpRequest& request, AnswerTaker& taker);
  Status send_request(const HttpRequest& request, AnswerTaker& taker, AnswerParser& parser);
  Status send_read_body(const HttpRequest& request, AnswerTaker& taker, AnswerParser& parser);
  Status send_all(Bytes first, Bytes second, int flags, const AnswerTaker& taker,
                  AnswerParser& parser);
  Status notice_answer(const AnswerTaker& taker, AnswerParser& parser);
  Status wait_to_send(const AnswerTaker& taker, AnswerParser& parser);
  Status receive(AnswerParser& parser);
  Status set_idle_timeout(std::chrono::milliseconds timeout);

  static constexpr std::size_t kReceiveBytes = std::size_t{64} << 10;
  static constexpr std::size_t kSendBytes = std::size_t{128} << 10;

  const UniqueFd fd_;
  std::string head_;
  // Pages of them that are never used cost nothing.
  const std::unique_ptr<std::byte[]> received_;
  std::unique_ptr<std::byte[]> to_send_;  // once there is a body by callback
  std::chrono::milliseconds idle_timeout_{};
  bool is_broken_ = false;   // for sending; an answer may still have arrived
  bool has_answer_ = false;  // the beginning of one
  bool all_taken_ = false;   // else the server sent what nobody asked for
  // Only after a whole answer: what is left of another one would be read as the next one's head.
  bool is_reusable_ = false;
  bool is_untouched_ = true;
};

}  // namespace penstock
