#include "penstock/secret.h"

#include <utility>

#include <openssl/crypto.h>

namespace penstock {

void wipe(std::span<std::byte> bytes) noexcept { OPENSSL_cleanse(bytes.data(), bytes.size()); }

Secret::Secret(std::string&& text) : Secret(std::as_bytes(std::span(text))) {
  text.resize(text.capacity());  // what the string held before may still be behind its end
  wipe(std::as_writable_bytes(std::span(text)));
  text.clear();
}

Secret::Secret(std::span<const std::byte> bytes) : bytes_(bytes.begin(), bytes.end()) {}

Secret::~Secret() { clear(); }

Secret::Secret(Secret&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  clear();
  bytes_ = std::exchange(other.bytes_, {});
  return *this;
}

Secret Secret::clone() const { return Secret(expose()); }

void Secret::clear() noexcept {
  wipe(bytes_);
  bytes_.clear();
}

}  // namespace penstock
