// Something that happens once, and that poll(2) sees from then on.
#pragma once

#include "penstock/error.h"

#include "files/unique_fd.h"

namespace penstock {

// The end of a pipe whose other end is closed when it happens: unlike a write to an eventfd, which
// is a call that can fail, close(2) always wakes who waits. Threads: poll fd() from any, happen()
// from one.
class OnceEvent {
 public:
  static Result<OnceEvent> create();

  // poll() reports something other than 0 for it, whatever it was asked for, once it has happened.
  int fd() const { return seen_.get(); }
  void happen() { held_.reset(); }

 private:
  OnceEvent(UniqueFd seen, UniqueFd held) : seen_(std::move(seen)), held_(std::move(held)) {}

  UniqueFd seen_;
  UniqueFd held_;
};

}  // namespace penstock
