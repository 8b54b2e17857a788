// A wrapper that makes trouble on purpose, the same for the same seed: for tests of everything that
// must not lose or double anything.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "store/store.h"

namespace penstock {

// Probabilities, 0 to 1, of each call.
struct ChaosOptions {
  std::uint64_t seed = 1;
  double fail_before = 0;  // it is not done: 503, or the connection breaks
  double lose_answer = 0;  // it is done, and the answer does not arrive
  double flip_bit = 0;     // of a body or of what is received; noticed in the end: kCorrupt
  double partial = 0;      // removals: some keys fail, "200" with errors in it
  double delay = 0;        // it takes up to most_delay longer
  std::chrono::milliseconds most_delay{500};
};

// Its name() tells the seed. `clock` must outlive the store.
std::unique_ptr<Store> make_chaos_store(std::shared_ptr<Store> inner, const ChaosOptions& options,
                                        Clock& clock);

}  // namespace penstock
