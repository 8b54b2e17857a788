#include "net/sigv4.h"

#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr std::string_view kEmptyHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
// Friday, 24 May 2013.
constexpr std::chrono::sys_seconds kTime{std::chrono::seconds(1369353600)};

AwsCredentials example(std::string session_token = "") {
  return {"AKIAIOSFODNN7EXAMPLE",
          Secret(std::string("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")),
          std::move(session_token),
          {}};
}

std::string signed_by(const SigV4& signer, HttpRequest& request,
                      std::string_view hash = kEmptyHash) {
  const auto status = signer.sign(request, example(), hash, kTime);
  EXPECT_TRUE(status) << (status ? "" : status.error().message);
  return std::string(find_header(request.headers, "Authorization"));
}

HttpRequest get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
}

// The four examples of "Authenticating Requests: Using the Authorization Header" in Amazon's S3 API
// reference.
TEST(SigV4, SignsTheGetObjectOfTheS3Reference) {
  HttpRequest request = get("https://examplebucket.s3.amazonaws.com/test.txt");
  request.headers = {{"Range", "bytes=0-9"}};
  EXPECT_EQ(signed_by(SigV4("us-east-1", "s3"), request),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  EXPECT_EQ(find_header(request.headers, "Host"), "examplebucket.s3.amazonaws.com");
  EXPECT_EQ(find_header(request.headers, "X-Amz-Date"), "20130524T000000Z");
  EXPECT_EQ(find_header(request.headers, "X-Amz-Content-Sha256"), kEmptyHash);
}

TEST(SigV4, SignsThePutObjectOfTheS3Reference) {
  HttpRequest request = get("https://examplebucket.s3.amazonaws.com/test%24file.text");
  request.method = "PUT";
  request.headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                     {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
  EXPECT_THAT(signed_by(SigV4("us-east-1", "s3"), request,
                        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"),
              EndsWith("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST(SigV4, SignsTheGetBucketLifecycleOfTheS3Reference) {
  HttpRequest request = get("https://examplebucket.s3.amazonaws.com/?lifecycle");
  EXPECT_THAT(signed_by(SigV4("us-east-1", "s3"), request),
              EndsWith("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
}

TEST(SigV4, SignsTheListObjectsOfTheS3Reference) {
  HttpRequest request = get("https://examplebucket.s3.amazonaws.com?max-keys=2&prefix=J");
  EXPECT_THAT(signed_by(SigV4("us-east-1", "s3"), request),
              EndsWith("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

TEST(SigV4, SendsAndSignsTheSessionToken) {
  HttpRequest request = get("https://examplebucket.s3.amazonaws.com/test.txt");
  ASSERT_TRUE(SigV4("us-east-1", "s3").sign(request, example("TOKEN"), kUnsignedPayload, kTime));
  EXPECT_EQ(find_header(request.headers, "X-Amz-Security-Token"), "TOKEN");
  EXPECT_EQ(find_header(request.headers, "X-Amz-Content-Sha256"), "UNSIGNED-PAYLOAD");
  EXPECT_THAT(
      std::string(find_header(request.headers, "Authorization")),
      HasSubstr("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,"));
}

TEST(SigV4, SignsBlanksInValuesAsServersSeeThem) {
  const SigV4 signer("us-east-1", "s3");
  HttpRequest plain = get("https://b.example/a");
  plain.headers = {{"x-amz-meta-a", "one two"}, {"X-Amz-Meta-B", "1,2"}};
  HttpRequest odd = get("https://b.example/a");
  odd.headers = {{"X-AMZ-META-B", "1"}, {"X-Amz-Meta-A", "  one \t two "}, {"x-amz-meta-b", " 2"}};
  EXPECT_EQ(signed_by(signer, plain), signed_by(signer, odd));
}

TEST(SigV4, SigningAgainReplacesTheSignature) {
  const SigV4 signer("us-east-1", "s3");
  HttpRequest request = get("https://b.example/a");
  ASSERT_TRUE(signer.sign(request, example("OLD"), "00", kTime - std::chrono::hours(30)));
  const std::string again = signed_by(signer, request);
  HttpRequest fresh = get("https://b.example/a");
  EXPECT_EQ(again, signed_by(signer, fresh));
  EXPECT_EQ(request.headers.size(), fresh.headers.size());
}

// A key kept for too long would sign with the wrong day or for somebody else.
TEST(SigV4, TheKeptKeyIsThatOfTheDayAndOfTheCredentials) {
  const SigV4 signer("us-east-1", "s3");
  const auto signature = [&](const SigV4& with, const AwsCredentials& who, int day) {
    HttpRequest request = get("https://b.example/a");
    EXPECT_TRUE(with.sign(request, who, kEmptyHash, kTime + std::chrono::days(day)));
    return std::string(find_header(request.headers, "Authorization"));
  };
  AwsCredentials other = example();
  other.secret_key = Secret(std::string("another secret key of the same user"));
  for (const int day : {0, 1, 0, 0, 5})
    for (const AwsCredentials* who : std::initializer_list<const AwsCredentials*>{&other, &other})
      EXPECT_EQ(signature(signer, *who, day), signature(SigV4("us-east-1", "s3"), *who, day));
  EXPECT_EQ(signature(signer, example(), 5), signature(SigV4("us-east-1", "s3"), example(), 5));
  EXPECT_NE(signature(signer, example(), 5), signature(signer, other, 5));
}

TEST(SigV4, RegionAndServiceArePartOfTheSignature) {
  HttpRequest here = get("https://b.example/a");
  HttpRequest there = here;
  EXPECT_NE(signed_by(SigV4("us-east-1", "s3"), here), signed_by(SigV4("eu-west-1", "s3"), there));
}

TEST(SigV4, RefusesWhatIsNoUrlAndKeysWithLineBreaks) {
  const SigV4 signer("us-east-1", "s3");
  HttpRequest request = get("b.example/a");
  EXPECT_EQ(signer.sign(request, example(), kEmptyHash, kTime).error().code, Code::kInvalid);
  request.url = "https://b.example/a";
  EXPECT_EQ(signer.sign(request, example("a\r\nX: y"), kEmptyHash, kTime).error().code,
            Code::kInvalid);
}

TEST(SigV4, SignsForManyThreadsAtTheSameTime) {
  const SigV4 signer("us-east-1", "s3");
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 100; ++i) {
        HttpRequest request = get("https://b.example/a");
        HttpRequest alone = request;
        const auto time = kTime + std::chrono::days((thread + i) % 3);
        ASSERT_TRUE(signer.sign(request, example(), kEmptyHash, time));
        ASSERT_TRUE(SigV4("us-east-1", "s3").sign(alone, example(), kEmptyHash, time));
        ASSERT_EQ(request.headers, alone.headers);
      }
    });
}

TEST(ServerClock, IsOursUntilAServerCorrectsIt) {
  using std::chrono::floor;
  using std::chrono::hours;
  using std::chrono::seconds;
  const auto ours = [] { return floor<seconds>(std::chrono::system_clock::now()); };
  ServerClock clock;
  const auto before = ours();
  const auto told = clock.now();
  EXPECT_LE(before, told);
  EXPECT_LE(told, ours());
  clock.correct(ours() - hours(5));
  EXPECT_LT(clock.now(), ours() - hours(4));
  clock.correct(ours() + hours(5));
  EXPECT_GT(clock.now(), ours() + hours(4));
}

}  // namespace
}  // namespace penstock
