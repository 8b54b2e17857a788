#include "archive/salt_source.h"

#include "crypto/random.h"

namespace penstock::zip {
namespace {

class RandomSalts final : public SaltSource {
 public:
  Status fill(std::uint64_t /*first*/, std::size_t /*salt_bytes*/, MutableBytes out) override {
    return random_bytes(out);
  }
};

}  // namespace

SaltSource& random_salts() {
  static RandomSalts source;
  return source;
}

}  // namespace penstock::zip
