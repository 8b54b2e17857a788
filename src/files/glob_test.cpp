#include "files/glob.h"

#include <chrono>
#include <string>

#include <fnmatch.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace penstock {
namespace {

TEST(Glob, StarsAndQuestionMarksStayInAComponent) {
  EXPECT_TRUE(glob_matches("a/*.txt", "a/b.txt"));
  EXPECT_TRUE(glob_matches("a/*.txt", "a/.txt"));
  EXPECT_FALSE(glob_matches("a/*.txt", "a/b/c.txt"));
  EXPECT_TRUE(glob_matches("a/?", "a/b"));
  EXPECT_FALSE(glob_matches("a?b", "a/b"));
  EXPECT_FALSE(glob_matches("x/a?", "x/a"));
}

TEST(Glob, APatternWithoutSlashIsHeldAgainstTheLastComponent) {
  EXPECT_TRUE(glob_matches("*.txt", "a/b/c.txt"));
  EXPECT_TRUE(glob_matches("c", "a/b/c"));
  EXPECT_FALSE(glob_matches("b", "a/b/c"));
  EXPECT_TRUE(glob_matches("**", "a/b"));
  EXPECT_TRUE(glob_matches("*", ".hidden"));
}

TEST(Glob, APatternWithSlashIsHeldAgainstTheWholePath) {
  EXPECT_FALSE(glob_matches("b/c", "a/b/c"));
  EXPECT_TRUE(glob_matches("a/b/c", "a/b/c"));
  EXPECT_TRUE(glob_matches("/c", "c"));
  EXPECT_FALSE(glob_matches("/c", "a/c"));
  EXPECT_TRUE(glob_matches("c/", "a/c")) << "a slash at the end only says what kind it is";
}

TEST(Glob, TwoStarsCrossComponents) {
  EXPECT_TRUE(glob_matches("**/c", "c"));
  EXPECT_TRUE(glob_matches("**/c", "a/b/c"));
  EXPECT_FALSE(glob_matches("**/c", "a/bc"));
  EXPECT_TRUE(glob_matches("a/**/c", "a/c"));
  EXPECT_TRUE(glob_matches("a/**/c", "a/x/y/c"));
  EXPECT_FALSE(glob_matches("a/**/c", "ac"));
  EXPECT_FALSE(glob_matches("a/**/c", "a/xc"));
  EXPECT_TRUE(glob_matches("a/**", "a/b/c"));
  EXPECT_FALSE(glob_matches("a/**", "a"));
  EXPECT_TRUE(glob_matches("src/**.cpp", "src/x/y.cpp"));
  EXPECT_TRUE(glob_matches("**/a/**/b/**/c", "x/a/b/y/z/c"));
}

TEST(Glob, BracketsMatchOneByteOfASet) {
  EXPECT_TRUE(glob_matches("[a-cx]", "b"));
  EXPECT_TRUE(glob_matches("[a-cx]", "x"));
  EXPECT_FALSE(glob_matches("[a-cx]", "d"));
  EXPECT_FALSE(glob_matches("[!a-cx]", "b"));
  EXPECT_TRUE(glob_matches("[!a-cx]", "d"));
  EXPECT_TRUE(glob_matches("[]]", "]"));
  EXPECT_TRUE(glob_matches("[!]]", "a"));
  EXPECT_TRUE(glob_matches("[a-]", "-"));
  EXPECT_TRUE(glob_matches("[\\]x]", "]"));
  EXPECT_TRUE(glob_matches("[\x80-\xff]", "\xc3"));
  EXPECT_FALSE(glob_matches("x[!a]y", "x/y")) << "never a slash";
}

TEST(Glob, AnOpenBracketIsItself) {
  EXPECT_TRUE(glob_matches("[ab", "[ab"));
  EXPECT_FALSE(glob_matches("[ab", "a"));
  EXPECT_TRUE(glob_matches("a[b/c]", "a[b/c]"));
}

TEST(Glob, ABackslashQuotes) {
  EXPECT_TRUE(glob_matches("\\*", "*"));
  EXPECT_FALSE(glob_matches("\\*", "a"));
  EXPECT_TRUE(glob_matches("\\[a]", "[a]"));
  EXPECT_TRUE(glob_matches("a\\\\b", "a\\b"));
  EXPECT_TRUE(glob_matches("a\\", "a\\"));
}

TEST(Glob, TakesNoExponentialTime) {
  const auto start = std::chrono::steady_clock::now();
  const std::string text(5000, 'a');
  EXPECT_FALSE(glob_matches("a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
  EXPECT_FALSE(glob_matches("x/**a**a**a**a**a**a**a**a**b", "x/" + text));
  EXPECT_FALSE(glob_matches("**/a/**/a/**/a/**/a/**/b", "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a"));
  // Backtracking would take longer than the world has existed; this takes milliseconds.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

// A piece of a pattern on which fnmatch and POSIX have one opinion.
rc::Gen<std::string> pattern_piece() {
  const auto member =
      rc::gen::element<std::string>("a", "b", "c", "-", "a-b", "b-c", "\\-", "\\a", "*", "?");
  const auto set = rc::gen::map(
      rc::gen::pair(rc::gen::element<std::string>("[", "[!", "[]", "[!]"),
                    rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(member))),
      [](const std::pair<std::string, std::vector<std::string>>& parts) {
        std::string text = parts.first;
        for (const std::string& part : parts.second) text += part;
        return text + "]";
      });
  return rc::gen::weightedOneOf<std::string>(
      {{6, rc::gen::element<std::string>("a", "b", "c", ".", "-", "]", "!")},
       {4, rc::gen::element<std::string>("*", "?", "/")},
       {1, rc::gen::element<std::string>("\\*", "\\a", "\\?", "\\[", "\\\\")},
       {2, set}});
}

TEST(Glob, AgreesWithFnmatch) {
  EXPECT_TRUE(rc::check([] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(pattern_piece());
    std::string pattern = "x/";
    for (const std::string& piece : pieces) pattern += piece;
    RC_PRE(pattern.find("**") == std::string::npos && !pattern.ends_with('/'));
    const auto tail =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("aaabbc.-]!/*")));
    const std::string path = "x/" + tail;
    RC_PRE(!path.ends_with('/') || tail.empty());
    RC_ASSERT(glob_matches(pattern, path) ==
              (fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0));
  }));
}

// The same for texts made to match, which random ones seldom do.
TEST(Glob, AgreesWithFnmatchOnTextsLikeThePattern) {
  EXPECT_TRUE(rc::check([] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("a", "b", "*", "?", "[ab]", "[!a]", "/"));
    std::string pattern = "x/";
    std::string path = "x/";
    for (const std::string& piece : pieces) {
      pattern += piece;
      if (piece == "*")
        path += *rc::gen::element<std::string>("", "a", "ab", "ba");
      else if (piece.size() > 1 || piece == "?")
        path += *rc::gen::element<std::string>("a", "b");
      else
        path += piece;
    }
    RC_PRE(pattern.find("**") == std::string::npos && !pattern.ends_with('/') &&
           !path.ends_with('/'));
    RC_ASSERT(glob_matches(pattern, path) ==
              (fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0));
  }));
}

TEST(Filter, TakesEverythingWhenEmpty) {
  const Filter filter;
  EXPECT_TRUE(filter.empty());
  EXPECT_TRUE(filter.takes("a/b", false));
  EXPECT_TRUE(filter.enters("a"));
}

TEST(Filter, AnExcludedDirectoryCoversAllBelowIt) {
  const Filter filter{.include = {}, .exclude = {"build", "*.o"}};
  EXPECT_FALSE(filter.takes("build", true));
  EXPECT_FALSE(filter.enters("build"));
  EXPECT_FALSE(filter.takes("x/build/deep/file", false));
  EXPECT_FALSE(filter.takes("x/y.o", false));
  EXPECT_TRUE(filter.takes("x/builder", false));
}

TEST(Filter, AnIncludedDirectoryCoversAllBelowIt) {
  const Filter filter{.include = {"src", "*.md"}, .exclude = {}};
  EXPECT_TRUE(filter.takes("src/a/b", false));
  EXPECT_TRUE(filter.takes("docs/x.md", false));
  EXPECT_FALSE(filter.takes("docs/x.txt", false));
  EXPECT_FALSE(filter.takes("docs", true));
  EXPECT_TRUE(filter.enters("docs")) << "something in it may be wanted";
}

TEST(Filter, ExcludeWinsOverInclude) {
  const Filter filter{.include = {"*.txt"}, .exclude = {"secret*"}};
  EXPECT_TRUE(filter.takes("a.txt", false));
  EXPECT_FALSE(filter.takes("secret.txt", false));
}

TEST(Filter, ASlashAtTheEndMeansDirectoriesOnly) {
  const Filter filter{.include = {}, .exclude = {"cache/"}};
  EXPECT_FALSE(filter.takes("x/cache", true));
  EXPECT_FALSE(filter.takes("x/cache/file", false));
  EXPECT_TRUE(filter.takes("x/cache", false));
}

}  // namespace
}  // namespace penstock
