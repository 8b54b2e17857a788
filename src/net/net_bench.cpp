// Micro-benchmarks of the room: what one small request costs apart from its file. The CPU figures
// of the requests are the client's: the server has a thread of its own.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/hex.h"
#include "net/answer_parser.h"
#include "net/curl_client.h"
#include "net/http_client.h"
#include "net/sigv4.h"
#include "net/test_server.h"

namespace penstock {
namespace {

constexpr std::size_t kSmallFileBytes = 4096;

AwsCredentials example() {
  return {"AKIAIOSFODNN7EXAMPLE",
          Secret(std::string("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")),
          "",
          {}};
}

HttpRequest put(std::string url, Bytes body) {
  HttpRequest request;
  request.method = "PUT";
  request.url = std::move(url);
  request.bytes = body;
  return request;
}

void sign(benchmark::State& state) {
  const SigV4 signer("us-east-1", "s3");
  const AwsCredentials credentials = example();
  const ServerClock clock;
  const std::string hash(64, 'a');
  for (auto _ : state) {
    HttpRequest request = put("http://127.0.0.1:9000/bucket/photos/2024/a.jpg", {});
    if (!signer.sign(request, credentials, hash, clock.now())) state.SkipWithError("sign");
    benchmark::DoNotOptimize(request);
  }
}
BENCHMARK(sign);

void hash_small_file(benchmark::State& state) {
  const std::vector<std::byte> body(kSmallFileBytes);
  for (auto _ : state) benchmark::DoNotOptimize(sha256(body));
}
BENCHMARK(hash_small_file);

void parse_answer(benchmark::State& state) {
  constexpr std::string_view kAnswer =
      "HTTP/1.1 200 OK\r\nETag: \"d41d8cd98f00b204e9800998ecf8427e\"\r\nDate: Fri, 24 May 2013 "
      "00:00:00 GMT\r\nx-amz-request-id: tx00000\r\nContent-Length: 0\r\n\r\n";
  const HttpRequest request;
  for (auto _ : state) {
    AnswerTaker taker(request);
    AnswerParser parser(taker, false);
    benchmark::DoNotOptimize(parser.feed(as_bytes(kAnswer)));
  }
}
BENCHMARK(parse_answer);

void perform(benchmark::State& state, Result<std::unique_ptr<HttpClient>> client) {
  testing::TestServer server([](testing::TestConnection& connection) {
    while (!connection.read_request().empty()) connection.answer("200 OK");
  });
  const std::vector<std::byte> body(kSmallFileBytes);
  for (auto _ : state) {
    const auto response = (*client)->perform(put(server.url("/bucket/a"), body), {});
    if (!response) state.SkipWithError(response.error().message.c_str());
  }
}
void put_small_file(benchmark::State& state) { perform(state, make_http_client({})); }
BENCHMARK(put_small_file);

void put_small_file_by_curl(benchmark::State& state) {
  perform(state, std::unique_ptr<HttpClient>(*CurlClient::create({})));
}
BENCHMARK(put_small_file_by_curl);

}  // namespace
}  // namespace penstock
