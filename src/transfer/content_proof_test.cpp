#include "transfer/content_proof.h"

#include <gtest/gtest.h>

#include "base/hex.h"
#include "store/store_checks.h"
#include "transfer/file_metadata.h"

namespace penstock {
namespace {

constexpr std::string_view kText = "The quick brown fox jumps over the lazy dog";

ReadThrough pieces_of(std::string_view text, std::size_t piece_bytes) {
  return [=](const std::function<Status(Bytes)>& use) -> Status {
    for (std::size_t at = 0; at < text.size(); at += piece_bytes)
      PENSTOCK_CHECK(use(as_bytes(text.substr(at, piece_bytes))));
    return {};
  };
}

StoreTraits all_traits() {
  StoreTraits traits;
  traits.md5_etag = traits.lists_metadata = true;
  return traits;
}

ObjectInfo object_of(std::string etag) {
  ObjectInfo object;
  object.bytes = kText.size();
  object.etag = std::move(etag);
  return object;
}

std::string parts_etag(std::string_view text, std::size_t part_bytes) {
  std::vector<Part> parts;
  for (std::size_t at = 0; at < text.size(); at += part_bytes) {
    const std::string_view piece = text.substr(at, part_bytes);
    parts.push_back(
        {static_cast<unsigned>(parts.size() + 1), piece.size(), hex(*md5(as_bytes(piece)))});
  }
  return *multipart_etag(parts);
}

TEST(ContentProof, EtagThatIsAnMd5ProvesTheContent) {
  const auto proof = proof_of(object_of("9e107d9d372bb6826bd81d3542a419d6"), all_traits(), 10);
  ASSERT_TRUE(proof.is_there());
  EXPECT_TRUE(*proves(proof, pieces_of(kText, 7)));
  EXPECT_TRUE(*proves(proof, as_bytes(kText), {}));
  EXPECT_FALSE(*proves(proof, as_bytes("another"), {}));
}

TEST(ContentProof, EtagOfPartsProvesTheContentWhenTheyAreOurs) {
  for (const std::size_t part_bytes : {1U, 7U, 10U, 42U}) {
    const auto proof = proof_of(object_of(parts_etag(kText, part_bytes)), all_traits(), part_bytes);
    ASSERT_TRUE(proof.is_there()) << part_bytes;
    for (const std::size_t piece : {1U, 7U, 9U, 100U})
      EXPECT_TRUE(*proves(proof, pieces_of(kText, piece)));
    EXPECT_FALSE(*proves(proof, as_bytes("The quick brown fox jumps over the lazy cat"), {}));
  }
}

TEST(ContentProof, EtagOfPartsOfAnotherNumberProvesNothing) {
  EXPECT_FALSE(proof_of(object_of(parts_etag(kText, 10)), all_traits(), 20).is_there());
}

TEST(ContentProof, WhatIsNoMd5ProvesNothing) {
  for (const char* etag :
       {"", "abc", "9e107d9d372bb6826bd81d3542a419d", "-5", "x-2",
        "9e107d9d372bb6826bd81d3542a419d6-", "9e107d9d372bb6826bd81d3542a419d6-5x"})
    EXPECT_FALSE(proof_of(object_of(etag), all_traits(), 10).is_there()) << etag;
  StoreTraits without = all_traits();
  without.md5_etag = false;
  EXPECT_FALSE(proof_of(object_of("9e107d9d372bb6826bd81d3542a419d6"), without, 10).is_there());
}

TEST(ContentProof, Sha256OfTheMetadataProvesTheContent) {
  ObjectInfo object = object_of("opaque");
  FileMetadata file;
  file.sha256 = *sha256(as_bytes(kText));
  object.metadata = encode(file);
  const auto proof = proof_of(object, all_traits(), 10);
  ASSERT_TRUE(proof.is_there());
  EXPECT_TRUE(*proves(proof, pieces_of(kText, 5)));
  EXPECT_FALSE(*proves(proof, as_bytes(kText), Sha256Digest{}));
  StoreTraits without = all_traits();
  without.lists_metadata = false;  // but a bundle's index told it
  EXPECT_TRUE(proof_of(object, without, 10).is_there());
}

TEST(ContentProof, HashOfWhatWasTransformedProvesNothingOfTheObject) {
  ObjectInfo object = object_of("opaque");
  FileMetadata file;
  file.sha256 = *sha256(as_bytes(kText));
  file.bytes = 1000;
  object.metadata = encode(file);
  EXPECT_FALSE(proof_of(object, all_traits(), 10).is_there());
}

TEST(ContentProof, WithoutOneNothingIsProven) {
  EXPECT_FALSE(*proves(ContentProof{}, as_bytes(kText), {}));
}

}  // namespace
}  // namespace penstock
