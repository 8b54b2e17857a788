#include "transfer/push_crew.h"

#include <atomic>
#include <optional>
#include <utility>

#include "flow/crew.h"

namespace penstock {

Status run_push_crew(PushQueue::Options queueing, const PushCrewWork& work, Clock& clock,
                     const std::stop_token& stop) {
  std::optional<PushQueue> queue;  // outlives the crew
  Crew crew(stop, clock);
  std::atomic<bool> any_worker{false};
  const Crew::Work worker = [&](const std::stop_token& token) { return work.work(*queue, token); };
  queueing.start_worker = [&] {
    if (any_worker.exchange(true)) return crew.try_add(work.name, worker).has_value();
    crew.add(work.name, worker);  // without the first one nothing is done
    return true;
  };
  queue.emplace(std::move(queueing), clock);
  crew.add("plan", [&](const std::stop_token& token) { return work.plan(*queue, token); });
  return crew.join();
}

}  // namespace penstock
