#include "transfer/content_type.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(ContentType, FollowsTheEndingInAnyCase) {
  EXPECT_EQ(content_type_of("photos/a.jpg"), "image/jpeg");
  EXPECT_EQ(content_type_of("A.JPEG"), "image/jpeg");
  EXPECT_EQ(content_type_of("x.tar.gz"), "application/gzip");
  EXPECT_EQ(content_type_of("site.webmanifest"), "application/manifest+json");
  EXPECT_EQ(content_type_of("7.7z"), "application/x-7z-compressed");
  EXPECT_EQ(content_type_of("z.zst"), "application/zstd");
}

TEST(ContentType, SaysNothingAboutWhatHasNoKnownEnding) {
  for (const char* name : {"", "Makefile", ".html", "dir.html/file", "a.", "a.unknown",
                           "a.averylongendingindeed", "a.htm\xc3\xa9"})
    EXPECT_EQ(content_type_of(name), "") << name;
}

}  // namespace
}  // namespace penstock
