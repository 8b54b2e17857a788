// The promises of http.h, kept by every transport behind it.
#include "net/http_client.h"

#include <algorithm>
#include <atomic>
#include <latch>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/curl_client.h"
#include "net/plain_client.h"
#include "net/test_server.h"

namespace penstock {
namespace {

using testing::DeafPort;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using testing::TestConnection;
using testing::TestServer;

struct Transport {
  const char* name;
  Result<std::unique_ptr<HttpClient>> (*make)(const HttpClientOptions&);
};

Result<std::unique_ptr<HttpClient>> make_curl(const HttpClientOptions& options) {
  PENSTOCK_TRY(auto curl, CurlClient::create(options));
  return std::unique_ptr<HttpClient>(std::move(curl));
}

Result<std::unique_ptr<HttpClient>> make_plain(const HttpClientOptions& options) {
  PENSTOCK_TRY(auto curl, CurlClient::create(options));
  return make_plain_client(options, std::move(curl));
}

class HttpClientTest : public ::testing::TestWithParam<Transport> {
 protected:
  std::unique_ptr<HttpClient> client_ = *GetParam().make({});

  Result<HttpResponse> perform(const HttpRequest& request) {
    return client_->perform(request, std::stop_token());
  }
  Result<HttpResponse> get(std::string url) {
    HttpRequest request;
    request.url = std::move(url);
    return perform(request);
  }
};

INSTANTIATE_TEST_SUITE_P(Over, HttpClientTest,
                         ::testing::Values(Transport{"Curl", &make_curl},
                                           Transport{"Plain", &make_plain}),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

HttpRequest put(std::string url, std::string_view body) {
  HttpRequest request;
  request.method = "PUT";
  request.url = std::move(url);
  request.bytes = as_bytes(body);
  return request;
}

// A body by callback: `size` bytes, each the low bits of its place.
HttpRequest put_by_callback(std::string url, std::uint64_t size) {
  HttpRequest request = put(std::move(url), {});
  request.body_bytes = size;
  request.read = [at = std::uint64_t{0}](MutableBytes out) mutable -> Result<std::size_t> {
    for (std::byte& byte : out) byte = static_cast<std::byte>(at++ & 0xff);
    return out.size();
  };
  return request;
}

// Answers every request with its own text, until the client goes.
void echo(TestConnection& connection) {
  for (;;) {
    const std::string request = connection.read_request();
    if (request.empty()) return;
    connection.answer("200 OK", request);
  }
}

TestServer::Script always(std::string answer) {
  return [answer](TestConnection& connection) {
    while (!connection.read_request().empty()) connection.send(answer);
  };
}

// Answers once, without any length, and closes.
TestServer::Script once(std::string answer) {
  return [answer](TestConnection& connection) {
    connection.read_request();
    connection.send(answer);
  };
}

TEST_P(HttpClientTest, SendsTheRequestAsItStands) {
  TestServer server(echo);
  HttpRequest request = put(server.url("/b/../a%2F%c3%a4+b?x=1&y"), "hello");
  request.headers = {{"Host", "bucket.example"}, {"X-Empty", ""}, {"x-amz-date", "now"}};
  const auto response = perform(request);
  ASSERT_TRUE(response) << response.error().message;
  const std::string& seen = response->body;
  EXPECT_THAT(seen, StartsWith("PUT /b/../a%2F%c3%a4+b?x=1&y HTTP/1.1\r\n"));
  EXPECT_THAT(seen, EndsWith("\r\n\r\nhello"));
  for (const char* line :
       {"\r\nHost: bucket.example\r\n", "\r\nX-Empty:", "\r\nx-amz-date: now\r\n",
        "\r\nContent-Length: 5\r\n", "\r\nUser-Agent: penstock\r\n"})
    EXPECT_THAT(seen, HasSubstr(line));
  for (const char* other : {"Expect", "Content-Type", "Transfer-Encoding", "127.0.0.1"})
    EXPECT_THAT(seen, Not(HasSubstr(other)));
}

TEST_P(HttpClientTest, NamesTheHostWithItsPort) {
  TestServer server(echo);
  EXPECT_THAT(
      get(server.url(""))->body,
      ::testing::AllOf(StartsWith("GET / HTTP/1.1\r\n"),
                       HasSubstr("\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\n")));
}

TEST_P(HttpClientTest, APutOfNothingSaysSo) {
  TestServer server(echo);
  EXPECT_THAT(perform(put(server.url("/a"), ""))->body, HasSubstr("\r\nContent-Length: 0\r\n"));
  EXPECT_THAT(perform(put_by_callback(server.url("/a"), 0))->body,
              HasSubstr("\r\nContent-Length: 0\r\n"));
}

TEST_P(HttpClientTest, RequestsOfEveryKindFollowEachOther) {
  TestServer server(echo);
  for (int round = 0; round < 3; ++round) {
    EXPECT_THAT(get(server.url("/a"))->body, EndsWith("\r\n\r\n"));
    EXPECT_THAT(perform(put(server.url("/b"), "bb"))->body, EndsWith("\r\n\r\nbb"));
    EXPECT_EQ(perform(put_by_callback(server.url("/c"), 3))->body.back(), '\2');
    HttpRequest remove;
    remove.method = "DELETE";
    remove.url = server.url("/d");
    EXPECT_THAT(perform(remove)->body,
                ::testing::AllOf(StartsWith("DELETE /d "), Not(HasSubstr("Content-Length"))));
    HttpRequest post = put(server.url("/e"), "eee");
    post.method = "POST";
    EXPECT_THAT(perform(post)->body, ::testing::AllOf(StartsWith("POST /e "), EndsWith("eee")));
  }
}

TEST_P(HttpClientTest, ABodyByCallbackArrivesWhole) {
  constexpr std::uint64_t kSize = (std::uint64_t{1} << 20) + 7;
  TestServer server(echo);
  const auto response = perform(put_by_callback(server.url("/a"), kSize));
  ASSERT_TRUE(response) << response.error().message;
  const std::string body = response->body.substr(response->body.find("\r\n\r\n") + 4);
  std::string expected(kSize, '\0');
  for (std::size_t i = 0; i < kSize; ++i) expected[i] = static_cast<char>(i & 0xff);
  EXPECT_TRUE(body == expected) << body.size();
}

TEST_P(HttpClientTest, ALargeBodyInMemoryArrivesWhole) {
  TestServer server(echo);
  const std::string body(1'000'000, 'x');
  EXPECT_TRUE(perform(put(server.url("/a"), body))->body.ends_with("\r\n\r\n" + body));
}

TEST_P(HttpClientTest, ABodyThatEndsEarlyBreaksTheRequestOff) {
  std::latch gone(1);
  std::string seen;
  TestServer server([&](TestConnection& connection) {
    seen = connection.read_request();
    gone.count_down();
  });
  HttpRequest request = put(server.url("/a?secret"), {});
  request.body_bytes = 100;
  request.read = [left = 60UL](MutableBytes) mutable -> Result<std::size_t> {
    return std::exchange(left, 0);
  };
  const auto response = perform(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::kChanged);
  EXPECT_THAT(response.error().message, HasSubstr("the body ended"));
  gone.wait();
  EXPECT_LT(seen.size() - seen.find("\r\n\r\n") - 4, 100);
}

TEST_P(HttpClientTest, AFailureOfTheBodyIsTheResult) {
  TestServer server(echo);
  HttpRequest request = put(server.url("/a"), {});
  request.body_bytes = 100;
  request.read = [](MutableBytes) -> Result<std::size_t> {
    return fail(Code::kCorrupt, "disk on fire", Retry::kLater);
  };
  const auto response = perform(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::kCorrupt);
  EXPECT_EQ(response.error().retry, Retry::kLater);
  EXPECT_THAT(response.error().message, HasSubstr("disk on fire"));
  EXPECT_TRUE(get(server.url("/a")));  // nothing of it is left behind
}

TEST_P(HttpClientTest, EveryStatusIsASuccessAndNoRedirectIsFollowed) {
  for (const int status : {200, 204, 206, 301, 304, 307, 403, 404, 412, 429, 500, 503}) {
    TestServer server(
        always("HTTP/1.1 " + std::to_string(status) +
               " Because\r\nLocation: http://127.0.0.1:1/\r\nETag: \"x\"\r\n" +
               (status == 204 || status == 304 ? "\r\n" : "Content-Length: 2\r\n\r\nhi")));
    const auto response = get(server.url("/a"));
    ASSERT_TRUE(response) << status << response.error().message;
    EXPECT_EQ(response->status, status);
    EXPECT_EQ(find_header(response->headers, "etag"), "\"x\"");
    EXPECT_EQ(response->body, status == 204 || status == 304 ? "" : "hi");
  }
}

TEST_P(HttpClientTest, TheAnswerToHeadHasNoBody) {
  TestServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
  HttpRequest request;
  request.method = "HEAD";
  request.url = server.url("/a");
  for (int i = 0; i < 2; ++i) {
    const auto response = perform(request);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(find_header(response->headers, "Content-Length"), "1000");
    EXPECT_EQ(response->body, "");
  }
}

TEST_P(HttpClientTest, ReadsBodiesOfEveryFraming) {
  for (const char* answer : {
           "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
           "3\r\nabc\r\n2;why=not\r\nde\r\n1\r\nf\r\n0\r\nX-Trailer: 1\r\n\r\n",
           "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcdef",
           "HTTP/1.0 200 OK\r\n\r\nabcdef",
       }) {
    TestServer server(once(answer));
    const auto response = get(server.url("/a"));
    ASSERT_TRUE(response) << answer << response.error().message;
    EXPECT_EQ(response->body, "abcdef") << answer;
    EXPECT_TRUE(find_header(response->headers, "X-Trailer").empty());
  }
}

TEST_P(HttpClientTest, AnInterimAnswerIsPassedOver) {
  TestServer server(
      once("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"));
  const auto response = get(server.url("/a"));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->headers.size(), 1U);
  EXPECT_EQ(response->body, "a");
}

TEST_P(HttpClientTest, TheBodyOfASuccessGoesWhereTheRequestSays) {
  TestServer server(echo);
  HttpRequest request = put(server.url("/a"), "hello");
  std::vector<std::string> seen;
  request.on_head = [&](const HttpResponse& head) {
    seen.push_back(std::to_string(head.status));
    return Status();
  };
  request.on_bytes = [&](Bytes piece) {
    EXPECT_EQ(seen.front(), "200");
    seen.emplace_back(as_text(piece));
    return Status();
  };
  const auto response = perform(request);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "");
  EXPECT_THAT(seen.back(), EndsWith("hello"));
}

TEST_P(HttpClientTest, TheBodyOfARefusalDoesNot) {
  TestServer server(always("HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\nnope"));
  HttpRequest request = put(server.url("/a"), "hello");
  request.on_head = [](const HttpResponse&) { return fail(Code::kInternal, "head"); };
  request.on_bytes = [](Bytes) { return fail(Code::kInternal, "bytes"); };
  const auto response = perform(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "nope");
}

TEST_P(HttpClientTest, AFailureOfWhoReceivesIsTheResult) {
  TestServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"));
  HttpRequest request;
  request.url = server.url("/a");
  request.on_bytes = [](Bytes) { return fail(Code::kNoSpace, "disk full"); };
  EXPECT_EQ(perform(request).error().code, Code::kNoSpace);
  request.on_head = [](const HttpResponse&) { return fail(Code::kChanged, "another one"); };
  EXPECT_EQ(perform(request).error().code, Code::kChanged);
  EXPECT_TRUE(get(server.url("/a")));
}

// What is left of the answer would be read as the head of the next one.
TEST_P(HttpClientTest, AnAnswerThatWasNotReadToItsEndEndsTheConnection) {
  std::latch head_was_read(1);
  TestServer server([&](TestConnection& connection) {
    if (connection.number() > 0) return always("HTTP/1.1 204 Fresh\r\n\r\n")(connection);
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    head_was_read.wait();
    connection.send("body");
    connection.read_request();  // of those who use it again
    connection.send("HTTP/1.1 200 Left Over\r\nContent-Length: 0\r\n\r\n");
  });
  HttpRequest request;
  request.url = server.url("/a");
  request.on_head = [&](const HttpResponse&) {
    head_was_read.count_down();
    return Status();
  };
  request.on_bytes = [](Bytes) { return fail(Code::kNoSpace, "disk full"); };
  EXPECT_EQ(perform(request).error().code, Code::kNoSpace);
  const auto next = get(server.url("/a"));
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ(next->status, 204);
}

TEST_P(HttpClientTest, ABodyWithoutEndIsCutAtItsBound) {
  TestServer server([](TestConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 500 No\r\nContent-Length: 1000000000000\r\n\r\n" +
                    std::string(100'000, 'x'));
    connection.read_to_end();
  });
  HttpRequest request;
  request.url = server.url("/a");
  request.most_body_bytes = 70'000;
  const auto response = perform(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, std::string(70'000, 'x'));
}

TEST_P(HttpClientTest, AConnectionIsUsedAgain) {
  TestServer server([](TestConnection& connection) {
    while (!connection.read_request().empty())
      connection.answer("200 OK", std::to_string(connection.number()));
  });
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(get(server.url("/a"))->body, "0");
    EXPECT_EQ(perform(put_by_callback(server.url("/a"), 10))->body, "0");
  }
}

// What moto does after each answer, without a word about it.
TEST_P(HttpClientTest, AConnectionThatWasClosedAfterItsAnswerIsNoError) {
  TestServer server([](TestConnection& connection) {
    connection.read_request();
    connection.answer("200 OK");
  });
  for (int i = 0; i < 20; ++i) {
    const auto response = perform(put(server.url("/a"), "hello"));
    ASSERT_TRUE(response) << i << response.error().message;
  }
}

// The server gives up an idle connection while the request is on its way.
TEST_P(HttpClientTest, ARequestOnAConnectionThatIsJustClosedGoesAgainOnAFreshOne) {
  TestServer server([](TestConnection& connection) {
    connection.read_request();
    connection.answer("200 OK", std::to_string(connection.number()));
    connection.read_request();
    if (connection.number() > 0) connection.answer("200 OK", "again");
  });
  EXPECT_EQ(perform(put(server.url("/a"), "hello"))->body, "0");
  const auto response = perform(put(server.url("/a"), "hello"));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "1");
}

TEST_P(HttpClientTest, AFreshConnectionThatIsClosedWithoutAnAnswerIsAFailure) {
  std::atomic<int> connections = 0;
  TestServer server([&](TestConnection& connection) {
    ++connections;
    connection.read_request();
  });
  const auto response = perform(put(server.url("/a"), "hello"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::kIo);
  EXPECT_EQ(response.error().retry, Retry::kLater);
  EXPECT_EQ(connections, 1);
}

TEST_P(HttpClientTest, ARefusalBeforeTheBodyIsSentIsTheAnswer) {
  TestServer server([](TestConnection& connection) {
    connection.read_head();
    connection.answer("403 Forbidden", "no");
    connection.read_to_end();
  });
  const auto response = perform(put_by_callback(server.url("/a"), std::uint64_t{1} << 40));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 403);
  EXPECT_EQ(response->body, "no");
  const std::string large(std::size_t{16} << 20, 'x');
  EXPECT_EQ(perform(put(server.url("/a"), large))->status, 403);
}

TEST_P(HttpClientTest, ALargeBodyWaitsForLeaveWhenItShould) {
  TestServer server([](TestConnection& connection) {
    const std::string head = connection.read_head();
    connection.send("HTTP/1.1 100 Continue\r\n\r\n");
    connection.answer("200 OK", head + connection.read(5));
  });
  HttpRequest request = put_by_callback(server.url("/a"), 5);
  request.expect_continue = true;
  const auto response = perform(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_THAT(response->body, HasSubstr("\r\nExpect: 100-continue\r\n"));
}

TEST_P(HttpClientTest, ABodyThatNobodyWantsIsNeverRead) {
  TestServer server([](TestConnection& connection) {
    connection.read_head();
    connection.answer("413 Too Large");
  });
  HttpRequest request = put_by_callback(server.url("/a"), 5);
  request.expect_continue = true;
  request.read = [](MutableBytes) -> Result<std::size_t> {
    return fail(Code::kInternal, "read all the same");
  };
  const auto response = perform(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 413);
}

void expect_passing_failure(const Result<HttpResponse>& response, std::string_view cause) {
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::kIo) << response.error().message;
  EXPECT_EQ(response.error().retry, Retry::kLater) << response.error().message;
  EXPECT_THAT(response.error().message, HasSubstr(std::string(cause)));
  EXPECT_THAT(response.error().message, Not(HasSubstr("secret")));
}

TEST_P(HttpClientTest, ARefusedConnectionIsToldWithoutTheQuery) {
  std::uint16_t port = 0;
  testing::listen_on_loopback(1, port);  // and closed again
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + "/some/path";
  const auto response = perform(put(url + "?X-Amz-Signature=secret", "hello"));
  expect_passing_failure(response, "PUT " + url + ": ");
  EXPECT_THAT(response.error().message, HasSubstr("Connection refused"));
}

TEST_P(HttpClientTest, AHostWithoutAddressIsToldAsSuch) {
  expect_passing_failure(get("http://no-such-host.invalid/a"), "no such host");
}

TEST_P(HttpClientTest, ABrokenConnectionIsAFailureThatCanPass) {
  TestServer resetting([](TestConnection& connection) {
    connection.read_request();
    connection.reset_at_end();
  });
  expect_passing_failure(get(resetting.url("/a?secret")), "broken off");
  TestServer in_head(once("HTTP/1.1 200 OK\r\nContent-Le"));
  EXPECT_EQ(get(in_head.url("/a")).error().code, Code::kIo);
  TestServer in_body(once("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"));
  expect_passing_failure(get(in_body.url("/a?secret")), "within the answer");
  TestServer in_chunk(once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"));
  EXPECT_EQ(get(in_chunk.url("/a")).error().code, Code::kIo);
}

TEST_P(HttpClientTest, WhatIsNoHttpIsAFailure) {
  for (const char* answer : {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "220 ftp\r\n\r\n"}) {
    TestServer server(once(answer));
    EXPECT_EQ(get(server.url("/a")).error().code, Code::kIo) << answer;
  }
}

TEST_P(HttpClientTest, AHeadWithoutEndIsRefused) {
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 65; ++i) many += "X-Header: 1\r\n";
  TestServer server(once(many + "\r\n"));
  EXPECT_EQ(get(server.url("/a")).error().code, Code::kIo);
  std::string large = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 9; ++i) large += "X-Header: " + std::string(4000, 'x') + "\r\n";
  TestServer other(once(large + "\r\n"));
  EXPECT_EQ(get(other.url("/a")).error().code, Code::kIo);
}

TEST_P(HttpClientTest, AConnectThatTakesTooLongIsAFailure) {
  const DeafPort deaf;
  HttpRequest request = put(deaf.url("/a?secret"), "hello");
  request.connect_timeout = std::chrono::milliseconds(20);
  expect_passing_failure(perform(request), "timed out");
}

TEST_P(HttpClientTest, AServerThatFallsSilentIsAFailure) {
  TestServer server([](TestConnection& connection) {
    connection.read_request();
    connection.read_to_end();
  });
  HttpRequest request = put(server.url("/a?secret"), "hello");
  request.idle_timeout = std::chrono::milliseconds(20);
  expect_passing_failure(perform(request), "timed out");
}

TEST_P(HttpClientTest, AServerThatReadsNothingIsAFailure) {
  std::latch done(1);
  TestServer server([&](TestConnection&) { done.wait(); });
  HttpRequest request = put_by_callback(server.url("/a?secret"), std::uint64_t{1} << 40);
  request.idle_timeout = std::chrono::milliseconds(20);
  expect_passing_failure(perform(request), "timed out");
  done.count_down();
}

TEST_P(HttpClientTest, AStopEndsAConnect) {
  const DeafPort deaf;
  std::stop_source stop;
  HttpRequest request = put(deaf.url("/a?secret"), "hello");
  request.connect_timeout = std::chrono::hours(1);
  request.idle_timeout = std::chrono::hours(1);
  // Not before: a stop that comes first is heeded without a connect.
  const std::jthread stopper([&](const std::stop_token& over) {
    while (!deaf.has_caller() && !over.stop_requested()) std::this_thread::yield();
    stop.request_stop();
  });
  const auto response = client_->perform(request, stop.get_token());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::kCancelled);
}

TEST_P(HttpClientTest, AStopEndsAStalledUpload) {
  std::stop_source stop;
  std::latch done(1);
  TestServer server([&](TestConnection& connection) {
    connection.read_head();
    stop.request_stop();
    done.wait();
  });
  HttpRequest request = put_by_callback(server.url("/a"), std::uint64_t{1} << 40);
  request.idle_timeout = std::chrono::hours(1);
  EXPECT_EQ(client_->perform(request, stop.get_token()).error().code, Code::kCancelled);
  done.count_down();
}

TEST_P(HttpClientTest, AStopEndsAStalledAnswer) {
  std::stop_source stop;
  for (const char* beginning :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"}) {
    stop = std::stop_source();
    TestServer server([&](TestConnection& connection) {
      connection.read_request();
      connection.send(beginning);
      stop.request_stop();
      connection.read_to_end();
    });
    HttpRequest request = put(server.url("/a"), "hello");
    request.idle_timeout = std::chrono::hours(1);
    EXPECT_EQ(client_->perform(request, stop.get_token()).error().code, Code::kCancelled);
  }
}

TEST_P(HttpClientTest, AStopBeforeTheRequestSendsNothing) {
  std::atomic<bool> asked = false;
  TestServer server([&](TestConnection& connection) { asked = !connection.read_head().empty(); });
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(client_->perform(put(server.url("/a"), "hello"), stop.get_token()).error().code,
            Code::kCancelled);
  client_.reset();
  EXPECT_FALSE(asked);
}

TEST_P(HttpClientTest, TellsHowLongTheAnswerTook) {
  TestServer server(echo);
  const auto before = std::chrono::steady_clock::now();
  const auto response = get(server.url("/a"));
  EXPECT_GT(response->first_byte.count(), 0);
  EXPECT_LE(response->first_byte, std::chrono::steady_clock::now() - before);
}

TEST_P(HttpClientTest, ManyThreadsGetTheirOwnAnswers) {
  TestServer server(echo);
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        const std::string body = std::to_string(thread) + " " + std::to_string(i);
        const auto response = perform(put(server.url("/a"), body));
        ASSERT_TRUE(response) << response.error().message;
        ASSERT_THAT(response->body, EndsWith("\r\n\r\n" + body));
      }
    });
}

TEST_P(HttpClientTest, ManyThreadsCanBeStopped) {
  std::stop_source stop;
  std::atomic<int> begun = 0;
  TestServer server([&](TestConnection& connection) {
    while (!connection.read_request().empty()) {
      if (++begun == 100) stop.request_stop();
      connection.answer("200 OK");
    }
  });
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&] {
      for (;;) {
        const auto response = client_->perform(put(server.url("/a"), "hello"), stop.get_token());
        if (response) continue;
        EXPECT_EQ(response.error().code, Code::kCancelled) << response.error().message;
        return;
      }
    });
}

// What make_http_client() adds to the transports.

std::unique_ptr<HttpClient> bounded(unsigned most) {
  HttpClientOptions options;
  options.most_connections = most;
  return *make_http_client(options);
}

TEST(BoundedHttpClient, NeverHasMoreThanItsConnections) {
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  TestServer server([&](TestConnection& connection) {
    while (!connection.read_request().empty()) {
      const int running = ++now;
      if (running > most) most = running;
      --now;
      connection.answer("200 OK", std::to_string(connection.number()));
    }
  });
  const auto client = bounded(2);
  std::mutex mutex;
  std::vector<std::string> connections;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread)
      threads.emplace_back([&] {
        for (int i = 0; i < 20; ++i) {
          const auto response = client->perform(put(server.url("/a"), "hello"), {});
          const std::lock_guard lock(mutex);
          connections.push_back(response->body);
        }
      });
  }
  EXPECT_LE(most, 2);
  EXPECT_EQ(connections.size(), 160U);
  std::ranges::sort(connections);
  const auto repeated = std::ranges::unique(connections);
  EXPECT_LE(repeated.begin() - connections.begin(), 2);
}

TEST(BoundedHttpClient, AStopEndsTheWaitForAConnection) {
  std::latch busy(1);
  std::stop_source first_stop;
  TestServer server([&](TestConnection& connection) {
    connection.read_request();
    busy.count_down();
    connection.read_to_end();
  });
  const auto client = bounded(1);
  std::jthread first([&] {
    EXPECT_EQ(client->perform(put(server.url("/a"), "1"), first_stop.get_token()).error().code,
              Code::kCancelled);
  });
  busy.wait();
  std::stop_source second_stop;
  std::jthread stopper([&] { second_stop.request_stop(); });
  EXPECT_EQ(client->perform(put(server.url("/b"), "2"), second_stop.get_token()).error().code,
            Code::kCancelled);
  first_stop.request_stop();
}

TEST(BoundedHttpClient, RefusesWhatCannotBeSentAsItStands) {
  const auto client = bounded(0);
  for (const char* url :
       {"", "a/b", "ftp://host/", "file:///etc/passwd", "http://", "http:///a",
        "http://user:pass@host/", "http://host:0/", "http://host:65536/", "http://host/a b",
        "http://host/a\r\nX: y", "http://host/a#b", "http://host/\xc3\xa4", "http://[::1/"}) {
    const auto response = client->perform(put(url, "hello"), {});
    ASSERT_FALSE(response) << url;
    EXPECT_EQ(response.error().code, Code::kInvalid) << response.error().message;
    EXPECT_THAT(response.error().message, Not(HasSubstr("pass@")));
  }
}

TEST(BoundedHttpClient, RefusesHeadersThatWouldBeOthers) {
  const auto client = bounded(0);
  for (const auto& [name, value] : HttpHeaders{{"X-A", "a\r\nX-B: b"},
                                               {"X-A", "a\nX-B: b"},
                                               {"X-A", std::string("a\0b", 3)},
                                               {"X-A: b\r\nX-B", "c"},
                                               {"X A", "b"},
                                               {"", "b"}}) {
    HttpRequest request = put("http://127.0.0.1:1/", "hello");
    request.headers = {{name, value}};
    EXPECT_EQ(client->perform(request, {}).error().code, Code::kInvalid) << name;
  }
  HttpRequest request = put("http://127.0.0.1:1/", "hello");
  request.method = "PUT / HTTP/1.1\r\nX:";
  EXPECT_EQ(client->perform(request, {}).error().code, Code::kInvalid);
}

TEST(BoundedHttpClient, SaysWhenItsCertificatesAreMissing) {
  HttpClientOptions options;
  options.ca_file = "/no/such/file.pem";
  const auto client = make_http_client(options);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, Code::kNotFound);
}

}  // namespace
}  // namespace penstock
