#include "transfer/pull_compare.h"

#include <cerrno>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/narrow.h"
#include "transfer/file_metadata.h"
#include "transfer/pull_verify.h"

namespace penstock {
namespace {

bool is_before(const timespec& a, const timespec& b) {
  return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

bool is_same_time(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

Status check_replaceable(const struct stat& local) {
  if (S_ISREG(local.st_mode) || S_ISLNK(local.st_mode)) return {};
  const bool is_directory = S_ISDIR(local.st_mode);
  return fail(Code::kInvalid, is_directory ? "a directory has this name"
                                           : "something that is no regular file has this name");
}

}  // namespace

Result<PullVerdict> PullCompare::judge(const PullItem& item, const std::stop_token& stop) {
  PENSTOCK_TRY(const std::optional<struct stat> local, writer_.status(item.path));
  if (!local) return PullVerdict::kFetch;
  PENSTOCK_CHECK(check_replaceable(*local));
  if (context_.options.overwrite == Overwrite::kNever) return PullVerdict::kKeep;
  PENSTOCK_TRY(const bool same, is_same(item, *local, stop));
  if (same) return PullVerdict::kKeep;
  switch (context_.options.overwrite) {
    case Overwrite::kRefuse:
      return fail(Code::kExists, "a file that differs exists already");
    case Overwrite::kOlder: {
      PENSTOCK_TRY(const bool older, is_older(item, *local, stop));
      return older ? PullVerdict::kFetch : PullVerdict::kKeep;
    }
    default:
      return PullVerdict::kFetch;
  }
}

Result<bool> PullCompare::is_same(const PullItem& item, const struct stat& local,
                                  const std::stop_token& stop) {
  if (to_u64(local.st_size) != item.info.bytes) return false;
  return S_ISLNK(local.st_mode) ? is_same_link(item) : is_same_file(item, stop);
}

// Its target is the content of the object.
Result<bool> PullCompare::is_same_link(const PullItem& item) {
  const auto digest = known_digest(item.info, context_.source.traits());
  if (!digest) return false;  // what is fetched is compared again, when it turns out to be a link
  PENSTOCK_TRY(const SafeDir* parent, writer_.parent_of(item.path, false));
  PENSTOCK_TRY(const std::string target,
               parent->read_link(item.path.substr(item.path.rfind('/') + 1)));
  return has_digest(as_bytes(target), *digest);
}

Result<bool> PullCompare::is_same_file(const PullItem& item, const std::stop_token& stop) {
  auto opened = writer_.open(item.path);
  if (!opened && opened.error().code == Code::kDenied)
    return false;  // ours to replace all the same
  PENSTOCK_TRY(const UniqueFd file, std::move(opened));
  struct stat local {};
  if (fstat(file.get(), &local) != 0) return fail_errno("stat", errno);
  if (!S_ISREG(local.st_mode) || to_u64(local.st_size) != item.info.bytes) return false;
  const bool checksum = context_.options.checksum;
  if (!checksum && remembers(file.get(), local, item.info.etag)) return true;
  const StoreTraits& traits = context_.source.traits();
  auto digest = md5_of(item.info, traits);
  if (!digest) {
    PENSTOCK_TRY(const ObjectInfo info, whole_info(item, stop));
    const auto mtime = decode(info.metadata).mtime;
    if (!checksum && mtime && is_same_time(*mtime, local.st_mtim)) return true;
    digest = known_digest(info, traits);
  }
  if (!digest) return false;
  PENSTOCK_TRY(const bool same, file_has_digest(file.get(), *digest));
  if (same && !context_.options.dry_run) remember(file.get(), local.st_mtim, item.info.etag);
  return same;
}

Result<bool> PullCompare::is_older(const PullItem& item, const struct stat& local,
                                   const std::stop_token& stop) {
  PENSTOCK_TRY(const ObjectInfo info, whole_info(item, stop));
  return is_before(local.st_mtim, pulled_marks(info).mtime);
}

Result<ObjectInfo> PullCompare::whole_info(const PullItem& item, const std::stop_token& stop) {
  if (context_.source.traits().lists_metadata || !item.info.metadata.empty()) return item.info;
  Call call{.stop = stop};
  auto info = context_.source.stat(item.info.key, call);
  context_.outcome.called(call);
  return info;
}

}  // namespace penstock
