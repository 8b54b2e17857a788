// Random bytes for salts, keys and generated passwords.
#pragma once

#include "base/bytes.h"
#include "penstock/error.h"
#include "penstock/secret.h"

namespace penstock {

// Fills `out` from the operating system's generator through OpenSSL. Threads: any.
Status random_bytes(MutableBytes out);

// A password of 128 random bits, written as groups of easily told-apart lower-case letters and
// digits (base32 without 0, 1, l, o ...), e.g. "k7mp-3xqa-...".
Result<Secret> generate_password();

}  // namespace penstock
