// One request to S3 at a time: built, signed, sent, its refusal understood. What every call of the
// store goes through.
//
// Two refusals are lessons instead of failures, learned for all workers at once: the bucket is in
// another region (the requests go there from now on), and our clock is wrong (ServerClock). A
// refused request is signed again and sent again once for each of the two, also when 64 of them are
// refused at the same time; once more when the time it had learned is refused for another one.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"

#include "base/bytes.h"
#include "base/mutex.h"
#include "net/http.h"
#include "net/sigv4.h"
#include "store/aws_credentials.h"
#include "store/body.h"
#include "store/s3_config.h"
#include "store/s3_error.h"
#include "store/store.h"

namespace penstock {

// A request before it is addressed and signed. Views and pointers must outlive its perform().
struct S3Request {
  std::string_view operation = {};  // "put", for messages
  std::string method = "GET";
  std::string_view key = {};  // empty: the bucket
  std::string query = {};     // encoded and sorted, without its ?
  HttpHeaders headers = {};

  Bytes bytes = {};      // the body; or
  Body* body = nullptr;  // read from its start, once for each attempt

  std::function<Status(const HttpResponse&)> on_head = {};  // as in HttpRequest
  std::function<Status(Bytes)> on_bytes = {};
  std::function<void(int status)> on_refusal = {};  // told of the answer that becomes an error
  Code precondition = Code::kChanged;               // what 412 means
  std::chrono::milliseconds idle_timeout{60'000};
};

// What a store needs to reach its bucket; all may serve many.
struct S3Access {
  std::shared_ptr<HttpClient> client;
  std::shared_ptr<AwsCredentialSource> credentials;
  std::shared_ptr<ServerClock> clock;
};

// Threads: any number at the same time.
class S3Wire {
 public:
  // Precondition: check_config().
  S3Wire(S3Config config, S3Access access);
  ~S3Wire();
  S3Wire(const S3Wire&) = delete;
  S3Wire& operator=(const S3Wire&) = delete;

  const S3Config& config() const { return config_; }
  const StoreTraits& traits() const { return traits_; }
  const std::string& name() const { return name_; }  // "s3://bucket"

  // The answer, its status 2xx and no <Error> in its body; any other one is the error it means.
  // Messages begin with "put s3://bucket/key".
  Result<HttpResponse> perform(const S3Request& request, const std::stop_token& stop);
  std::string step(std::string_view operation, std::string_view key) const;

 private:
  // Where requests go. Kept until the wire goes: requests in flight look at it.
  struct Target {
    std::string region;
    std::string url_prefix;
    SigV4 signer;
  };
  struct Attempt;

  Status sign(HttpRequest& http, const S3Request& request, Attempt& attempt,
              const std::stop_token& stop);
  bool learn(const S3Refusal& refusal, const HttpResponse& response, Attempt& attempt);
  bool learn_region(const S3Refusal& refusal, Attempt& attempt);
  bool learn_time(const S3Refusal& refusal, const HttpResponse& response, Attempt& attempt);
  const Target* target_of(const std::string& region) PENSTOCK_EXCLUDES(mutex_);

  const S3Config config_;
  const std::string name_;
  const StoreTraits traits_;
  const S3Access access_;
  Mutex mutex_;
  std::vector<std::unique_ptr<const Target>> targets_ PENSTOCK_GUARDED_BY(mutex_);
  std::atomic<const Target*> current_;
};

}  // namespace penstock
