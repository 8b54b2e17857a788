#include "cli/signals.h"

#include <csignal>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace penstock::cli {
namespace {

// Waits (bounded) until the first signal was seen.
bool stopped(Signals& signals) {
  pollfd wait{signals.stop_fd(), POLLIN, 0};
  return ::poll(&wait, 1, 20000) == 1 && signals.stop().stop_requested();
}

// Runs `body` in a child process; its exit code, or minus the signal that ended it.
template <class Body>
int in_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(Signals, TheFirstAsksToStop) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    EXPECT_EQ(in_child([number] {
                const auto signals = Signals::watch();
                if (!signals || (*signals)->stop().stop_requested()) return 1;
                ::kill(::getpid(), number);
                return stopped(**signals) ? 0 : 2;
              }),
              0)
        << number;
  }
}

TEST(Signals, TheSecondEndsTheProcessAtOnce) {
  EXPECT_EQ(in_child([] {
              const auto signals = Signals::watch();
              if (!signals || (*signals)->stop().stop_requested()) return 1;
              ::kill(::getpid(), SIGINT);
              if (!stopped(**signals)) return 2;
              ::kill(::getpid(), SIGINT);
              ::poll(nullptr, 0, 20000);  // ends here, long before the time is over
              return 3;
            }),
            130);
}

TEST(Signals, TheFirstEndsTheProcessWhileNobodyHeedsIt) {
  EXPECT_EQ(in_child([] {
              const auto signals = Signals::watch();
              if (!signals) return 1;
              ::kill(::getpid(), SIGTERM);
              ::poll(nullptr, 0, 20000);  // ends here, long before the time is over
              return 3;
            }),
            130);
}

TEST(Signals, AreSwallowedWhenTheWorkIsDone) {
  EXPECT_EQ(in_child([] {
              if (auto signals = Signals::watch(); !signals) return 1;
              for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGINT}) ::kill(::getpid(), number);
              // Those do not count for the next one that watches.
              const auto signals = Signals::watch();
              return signals && !(*signals)->stop().stop_requested() ? 0 : 2;
            }),
            0);
}

TEST(Signals, AnIgnoredOneStaysIgnored) {
  EXPECT_EQ(in_child([] {
              std::signal(SIGHUP, SIG_IGN);
              const auto signals = Signals::watch();
              if (!signals || (*signals)->stop().stop_requested()) return 1;
              ::kill(::getpid(), SIGHUP);
              ::kill(::getpid(), SIGTERM);
              // Had SIGHUP counted, SIGTERM would have been the second.
              return stopped(**signals) ? 0 : 2;
            }),
            0);
}

TEST(Signals, EndsWithoutASignal) {
  const auto signals = Signals::watch();
  ASSERT_TRUE(signals);
  EXPECT_FALSE((*signals)->stop().stop_requested());
}

TEST(Signals, AreNotWatchedWhenNoThreadCanBeMade) {
  EXPECT_EQ(in_child([] {
              if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) return 77;
              const rlimit none{0, 0};  // as root it would not count
              if (::setrlimit(RLIMIT_NPROC, &none) != 0) return 77;
              const auto signals = Signals::watch();
              if (signals) return 1;
              return signals.error().code == Code::kInternal ? 2 : 0;
            }),
            0);
}

}  // namespace
}  // namespace penstock::cli
