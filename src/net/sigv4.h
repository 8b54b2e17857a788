// AWS Signature Version 4 ("Signature Version 4 signing process", AWS General Reference), as S3
// wants it: the path is encoded once, the payload's hash is a header. libcurl's own is wrong for S3
// before 8.x, and derives the day's key anew each time.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "penstock/error.h"
#include "penstock/secret.h"

#include "crypto/digest.h"
#include "net/http.h"

namespace penstock {

struct AwsCredentials {
  std::string access_key;
  Secret secret_key;
  std::string session_token;           // empty: none
  std::chrono::sys_seconds expires{};  // the epoch: never
};

inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

// The time as the server sees it: ours and an offset that a refused request taught us. One is
// shared by all workers, so that only the requests in flight are signed again. Threads: any.
class ServerClock {
 public:
  std::chrono::sys_seconds now() const;
  // What the server said its time is (its Date header).
  void correct(std::chrono::sys_seconds server_now);

 private:
  std::atomic<std::int64_t> offset_seconds_{0};
};

// Threads: any number at the same time. The key of the day is derived once and kept.
class SigV4 {
 public:
  SigV4(std::string region, std::string service);
  ~SigV4();
  SigV4(const SigV4&) = delete;
  SigV4& operator=(const SigV4&) = delete;

  // Adds Host, X-Amz-Date, X-Amz-Content-Sha256, X-Amz-Security-Token (if there is one) and
  // Authorization to `request`, and signs all headers it has. `payload_hash`: lower-case hex of the
  // body's SHA-256, or kUnsignedPayload. The URL's query must be sorted and encoded (url.h).
  Status sign(HttpRequest& request, const AwsCredentials& credentials,
              std::string_view payload_hash, std::chrono::sys_seconds now) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock
