// Time as a dependency: what waits asks a Clock, so that a simulation can run hours in no time.
#pragma once

#include <chrono>
#include <stop_token>

namespace penstock {

// Threads: any.
class Clock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  // Waits until then. False on a stop, which ends the wait at once.
  virtual bool sleep_until(TimePoint when, const std::stop_token& stop) = 0;

  bool sleep_for(std::chrono::nanoseconds time, const std::stop_token& stop) {
    return sleep_until(now() + time, stop);
  }

  // Said by what makes threads wait for each other (WaitList): a thread is about to wait for
  // something other than the time; one that did goes on, said by the thread that wakes it, before
  // it itself does anything else. Real clocks do not care; a simulated one must not let time pass
  // while somebody has work.
  virtual void block() {}
  virtual void unblock() {}

  // A thread takes part in this time, from now on: made before the thread starts, by whoever starts
  // it, gone when the thread ends. Real clocks do not care.
  class Participant {
   public:
    explicit Participant(Clock& clock) : clock_(clock) { clock_.enter(); }
    ~Participant() { clock_.leave(); }
    Participant(const Participant&) = delete;
    Participant& operator=(const Participant&) = delete;

   private:
    Clock& clock_;
  };

 private:
  virtual void enter() {}
  virtual void leave() {}
};

// std::chrono::steady_clock.
Clock& steady_clock();

}  // namespace penstock
