// Random bytes for salts, keys and generated passwords.
#pragma once

#include "penstock/error.h"
#include "penstock/secret.h"

#include "base/bytes.h"

namespace penstock {

// Fills `out` from the operating system's generator through OpenSSL. Threads: any.
Status random_bytes(MutableBytes out);

// A password of at least 128 random bits (28 signs of 5 bits), written as groups of lower-case
// letters and digits that are easily told apart (without 0, 1, l, o): "k7mp-3xqa-...".
Result<Secret> generate_password();

}  // namespace penstock
