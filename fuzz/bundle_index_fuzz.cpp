// The index of a bundle, which anybody who can write to the store may have made, with the right
// checksum: it is read without harm, and what is told of it is what docs/formats/bundles.md
// promises.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "crypto/digest.h"
#include "transfer/bundle_index.h"

namespace {

using namespace penstock;

constexpr std::size_t kDigestBytes = 32;

void must(bool holds) {
  if (!holds) std::abort();
}

void check(const BundleIndexReader& reader, const BundleName& name) {
  std::string last;
  std::uint64_t end = 0;
  std::uint32_t files = 0;
  must(reader
           .for_each_file([&](const BundledFile& file) {
             ++files;
             must(file.name > last && !file.name.starts_with('/') && !file.name.starts_with("../"));
             must(file.begin >= end && std::uint64_t{file.begin} + file.bytes <= name.index_begin);
             must(file.version.order <= name.order);
             end = std::uint64_t{file.begin} + file.bytes;
             last = file.name;
             return Status();
           })
           .has_value());
  must(files == reader.files());
  must(reader
           .for_each_removed([&](const BundledVersion& version) {
             must(version.order < name.order);
             return Status();
           })
           .has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto* first = reinterpret_cast<const std::byte*>(data);
  std::vector<std::byte> index(first, first + size);
  if (index.size() < 64) return 0;
  // The bundle that it says it belongs to; and a checksum in place of its last bytes.
  BundleName name;
  name.order = load_le<std::uint64_t>(index, 24);
  std::ranges::copy(Bytes(index).subspan(32, name.id.size()), name.id.begin());
  name.index_begin = load_le<std::uint32_t>(index, 48);
  name.index_bytes = static_cast<std::uint32_t>(index.size());
  if (index.size() >= 64 + kDigestBytes) {
    const std::size_t content = index.size() - kDigestBytes;
    const auto digest = sha256(Bytes(index).first(content));
    if (digest) std::ranges::copy(*digest, index.begin() + static_cast<std::ptrdiff_t>(content));
  }
  const auto reader = BundleIndexReader::open(index, name, load_le<std::uint64_t>(index, 56));
  if (reader) check(*reader, name);
  return 0;
}
