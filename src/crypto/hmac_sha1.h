// HMAC-SHA1 (RFC 2104), as WinZip AES authenticates an entry's ciphertext.
#pragma once

#include <array>
#include <memory>

#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock {

// Threads: one caller at a time; different objects are independent. An object moved from can only
// be destroyed or assigned to.
class HmacSha1 {
 public:
  using Tag = std::array<std::byte, 20>;

  // An object without a key; made once per worker, set_key() starts each message.
  static Result<HmacSha1> create();
  ~HmacSha1();
  HmacSha1(HmacSha1&&) noexcept;
  HmacSha1& operator=(HmacSha1&&) noexcept;

  Status set_key(Bytes key);  // any length; starts a new message
  Status update(Bytes data);  // the message's next bytes
  Result<Tag> finish();       // the tag; set_key() before the next message

 private:
  struct State;
  explicit HmacSha1(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Whether two tags are equal, in a time that does not depend on where they differ. Sizes are
// public.
bool equal_constant_time(Bytes a, Bytes b) noexcept;

}  // namespace penstock
