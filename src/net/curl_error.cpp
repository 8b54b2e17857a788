#include "net/curl_error.h"

#include <string>
#include <system_error>

#include "net/http_target.h"

namespace penstock {
namespace {

struct Cause {
  Code code;
  Retry retry;
  std::string text;
};

// "connection refused", where the system has said so, else `otherwise`.
std::string system_cause(CURL* easy, std::string otherwise) {
  long errnum = 0;
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &errnum);
  if (errnum == 0) return otherwise;
  return otherwise + ": " + std::generic_category().message(static_cast<int>(errnum));
}

// Numbers of X509_V_ERR_... (openssl/x509_vfy.h), which libcurl hands on without naming them.
std::string certificate_cause(CURL* easy, std::string_view detail) {
  long verdict = 0;
  curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
  switch (verdict) {
    case 0:
    case 1:  // not yet judged: libcurl itself compares the names before
    case 62:
    case 64:
      return "it is for another host name";
    case 9:
      return "it is not valid yet";
    case 10:
      return "it has expired";
    case 2:
    case 18:
    case 19:
    case 20:
    case 21:
      return "its issuer is unknown (it is self-signed, or of an authority that is not among the "
             "trusted ones)";
    default:
      return std::string(detail);
  }
}

Cause broken_off(CURL* easy) {
  return {Code::kIo, Retry::kLater, system_cause(easy, "the connection was broken off")};
}

Cause cause_of(CURL* easy, CURLcode code, std::string_view detail) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Code::kIo, Retry::kLater, "no such host, or no name server that knows it"};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Code::kIo, Retry::kLater, "no such proxy, or no name server that knows it"};
    case CURLE_COULDNT_CONNECT:
      return {Code::kIo, Retry::kLater, system_cause(easy, "cannot connect")};
    case CURLE_OPERATION_TIMEDOUT:
      return {Code::kIo, Retry::kLater, "connecting timed out"};
    case CURLE_GOT_NOTHING:
      return {Code::kIo, Retry::kLater, "the server closed the connection without an answer"};
    case CURLE_PARTIAL_FILE:
      return {Code::kIo, Retry::kLater, "the connection was broken off within the answer"};
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return broken_off(easy);
    case CURLE_SSL_CONNECT_ERROR:
      return {Code::kIo, Retry::kLater, "no TLS connection: " + std::string(detail)};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {Code::kDenied, Retry::kNever,
              "the server's certificate is not to be trusted: " + certificate_cause(easy, detail)};
    case CURLE_SSL_CACERT_BADFILE:
      return {Code::kInvalid, Retry::kNever, "the file of trusted certificates holds none"};
    case CURLE_UNSUPPORTED_PROTOCOL:  // HTTP/0.9: the scheme was ours
      return {Code::kIo, Retry::kNever, "the server's answer is not HTTP"};
    case CURLE_URL_MALFORMAT:
      return {Code::kInvalid, Retry::kNever, "no URL that can be asked"};
    case CURLE_OUT_OF_MEMORY:
      return {Code::kNoSpace, Retry::kNever, "out of memory"};
    default: {
      std::string text = curl_easy_strerror(code);
      if (!detail.empty()) text.append(": ").append(detail);
      return {Code::kIo, Retry::kNever, std::move(text)};
    }
  }
}

}  // namespace

Failure curl_failure(const HttpRequest& request, CURL* easy, CURLcode code, const char* detail) {
  Cause cause = cause_of(easy, code, detail);
  return fail(Error{cause.code, std::move(cause.text), cause.retry, {}}.within(
      describe_request(request.method, request.url)));
}

}  // namespace penstock
