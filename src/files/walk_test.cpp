#include "files/walk.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/test_directory.h"
#include "files/unique_fd.h"
#include "files/unprivileged.h"

namespace penstock {
namespace {

using Names = std::vector<std::string>;

// Everything a walk gave.
struct Walked {
  std::vector<WalkItem> items;
  std::vector<Error> problems;
  std::optional<Error> failure;

  Names names() const {
    Names result;
    for (const WalkItem& item : items) result.push_back(item.name);
    return result;
  }
  Names messages() const {
    Names result;
    for (const Error& problem : problems) result.push_back(problem.message);
    return result;
  }
  const WalkItem* find(std::string_view name) const {
    const auto found = std::ranges::find(items, name, &WalkItem::name);
    return found == items.end() ? nullptr : &*found;
  }
};

Walked walk(WalkOptions options) {
  Walked result;
  options.on_problem = [&result](Error error) { result.problems.push_back(std::move(error)); };
  auto walker = Walker::create(std::move(options));
  if (!walker) return result.failure = walker.error(), result;
  for (;;) {
    auto item = walker->next({});
    if (!item) return result.failure = item.error(), result;
    if (!*item) return result;
    result.items.push_back(**std::move(item));
  }
}

WalkOptions sources(Names names) {
  WalkOptions options;
  options.sources = std::move(names);
  return options;
}

class WalkTest : public testing::Test {
 protected:
  void SetUp() override {
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(dir_.path());
  }
  void TearDown() override { std::filesystem::current_path(before_); }

  Walked walk_list(std::string_view contents) const {
    dir_.file("../" + list_name(), contents);
    WalkOptions options;
    options.files_from = dir_ / ("../" + list_name());
    Walked walked = walk(std::move(options));
    std::filesystem::remove(dir_ / ("../" + list_name()));
    return walked;
  }
  std::string list_name() const {
    return std::filesystem::path(dir_.path()).filename().string() + ".list";
  }

  TestDirectory dir_{TestDirectory::in_memory()};
  std::filesystem::path before_;
};

TEST_F(WalkTest, GivesPathsInByteOrderWithDirectoriesAsNameSlash) {
  for (const char* name : {"t/b/x", "t/b.txt", "t/b-c", "t/b0", "t/a", "t/empty/", "t/B"})
    std::string_view(name).ends_with('/') ? dir_.directory(name) : dir_.file(name);
  const Walked walked = walk(sources({"t"}));
  EXPECT_EQ(walked.names(),
            (Names{"t/", "t/B", "t/a", "t/b-c", "t/b.txt", "t/b/", "t/b/x", "t/b0", "t/empty/"}));
  EXPECT_TRUE(std::ranges::is_sorted(walked.names()));
}

TEST_F(WalkTest, TellsKindStatusAndPlaceOfEveryItem) {
  dir_.file("t/sub/file", "12345");
  dir_.link("t/link", "sub/file");
  dir_.link("t/dirlink", "sub");
  ASSERT_EQ(mkfifo("t/pipe", 0600), 0);
  const Walked walked = walk(sources({"./t/"}));
  EXPECT_EQ(walked.names(), (Names{"t/", "t/dirlink", "t/link", "t/pipe", "t/sub/", "t/sub/file"}));
  EXPECT_EQ(walked.find("t/")->kind, FileKind::kDirectory);
  EXPECT_EQ(walked.find("t/dirlink")->kind, FileKind::kSymlink);
  EXPECT_EQ(walked.find("t/pipe")->kind, FileKind::kSpecial);
  const WalkItem& file = *walked.find("t/sub/file");
  EXPECT_EQ(file.kind, FileKind::kFile);
  EXPECT_EQ(file.path, "sub/file");
  EXPECT_EQ(file.shown, "./t/sub/file");
  struct stat status {};
  ASSERT_EQ(lstat("t/sub/file", &status), 0);
  EXPECT_EQ(file.status.st_size, 5);
  EXPECT_EQ(file.status.st_ino, status.st_ino);
  EXPECT_EQ(file.status.st_dev, status.st_dev);
  EXPECT_EQ(file.status.st_mode, status.st_mode);
  EXPECT_EQ(file.status.st_mtim.tv_sec, status.st_mtim.tv_sec);
  EXPECT_EQ(file.status.st_mtim.tv_nsec, status.st_mtim.tv_nsec);
  EXPECT_EQ(file.status.st_ctim.tv_nsec, status.st_ctim.tv_nsec);
  EXPECT_TRUE(file.root->open_file(file.path, O_RDONLY));
  EXPECT_TRUE(walked.find("t/")->root->open_file(walked.find("t/")->path, O_RDONLY));
}

TEST_F(WalkTest, ItemsOutliveTheWalker) {
  dir_.file("t/file", "x");
  const Walked walked = walk(sources({"t"}));
  EXPECT_TRUE(walked.find("t/file")->root->stat(walked.find("t/file")->path));
}

TEST_F(WalkTest, NamesFollowFromTheSourceAsTyped) {
  dir_.file("a/b/f");
  EXPECT_EQ(walk(sources({"a/b"})).names(), (Names{"b/", "b/f"}));
  EXPECT_EQ(walk(sources({dir_ / "a/b"})).names(), (Names{"b/", "b/f"}));
  EXPECT_EQ(walk(sources({"a//b//"})).names(), (Names{"b/", "b/f"}));
  EXPECT_EQ(walk(sources({"a/b/f"})).names(), Names{"f"});
  EXPECT_EQ(walk(sources({"."})).names(), (Names{"a/", "a/b/", "a/b/f"}));
  EXPECT_EQ(walk(sources({"a/."})).names(), (Names{"b/", "b/f"}));
  EXPECT_EQ(walk(sources({"a/b/.."})).names(), (Names{"b/", "b/f"}));
  EXPECT_EQ(walk(sources({"."})).items.back().shown, "./a/b/f");
  EXPECT_EQ(walk(sources({"a/b/f"})).items.back().shown, "a/b/f");
}

TEST_F(WalkTest, SortsSourcesByTheirNames) {
  dir_.file("z/b/f");
  dir_.file("b.txt");
  dir_.file("a");
  EXPECT_EQ(walk(sources({"z/b", "b.txt", "a"})).names(), (Names{"a", "b.txt", "b/", "b/f"}));
}

TEST_F(WalkTest, ALinkAsSourceIsALinkUnlessASlashFollows) {
  dir_.file("real/f");
  dir_.link("link", "real");
  const Walked as_link = walk(sources({"link"}));
  EXPECT_EQ(as_link.names(), Names{"link"});
  EXPECT_EQ(as_link.items[0].kind, FileKind::kSymlink);
  EXPECT_EQ(*as_link.items[0].root->read_link(as_link.items[0].path), "real");
  EXPECT_EQ(walk(sources({"link/"})).names(), (Names{"link/", "link/f"}));
}

TEST_F(WalkTest, RefusesSourcesThatGiveTheSameName) {
  dir_.file("a/x");
  dir_.file("b/x");
  dir_.directory("c/x");
  for (const Names& names : {Names{"a/x", "b/x"}, Names{"a/x", "c/x"}, Names{"a", "a"},
                             Names{"a", "./a/"}, Names{".", "a"}, Names{".", "a/."}, Names{}}) {
    const Walked walked = walk(sources(names));
    ASSERT_TRUE(walked.failure);
    EXPECT_EQ(walked.failure->code, Code::kInvalid);
  }
  EXPECT_EQ(walk(sources({"a", "a/x"})).names(), (Names{"a/", "a/x", "x"})) << "no name twice";
  EXPECT_FALSE(walk(sources({"c/.", "a"})).failure);
}

TEST_F(WalkTest, AMissingSourceIsAProblemAndTheOnlyOnesAFailure) {
  dir_.file("a");
  const Walked some = walk(sources({"no", "a"}));
  EXPECT_EQ(some.names(), Names{"a"});
  EXPECT_EQ(some.messages(), Names{"stat no: No such file or directory"});
  const Walked none = walk(sources({"no", "nor"}));
  ASSERT_TRUE(none.failure);
  EXPECT_EQ(none.failure->code, Code::kNotFound);
  EXPECT_EQ(none.failure->message, "stat no: No such file or directory");
}

TEST_F(WalkTest, NamesAreBytes) {
  const std::string name = "t/\xff\xfe\n\x01 \\";
  dir_.file(name);
  EXPECT_EQ(walk(sources({"t"})).names(), (Names{"t/", name}));
}

TEST_F(WalkTest, FollowsNoLinkAndNoLoop) {
  dir_.directory("t/sub");
  dir_.link("t/sub/up", "..");
  dir_.link("t/self", "self");
  dir_.link("t/outside", "/");
  EXPECT_EQ(walk(sources({"t"})).names(),
            (Names{"t/", "t/outside", "t/self", "t/sub/", "t/sub/up"}));
}

TEST_F(WalkTest, FiltersByPathsBelowTheSource) {
  for (const char* name : {"t/keep.txt", "t/drop.o", "t/build/x.txt", "t/sub/a.txt", "t/sub/b.o"})
    dir_.file(name);
  WalkOptions options = sources({"t"});
  options.filter.exclude = {"*.o", "/build"};
  EXPECT_EQ(walk(options).names(), (Names{"t/", "t/keep.txt", "t/sub/", "t/sub/a.txt"}));
  options.filter.exclude = {"t"};
  EXPECT_EQ(walk(options).items.size(), 8U) << "a source itself is not filtered";
}

TEST_F(WalkTest, WithIncludesDirectoriesAreEnteredButOnlyDeliveredWhenTheyMatch) {
  for (const char* name : {"t/a.txt", "t/b.o", "t/sub/c.txt", "t/sub/d.o", "t/all/e.o"})
    dir_.file(name);
  WalkOptions options = sources({"t"});
  options.filter.include = {"*.txt", "all"};
  EXPECT_EQ(walk(options).names(), (Names{"t/a.txt", "t/all/", "t/all/e.o", "t/sub/c.txt"}));
}

TEST_F(WalkTest, GoesOnWithoutADirectoryThatItMayNotRead) {
  dir_.file("t/locked/f");
  dir_.file("t/open/f");
  for (const char* name : {"", "t", "t/open"})
    std::filesystem::permissions(dir_ / name, std::filesystem::perms(0755));
  std::filesystem::permissions(dir_ / "t/locked", std::filesystem::perms(0));
  EXPECT_TRUE(unprivileged([] {
    const Walked walked = walk(sources({"t"}));
    return walked.names() == Names{"t/", "t/locked/", "t/open/", "t/open/f"} && !walked.failure &&
           walked.messages() == Names{"read directory t/locked: Permission denied"};
  }));
}

TEST_F(WalkTest, GoesOnWithoutWhatVanishesMeanwhile) {
  dir_.file("t/a/f");
  dir_.file("t/b/f");
  Names problems;
  WalkOptions options = sources({"t"});
  options.on_problem = [&problems](const Error& error) { problems.push_back(error.message); };
  auto walker = Walker::create(std::move(options));
  ASSERT_TRUE(walker);
  EXPECT_EQ((**walker->next({})).name, "t/");
  EXPECT_EQ((**walker->next({})).name, "t/a/");
  std::filesystem::remove_all("t/a");
  EXPECT_EQ((**walker->next({})).name, "t/b/");
  EXPECT_EQ((**walker->next({})).name, "t/b/f");
  EXPECT_EQ(*walker->next({}), std::nullopt);
  EXPECT_EQ(problems, Names{"read directory t/a: No such file or directory"});
}

TEST_F(WalkTest, DoesNotEnterADirectoryThatBecameALink) {
  dir_.file("t/a/f");
  dir_.file("outside/secret");
  Names problems;
  WalkOptions options = sources({"t"});
  options.on_problem = [&problems](const Error& error) { problems.push_back(error.message); };
  auto walker = Walker::create(std::move(options));
  ASSERT_TRUE(walker);
  ASSERT_TRUE(*walker->next({}));
  ASSERT_TRUE(*walker->next({}));
  std::filesystem::remove_all("t/a");
  dir_.link("t/a", "../outside");
  EXPECT_EQ(*walker->next({}), std::nullopt);
  EXPECT_EQ(problems.size(), 1U);
}

TEST_F(WalkTest, StopsWhenAsked) {
  dir_.file("t/a");
  auto walker = Walker::create(sources({"t"}));
  ASSERT_TRUE(walker);
  std::stop_source stop;
  ASSERT_TRUE(walker->next(stop.get_token()));
  stop.request_stop();
  EXPECT_EQ(walker->next(stop.get_token()).error().code, Code::kCancelled);
}

TEST_F(WalkTest, SpillsTheNamesOfALargeDirectoryAndKeepsTheOrder) {
  dir_.directory("t");
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same names every time
  Names expected{"t/"};
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "t/" + std::to_string(random());
    i % 10 == 0 ? dir_.directory(name) : dir_.file(name);
    expected.push_back(i % 10 == 0 ? name + "/" : name);
  }
  std::ranges::sort(expected);
  WalkOptions options = sources({"t"});
  options.names_budget_bytes = 1000;
  const Walked walked = walk(options);
  EXPECT_TRUE(walked.names() == expected);
  EXPECT_TRUE(std::ranges::all_of(walked.items, [](const WalkItem& item) {
    struct stat status {};
    return lstat(item.shown.c_str(), &status) == 0 && status.st_ino == item.status.st_ino;
  }));
}

TEST_F(WalkTest, WalksDeeperThanPathsAndDescriptorsReach) {
  constexpr int kLevels = 10000;
  dir_.directory("t");
  UniqueFd at(::open("t", O_PATH | O_DIRECTORY | O_CLOEXEC));
  for (int i = 0; i < kLevels; ++i) {
    ASSERT_EQ(mkdirat(at.get(), "d", 0755), 0);
    // A second one comes after the way down: the walk has to find its way back up.
    if (i % 1000 == 0) {
      ASSERT_EQ(mkdirat(at.get(), "e", 0755), 0);
    }
    at = UniqueFd(openat(at.get(), "d", O_PATH | O_DIRECTORY | O_CLOEXEC));
  }
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit few{.rlim_cur = 100, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  std::size_t count = 0;
  std::size_t longest = 0;
  Names problems;
  WalkOptions options = sources({"t"});
  options.on_problem = [&problems](const Error& error) { problems.push_back(error.message); };
  auto walker = Walker::create(std::move(options));
  ASSERT_TRUE(walker);
  for (auto item = walker->next({}); item && *item; item = walker->next({})) {
    ++count;
    longest = std::max(longest, (*item)->path.size());
  }
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(count, 1U + kLevels + kLevels / 1000);
  EXPECT_EQ(longest, 2U * kLevels - 1);
  EXPECT_TRUE(problems.empty());
  // No path reaches down there to remove it: step by step from the bottom.
  for (int i = 0; i < kLevels; ++i) {
    at = UniqueFd(openat(at.get(), "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
    unlinkat(at.get(), "e", AT_REMOVEDIR);
    ASSERT_EQ(unlinkat(at.get(), "d", AT_REMOVEDIR), 0);
  }
}

TEST_F(WalkTest, StaysOnOneFileSystemWhenAsked) {
  WalkOptions options = sources({"/dev"});
  options.one_file_system = true;
  options.filter.include = {"/*", "/shm/**"};
  struct stat dev {};
  struct stat shm {};
  if (stat("/dev", &dev) != 0 || stat("/dev/shm", &shm) != 0 || dev.st_dev == shm.st_dev)
    GTEST_SKIP() << "NOT TESTED: /dev/shm is no file system of its own here";
  const std::string name = "/dev/shm/penstock-test-" + std::to_string(getpid());
  UniqueFd file(::open(name.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  const Walked walked = walk(options);
  unlink(name.c_str());
  EXPECT_NE(walked.find("dev/shm/"), nullptr) << "the directory itself is delivered";
  EXPECT_EQ(walked.find(name.substr(1)), nullptr);
}

TEST_F(WalkTest, GivesFilesOfProcAsFiles) {
  const Walked walked = walk(sources({"/proc/self/status"}));
  ASSERT_EQ(walked.names(), Names{"status"});
  EXPECT_EQ(walked.items[0].kind, FileKind::kFile);
  EXPECT_EQ(walked.items[0].status.st_size, 0);
}

TEST_F(WalkTest, TakesAListSortedAndWithoutDoubles) {
  dir_.file("b/x");
  dir_.file("a");
  dir_.file("b.txt");
  const Walked walked = walk_list("b/x\r\n./a\nb.txt\n\na\n.//b/./x\n");
  EXPECT_EQ(walked.names(), (Names{"a", "b.txt", "b/x"}));
  EXPECT_TRUE(walked.problems.empty());
  EXPECT_TRUE(walked.items[2].root->open_file(walked.items[2].path, O_RDONLY));
}

TEST_F(WalkTest, WalksListedDirectoriesOnce) {
  dir_.file("t/sub/f");
  dir_.file("t/g");
  dir_.file("t.txt");
  // What `find` prints: directories and what is in them.
  EXPECT_EQ(walk_list("t\nt/sub\nt/sub/f\nt/g\nt.txt\n").names(),
            (Names{"t.txt", "t/", "t/g", "t/sub/", "t/sub/f"}));
  EXPECT_EQ(walk_list(".\n./t\n./t.txt\n").names(),
            (Names{"t.txt", "t/", "t/g", "t/sub/", "t/sub/f"}));
}

TEST_F(WalkTest, ReadsAListSeparatedByNul) {
  dir_.file("two\nlines\r");
  dir_.file("a");
  EXPECT_EQ(walk_list(std::string("two\nlines\r\0a\0", 13)).names(), (Names{"a", "two\nlines\r"}));
}

TEST_F(WalkTest, MissingListedFilesAreProblems) {
  dir_.file("a");
  const Walked walked = walk_list("no\na\n");
  EXPECT_EQ(walked.names(), Names{"a"});
  EXPECT_EQ(walked.messages(), Names{"stat no: No such file or directory"});
}

TEST_F(WalkTest, ListedPathsThatLeadUpwardsAreNamedFromThereOn) {
  dir_.file("b/f");
  dir_.file("b/sub/g");
  dir_.file("c");
  dir_.file("in/x");
  const auto from_in = [&](const std::string& list) {
    std::filesystem::current_path(dir_ / "in");
    Walked walked = walk_list(list);
    std::filesystem::current_path(dir_ / ".");
    return walked;
  };
  EXPECT_EQ(from_in("../c\nx\n../b/sub/g\n").names(), (Names{"b/sub/g", "c", "x"}));
  EXPECT_EQ(from_in("../b\n.././b/f\n").names(), (Names{"b/", "b/f", "b/sub/", "b/sub/g"}));
  EXPECT_EQ(from_in("../b/sub/../f\n").names(), Names{"f"});
  EXPECT_EQ(from_in("../b/sub/..\n").names(), (Names{"f", "sub/", "sub/g"}));
  EXPECT_EQ(walk(sources({"in/../c"})).names(), walk_list("in/../c\n").names());
  // What `find ..` prints.
  const Walked found = from_in("..\n../b\n../b/f\n../c\n");
  EXPECT_EQ(found.names(), from_in("..\n").names());
  EXPECT_EQ(found.messages(), Names{});
}

TEST_F(WalkTest, NothingListedComesBelowWhatIsNoDirectory) {
  dir_.file("src/a");
  dir_.file("src-b");
  dir_.file("other/src");
  dir_.file("other/src-b/x");
  dir_.link("link", "src");
  const Walked files = walk_list("src/a\nother/../other/../other/src\nother/../src-b\n");
  EXPECT_EQ(files.names(), (Names{"other/src", "src-b", "src/a"}));
  const auto from_other = [&](const std::string& list) {
    std::filesystem::current_path(dir_ / "other");
    Walked walked = walk_list(list);
    std::filesystem::current_path(dir_ / ".");
    return walked;
  };
  const Walked met = from_other("src\n../src/a\n../src\n../src-b\nsrc-b/x\n");
  EXPECT_EQ(met.names(), (Names{"src", "src-b"}));
  EXPECT_EQ(met.messages(),
            (Names{"src-b/x: the list has src-b too, which is no directory; left out",
                   "../src: the list has src too, which is no directory; left out"}));
  EXPECT_EQ(walk_list("link\nlink/a\nsrc\n").names(), (Names{"link", "src/", "src/a"}));
  EXPECT_EQ(walk_list("link\nlink/a\n").messages(),
            Names{"link/a: the list has link too, which is no directory; left out"});
}

TEST_F(WalkTest, AStopEndsTheReadingOfALongList) {
  std::stop_source stop;
  std::string list;
  for (int i = 0; i < 100'000; ++i) list += "missing\n";
  dir_.file("list", list);
  WalkOptions options;
  options.files_from = "list";
  int problems = 0;
  options.on_problem = [&](const Error&) {
    ++problems;
    stop.request_stop();
  };
  const auto walker = Walker::create(std::move(options), stop.get_token());
  ASSERT_FALSE(walker);
  EXPECT_EQ(walker.error().code, Code::kCancelled);
  EXPECT_LT(problems, 50'000);
}

TEST_F(WalkTest, TwoListedFilesOfOneNameAreNotTakenForOne) {
  dir_.file("f", "one");
  dir_.file("in/f", "two");
  const Walked walked = walk_list("f\nin/../f\n");
  EXPECT_EQ(walked.names(), Names{"f"});
  EXPECT_EQ(walked.messages(), Names{"in/../f: another listed path has the same name"});
}

TEST_F(WalkTest, DropsALeadingSlashOfListedPaths) {
  dir_.file("a", "x");
  const Walked walked = walk_list((dir_ / "a") + "\n");
  EXPECT_EQ(walked.names(), Names{(dir_ / "a").substr(1)});
  EXPECT_EQ(walked.items[0].shown, dir_ / "a");
}

TEST_F(WalkTest, SaysWhenTheListIsMissing) {
  WalkOptions options;
  options.files_from = "no-list";
  const Walked walked = walk(options);
  ASSERT_TRUE(walked.failure);
  EXPECT_EQ(walked.failure->message, "open no-list: No such file or directory");
}

TEST_F(WalkTest, SourcesAndAListMayNotMeet) {
  dir_.file("a/x");
  dir_.file("b");
  dir_.file("list", "a/x\n");
  WalkOptions options = sources({"a"});
  options.files_from = "list";
  EXPECT_EQ(walk(options).failure->code, Code::kInvalid);
  options.sources = {"."};
  EXPECT_EQ(walk(options).failure->code, Code::kInvalid);
  options.sources = {"b"};
  EXPECT_EQ(walk(options).names(), (Names{"a/x", "b"}));
}

TEST_F(WalkTest, ListsMayBeLong) {
  std::string list;
  Names expected;
  dir_.directory("t");
  for (int i = 0; i < 5000; ++i) {
    const std::string name = "t/" + std::string(30, 'n') + std::to_string(i);
    if (i % 50 == 0) {
      dir_.file(name);
      expected.push_back(name);
    }
    if (i % 50 == 0) list += name + "\n";
    list += "t/" + std::string(30, 'n') + "0\n";
  }
  std::ranges::sort(expected);
  EXPECT_EQ(walk_list(list).names(), expected);
}

}  // namespace
}  // namespace penstock
