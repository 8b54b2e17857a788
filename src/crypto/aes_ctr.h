// AES in the counter mode of WinZip AE-1/AE-2: a 16-byte little-endian counter that starts at 1.
// (OpenSSL's CTR mode counts big-endian, hence this.)
// Source: WinZip "AES Encryption Information" (winzip.com/aes_info.htm); FIPS 197; SP 800-38A.
#pragma once

#include <cstdint>
#include <memory>

#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock {

// One entry's cipher stream. Encryption and decryption are the same operation.
// Threads: one caller at a time; different objects are independent. An object moved from can only
// be destroyed or assigned to.
class WinZipCtr {
 public:
  // An object without a key; set_key() makes it usable. Made once per worker and used for many
  // entries, because setting a key is much cheaper than making a cipher context.
  static Result<WinZipCtr> create();
  ~WinZipCtr();
  WinZipCtr(WinZipCtr&&) noexcept;
  WinZipCtr& operator=(WinZipCtr&&) noexcept;

  // `key` is 16, 24 or 32 bytes (kInvalid otherwise). Starts at byte 0 of the stream.
  Status set_key(Bytes key);
  // XORs the next `data.size()` bytes of the key stream into `data`, in place. Any sizes in any
  // order give the same bytes as one call.
  Status apply(MutableBytes data);
  // Moves to byte `offset` of the stream (to decrypt a piece in the middle).
  Status seek(std::uint64_t offset);

 private:
  struct State;
  explicit WinZipCtr(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock
