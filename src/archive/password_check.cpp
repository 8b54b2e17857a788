#include "archive/password_check.h"

#include <algorithm>
#include <array>

#include "archive/local_header.h"
#include "archive/survey.h"
#include "base/narrow.h"
#include "crypto/hmac_sha1.h"

namespace penstock::zip {
namespace {

enum class Verdict { kWrong, kPossible, kRight };

// Salt and verifier of an entry, from the front of its data.
Result<EntryKeys> derive_for(const Entry& entry, const Secret& password, Bytes front) {
  return EntryKeys::derive(password, entry.aes->strength, salt_of(entry.aes->strength, front));
}

Result<Verdict> try_on(const ByteSource& source, const Entry& entry, const Secret& password,
                       EntryDecoder& decoder, const Judge& judge) {
  const AesStrength strength = entry.aes->strength;
  const bool whole = is_small(entry);
  const auto expected = expect_probe(source, entry);
  PENSTOCK_TRY(const std::uint64_t offset, find_data(source, entry, judge));
  std::vector<std::byte> data(whole ? narrow<std::size_t>(entry.compressed_bytes)
                                    : salt_bytes(strength) + kVerifierBytes);
  PENSTOCK_CHECK(source.read_at(offset, data));
  PENSTOCK_TRY(const EntryKeys keys, derive_for(entry, password, data));
  if (!equal_constant_time(keys.verifier(0), verifier_of(strength, data))) return Verdict::kWrong;
  if (!whole) return Verdict::kPossible;
  PENSTOCK_TRY(const bool genuine, decoder.mac_matches(strength, data, keys, 0));
  return genuine ? Verdict::kRight : Verdict::kPossible;
}

}  // namespace

std::shared_ptr<void> expect_probe(const ByteSource& source, const Entry& entry) {
  const std::uint64_t unread =
      is_small(entry) ? 0 : entry.compressed_bytes - overhead_bytes(entry.aes->strength);
  return source.expect(entry.local_offset, std::min(source.size(), likely_end(entry) - unread));
}

Status check_password(const ByteSource& source, const std::vector<Entry>& probes,
                      const Secret& password, EntryDecoder& decoder, const Judge& judge) {
  std::size_t possible = 0;
  bool unread = false;
  for (const Entry& entry : probes) {
    PENSTOCK_TRY(const Verdict verdict, try_on(source, entry, password, decoder, judge));
    if (verdict == Verdict::kRight) return {};
    if (verdict == Verdict::kPossible) ++possible;
    unread = unread || (verdict == Verdict::kPossible && !is_small(entry));
  }
  if (probes.empty() || unread) return {};
  return fail(Code::kDenied,
              possible == 0 ? "wrong password" : "wrong password, or the archive is damaged");
}

}  // namespace penstock::zip
