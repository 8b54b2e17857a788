// What the transport without libcurl does beyond the promises of http.h.
#include "net/plain_client.h"

#include <atomic>
#include <semaphore>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/test_server.h"

namespace penstock {
namespace {

using testing::TestConnection;
using testing::TestServer;

std::unique_ptr<HttpClient> make_client() { return make_plain_client({}, *CurlClient::create({})); }

HttpRequest put(std::string url, std::string_view body) {
  HttpRequest request;
  request.method = "PUT";
  request.url = std::move(url);
  request.bytes = as_bytes(body);
  return request;
}

void count_connections(TestConnection& connection) {
  while (!connection.read_request().empty())
    connection.answer("200 OK", std::to_string(connection.number()));
}

TEST(PlainClient, LearnsTheAddressOfANameFromItsFirstRequest) {
  TestServer server(count_connections);
  const auto client = make_client();
  const std::string url = "http://localhost:" + std::to_string(server.port()) + "/a";
  EXPECT_EQ(client->perform(put(url, "x"), {})->body, "0");  // by libcurl
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(client->perform(put(url, "x"), {})->body, "1");  // on a connection of our own
}

TEST(PlainClient, ForgetsAnAddressThatNoLongerAnswers) {
  const auto client = make_client();
  std::string url;
  {
    TestServer server(count_connections);
    url = "http://localhost:" + std::to_string(server.port()) + "/a";
    EXPECT_TRUE(client->perform(put(url, "x"), {}));
    EXPECT_TRUE(client->perform(put(url, "x"), {}));
  }
  for (int i = 0; i < 3; ++i) {
    const auto response = client->perform(put(url, "x"), {});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().retry, Retry::kLater);
  }
}

// What came before the reset is there to be read, though nothing more can be sent.
TEST(PlainClient, TheAnswerOfAServerThatBreaksOffInTheMiddleOfTheBodyIsRead) {
  std::binary_semaphore half_sent(0);
  std::binary_semaphore broken_off(0);
  TestServer server([&](TestConnection& connection) {
    connection.read_head();
    half_sent.acquire();
    connection.answer("413 Too Large", "no");
    connection.reset();
    broken_off.release();
  });
  HttpRequest request = put(server.url("/a"), "");
  request.body_bytes = 2;
  request.read = [&, first = true](MutableBytes out) mutable -> Result<std::size_t> {
    if (!std::exchange(first, false)) {
      half_sent.release();
      broken_off.acquire();
    }
    out[0] = std::byte{'x'};
    return 1;
  };
  const auto response = make_client()->perform(request, {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 413);
  EXPECT_EQ(response->body, "no");
}

TEST(PlainClient, BytesThatNobodyAskedForEndTheConnection) {
  TestServer server([](TestConnection& connection) {
    while (!connection.read_request().empty()) {
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" +
                      std::to_string(connection.number()) + "HTTP/1.1 200 OK\r\n\r\nsmuggled");
    }
  });
  const auto client = make_client();
  EXPECT_EQ(client->perform(put(server.url("/a"), "x"), {})->body, "0");
  EXPECT_EQ(client->perform(put(server.url("/a"), "x"), {})->body, "1");
}

// It may have been done: a part more, an upload begun twice.
TEST(PlainClient, APostIsNeverSentTwice) {
  std::atomic<int> posts = 0;
  TestServer server([&](TestConnection& connection) {
    connection.read_request();
    connection.answer("200 OK");
    if (connection.read_request().starts_with("POST")) ++posts;
  });
  const auto client = make_client();
  EXPECT_TRUE(client->perform(put(server.url("/a"), "x"), {}));
  HttpRequest post = put(server.url("/a"), "x");
  post.method = "POST";
  const auto response = client->perform(post, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::kIo);
  EXPECT_EQ(response.error().retry, Retry::kLater);
  EXPECT_EQ(posts, 1);
}

TEST(PlainClient, IsNotForThoseWhoHaveAProxy) {
  HttpClientOptions options;
  options.proxy = "http://proxy.example:3128";
  EXPECT_FALSE(asks_without_proxy(options));
}

}  // namespace
}  // namespace penstock
