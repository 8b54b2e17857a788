// fault_proxy --to ADDRESS:PORT [--listen PORT] [--seed N] [--delay-ms N] [--FAULT PERCENT]...:
// stands between an S3 client and a real server and does it harm, as networks and servers do:
// fault_plan.h has the faults. The Host header passes unchanged, because it is signed. Streams, in
// bounded memory; a thread for each connection.
//
// Listens on 127.0.0.1 and prints its port. On SIGTERM or SIGINT it closes everything and prints
// what it did, as JSON. The n-th request meets the same fault in every run with the same seed.
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "penstock/error.h"

#include "base/json.h"
#include "tools/fault_plan.h"
#include "tools/http_stream.h"
#include "tools/loopback.h"

namespace penstock::testing {
namespace {

constexpr std::chrono::minutes kSlowClock{20};

struct ProxyOptions {
  std::string to;
  std::uint16_t port = 0;
  std::uint64_t seed = 1;
  std::chrono::milliseconds delay{200};
};

// What all connections share.
struct Shared {
  ProxyOptions options;
  FaultPlan plan;
  UniqueFd stop;  // readable once everything is to end
  std::atomic<std::uint64_t> requests = 0;
  std::atomic<std::uint64_t> connections = 0;
};

// Where the bytes of a message go, and what happens to them on the way.
class Outlet {
 public:
  explicit Outlet(HttpStream& to) : to_(to) {}

  void cut_after(std::uint64_t bytes) { cut_ = bytes; }
  void flip_bit(std::uint64_t byte, unsigned bit) { flip_ = byte, bit_ = bit; }
  bool is_cut() const { return was_cut_; }
  bool has_flipped() const { return has_flipped_; }

  // False when there is nothing to write to any more.
  bool write(std::string_view piece);

 private:
  HttpStream& to_;
  std::uint64_t at_ = 0;
  std::uint64_t cut_ = UINT64_MAX;
  std::uint64_t flip_ = UINT64_MAX;
  unsigned bit_ = 0;
  bool was_cut_ = false;
  bool has_flipped_ = false;
};

bool Outlet::write(std::string_view piece) {
  std::string flipped;
  const std::uint64_t end = at_ + piece.size();
  if (flip_ >= at_ && flip_ < end) {
    flipped = piece;
    char& byte = flipped[static_cast<std::size_t>(flip_ - at_)];
    byte = static_cast<char>(byte ^ (1 << bit_));
    piece = flipped;
    has_flipped_ = true;
  }
  if (cut_ < end) {
    piece = piece.substr(0, static_cast<std::size_t>(cut_ - at_));
    was_cut_ = true;
  }
  at_ += piece.size();
  return to_.send(piece) && !was_cut_;
}

std::string date_of(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  return {text.data(),
          std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

// An answer of the proxy's own, in the words of S3.
std::string error_answer(std::string_view status, std::string_view code, bool closes,
                         std::chrono::system_clock::time_point date) {
  const std::string body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" +
                           std::string(code) + "</Code><Message></Message></Error>";
  return "HTTP/1.1 " + std::string(status) + "\r\nDate: " + date_of(date) +
         "\r\nContent-Type: application/xml\r\n" + (closes ? "Connection: close\r\n" : "") +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

bool answer_has_body(const HttpHead& request, int status) {
  return request.method() != "HEAD" && status != 204 && status != 304;
}

// Whether the body's end shows without the connection's.
bool is_framed(const HttpHead& answer) {
  return !answer.header("Content-Length").empty() || answer.has("Transfer-Encoding", "chunked");
}

// Request after request of one connection.
class Session {
 public:
  Session(UniqueFd client, Shared& shared)
      : shared_(shared),
        client_(std::move(client), shared.stop.get()),
        thread_([this] { serve(); }) {}

  bool is_over() const { return is_over_; }

 private:
  // What becomes of the connection after a request.
  enum class Then { kGoOn, kClose };

  void serve();
  Then serve_request(const HttpHead& head);
  Then answer_instead(Fault fault, const HttpHead& head, Dice& dice);
  Then refuse_early(const HttpHead& head);
  Then pass_on(std::optional<Fault> fault, const HttpHead& head, Dice& dice);
  Then pass_answer(std::optional<Fault> fault, const HttpHead& head, Dice& dice);
  std::string read_answer_head();
  void harm_answer(Outlet& to_client, std::optional<Fault> fault, const HttpHead& answer,
                   std::uint64_t body_bytes, Dice& dice);
  bool pass_answer_body(Outlet& to_client, const HttpHead& answer);
  bool pass_request(std::optional<Fault> fault, const HttpHead& head, Dice& dice);
  bool connect();
  Then break_off(Dice& dice);
  void wait_delay() const;

  Shared& shared_;
  HttpStream client_;
  std::unique_ptr<HttpStream> server_;
  std::atomic<bool> is_over_ = false;
  std::jthread thread_;  // last: it uses the others
};

void Session::serve() {
  ++shared_.connections;
  for (;;) {
    const std::string text = client_.read_head();
    if (text.empty() || serve_request(HttpHead(text)) == Then::kClose) break;
  }
  // Closing is the other side's only sign of the end: not later, when the object goes.
  client_ = HttpStream(UniqueFd(), -1);
  server_.reset();
  is_over_ = true;
}

Session::Then Session::serve_request(const HttpHead& head) {
  Dice dice(shared_.options.seed, shared_.requests++);
  const std::optional<Fault> fault = shared_.plan.choose(head, dice);
  if (fault == Fault::kSlowDown && dice.even()) return refuse_early(head);
  if (head.has("Expect", "100-continue") && !client_.send("HTTP/1.1 100 Continue\r\n\r\n"))
    return Then::kClose;
  if (fault == Fault::kSlowDown || fault == Fault::kErrorIn200 || fault == Fault::kWrongDate)
    return answer_instead(*fault, head, dice);
  if (fault == Fault::kDelay) {
    shared_.plan.count(Fault::kDelay);
    wait_delay();
  }
  return pass_on(fault, head, dice);
}

void Session::wait_delay() const {
  pollfd stop{shared_.stop.get(), POLLIN, 0};
  ::poll(&stop, 1, static_cast<int>(shared_.options.delay.count()));
}

Session::Then Session::answer_instead(Fault fault, const HttpHead& head, Dice& dice) {
  const auto ignore = [](std::string_view) { return true; };
  if (!client_.read_body(head, ignore)) return Then::kClose;
  shared_.plan.count(fault);
  const auto now = std::chrono::system_clock::now();
  std::string answer;
  if (fault == Fault::kSlowDown)
    answer = error_answer("503 Slow Down", "SlowDown", false, now);
  else if (fault == Fault::kErrorIn200)
    answer = error_answer("200 OK", dice.even() ? "InternalError" : "SlowDown", false, now);
  else
    answer = error_answer("403 Forbidden", "RequestTimeTooSkewed", false, now - kSlowClock);
  return client_.send(answer) ? Then::kGoOn : Then::kClose;
}

// What is still on its way is read, because unread bytes would turn the end into a break.
Session::Then Session::refuse_early(const HttpHead& head) {
  const auto now = std::chrono::system_clock::now();
  shared_.plan.count(Fault::kSlowDown);
  if (client_.send(error_answer("503 Slow Down", "SlowDown", true, now))) {
    client_.end_sending();
    client_.read_body(head, [](std::string_view) { return true; });
  }
  return Then::kClose;
}

bool Session::connect() {
  if (server_ && !server_->is_closed()) return true;
  auto fd = connect_to(shared_.options.to);
  if (!fd) return false;
  server_ = std::make_unique<HttpStream>(*std::move(fd), shared_.stop.get());
  return true;
}

Session::Then Session::break_off(Dice& dice) {
  if (dice.even()) client_.reset_at_end();
  if (server_ && dice.even()) server_->reset_at_end();
  return Then::kClose;
}

Session::Then Session::pass_on(std::optional<Fault> fault, const HttpHead& head, Dice& dice) {
  if (!connect()) return Then::kClose;
  const bool whole = pass_request(fault, head, dice);
  if (fault == Fault::kCutRequest) {
    shared_.plan.count(Fault::kCutRequest);
    return break_off(dice);
  }
  // A server that does not want the body may have answered, and gone.
  const Then then = pass_answer(fault, head, dice);
  return whole ? then : Then::kClose;
}

bool Session::pass_request(std::optional<Fault> fault, const HttpHead& head, Dice& dice) {
  const std::uint64_t head_bytes = head.text().size();
  const std::uint64_t body_bytes = head.content_length().value_or(0);
  Outlet to_server(*server_);
  if (fault == Fault::kCutRequest) to_server.cut_after(dice.below(head_bytes + body_bytes));
  if (fault == Fault::kFlipRequest)
    to_server.flip_bit(head_bytes + dice.below(body_bytes), static_cast<unsigned>(dice.below(8)));
  const bool whole =
      to_server.write(head.text()) &&
      client_.read_body(head, [&](std::string_view piece) { return to_server.write(piece); });
  if (to_server.has_flipped()) shared_.plan.count(Fault::kFlipRequest);
  return whole;
}

std::string Session::read_answer_head() {
  for (;;) {
    std::string text = server_->read_head();
    if (HttpHead(text).status() / 100 != 1) return text;  // "100 Continue" was said already
  }
}

void Session::harm_answer(Outlet& to_client, std::optional<Fault> fault, const HttpHead& answer,
                          std::uint64_t body_bytes, Dice& dice) {
  const std::uint64_t head_bytes = answer.text().size();
  if (fault == Fault::kCutAnswer) to_client.cut_after(dice.below(head_bytes + body_bytes));
  if (fault == Fault::kFlipAnswer && answer.status() / 100 == 2 && body_bytes > 0)
    to_client.flip_bit(head_bytes + dice.below(body_bytes), static_cast<unsigned>(dice.below(8)));
}

// Whether all of it came and went on.
bool Session::pass_answer_body(Outlet& to_client, const HttpHead& answer) {
  const auto take = [&](std::string_view piece) { return to_client.write(piece); };
  return is_framed(answer) ? server_->read_body(answer, take) : server_->read_to_end(take);
}

Session::Then Session::pass_answer(std::optional<Fault> fault, const HttpHead& head, Dice& dice) {
  const std::string text = read_answer_head();
  if (text.empty()) return Then::kClose;
  const HttpHead answer(text);
  const bool has_body = answer_has_body(head, answer.status());
  Outlet to_client(client_);
  harm_answer(to_client, fault, answer, has_body ? answer.content_length().value_or(0) : 0, dice);
  const bool whole = to_client.write(text) && (!has_body || pass_answer_body(to_client, answer));

  if (to_client.has_flipped()) shared_.plan.count(Fault::kFlipAnswer);
  if (to_client.is_cut()) {
    shared_.plan.count(Fault::kCutAnswer);
    return break_off(dice);
  }
  if (fault == Fault::kClose) shared_.plan.count(Fault::kClose);
  const bool ends = (has_body && !is_framed(answer)) || answer.has("Connection", "close") ||
                    head.has("Connection", "close") || fault == Fault::kClose;
  return whole && !ends ? Then::kGoOn : Then::kClose;
}

// Accepts until the end, which joins all sessions.
void accept_all(int listening, Shared& shared) {
  std::list<Session> sessions;
  for (;;) {
    std::array<pollfd, 2> both{pollfd{listening, POLLIN, 0}, pollfd{shared.stop.get(), POLLIN, 0}};
    if (::poll(both.data(), both.size(), -1) < 0) continue;
    if (both[1].revents != 0) return;
    UniqueFd client(::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) continue;
    send_at_once(client.get());
    sessions.remove_if([](const Session& session) { return session.is_over(); });
    sessions.emplace_back(std::move(client), shared);
  }
}

void tell(const Shared& shared) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().member("connections", shared.connections.load());
  json.member("requests", shared.requests.load()).key("faults").begin_object();
  for (std::size_t at = 0; at < kFaults; ++at) {
    const auto fault = static_cast<Fault>(at);
    json.member(name(fault), shared.plan.done(fault));
  }
  json.end_object().end_object();
  std::puts(text.c_str());
}

template <class Number>
Result<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return fail(Code::kInvalid, std::string(text) + " is no number");
  return value;
}

Status set_fault(FaultPlan& plan, std::string_view option, std::string_view value) {
  for (std::size_t at = 0; at < kFaults; ++at) {
    const auto fault = static_cast<Fault>(at);
    if (option == "--" + std::string(name(fault))) return plan.set_rate(fault, value);
  }
  return fail(Code::kInvalid, "what is " + std::string(option) + "?");
}

Status set_option(Shared& shared, std::string_view option, std::string_view value) {
  ProxyOptions& options = shared.options;
  if (option == "--to") {
    options.to = value;
  } else if (option == "--listen") {
    PENSTOCK_TRY(options.port, number<std::uint16_t>(value));
  } else if (option == "--seed") {
    PENSTOCK_TRY(options.seed, number<std::uint64_t>(value));
  } else if (option == "--delay-ms") {
    PENSTOCK_TRY(const unsigned delay, number<std::uint16_t>(value));
    options.delay = std::chrono::milliseconds(delay);
  } else {
    return set_fault(shared.plan, option, value);
  }
  return {};
}

Status set_options(Shared& shared, const std::vector<std::string_view>& words) {
  for (std::size_t at = 0; at + 1 < words.size(); at += 2)
    PENSTOCK_CHECK(set_option(shared, words[at], words[at + 1]));
  if (words.size() % 2 != 0 || shared.options.to.empty())
    return fail(Code::kInvalid,
                "usage: fault_proxy --to ADDRESS:PORT [--listen PORT] [--seed N] [--delay-ms N] "
                "[--FAULT PERCENT]...");
  return {};
}

Status run(const std::vector<std::string_view>& words) {
  // Blocked before there are threads, which inherit it.
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  sigprocmask(SIG_BLOCK, &ending, nullptr);

  Shared shared;
  PENSTOCK_CHECK(set_options(shared, words));
  shared.stop = UniqueFd(::eventfd(0, EFD_CLOEXEC));
  if (!shared.stop) return fail_errno("eventfd", errno);
  PENSTOCK_TRY(const Listening listening, listen_on_loopback(shared.options.port));
  std::printf("%u\n", unsigned{listening.port});
  std::fflush(stdout);

  std::jthread acceptor([&] { accept_all(listening.fd.get(), shared); });
  int signal = 0;
  sigwait(&ending, &signal);
  const std::uint64_t one = 1;
  if (::write(shared.stop.get(), &one, sizeof one) < 0) return fail_errno("write", errno);
  acceptor.join();
  tell(shared);
  return {};
}

}  // namespace
}  // namespace penstock::testing

int main(int argc, char** argv) {
  const auto done = penstock::testing::run({argv + 1, argv + argc});
  if (!done) std::fprintf(stderr, "fault_proxy: %s\n", done.error().message.c_str());
  return done ? 0 : 2;
}
