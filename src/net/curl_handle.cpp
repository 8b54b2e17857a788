#include "net/curl_handle.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>

#include "base/narrow.h"
#include "net/curl_error.h"
#include "net/http_target.h"

namespace penstock {
namespace {

using Steady = std::chrono::steady_clock;

// Of what a download takes from the socket at once.
constexpr long kReceiveBytes = 64L << 10;
constexpr long kUploadBytes = 128L << 10;
// A handle asks one host nearly always; a few more, and old ones are closed.
constexpr long kMostIdleConnections = 4;

// "Name: value" of a header line, without the blanks around the value.
std::pair<std::string_view, std::string_view> split_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {line, {}};
  constexpr std::string_view kBlanks = " \t\r\n";
  std::string_view value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(kBlanks), value.size()));
  value = value.substr(0, value.find_last_not_of(kBlanks) + 1);
  return {line.substr(0, colon), value};
}

int status_of(std::string_view line) {
  int status = 0;
  const std::string_view digits = line.substr(std::min(line.find(' ') + 1, line.size()));
  std::from_chars(digits.data(), digits.data() + digits.size(), status);
  return status;
}

int poll_milliseconds(std::chrono::nanoseconds time) {
  const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(time).count();
  return static_cast<int>(std::clamp<std::int64_t>(rounded, 0, std::numeric_limits<int>::max()));
}

// The connection that the transfer of a handle has, given back when the transfer ends: closed,
// unless the answer was read to its end.
class InMulti {
 public:
  InMulti(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {
    is_in_ = curl_multi_add_handle(multi_, easy_) == CURLM_OK;
  }
  ~InMulti() {
    if (is_in_) curl_multi_remove_handle(multi_, easy_);
  }
  InMulti(const InMulti&) = delete;
  InMulti& operator=(const InMulti&) = delete;
  explicit operator bool() const { return is_in_; }

 private:
  CURLM* multi_;
  CURL* easy_;
  bool is_in_ = false;
};

Failure in_request(const HttpRequest& request, Error error) {
  return fail(std::move(error).within(describe_request(request.method, request.url)));
}

Failure curl_is_broken() {
  return fail(Code::kInternal, "libcurl lacks a setting that penstock needs");
}

}  // namespace

struct CurlHandle::Run {
  explicit Run(const HttpRequest& asked) : request(asked), taker(asked) {}

  // Keeps why a callback ends the request.
  bool keep(Status status) {
    if (!status) failure = std::move(status).error();
    return !failure.has_value();
  }

  const HttpRequest& request;
  AnswerTaker taker;
  std::uint64_t read_bytes = 0;  // of the body
  bool has_answer = false;       // the beginning of one
  std::optional<Error> failure;
};

Result<std::unique_ptr<CurlHandle>> CurlHandle::create(const HttpClientOptions& options) {
  std::unique_ptr<CurlHandle> made(new CurlHandle);
  made->multi_.reset(curl_multi_init());
  made->easy_.reset(curl_easy_init());
  if (!made->multi_ || !made->easy_) return fail(Code::kNoSpace, "make a handle of libcurl");
  if (!made->set_for_good(options)) return curl_is_broken();
  return made;
}

bool CurlHandle::set_for_good(const HttpClientOptions& options) {
  const long verify = options.insecure ? 0 : 1;
  bool ok = curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kMostIdleConnections) == CURLM_OK;
  ok = ok && set(CURLOPT_NOSIGNAL, 1L) && set(CURLOPT_ERRORBUFFER, detail_.data()) &&
       set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1}) && set(CURLOPT_HTTP09_ALLOWED, 0L) &&
       set(CURLOPT_PATH_AS_IS, 1L) && set(CURLOPT_PROTOCOLS_STR, "http,https") &&
       set(CURLOPT_FOLLOWLOCATION, 0L) && set(CURLOPT_TCP_NODELAY, 1L) &&
       set(CURLOPT_TCP_KEEPALIVE, 1L) && set(CURLOPT_BUFFERSIZE, kReceiveBytes) &&
       set(CURLOPT_UPLOAD_BUFFERSIZE, kUploadBytes) && set(CURLOPT_NOPROGRESS, 1L) &&
       set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) &&
       set(CURLOPT_QUICK_EXIT, 1L);  // a stop does not wait for the name server
  ok = ok && set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2}) &&
       set(CURLOPT_SSL_VERIFYPEER, verify) && set(CURLOPT_SSL_VERIFYHOST, 2 * verify) &&
       set(CURLOPT_USERAGENT, options.user_agent.c_str());
  ok = ok && set(CURLOPT_HEADERFUNCTION, &CurlHandle::on_header) &&
       set(CURLOPT_WRITEFUNCTION, &CurlHandle::on_body) &&
       set(CURLOPT_READFUNCTION, &CurlHandle::on_read);
  if (!options.ca_file.empty())  // and not the system's directory besides
    ok = ok && set(CURLOPT_CAINFO, options.ca_file.c_str()) &&
         set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  if (!options.use_proxy)
    ok = ok && set(CURLOPT_PROXY, "");  // not even the environment's
  else if (!options.proxy.empty())
    ok = ok && set(CURLOPT_PROXY, options.proxy.c_str());
  return ok;
}

bool CurlHandle::set_mode(Mode mode) {
  if (mode == mode_) return true;
  mode_ = mode;
  switch (mode) {
    case Mode::kNone:
      return set(CURLOPT_HTTPGET, 1L);
    case Mode::kHead:
      return set(CURLOPT_NOBODY, 1L);
    case Mode::kBytes:  // head and a small body leave in one system call
      return set(CURLOPT_NOBODY, 0L) && set(CURLOPT_UPLOAD, 0L) && set(CURLOPT_POST, 1L);
    case Mode::kRead:
      return set(CURLOPT_NOBODY, 0L) && set(CURLOPT_UPLOAD, 1L);
  }
  return false;
}

bool CurlHandle::set_for(Run& run) {
  const HttpRequest& request = run.request;
  const bool sends = request.method == "PUT" || request.method == "POST";
  Mode mode = request.method == "HEAD" ? Mode::kHead : Mode::kNone;
  if (request.read) mode = Mode::kRead;
  if (!request.read && (sends || !request.bytes.empty())) mode = Mode::kBytes;
  build_headers(request);
  bool ok = set_mode(mode) && set(CURLOPT_CUSTOMREQUEST, request.method.c_str()) &&
            set(CURLOPT_URL, request.url.c_str()) && set(CURLOPT_HTTPHEADER, header_list_.data()) &&
            set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count())) &&
            set(CURLOPT_HEADERDATA, &run) && set(CURLOPT_WRITEDATA, &run);
  if (mode == Mode::kBytes) {
    const Bytes body = request.bytes.empty() ? as_bytes("") : request.bytes;
    ok = ok && set(CURLOPT_POSTFIELDS, body.data()) &&
         set(CURLOPT_POSTFIELDSIZE_LARGE, narrow<curl_off_t>(body.size()));
  }
  if (mode == Mode::kRead)
    ok = ok && set(CURLOPT_READDATA, &run) &&
         set(CURLOPT_INFILESIZE_LARGE, narrow<curl_off_t>(request.body_bytes));
  return ok;
}

// Lines as libcurl wants them: "Name: value", "Name;" for an empty value, "Name:" for one of its
// own that is not to be sent.
void CurlHandle::build_headers(const HttpRequest& request) {
  header_text_.clear();
  header_list_.clear();
  std::size_t bytes = 128;
  for (const auto& [name, value] : request.headers) bytes += name.size() + value.size() + 3;
  header_text_.reserve(bytes);  // never reallocated: the list points into it
  header_list_.reserve(request.headers.size() + 3);
  const auto add = [this](std::string_view name, std::string_view separator,
                          std::string_view value) {
    header_list_.push_back({header_text_.data() + header_text_.size(), nullptr});
    header_text_.append(name).append(separator).append(value);
    header_text_ += '\0';
  };
  for (const auto& [name, value] : request.headers) add(name, value.empty() ? ";" : ": ", value);
  add("Expect", request.expect_continue ? ": " : ":",
      request.expect_continue ? "100-continue" : "");
  add("Accept", ":", "");
  if (find_header(request.headers, "Content-Type").empty()) add("Content-Type", ":", "");
  for (std::size_t i = 0; i + 1 < header_list_.size(); ++i)
    header_list_[i].next = &header_list_[i + 1];
}

std::size_t CurlHandle::on_header(char* data, std::size_t size, std::size_t count, void* run_data) {
  Run& run = *static_cast<Run*>(run_data);
  const std::string_view line(data, size * count);
  run.has_answer = true;
  bool ok = true;
  if (line.starts_with("HTTP/")) {
    run.taker.begin(status_of(line));
  } else if (line == "\r\n" || line == "\n") {
    ok = run.keep(run.taker.end_head());
  } else if (!run.taker.has_head()) {  // else a trailer, which nobody asks for
    const auto [name, value] = split_header(line);
    ok = run.keep(run.taker.add_header(name, value));
  }
  return ok ? line.size() : 0;
}

std::size_t CurlHandle::on_body(char* data, std::size_t size, std::size_t count, void* run_data) {
  Run& run = *static_cast<Run*>(run_data);
  const std::string_view piece(data, size * count);
  if (!run.taker.has_head() && !run.keep(fail(Code::kIo, "the server's answer is not HTTP")))
    return 0;
  return run.keep(run.taker.take(as_bytes(piece))) && !run.taker.is_full() ? piece.size() : 0;
}

std::size_t CurlHandle::on_read(char* data, std::size_t size, std::size_t count, void* run_data) {
  Run& run = *static_cast<Run*>(run_data);
  const std::uint64_t left = run.request.body_bytes - run.read_bytes;
  const MutableBytes room = std::as_writable_bytes(std::span(data, size * count));
  if (left == 0) return 0;
  const auto got = run.request.read(room.first(std::min<std::uint64_t>(room.size(), left)));
  if (!got || *got == 0) {
    run.failure =
        got ? Error{Code::kChanged, "the body ended early", Retry::kNever, {}} : got.error();
    return CURL_READFUNC_ABORT;
  }
  run.read_bytes += *got;
  return *got;
}

// Until the transfer has ended (`result` says how), a stop, or the idle time-out.
Status CurlHandle::drive(Run& run, const std::stop_token& stop, CURLcode& result) {
  const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi_.get()); });
  auto last_activity = Steady::now();
  for (;;) {
    int running = 0;
    if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) return curl_is_broken();
    if (running == 0) break;
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    const auto left = run.request.idle_timeout - (Steady::now() - last_activity);
    if (left <= Steady::duration::zero())
      return fail(Code::kIo, "timed out: nothing sent or received", Retry::kLater);
    int active = 0;
    if (curl_multi_poll(multi_.get(), nullptr, 0, poll_milliseconds(left), &active) != CURLM_OK)
      return curl_is_broken();
    if (active > 0) last_activity = Steady::now();
  }
  int queued = 0;
  const CURLMsg* const message = curl_multi_info_read(multi_.get(), &queued);
  result = message == nullptr ? CURLE_FAILED_INIT : message->data.result;
  return {};
}

Result<HttpResponse> CurlHandle::perform(const HttpRequest& request, const std::stop_token& stop) {
  if (stop.stop_requested()) return in_request(request, {Code::kCancelled, "cancelled"});
  CURLcode code = CURLE_OK;
  Run run(request);
  PENSTOCK_CHECK(attempt(run, stop, code));
  if (!was_closed_before(run, code)) return outcome(run, code);
  Run again(request);
  const bool fresh = set(CURLOPT_FRESH_CONNECT, 1L);
  Status attempted = attempt(again, stop, code);
  if (!fresh || !set(CURLOPT_FRESH_CONNECT, 0L))
    return in_request(request, curl_is_broken().value());
  PENSTOCK_CHECK(std::move(attempted));
  return outcome(again, code);
}

Status CurlHandle::attempt(Run& run, const std::stop_token& stop, CURLcode& code) {
  detail_[0] = '\0';
  if (!set_for(run)) return in_request(run.request, curl_is_broken().value());
  const InMulti transfer(multi_.get(), easy_.get());
  if (!transfer) return in_request(run.request, curl_is_broken().value());
  if (auto driven = drive(run, stop, code); !driven)
    return in_request(run.request, std::move(driven).error());
  return {};
}

// Whether the server had closed the connection that was used again, so that the request may go once
// more. libcurl does that too, but counts over all requests of a handle how often (7.88), and gives
// up at the sixth.
bool CurlHandle::was_closed_before(const Run& run, CURLcode code) const {
  long connects = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &connects);
  const bool broken =
      code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING;
  return broken && connects == 0 && !run.has_answer && !run.failure && !run.request.read &&
         run.request.method != "POST";
}

Result<HttpResponse> CurlHandle::outcome(Run& run, CURLcode code) {
  if (run.failure) return in_request(run.request, *std::move(run.failure));
  AnswerTaker& taker = run.taker;
  // A server that has refused need not take the rest of the body.
  const bool refused =
      code == CURLE_SEND_ERROR && taker.has_head() && taker.response().status >= 300;
  if (code != CURLE_OK && !refused && !taker.is_full())
    return curl_failure(run.request, easy_.get(), code, detail_.data());
  if (!taker.has_head()) return curl_failure(run.request, easy_.get(), CURLE_PARTIAL_FILE, "");
  curl_off_t sent = 0;
  curl_off_t answered = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &sent);
  curl_easy_getinfo(easy_.get(), CURLINFO_STARTTRANSFER_TIME_T, &answered);
  taker.response().first_byte = std::chrono::microseconds(std::max<curl_off_t>(answered - sent, 0));
  return std::move(taker.response());
}

std::string_view CurlHandle::address() const {
  const char* text = nullptr;
  curl_easy_getinfo(easy_.get(), CURLINFO_PRIMARY_IP, &text);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace penstock
