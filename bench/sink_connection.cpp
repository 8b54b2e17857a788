#include "sink_connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <random>
#include <vector>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/narrow.h"

namespace penstock::bench {
namespace {

using testing::HttpHead;

constexpr std::size_t kHeadMost = 64 << 10;
constexpr std::uint64_t kDropAtOnce = std::uint64_t{4} << 20;
constexpr std::size_t kContentBytes = std::size_t{1} << 20;
constexpr std::size_t kPieces = 8;
// After so many steps the others have their turn.
constexpr int kFairSteps = 32;

// What every content repeats: it does not compress, and a range has the same bytes as the whole.
const std::vector<std::uint64_t>& content() {
  static const std::vector<std::uint64_t> made = [] {
    std::mt19937_64 random(7);
    std::vector<std::uint64_t> words(kContentBytes / sizeof(std::uint64_t));
    std::ranges::generate(words, random);
    return words;
  }();
  return made;
}

iovec content_piece(std::uint64_t from, std::uint64_t bytes) {
  const auto all = std::as_bytes(std::span(content()));
  const auto at = narrow<std::size_t>(from % kContentBytes);
  const std::size_t size = std::min(kContentBytes - at, narrow<std::size_t>(bytes));
  return {const_cast<std::byte*>(&all[at]), size};  // sendmsg only reads it
}

bool would_wait() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

SinkConnection::SinkConnection(UniqueFd fd, SinkService& service)
    : fd_(std::move(fd)), service_(service), waits_for_(EPOLLIN) {
  service_.connected();
}

SinkConnection::~SinkConnection() { service_.disconnected(); }

bool SinkConnection::go_on() {
  for (int steps = 0; steps < kFairSteps; ++steps) {
    const Step done = step();
    if (done != Step::kDone) return done == Step::kWaits;
  }
  waits_for_ = EPOLLOUT;  // which it is almost always: next round
  return true;
}

SinkConnection::Step SinkConnection::step() {
  if (!writing_.text.empty() || writing_.bytes > 0) return write();
  if (closes_) return Step::kOver;
  if (body_left_ > 0) return drop_body();
  if (!due_) return read_head();
  writing_ = *std::exchange(due_, std::nullopt);
  return Step::kDone;
}

SinkConnection::Step SinkConnection::waits(std::uint32_t event) {
  waits_for_ = event;
  return Step::kWaits;
}

SinkConnection::Step SinkConnection::read_head() {
  if (const auto bytes = HttpHead::length_in(unread_)) return begin_request(*bytes);
  if (unread_.size() > kHeadMost) return Step::kOver;
  std::array<char, kHeadMost> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled
  const ssize_t got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
  if (got < 0 && would_wait()) return waits(EPOLLIN);
  if (got <= 0) return Step::kOver;
  unread_.append(buffer.data(), narrow<std::size_t>(got));
  return Step::kDone;
}

SinkConnection::Step SinkConnection::begin_request(std::size_t head_bytes) {
  const HttpHead head(std::string_view(unread_).substr(0, head_bytes));
  const auto body_bytes = head.content_length();
  if (!body_bytes || !head.header("Transfer-Encoding").empty()) {
    writing_.text = "HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\n\r\n";
    closes_ = true;
    return Step::kDone;
  }
  due_ = service_.answer(head);
  if (head.has("Expect", "100-continue")) writing_.text = "HTTP/1.1 100 Continue\r\n\r\n";
  const auto here = std::min<std::uint64_t>(*body_bytes, unread_.size() - head_bytes);
  body_left_ = *body_bytes - here;
  unread_.erase(0, head_bytes + narrow<std::size_t>(here));
  return Step::kDone;
}

// MSG_TRUNC throws a stream's bytes away without copying them (tcp(7)).
SinkConnection::Step SinkConnection::drop_body() {
  const auto most = narrow<std::size_t>(std::min(body_left_, kDropAtOnce));
  const ssize_t got = ::recv(fd_.get(), nullptr, most, MSG_TRUNC);
  if (got < 0 && would_wait()) return waits(EPOLLIN);
  if (got <= 0) return Step::kOver;
  body_left_ -= to_u64(got);
  return Step::kDone;
}

SinkConnection::Step SinkConnection::write() {
  std::array<iovec, kPieces> pieces{};
  pieces[0] = {writing_.text.data(), writing_.text.size()};
  std::size_t count = 1;
  for (std::uint64_t told = 0; told < writing_.bytes && count < kPieces; ++count) {
    pieces[count] = content_piece(writing_.from + told, writing_.bytes - told);
    told += pieces[count].iov_len;
  }
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = count;
  const ssize_t sent = ::sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
  if (sent < 0 && would_wait()) return waits(EPOLLOUT);
  if (sent < 0) return Step::kOver;
  const std::uint64_t of_text = std::min<std::uint64_t>(to_u64(sent), writing_.text.size());
  writing_.text.erase(0, narrow<std::size_t>(of_text));
  writing_.from += to_u64(sent) - of_text;
  writing_.bytes -= to_u64(sent) - of_text;
  return Step::kDone;
}

}  // namespace penstock::bench
