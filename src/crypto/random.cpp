#include "crypto/random.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>

#include <openssl/rand.h>

#include "crypto/openssl.h"

namespace penstock {
namespace {

// 32 signs that are not mistaken for each other when read aloud or copied by hand.
constexpr std::string_view kAlphabet = "23456789abcdefghijkmnpqrstuvwxyz";
static_assert(kAlphabet.size() == 32);

constexpr std::size_t kGroups = 7;
constexpr std::size_t kGroupSigns = 4;
static_assert(kGroups * kGroupSigns * 5 >= 128, "a password must hold at least 128 bits");

}  // namespace

Status random_bytes(MutableBytes out) {
  constexpr std::size_t kMost = std::numeric_limits<int>::max();
  while (!out.empty()) {
    const MutableBytes part = out.first(std::min(out.size(), kMost));
    if (RAND_bytes(as_u8(part), static_cast<int>(part.size())) != 1)
      return openssl_failure("read random bytes", Code::kIo);
    out = out.subspan(part.size());
  }
  return {};
}

Result<Secret> generate_password() {
  std::array<std::uint8_t, kGroups * kGroupSigns> random{};
  if (RAND_priv_bytes(random.data(), static_cast<int>(random.size())) != 1)
    return openssl_failure("generate a password", Code::kIo);
  std::string text;
  text.reserve(random.size() + kGroups);  // never reallocated: no unwiped copy stays behind
  for (std::size_t i = 0; i < random.size(); ++i) {
    if (i > 0 && i % kGroupSigns == 0) text += '-';
    text += kAlphabet[random[i] % kAlphabet.size()];
  }
  wipe(std::as_writable_bytes(std::span(random)));
  return Secret(std::move(text));
}

}  // namespace penstock
