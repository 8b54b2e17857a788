#include "net/plain_connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/time.h>
#include <sys/uio.h>

#include "base/narrow.h"

namespace penstock {
namespace {

using Steady = std::chrono::steady_clock;

Failure system_failure(std::string_view what, int errnum) {
  return fail(Code::kIo, std::string(what) + ": " + std::generic_category().message(errnum),
              Retry::kLater);
}

Failure idle_failure() {
  return fail(Code::kIo, "timed out: nothing sent or received", Retry::kLater);
}

Failure broken_off(int errnum) { return system_failure("the connection was broken off", errnum); }

int poll_milliseconds(std::chrono::milliseconds time) {
  return static_cast<int>(
      std::clamp<std::int64_t>(time.count(), 1, std::numeric_limits<int>::max()));
}

// Of poll(2): 0 when the time is over. A signal begins the wait anew.
int wait_for(int fd, short events, std::chrono::milliseconds time) {
  pollfd waiting = {fd, events, 0};
  int ready = 0;
  do {
    ready = ::poll(&waiting, 1, poll_milliseconds(time));
  } while (ready < 0 && errno == EINTR);
  return ready <= 0 ? ready : waiting.revents;
}

void set_flag(int fd, int level, int option) {
  const int on = 1;
  (void)::setsockopt(fd, level, option, &on, sizeof on);  // each is a help, and no more
}

timeval as_timeval(std::chrono::milliseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  timeval value{};
  value.tv_sec = seconds.count();
  value.tv_usec = std::chrono::microseconds(time - seconds).count();
  return value;
}

// Waits for the connection that was begun.
Status finish_connect(int fd, std::chrono::milliseconds timeout) {
  const int ready = wait_for(fd, POLLOUT, timeout);
  if (ready == 0) return fail(Code::kIo, "connecting timed out", Retry::kLater);
  int errnum = ready < 0 ? errno : 0;
  socklen_t size = sizeof errnum;
  if (ready > 0 && ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &errnum, &size) != 0) errnum = errno;
  return errnum == 0 ? Status() : Status(system_failure("cannot connect", errnum));
}

Status begin_and_finish_connect(int fd, const SocketAddress& address,
                                std::chrono::milliseconds timeout) {
  const auto* const to = reinterpret_cast<const sockaddr*>(&address.storage);
  if (::connect(fd, to, address.size) == 0) return {};
  if (errno != EINPROGRESS && errno != EINTR) return system_failure("cannot connect", errno);
  return finish_connect(fd, timeout);
}

// While it lives, a stop ends what waits for the socket, now and later.
class ShutOnStop {
 public:
  ShutOnStop(int fd, const std::stop_token& stop) : callback_(stop, Shut{fd}) {}

 private:
  struct Shut {
    int fd;
    void operator()() const { (void)::shutdown(fd, SHUT_RDWR); }
  };
  std::stop_callback<Shut> callback_;
};

bool has_header(const HttpHeaders& headers, std::string_view name) {
  return !find_header(headers, name).empty();
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

SocketAddress SocketAddress::of_digits(std::string_view host, std::uint16_t port) {
  SocketAddress address;
  const std::string text(host);
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&address.storage, &v4, address.size = sizeof v4);
  } else if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&address.storage, &v6, address.size = sizeof v6);
  }
  return address;
}

PlainConnection::PlainConnection(UniqueFd fd)
    : fd_(std::move(fd)), received_(std::make_unique_for_overwrite<std::byte[]>(kReceiveBytes)) {}

Result<std::unique_ptr<PlainConnection>> PlainConnection::connect(const SocketAddress& address,
                                                                  const HttpRequest& request,
                                                                  const std::stop_token& stop) {
  UniqueFd fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return system_failure("open a socket", errno);
  set_flag(fd.get(), IPPROTO_TCP, TCP_NODELAY);
  set_flag(fd.get(), SOL_SOCKET, SO_KEEPALIVE);
  Status connected;
  {
    const ShutOnStop guard(fd.get(), stop);
    connected = begin_and_finish_connect(fd.get(), address, request.connect_timeout);
  }
  if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
  PENSTOCK_CHECK(std::move(connected));
  const int flags = ::fcntl(fd.get(), F_GETFL);
  if (::fcntl(fd.get(), F_SETFL, flags & ~O_NONBLOCK) != 0)
    return system_failure("set up a socket", errno);
  return std::unique_ptr<PlainConnection>(new PlainConnection(std::move(fd)));
}

bool PlainConnection::is_quiet() const {
  std::byte byte{};
  return ::recv(fd_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
         (errno == EAGAIN || errno == EWOULDBLOCK);
}

Status PlainConnection::set_idle_timeout(std::chrono::milliseconds timeout) {
  if (timeout == idle_timeout_) return {};
  const timeval value = as_timeval(std::max(timeout, std::chrono::milliseconds(1)));
  if (::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value) != 0)
    return system_failure("set a time-out", errno);
  idle_timeout_ = timeout;
  return {};
}

void PlainConnection::write_head(const HttpRequest& request, const HttpTarget& target,
                                 std::string_view user_agent) {
  head_.clear();
  head_.append(request.method).append(" ");
  if (target.path.empty()) head_ += '/';
  head_.append(target.path_and_query).append(" HTTP/1.1\r\n");
  if (!has_header(request.headers, "Host")) append_header(head_, "Host", target.authority);
  if (!has_header(request.headers, "User-Agent")) append_header(head_, "User-Agent", user_agent);
  const std::uint64_t bytes = request.read ? request.body_bytes : request.bytes.size();
  if (bytes > 0 || request.read || request.method == "PUT" || request.method == "POST")
    append_header(head_, "Content-Length", std::to_string(bytes));
  for (const auto& [name, value] : request.headers) append_header(head_, name, value);
  head_ += "\r\n";
}

Result<HttpResponse> PlainConnection::exchange(const HttpRequest& request, const HttpTarget& target,
                                               std::string_view user_agent,
                                               const std::stop_token& stop) {
  is_reusable_ = has_answer_ = all_taken_ = false;
  is_untouched_ = true;
  PENSTOCK_CHECK(set_idle_timeout(request.idle_timeout));
  write_head(request, target, user_agent);
  AnswerTaker taker(request);
  Status done;
  {
    const ShutOnStop guard(fd_.get(), stop);
    done = run(request, taker);
  }
  // A stop looks like the end of the connection.
  if (stop.stop_requested()) {
    is_reusable_ = is_untouched_ = false;
    return fail(Code::kCancelled, "cancelled");
  }
  PENSTOCK_CHECK(std::move(done));
  return std::move(taker.response());
}

Status PlainConnection::run(const HttpRequest& request, AnswerTaker& taker) {
  AnswerParser parser(taker, request.method == "HEAD");
  const auto begin = Steady::now();
  PENSTOCK_CHECK(send_request(request, taker, parser));
  const bool sent_all = !is_broken_ && !taker.has_head();
  if (!parser.is_done() && !taker.has_head()) PENSTOCK_CHECK(receive(parser));
  taker.response().first_byte = Steady::now() - begin;
  while (!parser.is_done()) PENSTOCK_CHECK(receive(parser));
  is_reusable_ = all_taken_ && sent_all && parser.keeps_alive();
  return {};
}

Status PlainConnection::send_request(const HttpRequest& request, AnswerTaker& taker,
                                     AnswerParser& parser) {
  if (!request.read) return send_all(as_bytes(head_), request.bytes, 0, taker, parser);
  PENSTOCK_CHECK(
      send_all(as_bytes(head_), {}, request.body_bytes > 0 ? MSG_MORE : 0, taker, parser));
  return send_read_body(request, taker, parser);
}

Status PlainConnection::send_read_body(const HttpRequest& request, AnswerTaker& taker,
                                       AnswerParser& parser) {
  if (!to_send_) to_send_ = std::make_unique_for_overwrite<std::byte[]>(kSendBytes);
  std::uint64_t left = request.body_bytes;
  while (left > 0 && !is_broken_ && !taker.has_head()) {
    is_untouched_ = false;
    const MutableBytes room(to_send_.get(), std::min<std::uint64_t>(left, kSendBytes));
    PENSTOCK_TRY(const std::size_t got, request.read(room));
    if (got == 0) return fail(Code::kChanged, "the body ended early");
    left -= got;
    PENSTOCK_CHECK(send_all(room.first(got), {}, 0, taker, parser));
    if (left > 0) PENSTOCK_CHECK(notice_answer(taker, parser));
  }
  return {};
}

// What came while there is still something to send: a server that takes all of a body it has
// refused never makes us wait, so that would be seen too late.
Status PlainConnection::notice_answer(const AnswerTaker& taker, AnswerParser& parser) {
  if (is_broken_ || taker.has_head() || is_quiet()) return {};
  return receive(parser);
}

// Head and body leave in one call. Stops before the end, without a failure, when an answer comes or
// the server no longer reads: there may be an answer that says why.
Status PlainConnection::send_all(Bytes first, Bytes second, int flags, const AnswerTaker& taker,
                                 AnswerParser& parser) {
  while (!(first.empty() && second.empty()) && !taker.has_head()) {
    std::array<iovec, 2> parts = {iovec{const_cast<std::byte*>(first.data()), first.size()},
                                  iovec{const_cast<std::byte*>(second.data()), second.size()}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = second.empty() ? 1 : 2;
    const ssize_t sent = ::sendmsg(fd_.get(), &message, flags | MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      const std::size_t of_first = std::min(narrow<std::size_t>(sent), first.size());
      first = first.subspan(of_first);
      second = second.subspan(narrow<std::size_t>(sent) - of_first);
      if (!(first.empty() && second.empty())) PENSTOCK_CHECK(notice_answer(taker, parser));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      PENSTOCK_CHECK(wait_to_send(taker, parser));
    } else if (errno == EPIPE || errno == ECONNRESET) {
      is_broken_ = true;
      return {};
    } else if (errno != EINTR) {
      return broken_off(errno);
    }
  }
  return {};
}

Status PlainConnection::wait_to_send(const AnswerTaker& taker, AnswerParser& parser) {
  const int ready = wait_for(fd_.get(), POLLIN | POLLOUT, idle_timeout_);
  if (ready < 0) return broken_off(errno);
  if (ready == 0) return idle_failure();
  if ((ready & POLLIN) != 0 && !taker.has_head()) return receive(parser);
  return {};
}

Status PlainConnection::receive(AnswerParser& parser) {
  ssize_t got = 0;
  do {
    got = ::recv(fd_.get(), received_.get(), kReceiveBytes, 0);
  } while (got < 0 && errno == EINTR);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    is_untouched_ = false;
    return idle_failure();
  }
  if (got < 0) return broken_off(errno);
  if (got == 0) {
    if (is_broken_) return broken_off(EPIPE);
    if (has_answer_) return parser.end();
    return fail(Code::kIo, "the server closed the connection without an answer", Retry::kLater);
  }
  has_answer_ = true;
  is_untouched_ = false;
  const Bytes input(received_.get(), narrow<std::size_t>(got));
  PENSTOCK_TRY(const std::size_t taken, parser.feed(input));
  all_taken_ = taken == input.size();
  return {};
}

}  // namespace penstock
