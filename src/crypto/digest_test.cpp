#include "crypto/digest.h"

#include <gtest/gtest.h>

#include "crypto/test_bytes.h"

namespace penstock {
namespace {

using testing::to_hex;

// FIPS 180-4's examples ("abc"), and the digests of nothing.
TEST(Digest, GivesThePublishedDigests) {
  EXPECT_EQ(to_hex(*sha1(as_bytes("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(to_hex(*sha1({})), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(to_hex(*sha256(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(*sha256({})),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace penstock
