// Finds out whether a password is right before anything is written.
#pragma once

#include <memory>
#include <vector>

#include "penstock/error.h"
#include "penstock/secret.h"

#include "archive/entry_decoder.h"
#include "archive/judge.h"
#include "files/byte_source.h"

namespace penstock::zip {

// What trying a password on `entry` reads, as ByteSource::expect() has it.
std::shared_ptr<void> expect_probe(const ByteSource& source, const Entry& entry);

// Tries `password` on `probes`, encrypted entries. It is right when the MAC of one of them is; MACs
// of entries too big to be read here (1 MiB) are left to the extraction, and then the verifier
// decides: of wrong passwords 1 in 65,536 passes it. kDenied when it is wrong.
Status check_password(const ByteSource& source, const std::vector<Entry>& probes,
                      const Secret& password, EntryDecoder& decoder, const Judge& judge);

}  // namespace penstock::zip
