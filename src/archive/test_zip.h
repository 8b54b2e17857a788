// For tests: ZIP archives put together field by field, so that every field can lie.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/observer.h"

#include "archive/entry_decoder.h"
#include "archive/winzip_aes.h"
#include "archive/zip_format.h"
#include "base/bytes.h"
#include "codec/compressor.h"
#include "codec/crc32.h"

namespace penstock::zip::test {

using Buffer = std::vector<std::byte>;
using Edit = std::function<void(Buffer& header)>;

// Sets the integer of type T at `offset` of a header: set<std::uint32_t>(22, 5).
template <class T>
Edit set(std::size_t offset, T value) {
  return [=](Buffer& header) { store_le<T>(header, offset, value); };
}

struct TestEntry {
  std::string name = {};
  std::string content = {};
  std::uint16_t method = kMethodStore;
  std::uint32_t mode = 0100644;
  std::uint16_t flags = 0;
  std::optional<AesInfo> aes = {};
  std::string password = "secret";
  std::optional<std::string> packed = {};  // instead of what the method makes of the content
  std::optional<std::uint64_t> declared_bytes = {};
  Edit edit_local = {};  // of the local header, name and extra included
  Edit edit_central = {};
  Edit edit_data = {};  // of the bytes between local header and descriptor
  Edit edit_descriptor = {};
  std::optional<std::uint64_t> same_local_as = {};  // no data of its own: points there
};

class TestZip {
 public:
  TestZip& add(const TestEntry& entry) {
    const std::uint64_t offset = entry.same_local_as.value_or(prefix_ + bytes_.size());
    Buffer data = packed_data(entry);
    const Fields fields = fields_of(entry, data.size());
    if (!entry.same_local_as) add_local(entry, fields, std::move(data));
    add_central(entry, fields, offset);
    ++count_;
    return *this;
  }

  // Offset of the next entry, and how many bytes of data lie so far.
  std::uint64_t position() const { return bytes_.size(); }
  void gap(std::size_t bytes) { bytes_.resize(bytes_.size() + bytes, std::byte{0x55}); }

  struct End {
    std::string comment = {};
    bool zip64 = false;
    Edit edit_end = {};      // 22 bytes and the comment
    Edit edit_zip64 = {};    // 56 bytes
    Edit edit_locator = {};  // 20 bytes
    std::string prefix = {};
    std::string suffix = {};
  };
  Buffer build() const { return build(End{}); }
  Buffer build(const End& end) const {
    Buffer out;
    append(out, as_bytes(end.prefix));
    append(out, bytes_);
    append(out, central_);
    if (end.zip64) append_zip64(out, end);
    append(out, end_record(end));
    append(out, as_bytes(end.suffix));
    return out;
  }

 private:
  struct Fields {
    std::uint16_t method;
    std::uint32_t crc;
    std::uint32_t packed_bytes;
    std::uint32_t content_bytes;
    Buffer extra;
  };

  static Buffer compressed(const TestEntry& entry) {
    if (entry.packed) {
      const Bytes bytes = as_bytes(*entry.packed);
      return {bytes.begin(), bytes.end()};
    }
    const Bytes content = as_bytes(entry.content);
    if (entry.method != kMethodDeflate && entry.method != kMethodZstd)
      return {content.begin(), content.end()};
    auto compressor = *Compressor::create(codec_of(entry.method), 3);
    Buffer out(Compressor::bound(content.size()));
    out.resize(*compressor.compress_piece(content, true, out));
    return out;
  }

  static Buffer packed_data(const TestEntry& entry) {
    Buffer data = compressed(entry);
    if (entry.aes) data = encrypted(entry, std::move(data));
    if (entry.edit_data) entry.edit_data(data);
    return data;
  }

  static Buffer encrypted(const TestEntry& entry, Buffer data) {
    const AesStrength strength = entry.aes->strength;
    Buffer out(salt_bytes(strength), std::byte{static_cast<unsigned char>(entry.name.size())});
    const EntryKeys keys = *EntryKeys::derive(Secret(std::string(entry.password)), strength, out);
    EntryCipher cipher = *EntryCipher::create();
    if (!cipher.start(keys, 0) || !cipher.encrypt(data)) std::abort();
    append(out, keys.verifier(0));
    append(out, data);
    append(out, *cipher.mac());
    return out;
  }

  static Fields fields_of(const TestEntry& entry, std::size_t packed_bytes) {
    Fields fields{entry.method,
                  crc32(0, as_bytes(entry.content)),
                  static_cast<std::uint32_t>(packed_bytes),
                  static_cast<std::uint32_t>(entry.declared_bytes.value_or(entry.content.size())),
                  {}};
    if (!entry.aes) return fields;
    fields.method = kMethodAes;
    if (entry.aes->version == 2) fields.crc = 0;
    append_le<std::uint16_t>(fields.extra, kExtraAes);
    append_le<std::uint16_t>(fields.extra, 7);
    append_le<std::uint16_t>(fields.extra, entry.aes->version);
    append(fields.extra, as_bytes("AE"));
    append_le<std::uint8_t>(fields.extra, static_cast<std::uint8_t>(entry.aes->strength));
    append_le<std::uint16_t>(fields.extra, entry.method);
    return fields;
  }

  static std::uint16_t flags_of(const TestEntry& entry) {
    return static_cast<std::uint16_t>(entry.flags | (entry.aes ? kFlagEncrypted : 0));
  }

  void add_local(const TestEntry& entry, const Fields& fields, Buffer data) {
    const bool later = (entry.flags & kFlagDescriptor) != 0;
    Buffer local;
    append_le<std::uint32_t>(local, kLocalSignature);
    append_le<std::uint16_t>(local, 20);
    append_le<std::uint16_t>(local, flags_of(entry));
    append_le<std::uint16_t>(local, fields.method);
    append_le<std::uint32_t>(local, 0x21 << 16);
    append_le<std::uint32_t>(local, later ? 0 : fields.crc);
    append_le<std::uint32_t>(local, later ? 0 : fields.packed_bytes);
    append_le<std::uint32_t>(local, later ? 0 : fields.content_bytes);
    append_le<std::uint16_t>(local, static_cast<std::uint16_t>(entry.name.size()));
    append_le<std::uint16_t>(local, static_cast<std::uint16_t>(fields.extra.size()));
    append(local, as_bytes(entry.name));
    append(local, fields.extra);
    if (entry.edit_local) entry.edit_local(local);
    append(bytes_, local);
    append(bytes_, data);
    if (!later) return;
    Buffer descriptor;
    append_le<std::uint32_t>(descriptor, kDescriptorSignature);
    append_le<std::uint32_t>(descriptor, fields.crc);
    append_le<std::uint32_t>(descriptor, fields.packed_bytes);
    append_le<std::uint32_t>(descriptor, fields.content_bytes);
    if (entry.edit_descriptor) entry.edit_descriptor(descriptor);
    append(bytes_, descriptor);
  }

  void add_central(const TestEntry& entry, const Fields& fields, std::uint64_t offset) {
    Buffer central;
    append_le<std::uint32_t>(central, kCentralSignature);
    append_le<std::uint16_t>(central, kMadeByUnix | 20);
    append_le<std::uint16_t>(central, 20);
    append_le<std::uint16_t>(central, flags_of(entry));
    append_le<std::uint16_t>(central, fields.method);
    append_le<std::uint32_t>(central, 0x21 << 16);
    append_le<std::uint32_t>(central, fields.crc);
    append_le<std::uint32_t>(central, fields.packed_bytes);
    append_le<std::uint32_t>(central, fields.content_bytes);
    append_le<std::uint16_t>(central, static_cast<std::uint16_t>(entry.name.size()));
    append_le<std::uint16_t>(central, static_cast<std::uint16_t>(fields.extra.size()));
    append_le<std::uint16_t>(central, 0);
    append_le<std::uint16_t>(central, 0);
    append_le<std::uint16_t>(central, 0);
    append_le<std::uint32_t>(central, entry.mode << 16);
    append_le<std::uint32_t>(central, static_cast<std::uint32_t>(offset));
    append(central, as_bytes(entry.name));
    append(central, fields.extra);
    if (entry.edit_central) entry.edit_central(central);
    append(central_, central);
  }

  void append_zip64(Buffer& out, const End& end) const {
    Buffer record;
    append_le<std::uint32_t>(record, kZip64EndSignature);
    append_le<std::uint64_t>(record, kZip64EndBytes - 12);
    append_le<std::uint32_t>(record, 45 << 16 | 45);
    append_le<std::uint64_t>(record, 0);
    append_le<std::uint64_t>(record, count_);
    append_le<std::uint64_t>(record, count_);
    append_le<std::uint64_t>(record, central_.size());
    append_le<std::uint64_t>(record, bytes_.size());
    if (end.edit_zip64) end.edit_zip64(record);
    Buffer locator;
    append_le<std::uint32_t>(locator, kZip64LocatorSignature);
    append_le<std::uint32_t>(locator, 0);
    append_le<std::uint64_t>(locator, bytes_.size() + central_.size());
    append_le<std::uint32_t>(locator, 1);
    if (end.edit_locator) end.edit_locator(locator);
    append(out, record);
    append(out, locator);
  }

  Buffer end_record(const End& end) const {
    Buffer record;
    append_le<std::uint32_t>(record, kEndSignature);
    append_le<std::uint32_t>(record, 0);
    append_le<std::uint16_t>(record, end.zip64 ? kMax16 : static_cast<std::uint16_t>(count_));
    append_le<std::uint16_t>(record, end.zip64 ? kMax16 : static_cast<std::uint16_t>(count_));
    append_le<std::uint32_t>(record,
                             end.zip64 ? kMax32 : static_cast<std::uint32_t>(central_.size()));
    append_le<std::uint32_t>(record,
                             end.zip64 ? kMax32 : static_cast<std::uint32_t>(bytes_.size()));
    append_le<std::uint16_t>(record, static_cast<std::uint16_t>(end.comment.size()));
    append(record, as_bytes(end.comment));
    if (end.edit_end) end.edit_end(record);
    return record;
  }

  std::uint64_t prefix_ = 0;
  std::uint64_t count_ = 0;
  Buffer bytes_;
  Buffer central_;
};

// Remembers what it was told.
class Told : public Observer {
 public:
  void problem(const Error& error) override { problems.push_back(error.message); }
  void notice(std::string_view text) override { notices.emplace_back(text); }
  std::vector<std::string> problems;
  std::vector<std::string> notices;
};

}  // namespace penstock::zip::test
