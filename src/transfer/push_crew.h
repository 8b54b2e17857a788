// The threads of a push or a copy: one that plans, and workers as long as there is work for more.
#pragma once

#include <functional>
#include <stop_token>

#include "penstock/error.h"

#include "base/clock.h"
#include "transfer/push_queue.h"

namespace penstock {

struct PushCrewWork {
  const char* name = "";  // of the workers' threads
  // Fills the queue and closes it.
  std::function<Status(PushQueue&, const std::stop_token&)> plan;
  // Takes from the queue until it is over; run by every worker.
  std::function<Status(PushQueue&, const std::stop_token&)> work;
};

// Runs both until the queue is over, or the first of them fails; all threads take part in `clock`.
// `queueing.start_worker` is set here. Blocks. Fails as they did, or with kCancelled.
Status run_push_crew(PushQueue::Options queueing, const PushCrewWork& work, Clock& clock,
                     const std::stop_token& stop);

}  // namespace penstock
