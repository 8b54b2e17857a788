// An encrypted entry. The input as content: encrypted and decrypted, in whole and in parts, it
// comes back; with one bit of it altered, the MAC does not match. The input as what lies in an
// archive: it decodes only if somebody who knew the password made it.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <vector>

#include "archive/entry_decoder.h"
#include "archive/winzip_aes.h"
#include "crypto/hmac_sha1.h"

namespace {

using namespace penstock;
using namespace penstock::zip;
using Data = std::vector<std::byte>;

void require(bool promise) {
  if (!promise) std::abort();
}

// Keys of a fixed salt for each strength: deriving them for every input would be all the fuzzer
// does.
const EntryKeys& keys_of(AesStrength strength) {
  static const auto derive = [](AesStrength of) {
    const Data salt(salt_bytes(of), std::byte{7});
    return *EntryKeys::derive(Secret(std::string("secret")), of, salt);
  };
  static const EntryKeys k128 = derive(AesStrength::k128);
  static const EntryKeys k192 = derive(AesStrength::k192);
  static const EntryKeys k256 = derive(AesStrength::k256);
  return strength == AesStrength::k128 ? k128 : strength == AesStrength::k192 ? k192 : k256;
}

EntryCipher& cipher() {
  static EntryCipher made = *EntryCipher::create();
  return made;
}

EntryDecoder& decoder() {
  static UnpackMeters meters;
  static EntryDecoder made = *EntryDecoder::create(meters);
  return made;
}

// Salt, verifier, `body` and `mac` as they lie in an archive.
Data framed(AesStrength strength, Bytes body, Bytes mac) {
  Data data(salt_bytes(strength), std::byte{7});
  append(data, keys_of(strength).verifier(0));
  append(data, body);
  append(data, mac);
  return data;
}

Mac encrypt(AesStrength strength, Data& body, std::size_t step) {
  require(cipher().start(keys_of(strength), 0).has_value());
  for (std::size_t at = 0; at < body.size(); at += step) {
    const MutableBytes part = MutableBytes(body).subspan(at, std::min(step, body.size() - at));
    require(cipher().encrypt(part).has_value());
  }
  return *cipher().mac();
}

Entry stored_entry(AesStrength strength, std::size_t bytes) {
  Entry entry;
  entry.aes = AesInfo{2, strength};
  entry.method = kMethodStore;
  entry.uncompressed_bytes = bytes;
  entry.compressed_bytes = bytes + overhead_bytes(strength);
  return entry;
}

void check_round_trip(AesStrength strength, Bytes content, std::size_t step, std::size_t flip) {
  Data whole(content.begin(), content.end());
  Data parts = whole;
  const Mac mac = encrypt(strength, whole, whole.size() + 1);
  require(encrypt(strength, parts, step) == mac && parts == whole);
  // From the middle, as pieces are decrypted.
  Data tail(whole.begin() + static_cast<std::ptrdiff_t>(flip % (whole.size() + 1)), whole.end());
  require(cipher().start(keys_of(strength), 0).has_value());
  require(cipher().decrypt_at(whole.size() - tail.size(), tail).has_value());
  require(std::ranges::equal(tail, content.last(tail.size())));

  const Entry entry = stored_entry(strength, content.size());
  Data data = framed(strength, whole, mac);
  Data altered = data;
  const auto back = decoder().decode(entry, data, &keys_of(strength), 0, {});
  require(back && std::ranges::equal(*back, content));
  const std::size_t at = salt_bytes(strength) + flip % (altered.size() - salt_bytes(strength));
  altered[at] ^= static_cast<std::byte>(1U << (flip % 8));
  require(!decoder().decode(entry, altered, &keys_of(strength), 0, {}));
}

// Everything is the fuzzer's, but the MAC is made to match so that it gets to the decoders.
void check_as_entry(AesStrength strength, Bytes body, std::uint16_t method,
                    std::uint64_t declared) {
  Data data(body.begin(), body.end());
  const Mac mac = encrypt(strength, data, data.size() + 1);
  Data framed_data = framed(strength, data, mac);
  Entry entry = stored_entry(strength, body.size());
  entry.method = method;
  entry.uncompressed_bytes = method == kMethodStore ? body.size() : declared;
  static Data out(std::size_t{1} << 16);
  const auto content = decoder().decode(entry, framed_data, &keys_of(strength), 0, out);
  require(!content || content->size() == entry.uncompressed_bytes);
  require(method != kMethodStore || content.has_value());
}

// Nothing is helped: this must never decode.
void check_forged(AesStrength strength, Bytes all) {
  if (all.size() < overhead_bytes(strength)) return;
  Data data(all.begin(), all.end());
  const Entry entry = stored_entry(strength, all.size() - overhead_bytes(strength));
  require(!decoder().decode(entry, data, &keys_of(strength), 0, {}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const auto strength = static_cast<AesStrength>(1 + data[0] % 3);
  constexpr std::uint16_t kMethods[] = {kMethodStore, kMethodDeflate, kMethodZstd};
  const std::uint64_t declared = data[2] + 256U * data[3];
  const Bytes body = std::as_bytes(std::span(data + 4, size - 4));
  check_round_trip(strength, body, 1 + declared % 100, declared);
  check_as_entry(strength, body, kMethods[data[1] % 3], declared);
  check_forged(strength, body);
  return 0;
}
