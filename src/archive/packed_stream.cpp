#include "archive/packed_stream.h"

#include <algorithm>
#include <array>
#include <utility>

#include "archive/entry_decoder.h"
#include "archive/local_header.h"
#include "crypto/hmac_sha1.h"

namespace penstock::zip {

Result<PackedStream> PackedStream::open(const ExtractContext& context, const Entry& entry) {
  PENSTOCK_TRY(const std::uint64_t offset, find_data(context.source, entry, context.judge));
  PackedStream stream(context, offset, entry.compressed_bytes);
  if (entry.aes) PENSTOCK_CHECK(stream.start_cipher(*entry.aes));
  return stream;
}

Status PackedStream::start_cipher(const AesInfo& aes) {
  // Nothing was encrypted when the password was asked for.
  if (context_->password == nullptr)
    return fail(Code::kCorrupt, "the archive changed while it was read");
  const BusyTimer busy(context_->meters.busy(context_->meters.derive));
  std::vector<std::byte> head(salt_bytes(aes.strength) + kVerifierBytes);
  PENSTOCK_CHECK(context_->source.read_at(offset_, head));
  PENSTOCK_TRY(const EntryKeys keys,
               EntryKeys::derive(*context_->password, aes.strength, salt_of(aes.strength, head)));
  context_->meters.derive.add(1, 0);
  if (!equal_constant_time(keys.verifier(0), verifier_of(aes.strength, head)))
    return fail(Code::kCorrupt, "it is damaged, or encrypted with another password");
  PENSTOCK_TRY(EntryCipher cipher, EntryCipher::create());
  PENSTOCK_CHECK(cipher.start(keys, 0));
  cipher_.emplace(std::move(cipher));
  offset_ += head.size();
  left_ -= overhead_bytes(aes.strength);
  return {};
}

Status PackedStream::check_mac() {
  std::array<std::byte, kMacBytes> stored{};
  PENSTOCK_CHECK(context_->source.read_at(offset_, stored));
  PENSTOCK_TRY(const Mac mac, cipher_->mac());
  cipher_.reset();
  if (!equal_constant_time(mac, stored))
    return fail(Code::kCorrupt, "its content is damaged: the MAC does not match");
  return {};
}

Result<MutableBytes> PackedStream::next(MutableBytes buffer) {
  const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(left_, buffer.size()));
  const MutableBytes data = buffer.first(bytes);
  if (bytes == 0) {
    if (cipher_) PENSTOCK_CHECK(check_mac());
    return data;
  }
  {
    const BusyTimer busy(context_->meters.busy(context_->meters.read));
    PENSTOCK_CHECK(context_->source.read_at(offset_, data));
    context_->meters.read.add(0, bytes);
  }
  offset_ += bytes;
  left_ -= bytes;
  if (cipher_) {
    const BusyTimer busy(context_->meters.busy(context_->meters.decrypt));
    PENSTOCK_CHECK(cipher_->decrypt(data));
    context_->meters.decrypt.add(0, bytes);
  }
  return data;
}

}  // namespace penstock::zip
