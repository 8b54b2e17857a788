#include "net/answer_parser.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock {
namespace {

using ::testing::HasSubstr;

const HttpRequest kRequest;

// What became of an answer that came in pieces of `piece_bytes`.
struct Parsed {
  bool done = false;
  bool keeps_alive = false;
  std::size_t consumed = 0;
  HttpResponse response;
  Status status;
};

Parsed parse(std::string_view text, std::size_t piece_bytes = SIZE_MAX, bool to_head = false,
             const HttpRequest& request = kRequest) {
  AnswerTaker taker(request);
  AnswerParser parser(taker, to_head);
  Parsed parsed;
  while (parsed.consumed < text.size() && !parser.is_done()) {
    const auto taken = parser.feed(as_bytes(text.substr(parsed.consumed, piece_bytes)));
    if (!taken) {
      parsed.status = fail(taken.error());
      break;
    }
    parsed.consumed += *taken;
  }
  parsed.done = parser.is_done();
  parsed.keeps_alive = parser.keeps_alive();
  parsed.response = taker.response();
  return parsed;
}

void expect_refused(const std::string& answer, std::string_view why) {
  const Parsed parsed = parse(answer);
  ASSERT_FALSE(parsed.status) << answer;
  EXPECT_EQ(parsed.status.error().code, Code::kIo);
  EXPECT_THAT(parsed.status.error().message, HasSubstr(std::string(why))) << answer;
}

TEST(AnswerParser, DoesNotDependOnHowTheAnswerComes) {
  const std::string answer =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nETag: \"a\"\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5\r\nhello\r\n1;x=y\r\n!\r\n00\r\nX-Trailer: 1\r\n\r\nHTTP/1.1";
  for (std::size_t piece = 1; piece <= answer.size(); ++piece) {
    const Parsed parsed = parse(answer, piece);
    ASSERT_TRUE(parsed.status && parsed.done && parsed.keeps_alive) << piece;
    EXPECT_EQ(parsed.consumed, answer.size() - 8) << piece;  // the next answer is left alone
    EXPECT_EQ(parsed.response.body, "hello!");
    EXPECT_EQ(parsed.response.headers.size(), 2U);
  }
}

TEST(AnswerParser, TrimsValuesAndKeepsTheRest) {
  const Parsed parsed =
      parse("HTTP/1.1 200\r\nA: \t b c \t\r\nB:\r\nC:\xc3\xa4:\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(parsed.done);
  EXPECT_EQ(find_header(parsed.response.headers, "a"), "b c");
  EXPECT_EQ(find_header(parsed.response.headers, "b"), "");
  EXPECT_EQ(find_header(parsed.response.headers, "c"), "\xc3\xa4:");
}

TEST(AnswerParser, KnowsWhichAnswersHaveNoBody) {
  EXPECT_TRUE(parse("HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n").done);
  EXPECT_TRUE(parse("HTTP/1.1 304 No\r\nTransfer-Encoding: chunked\r\n\r\n").done);
  EXPECT_TRUE(parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", SIZE_MAX, true).done);
  EXPECT_TRUE(parse("HTTP/1.1 200 OK\r\n\r\n", SIZE_MAX, true).keeps_alive);
  EXPECT_FALSE(parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n").done);
}

TEST(AnswerParser, KnowsWhichConnectionsEnd) {
  for (const char* close :
       {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x , Close\r\n\r\n"})
    EXPECT_FALSE(parse(close).keeps_alive) << close;
  EXPECT_TRUE(
      parse("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: closed, keep-alive\r\n\r\n")
          .keeps_alive);
}

TEST(AnswerParser, ABodyWithoutLengthEndsWithTheConnection) {
  AnswerTaker taker(kRequest);
  AnswerParser parser(taker, false);
  ASSERT_TRUE(parser.feed(as_bytes("HTTP/1.1 200 OK\r\n\r\nabc")));
  ASSERT_TRUE(parser.feed(as_bytes("def")));
  EXPECT_FALSE(parser.is_done());
  ASSERT_TRUE(parser.end());
  EXPECT_TRUE(parser.is_done());
  EXPECT_FALSE(parser.keeps_alive());
  EXPECT_EQ(taker.response().body, "abcdef");
}

TEST(AnswerParser, AnyOtherAnswerDoesNot) {
  for (const char* beginning :
       {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcd",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"}) {
    AnswerTaker taker(kRequest);
    AnswerParser parser(taker, false);
    ASSERT_TRUE(parser.feed(as_bytes(beginning)));
    const Status ended = parser.end();
    ASSERT_FALSE(ended) << beginning;
    EXPECT_EQ(ended.error().retry, Retry::kLater);
  }
}

TEST(AnswerParser, RefusesWhatIsNoStatusLine) {
  for (const char* line :
       {"", " HTTP/1.1 200 OK", "HTTP/2 200 OK", "HTTP/2.0 200 OK", "http/1.1 200 OK",
        "HTTP/1.1  200 OK", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 099 OK",
        "HTTP/1.1 600 OK", "HTTP/1.1 +20 OK", "HTTP/1.1 200OK", "HTTP/1.1 200 \x01",
        "SSH-2.0-OpenSSH_9.2"})
    expect_refused(std::string(line) + "\r\n", "status line");
  expect_refused("HTTP/1.1 101 Switching Protocols\r\n", "protocol");
}

TEST(AnswerParser, RefusesHeadersThatTwoReadersTakeForDifferentOnes) {
  for (const char* line : {"A", "A b", ": b", " A: b", "\tA: b", "A : b", "A(: b", "A: b\x01",
                           "A: b\rC: d", "A: b\x7f"})
    expect_refused("HTTP/1.1 200 OK\r\n" + std::string(line) + "\r\n", "no header");
  expect_refused("HTTP/1.1 200 OK\nA: b\r\n", "CR LF");
  expect_refused("HTTP/1.1 200 OK\r\nA: b\n", "CR LF");
}

TEST(AnswerParser, RefusesLengthsThatTwoReadersTakeForDifferentOnes) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  for (const char* length : {"", "-1", "+1", "1 1", "0x1", "1,1", "1, 2", "9223372036854775808",
                             "18446744073709551617", "1a"})
    expect_refused(head + "Content-Length: " + length + "\r\n", "Content-Length");
  expect_refused(head + "Content-Length: 1\r\nContent-Length: 2\r\n", "Content-Length");
  EXPECT_TRUE(parse(head + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na").done);
  expect_refused(head + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "both");
  expect_refused(head + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", "both");
  for (const char* coding : {"gzip", "gzip, chunked", "chunked, chunked", "identity", "xchunked"})
    expect_refused(head + "Transfer-Encoding: " + coding + "\r\n", "Transfer-Encoding");
  expect_refused(head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                 "Transfer-Encoding");
}

TEST(AnswerParser, RefusesChunksThatTwoReadersTakeForDifferentOnes) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char* size :
       {"", "g", "-1", "+1", "0x1", ";a", "8000000000000000", "10000000000000000"})
    expect_refused(head + size + "\r\n", "chunk");
  expect_refused(head + "1\r\nab\r\n", "chunk");
  expect_refused(head + "1\na", "CR LF");
}

TEST(AnswerParser, BoundsLinesHeadsAndWhatIsNotKept) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  expect_refused(head + "A: " + std::string(9000, 'x'), "8 KiB");
  std::string many = head;
  for (int i = 0; i < 65; ++i) many += "A: b\r\n";
  expect_refused(many, "larger");
  std::string large = head;
  for (int i = 0; i < 5; ++i) large += "A: " + std::string(8000, 'x') + "\r\n";
  expect_refused(large, "larger");
  std::string interim;
  for (int i = 0; i < 200; ++i) interim += "HTTP/1.1 100 Continue\r\n\r\n";
  expect_refused(interim, "more lines");
  std::string trailers = head + "Transfer-Encoding: chunked\r\n\r\n0\r\n";
  for (int i = 0; i < 300; ++i) trailers += "A: b\r\n";
  expect_refused(trailers, "more lines");
}

TEST(AnswerParser, AnyNumberOfChunksIsFine) {
  std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 1000; ++i) answer += "1\r\na\r\n";
  const Parsed parsed = parse(answer + "0\r\n\r\n");
  EXPECT_TRUE(parsed.done);
  EXPECT_EQ(parsed.response.body, std::string(1000, 'a'));
}

TEST(AnswerParser, ABodyThatNobodyWantsToItsEndIsCut) {
  HttpRequest request;
  request.most_body_bytes = 3;
  const Parsed parsed =
      parse("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef", SIZE_MAX, false, request);
  EXPECT_TRUE(parsed.done);
  EXPECT_FALSE(parsed.keeps_alive);
  EXPECT_EQ(parsed.response.body, "abc");
}

}  // namespace
}  // namespace penstock
