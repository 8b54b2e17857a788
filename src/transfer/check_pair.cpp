#include "transfer/check_pair.h"

#include <utility>

#include "base/narrow.h"
#include "transfer/content_proof.h"
#include "transfer/push_context.h"

namespace penstock {
namespace {

CheckFinding finding(bool same) { return same ? CheckFinding::kSame : CheckFinding::kDiffers; }

// A fetch that is tried again begins anew, and so does its digest.
Result<Sha256Digest> sha256_of_object(Store& store, const ObjectInfo& object,
                                      const std::stop_token& stop) {
  PENSTOCK_TRY(StreamSha256 digest, StreamSha256::create());
  Call call{stop};
  GetOptions options;
  options.if_match = object.etag;
  Receiver receiver;
  receiver.info = [&](const ObjectInfo&) { return digest.reset(); };
  receiver.bytes = [&](Bytes bytes) { return digest.update(bytes); };
  PENSTOCK_CHECK(store.get(object.key, options, receiver, call));
  return digest.finish();
}

}  // namespace

std::uint64_t CheckPair::source_bytes() const {
  return file ? to_u64(file->item.status.st_size) : object->bytes;
}

ContentProof PairComparer::proof(const CheckPair& pair) const {
  PushOptions parts;
  parts.part_bytes = options_.part_bytes;
  const StoreTraits& traits = destination_.traits();
  return proof_of(pair.other, traits, part_bytes_for(pair.other.bytes, parts, traits));
}

Result<CheckFinding> PairComparer::compare(const CheckPair& pair,
                                           const std::stop_token& stop) const {
  if (pair.source_bytes() != pair.other.bytes) return CheckFinding::kDiffers;
  if (!pair.file) return compare_objects(pair, stop);
  if (pair.file->item.kind == FileKind::kSymlink && !pair.file->follow)
    return compare_link(pair, stop);
  return compare_file(pair, stop);
}

Result<CheckFinding> PairComparer::compare_file(const CheckPair& pair,
                                                const std::stop_token& stop) const {
  const ContentProof told = proof(pair);
  if (!told.is_there() && !options_.checksum) return CheckFinding::kUnproven;
  PENSTOCK_TRY(const OpenedFile opened, open_to_push(*pair.file));
  if (opened.identity.bytes != pair.other.bytes) return CheckFinding::kDiffers;
  const ReadThrough content =
      read_through(opened.fd.get(), 0, opened.identity.bytes, pair.file->item.shown, stop);
  bool same = false;
  if (options_.checksum) {
    PENSTOCK_TRY(const Sha256Digest here, sha256_of(content));
    PENSTOCK_TRY(const Sha256Digest there, sha256_of_object(destination_, pair.other, stop));
    same = here == there;
  } else {
    PENSTOCK_TRY(same, proves(told, content));
  }
  PENSTOCK_CHECK(check_same(opened, pair.file->item.shown));
  return finding(same);
}

// A target is as long as a name: it is read and fetched.
Result<CheckFinding> PairComparer::compare_link(const CheckPair& pair,
                                                const std::stop_token& stop) const {
  const WalkItem& item = pair.file->item;
  auto target = item.root->read_link(item.path);
  if (!target) return fail(std::move(target).error().within(item.shown));
  const ContentProof told = proof(pair);
  if (told.is_there() && !options_.checksum) {
    PENSTOCK_TRY(const bool same, proves(told, as_bytes(*target), std::nullopt));
    return finding(same);
  }
  PENSTOCK_TRY(const Sha256Digest here, sha256(as_bytes(*target)));
  PENSTOCK_TRY(const Sha256Digest there, sha256_of_object(destination_, pair.other, stop));
  return finding(here == there);
}

Result<CheckFinding> PairComparer::compare_objects(const CheckPair& pair,
                                                   const std::stop_token& stop) const {
  Store& source = *options_.source_store;
  if (!options_.checksum) {
    const std::optional<bool> same =
        told_same(*pair.object, source.traits(), pair.other, destination_.traits());
    return same ? finding(*same) : CheckFinding::kUnproven;
  }
  PENSTOCK_TRY(const Sha256Digest here, sha256_of_object(source, *pair.object, stop));
  PENSTOCK_TRY(const Sha256Digest there, sha256_of_object(destination_, pair.other, stop));
  return finding(here == there);
}

}  // namespace penstock
