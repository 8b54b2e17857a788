#include "transfer/large_content.h"

#include <utility>

#include "base/hex.h"
#include "store/store_checks.h"
#include "transfer/push_context.h"

namespace penstock {
namespace {

class FileContent final : public LargeContent {
 public:
  FileContent(OpenedFile opened, std::string shown)
      : opened_(std::move(opened)), shown_(std::move(shown)) {}

  const FileIdentity& identity() const override { return opened_.identity; }
  bool is_settled() const override { return opened_.settled; }
  PutOptions describe(const PushFile& file, const PushContext& context) const override {
    return put_options_for(file, opened_.status, std::nullopt, context);
  }
  Status check_same() const override { return penstock::check_same(opened_, shown_); }
  std::uint64_t held_bytes(std::uint64_t) const override { return 0; }  // read while it is sent
  Result<PartBody> part(const ContentPart& part, const std::stop_token&) override {
    return PartBody{{}, make_file_body(opened_.fd.get(), part.begin, part.bytes, shown_)};
  }
  Result<bool> is_part(const Part& listed, const ContentPart& part,
                       const std::stop_token& stop) override {
    if (!is_md5_etag(listed.etag)) return false;
    PENSTOCK_TRY(const Md5Digest digest,
                 md5_of(read_through(opened_.fd.get(), part.begin, part.bytes, shown_, stop)));
    return hex(digest) == listed.etag;
  }

 private:
  OpenedFile opened_;
  std::string shown_;
};

}  // namespace

std::unique_ptr<LargeContent> make_file_content(OpenedFile opened, std::string shown) {
  return std::make_unique<FileContent>(std::move(opened), std::move(shown));
}

}  // namespace penstock
