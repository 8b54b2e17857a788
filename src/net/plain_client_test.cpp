// What the transport without libcurl does beyond the promises of http.h.
#include "net/plain_client.h"

#include <atomic>
#include <string>

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

TEST(PlainClient, TheAnswerOfAServerThatClosesInTheMiddleOfTheBodyIsRead) {
  TestServer server([](TestConnection& connection) {
    connection.read_head();
    connection.answer("413 Too Large", "no");  // and closed with the body unread: a reset
  });
  const auto client = make_client();
  const std::string body(std::size_t{8} << 20, 'x');
  for (int i = 0; i < 3; ++i) {
    const auto response = client->perform(put(server.url("/a"), body), {});
    if (!response) {  // the reset overtook the answer
      EXPECT_EQ(response.error().retry, Retry::kLater);
      continue;
    }
    EXPECT_EQ(response->status, 413);
  }
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
