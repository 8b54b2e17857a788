// For tests of what happens without a right: root has them all, so the test's body runs in a child
// process that has given them up.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <functional>

#include <sys/wait.h>
#include <unistd.h>

namespace penstock {

// Runs `passes` as nobody (as ourselves when we are not root). True when it returned true; false
// also when it ended in any other way.
inline bool unprivileged(const std::function<bool()>& passes) {
  constexpr uid_t kNobody = 65534;
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && (setgid(kNobody) != 0 || setuid(kNobody) != 0)) {
      std::fputs("cannot give up root: the test cannot run\n", stderr);
      _exit(2);
    }
    _exit(passes() ? 0 : 1);
  }
  int status = 0;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

}  // namespace penstock
