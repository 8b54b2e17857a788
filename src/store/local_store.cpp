#include "store/local_store.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>
#include <vector>

#include <fcntl.h>

#include "base/narrow.h"
#include "files/safe_dir.h"
#include "files/unique_fd.h"
#include "store/local_key.h"
#include "store/local_list.h"
#include "store/local_object.h"
#include "store/local_uploads.h"
#include "store/local_writer.h"
#include "store/store_checks.h"

namespace penstock {
namespace {

constexpr std::size_t kCopyPieceBytes = std::size_t{256} << 10;
constexpr std::size_t kMostKeyBytes = 4095;  // PATH_MAX without the NUL: other programs reach it

// An object that is open for reading.
struct OpenObject {
  UniqueFd file;
  struct stat status {};
};

Failure no_such_key() { return fail(Code::kNotFound, "no such key"); }

// The same content as when `before` was taken. A file that was replaced or removed meanwhile has
// fewer names, which changes the time of its status, but not what is in it.
bool is_unchanged(const struct stat& before, const struct stat& now) {
  const auto same = [](const timespec& a, const timespec& b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
  };
  return before.st_size == now.st_size && same(before.st_mtim, now.st_mtim) &&
         (same(before.st_ctim, now.st_ctim) || now.st_nlink < before.st_nlink);
}

Status check_unchanged(const OpenObject& object) {
  struct stat now {};
  if (fstat(object.file.get(), &now) != 0) return fail_errno("stat", errno);
  if (is_unchanged(object.status, now)) return {};
  return fail(Code::kChanged, "the file changed while it was read", Retry::kLater);
}

class LocalStore final : public Store {
 public:
  LocalStore(SafeDir root, std::string name, bool sync)
      : root_(std::move(root)),
        name_(std::move(name)),
        writer_(root_, sync),
        uploads_(root_, writer_, sync),
        lister_(root_) {
    traits_.multipart = traits_.server_copy = traits_.put_if_absent = true;
    traits_.most_key_bytes = kMostKeyBytes;
    const auto readable = root_.open_file("", O_RDONLY | O_DIRECTORY);
    traits_.metadata = readable && keeps_attributes(readable->get());
  }

  const StoreTraits& traits() const override { return traits_; }
  const std::string& name() const override { return name_; }

  Result<PutResult> put(const std::string& key, Body& body, const PutOptions& options,
                        Call& call) override;
  Result<ObjectInfo> get(const std::string& key, const GetOptions& options,
                         const Receiver& receiver, Call& call) override;
  Result<ObjectInfo> stat(const std::string& key, Call& call) override;
  Result<ListPage> list(const ListRequest& request, Call& call) override;
  Result<std::vector<std::pair<std::string, Error>>> remove(std::span<const std::string> keys,
                                                            Call& call) override;
  Result<PutResult> copy(const std::string& from, const std::string& to, const PutOptions& options,
                         Call& call) override;
  Result<Upload> create_upload(const std::string& key, const PutOptions& options,
                               Call& call) override;
  Result<Part> put_part(const Upload& upload, unsigned number, Body& body, Call& call) override;
  Result<std::vector<Part>> list_parts(const Upload& upload, Call& call) override;
  Result<PutResult> complete_upload(const Upload& upload, std::span<const Part> parts,
                                    Call& call) override;
  Status abort_upload(const Upload& upload, Call& call) override;
  Result<std::vector<Upload>> list_uploads(const std::string& prefix, Call& call) override;

 private:
  // That the call can be made at all.
  Status check(std::string_view operation, const std::string& key, const Call& call) const;
  Result<OpenObject> open(const std::string& key) const;
  Result<ObjectInfo> read(const std::string& key, const GetOptions& options,
                          const Receiver& receiver, const std::stop_token& stop) const;
  Result<PutResult> copy_object(const std::string& from, const std::string& to,
                                const PutOptions& options, const std::stop_token& stop) const;
  Status remove_one(const std::string& key) const;

  SafeDir root_;
  std::string name_;
  StoreTraits traits_;
  LocalWriter writer_;
  LocalUploads uploads_;
  LocalLister lister_;
};

// What `result` is, its error with the operation in front.
template <class T>
Result<T> named(std::string_view operation, std::string_view key, Result<T> result) {
  if (result) return result;
  return fail(std::move(result).error().within(step_of(operation, key)));
}

Status LocalStore::check(std::string_view operation, const std::string& key,
                         const Call& call) const {
  PENSTOCK_CHECK(check_call(operation, key, traits_, call.stop));
  return named(operation, key, check_local_key(key));
}

Result<OpenObject> LocalStore::open(const std::string& key) const {
  OpenObject object;
  auto opened = root_.open_file(key, O_RDONLY | O_NONBLOCK);  // a pipe would wait for a writer
  const bool absent =
      !opened && (opened.error().code == Code::kNotFound || opened.error().code == Code::kUnsafe);
  if (absent) return no_such_key();
  PENSTOCK_TRY(object.file, std::move(opened));
  if (fstat(object.file.get(), &object.status) != 0) return fail_errno("stat", errno);
  if (!S_ISREG(object.status.st_mode)) return no_such_key();
  return object;
}

Result<PutResult> LocalStore::put(const std::string& key, Body& body, const PutOptions& options,
                                  Call& call) {
  PENSTOCK_CHECK(check("put", key, call));
  return named("put", key, writer_.write(key, options, [&](int fd) {
    return write_body(fd, body, call.stop);
  }));
}

Result<ObjectInfo> LocalStore::get(const std::string& key, const GetOptions& options,
                                   const Receiver& receiver, Call& call) {
  PENSTOCK_CHECK(check("get", key, call));
  return named("get", key, read(key, options, receiver, call.stop));
}

Result<ObjectInfo> LocalStore::read(const std::string& key, const GetOptions& options,
                                    const Receiver& receiver, const std::stop_token& stop) const {
  PENSTOCK_TRY(const OpenObject object, open(key));
  ObjectInfo info = local_info(key, object.status);
  if (!options.if_match.empty() && options.if_match != info.etag)
    return fail(Code::kChanged, "it is not the version that was asked for");
  read_local_metadata(object.file.get(), object.status, info);
  PENSTOCK_CHECK(receiver.info(info));
  const std::uint64_t end = std::min(options.range.end, info.bytes);
  const std::uint64_t begin = std::min(options.range.begin, end);
  std::vector<std::byte> buffer(std::min<std::uint64_t>(end - begin, kCopyPieceBytes));
  for (std::uint64_t at = begin; at < end; at += buffer.size()) {
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    buffer.resize(std::min<std::uint64_t>(buffer.size(), end - at));
    PENSTOCK_TRY(const std::size_t got, read_full_at(object.file.get(), at, buffer, "read"));
    if (got < buffer.size()) break;
    // The last piece only when nothing has changed: who has all bytes may take them for good.
    if (at + got == end) PENSTOCK_CHECK(check_unchanged(object));
    PENSTOCK_CHECK(receiver.bytes(buffer));
  }
  PENSTOCK_CHECK(check_unchanged(object));
  return info;
}

Result<ObjectInfo> LocalStore::stat(const std::string& key, Call& call) {
  PENSTOCK_CHECK(check("stat", key, call));
  PENSTOCK_TRY(const OpenObject object, named("stat", key, open(key)));
  ObjectInfo info = local_info(key, object.status);
  read_local_metadata(object.file.get(), object.status, info);
  return info;
}

Result<ListPage> LocalStore::list(const ListRequest& request, Call& call) {
  return named("list", name_ + request.prefix, lister_.page(request, call.stop));
}

Result<std::vector<std::pair<std::string, Error>>> LocalStore::remove(
    std::span<const std::string> keys, Call& call) {
  for (const std::string& key : keys) PENSTOCK_CHECK(check("remove", key, call));
  std::vector<std::pair<std::string, Error>> failed;
  for (const std::string& key : keys) {
    if (call.stop.stop_requested()) return fail(Code::kCancelled, "remove: cancelled");
    if (Status removed = named("remove", key, remove_one(key)); !removed)
      failed.emplace_back(key, std::move(removed).error());
  }
  return failed;
}

Status LocalStore::remove_one(const std::string& key) const {
  const auto status = root_.stat(key);
  const bool absent =
      !status && (status.error().code == Code::kNotFound || status.error().code == Code::kUnsafe);
  if (absent || (status && !S_ISREG(status->st_mode))) return {};
  if (!status) return fail(status.error());
  Status removed = root_.remove(key);
  if (!removed && removed.error().code != Code::kNotFound) return removed;
  writer_.prune(directory_of(key));
  return {};
}

Result<PutResult> LocalStore::copy(const std::string& from, const std::string& to,
                                   const PutOptions& options, Call& call) {
  PENSTOCK_CHECK(check("copy", from, call));
  PENSTOCK_CHECK(check("copy to", to, call));
  return named("copy", from, copy_object(from, to, options, call.stop));
}

Result<PutResult> LocalStore::copy_object(const std::string& from, const std::string& to,
                                          const PutOptions& options,
                                          const std::stop_token& stop) const {
  PENSTOCK_TRY(const OpenObject object, open(from));
  ObjectInfo info = local_info(from, object.status);
  read_local_metadata(object.file.get(), object.status, info);
  PutOptions kept = options;
  if (kept.metadata.empty()) kept.metadata = std::move(info.metadata);
  if (kept.content_type.empty()) kept.content_type = std::move(info.content_type);
  return named("to", to, writer_.write(to, kept, [&](int fd) -> Status {
    PENSTOCK_CHECK(append_file(object.file.get(), info.bytes, fd, stop));
    return check_unchanged(object);
  }));
}

Result<Upload> LocalStore::create_upload(const std::string& key, const PutOptions& options,
                                         Call& call) {
  PENSTOCK_CHECK(check("begin", key, call));
  return named("begin", key, uploads_.create(key, options));
}

Result<Part> LocalStore::put_part(const Upload& upload, unsigned number, Body& body, Call& call) {
  PENSTOCK_CHECK(check("put a part of", upload.key, call));
  PENSTOCK_CHECK(check_part(upload, number, body.size(), traits_));
  return named("put part " + std::to_string(number) + " of", upload.key,
               uploads_.put_part(upload, number, body, call.stop));
}

Result<std::vector<Part>> LocalStore::list_parts(const Upload& upload, Call& call) {
  PENSTOCK_CHECK(check("list the parts of", upload.key, call));
  return named("list the parts of", upload.key, uploads_.parts(upload));
}

Result<PutResult> LocalStore::complete_upload(const Upload& upload, std::span<const Part> parts,
                                              Call& call) {
  PENSTOCK_CHECK(check("complete", upload.key, call));
  PENSTOCK_CHECK(check_parts(upload, parts, traits_));
  return named("complete", upload.key, uploads_.complete(upload, parts, call.stop));
}

// The key is not looked at: that of one that was killed as it began is not known.
Status LocalStore::abort_upload(const Upload& upload, Call& call) {
  if (call.stop.stop_requested())
    return fail(Code::kCancelled, step_of("abort", upload.key) + ": cancelled");
  return named("abort", upload.key, uploads_.abort(upload));
}

Result<std::vector<Upload>> LocalStore::list_uploads(const std::string& prefix, Call& call) {
  if (call.stop.stop_requested())
    return fail(Code::kCancelled, step_of("list the uploads of", prefix) + ": cancelled");
  return named("list the uploads of", name_ + prefix, uploads_.list(prefix));
}

}  // namespace

Result<std::unique_ptr<Store>> open_local_store(const LocalStoreOptions& options) {
  namespace fs = std::filesystem;
  const std::string shown = options.directory.empty() ? "." : options.directory;
  std::error_code error;
  if (options.make && !fs::exists(shown, error)) fs::create_directories(shown, error);
  if (error) return fail_errno("make directory " + shown, error.value());
  if (fs::exists(shown, error) && !fs::is_directory(shown, error))
    return fail(Code::kInvalid, "open " + shown + ": is no directory");
  PENSTOCK_TRY(SafeDir root, SafeDir::open(shown));
  return std::unique_ptr<Store>(std::make_unique<LocalStore>(
      std::move(root), shown.ends_with('/') ? shown : shown + "/", options.sync));
}

}  // namespace penstock
