#include "flow/crew.h"

#include <exception>
#include <memory>
#include <new>
#include <system_error>
#include <utility>

#include <pthread.h>
#include <signal.h>

namespace penstock {
namespace {

constexpr std::size_t kLongestThreadName = 15;  // of the kernel, without the ending NUL

// Blocks signals for as long as it lives; a thread created meanwhile inherits the mask. Those that
// a fault raises stay open, so that a crash is reported and not silent.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS})
      sigdelset(&all, fault);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

// The outcome of `work`, whatever way it ends.
Status outcome(const Crew::Work& work, std::stop_token stop) {
  try {
    return work(std::move(stop));
  } catch (const std::bad_alloc&) {
    return fail(Code::kNoSpace, "out of memory");
  } catch (const std::exception& bug) {
    return fail(Code::kInternal, bug.what());
  } catch (...) {
    return fail(Code::kInternal, "unknown exception");
  }
}

}  // namespace

Crew::Crew(std::stop_token outer, Clock& clock)
    : clock_(clock), outer_link_(std::move(outer), StopOnRequest{stop_}) {}

Crew::~Crew() {
  stop();
  static_cast<void>(join());
}

void Crew::add(const std::string& name, Work work) {
  if (Status started = try_add(name, std::move(work)); !started)
    record(name, std::move(started).error());
}

Status Crew::try_add(const std::string& name, Work work) {
  auto part = std::make_unique<Clock::Participant>(clock_);
  try {
    const SignalsBlocked until_started;
    Lock lock(mutex_);
    threads_.emplace_back(
        [this, name, body = std::move(work), until_its_end = std::move(part)] { run(name, body); });
    return {};
  } catch (const std::system_error& failure) {
    return fail_errno("start thread " + name, failure.code().value());
  }
}

void Crew::run(const std::string& name, const Work& work) noexcept {
  pthread_setname_np(pthread_self(), name.substr(0, kLongestThreadName).c_str());
  if (Status status = outcome(work, token()); !status) record(name, std::move(status).error());
}

void Crew::record(const std::string& name, Error error) {
  {
    Lock lock(mutex_);
    if (!first_error_)
      first_error_ =
          error.code == Code::kInternal ? std::move(error).within(name) : std::move(error);
  }
  stop();  // after the error is kept: nothing that the stop causes can be taken for the first one
}

// One after the other: whom a thread of the crew adds meanwhile comes after it.
void Crew::join_all() {
  for (std::size_t i = 0;; ++i) {
    std::thread next;
    {
      Lock lock(mutex_);
      if (i == threads_.size()) return threads_.clear();
      next = std::move(threads_[i]);
    }
    next.join();
  }
}

Status Crew::join() {
  if (answer_) return *answer_;
  join_all();
  Lock lock(mutex_);
  if (first_error_)
    answer_ = fail(*first_error_);
  else if (stop_.stop_requested())
    answer_ = fail(Code::kCancelled, "cancelled");
  else
    answer_ = Status();
  return *answer_;
}

}  // namespace penstock
