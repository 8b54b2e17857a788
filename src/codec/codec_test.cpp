#include "codec/codec.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(Codec, NamesAreThoseOfTheCommandLine) {
  EXPECT_EQ(name(Codec::kStore), "store");
  EXPECT_EQ(name(Codec::kDeflate), "deflate");
  EXPECT_EQ(name(Codec::kZstd), "zstd");
}

TEST(Codec, StandardLevelLiesInsideItsRange) {
  for (const Codec codec : {Codec::kStore, Codec::kDeflate, Codec::kZstd}) {
    const LevelRange range = levels(codec);
    EXPECT_LE(range.lowest, range.standard) << name(codec);
    EXPECT_LE(range.standard, range.highest) << name(codec);
  }
}

}  // namespace
}  // namespace penstock
