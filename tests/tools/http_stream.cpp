#include "tools/http_stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <limits>

#include <poll.h>
#include <sys/socket.h>

#include "base/narrow.h"

namespace penstock::testing {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;
constexpr std::size_t kHeadMost = 64 << 10;

bool would_wait() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

HttpStream::HttpStream(UniqueFd fd, int stop_fd) : fd_(std::move(fd)), stop_fd_(stop_fd) {}

bool HttpStream::wait_for(short events) const {
  std::array<pollfd, 2> both{pollfd{fd_.get(), events, 0}, pollfd{stop_fd_, POLLIN, 0}};
  while (::poll(both.data(), both.size(), -1) < 0)
    if (errno != EINTR) return false;
  return both[1].revents == 0;
}

// More into the buffer. False when the other side has gone.
bool HttpStream::receive() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t had = buffer_.size();
  buffer_.resize(had + kPieceBytes);
  ssize_t got = -1;
  do {
    if (!wait_for(POLLIN)) break;
    got = ::recv(fd_.get(), buffer_.data() + had, kPieceBytes, MSG_DONTWAIT);
  } while (got < 0 && would_wait());
  buffer_.resize(had + (got > 0 ? narrow<std::size_t>(got) : 0));
  return got > 0;
}

std::string HttpStream::read_head() {
  for (;;) {
    const std::string_view unread = std::string_view(buffer_).substr(begin_);
    if (const auto bytes = HttpHead::length_in(unread)) {
      begin_ += *bytes;
      return std::string(unread.substr(0, *bytes));
    }
    if (unread.size() > kHeadMost || !receive()) return {};
  }
}

std::string_view HttpStream::read_piece(std::uint64_t most) {
  if (begin_ == buffer_.size() && !receive()) return {};
  const std::string_view unread = std::string_view(buffer_).substr(begin_);
  const std::string_view piece =
      unread.substr(0, narrow<std::size_t>(std::min<std::uint64_t>(most, unread.size())));
  begin_ += piece.size();
  return piece;
}

std::string HttpStream::read_line() {
  for (;;) {
    const std::size_t end = buffer_.find("\r\n", begin_);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(begin_, end + 2 - begin_);
      begin_ = end + 2;
      return line;
    }
    if (buffer_.size() - begin_ > kHeadMost || !receive()) return {};
  }
}

bool HttpStream::read_exactly(std::uint64_t bytes,
                              const std::function<bool(std::string_view)>& take) {
  while (bytes > 0) {
    const std::string_view piece = read_piece(bytes);
    if (piece.empty() || !take(piece)) return false;
    bytes -= piece.size();
  }
  return true;
}

// RFC 9112, section 7.1.
bool HttpStream::read_chunks(const std::function<bool(std::string_view)>& take) {
  for (;;) {
    const std::string line = read_line();
    std::uint64_t bytes = 0;
    const auto error = std::from_chars(line.data(), line.data() + line.size(), bytes, 16).ec;
    if (error != std::errc() || !take(line)) return false;
    if (bytes == 0) break;
    if (!read_exactly(bytes + 2, take)) return false;
  }
  for (;;) {  // trailers
    const std::string line = read_line();
    if (line.empty() || !take(line)) return false;
    if (line == "\r\n") return true;
  }
}

bool HttpStream::read_body(const HttpHead& head,
                           const std::function<bool(std::string_view)>& take) {
  if (head.has("Transfer-Encoding", "chunked")) return read_chunks(take);
  const auto bytes = head.content_length();
  return bytes && read_exactly(*bytes, take);
}

bool HttpStream::read_to_end(const std::function<bool(std::string_view)>& take) {
  for (;;) {
    const std::string_view piece = read_piece(std::numeric_limits<std::uint64_t>::max());
    if (piece.empty()) return true;
    if (!take(piece)) return false;
  }
}

bool HttpStream::send(std::string_view text) {
  while (!text.empty()) {
    if (!wait_for(POLLOUT)) return false;
    const ssize_t sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && would_wait()) continue;
    if (sent <= 0) return false;
    text.remove_prefix(narrow<std::size_t>(sent));
  }
  return true;
}

bool HttpStream::is_closed() const {
  char byte = 0;
  const ssize_t got = ::recv(fd_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && !would_wait());
}

void HttpStream::end_sending() { ::shutdown(fd_.get(), SHUT_WR); }

void HttpStream::reset_at_end() {
  const linger now{1, 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace penstock::testing
