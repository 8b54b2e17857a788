#include "crypto/digest.h"

#include <string>

#include <gtest/gtest.h>

#include "crypto/test_bytes.h"

namespace penstock {
namespace {

using testing::noise;
using testing::to_hex;

// FIPS 180-4's and RFC 1321's examples ("abc"), and the digests of nothing.
TEST(Digest, GivesThePublishedDigests) {
  EXPECT_EQ(to_hex(*sha1(as_bytes("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(to_hex(*sha1({})), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(to_hex(*sha256(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(*sha256({})),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(*md5(as_bytes("abc"))), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(to_hex(*md5({})), "d41d8cd98f00b204e9800998ecf8427e");
}

template <class Digest>
StreamDigest<Digest> fresh() {
  auto made = StreamDigest<Digest>::create();
  EXPECT_TRUE(made);
  return *std::move(made);
}

template <class Digest>
void expect_any_cut_gives(Result<Digest> (*of_whole)(Bytes)) {
  auto stream = fresh<Digest>();
  const auto message = noise(150, 1);
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    ASSERT_TRUE(stream.update(Bytes(message).first(cut)));
    ASSERT_TRUE(stream.update(Bytes(message).subspan(cut)));
    ASSERT_EQ(*stream.finish(), *of_whole(message)) << cut;  // one object for all messages
  }
}

TEST(StreamDigest, DoesNotDependOnHowTheMessageIsCut) {
  expect_any_cut_gives<Md5Digest>(&md5);
  expect_any_cut_gives<Sha1Digest>(&sha1);
  expect_any_cut_gives<Sha256Digest>(&sha256);
}

TEST(StreamDigest, OfNothingIsThatOfNothing) {
  EXPECT_EQ(*fresh<Md5Digest>().finish(), *md5({}));
  EXPECT_EQ(*fresh<Sha256Digest>().finish(), *sha256({}));
}

TEST(StreamDigest, ForgetsTheMessageBegunWhenToldTo) {
  auto stream = fresh<Sha256Digest>();
  ASSERT_TRUE(stream.update(noise(99, 1)));
  ASSERT_TRUE(stream.reset());
  ASSERT_TRUE(stream.update(as_bytes("abc")));
  EXPECT_EQ(*stream.finish(), *sha256(as_bytes("abc")));
}

TEST(StreamDigest, CanBeMovedInTheMiddle) {
  auto first = fresh<Sha256Digest>();
  ASSERT_TRUE(first.update(as_bytes("ab")));
  auto second = std::move(first);
  ASSERT_TRUE(second.update(as_bytes("c")));
  EXPECT_EQ(*second.finish(), *sha256(as_bytes("abc")));
}

}  // namespace
}  // namespace penstock
