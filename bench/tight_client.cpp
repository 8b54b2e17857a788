// tight_client [--connections N] ADDRESS:PORT BUCKET/PREFIX < LIST: puts the files that the list
// names, a line each, as objects of these names: the least that any uploader has to do, and the
// yardstick of ./bench/run transfer. N connections (default 8) that are kept, each with a thread,
// blocking, one PUT at a time; the body's SHA-256 and an AWS signature by our own kernels; one
// writev for head and body. No walk, no list, no retry, no check but of the status.
//
// Files of at most 1 MiB whose names need no percent-encoding. Credentials: AWS_ACCESS_KEY_ID and
// AWS_SECRET_ACCESS_KEY. Tells what it did as JSON.
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "penstock/error.h"

#include "base/hex.h"
#include "base/json.h"
#include "base/narrow.h"
#include "crypto/digest.h"
#include "crypto/hmac_sha256.h"
#include "files/unique_fd.h"
#include "tools/http_head.h"
#include "tools/loopback.h"

namespace penstock::bench {
namespace {

using testing::HttpHead;

constexpr std::size_t kFileMost = std::size_t{1} << 20;
constexpr std::string_view kRegion = "us-east-1";

struct Job {
  std::string authority;
  std::string prefix;  // "/bucket/prefix/"
  std::size_t connections = 8;
  std::string access_key;
  std::string secret_key;
  std::vector<std::string> files;
};

// Signature Version 4 of PUT requests with three headers, all at the time of its making.
class Signer {
 public:
  static Result<Signer> create(const Job& job);
  // The three headers of the request, for a body of this hash.
  Result<std::string> headers(const std::string& path, const std::string& body_hash) const;

 private:
  std::string authority_;
  std::string access_key_;
  std::string time_;
  std::string scope_;
  Sha256Digest key_{};
};

Result<Sha256Digest> step(Bytes key, std::string_view text) {
  return hmac_sha256(key, as_bytes(text));
}

Result<Signer> Signer::create(const Job& job) {
  Signer signer;
  signer.authority_ = job.authority;
  signer.access_key_ = job.access_key;
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  signer.time_.assign(text.data(),
                      std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts));
  const std::string day = signer.time_.substr(0, 8);
  signer.scope_ = day + "/" + std::string(kRegion) + "/s3/aws4_request";
  PENSTOCK_TRY(const auto of_day, step(as_bytes("AWS4" + job.secret_key), day));
  PENSTOCK_TRY(const auto of_region, step(of_day, kRegion));
  PENSTOCK_TRY(const auto of_service, step(of_region, "s3"));
  PENSTOCK_TRY(signer.key_, step(of_service, "aws4_request"));
  return signer;
}

Result<std::string> Signer::headers(const std::string& path, const std::string& body_hash) const {
  static constexpr std::string_view kSigned = "host;x-amz-content-sha256;x-amz-date";
  const std::string canonical = "PUT\n" + path + "\n\nhost:" + authority_ +
                                "\nx-amz-content-sha256:" + body_hash + "\nx-amz-date:" + time_ +
                                "\n\n" + std::string(kSigned) + "\n" + body_hash;
  PENSTOCK_TRY(const Sha256Digest hash, sha256(as_bytes(canonical)));
  const std::string text = "AWS4-HMAC-SHA256\n" + time_ + "\n" + scope_ + "\n" + hex(hash);
  PENSTOCK_TRY(const Sha256Digest signature, step(key_, text));
  return "Host: " + authority_ + "\r\nx-amz-content-sha256: " + body_hash +
         "\r\nx-amz-date: " + time_ +
         "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=" + access_key_ + "/" + scope_ +
         ", SignedHeaders=" + std::string(kSigned) + ", Signature=" + hex(signature) + "\r\n";
}

// One connection and what its requests need.
class Putter {
 public:
  static Result<Putter> create(const Job& job, const Signer& signer);
  // The bytes of the file that was put.
  Result<std::uint64_t> put(const std::string& file);

 private:
  Putter(const Job& job, const Signer& signer, UniqueFd fd, StreamSha256 digest)
      : job_(job),
        signer_(signer),
        fd_(std::move(fd)),
        digest_(std::move(digest)),
        content_(kFileMost + 1) {}

  Result<Bytes> read_file(const std::string& file);
  Status send(std::string& head, Bytes body);
  Result<int> read_status();

  const Job& job_;
  const Signer& signer_;
  UniqueFd fd_;
  StreamSha256 digest_;
  std::vector<std::byte> content_;
  std::string answer_;
};

Result<Putter> Putter::create(const Job& job, const Signer& signer) {
  PENSTOCK_TRY(UniqueFd fd, testing::connect_to(job.authority));
  PENSTOCK_TRY(StreamSha256 digest, StreamSha256::create());
  return Putter(job, signer, std::move(fd), std::move(digest));
}

Result<Bytes> Putter::read_file(const std::string& file) {
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail_errno("open " + file, errno);
  PENSTOCK_TRY(const std::size_t bytes, read_full(fd.get(), content_, file));
  if (bytes > kFileMost) return fail(Code::kUnsupported, file + " is larger than 1 MiB");
  return Bytes(content_).first(bytes);
}

Status Putter::send(std::string& head, Bytes body) {
  std::array<iovec, 2> pieces{
      iovec{head.data(), head.size()},
      iovec{const_cast<std::byte*>(body.data()), body.size()}};  // sendmsg only reads it
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  const ssize_t sent = ::sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
  if (sent < 0 || to_u64(sent) < head.size()) return fail_errno("send", errno);
  const Bytes rest = body.subspan(narrow<std::size_t>(sent) - head.size());
  return testing::send_all(fd_.get(), rest) ? Status() : fail_errno("send", errno);
}

Result<int> Putter::read_status() {
  answer_.clear();
  for (;;) {
    std::array<char, 4096> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled
    const ssize_t got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (got <= 0) return fail(Code::kIo, "the connection broke off");
    answer_.append(buffer.data(), narrow<std::size_t>(got));
    const auto head_bytes = HttpHead::length_in(answer_);
    if (!head_bytes) continue;
    const HttpHead head(std::string_view(answer_).substr(0, *head_bytes));
    if (answer_.size() >= *head_bytes + head.content_length().value_or(0)) return head.status();
  }
}

Result<std::uint64_t> Putter::put(const std::string& file) {
  PENSTOCK_TRY(const Bytes body, read_file(file));
  PENSTOCK_CHECK(digest_.update(body));
  PENSTOCK_TRY(const Sha256Digest hash, digest_.finish());
  const std::string path = job_.prefix + file;
  PENSTOCK_TRY(const std::string headers, signer_.headers(path, hex(hash)));
  std::string head = "PUT " + path + " HTTP/1.1\r\n" + headers +
                     "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  PENSTOCK_CHECK(send(head, body));
  PENSTOCK_TRY(const int status, read_status());
  if (status != 200) return fail(Code::kIo, file + ": " + answer_);
  return body.size();
}

// The files that are left, for all threads, and what became of them.
struct Run {
  const Job& job;
  const Signer& signer;
  std::atomic<std::size_t> next = 0;
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<std::size_t> errors = 0;

  void failed(const Error& error) {
    if (errors++ == 0) std::fprintf(stderr, "tight_client: %s\n", error.message.c_str());
  }
  void work();
};

void Run::work() {
  auto putter = Putter::create(job, signer);
  if (!putter) return failed(putter.error());
  for (std::size_t at = next++; at < job.files.size(); at = next++) {
    const auto put = putter->put(job.files[at]);
    if (!put) return failed(put.error());
    bytes += *put;
  }
}

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void tell(const Run& run, std::chrono::duration<double> elapsed) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().member("files", run.job.files.size()).member("bytes", run.bytes.load());
  json.member("errors", run.errors.load()).member("elapsed_s", elapsed.count());
  json.member("cpu_s", cpu_seconds()).end_object();
  std::puts(text.c_str());
}

Status put_all(const Job& job) {
  PENSTOCK_TRY(const Signer signer, Signer::create(job));
  Run run{job, signer};
  const auto start = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < job.connections; ++i) threads.emplace_back([&] { run.work(); });
  }
  tell(run, std::chrono::steady_clock::now() - start);
  return run.errors == 0 ? Status() : fail(Code::kPartial, "not everything was put");
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Result<Job> parse(std::vector<std::string_view> words) {
  Job job;
  if (words.size() == 4 && words[0] == "--connections") {
    const std::string_view digits = words[1];
    std::from_chars(digits.data(), digits.data() + digits.size(), job.connections);
    words.erase(words.begin(), words.begin() + 2);
  }
  if (words.size() != 2)
    return fail(Code::kInvalid,
                "usage: tight_client [--connections N] ADDRESS:PORT BUCKET/PREFIX < LIST");
  job.authority = words[0];
  job.prefix = "/" + std::string(words[1]) + "/";
  job.access_key = environment("AWS_ACCESS_KEY_ID");
  job.secret_key = environment("AWS_SECRET_ACCESS_KEY");
  for (std::string line; std::getline(std::cin, line);) job.files.push_back(std::move(line));
  return job;
}

Status run(std::vector<std::string_view> words) {
  PENSTOCK_TRY(const Job job, parse(std::move(words)));
  return put_all(job);
}

}  // namespace
}  // namespace penstock::bench

int main(int argc, char** argv) {
  const auto done = penstock::bench::run({argv + 1, argv + argc});
  if (!done) std::fprintf(stderr, "tight_client: %s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
