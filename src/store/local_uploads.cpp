#include "store/local_uploads.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <string_view>
#include <utility>

#include <fcntl.h>

#include "base/bytes.h"
#include "base/hex.h"
#include "base/narrow.h"
#include "crypto/random.h"
#include "files/atomic_file.h"
#include "files/directory_names.h"
#include "store/local_key.h"
#include "store/local_object.h"

namespace penstock {
namespace {

constexpr std::string_view kUploads = ".penstock-uploads";
constexpr std::string_view kDescription = "upload";
constexpr std::string_view kPartStart = "part-";
constexpr std::size_t kIdBytes = 16;
constexpr mode_t kOurs = 0700;
constexpr int kPartTries = 8;
constexpr std::size_t kNamesBudgetBytes = std::size_t{256} << 10;
constexpr std::size_t kMostDescriptionBytes = std::size_t{1} << 20;

std::string path_of(std::string_view id) { return std::string(kUploads).append("/").append(id); }

Failure no_upload() { return fail(Code::kNotFound, "no such upload"); }

// Ids come from callers: nothing else may become a path.
bool is_id(std::string_view id) {
  std::array<std::byte, kIdBytes> bytes{};
  return from_hex(id, bytes);
}

std::string part_name(unsigned number) {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "part-%05u", number);
  return name.data();
}

// 0: not the name of a part.
unsigned part_number(std::string_view name) {
  if (!name.starts_with(kPartStart)) return 0;
  name.remove_prefix(kPartStart.size());
  unsigned number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  return error == std::errc() && end == name.data() + name.size() ? number : 0;
}

// The names in a directory, sorted, with their status.
template <class Use>
Status each_name(const SafeDir& root, std::string_view path, Use use) {
  PENSTOCK_TRY(const UniqueFd fd, root.open_file(path, O_RDONLY | O_DIRECTORY));
  std::vector<std::byte> answer(std::size_t{32} << 10);
  Status seen;
  PENSTOCK_TRY(DirectoryNames names,
               DirectoryNames::read(
                   fd.get(), kNamesBudgetBytes, answer, [](DirectoryEntry&) {},
                   [&](std::string_view name, int errnum) {
                     if (seen && errnum != ENOENT)
                       seen = fail_errno("read " + std::string(name), errnum);
                   }));
  PENSTOCK_CHECK(seen);
  for (;;) {
    PENSTOCK_TRY(const std::optional<DirectoryEntry> entry, names.next());
    if (!entry) return {};
    PENSTOCK_CHECK(use(*entry));
  }
}

// The description is a list of texts, each ended by a NUL, which none of them can contain: key,
// content type, "1" for if_absent, then names and values of the metadata.
std::string text_of(const std::string& key, const PutOptions& options) {
  std::string text;
  const auto add = [&text](std::string_view part) { text.append(part).push_back('\0'); };
  add(key);
  add(options.content_type);
  add(options.if_absent ? "1" : "");
  for (const auto& [name, value] : options.metadata) add(name), add(value);
  return text;
}

std::string take_text(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\0'), rest.size());
  std::string text(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return text;
}

Status wrong_part(unsigned number, std::string_view why) {
  return fail(Code::kInvalid,
              "part " + std::to_string(number) + " " + std::string(why) + " (InvalidPart)");
}

// Whether `told` is exactly what was put.
Status compare(std::span<const Part> stored, std::span<const Part> told) {
  for (const Part& part : told) {
    const auto found = std::ranges::find(stored, part.number, &Part::number);
    if (found == stored.end()) return wrong_part(part.number, "was not put");
    if (found->etag != part.etag) return wrong_part(part.number, "has another ETag");
  }
  for (const Part& part : stored)
    if (std::ranges::find(told, part.number, &Part::number) == told.end())
      return wrong_part(part.number, "is left out");
  return {};
}

Status append_parts(const SafeDir& dir, std::span<const Part> parts, int to,
                    const std::stop_token& stop) {
  for (const Part& part : parts) {
    PENSTOCK_TRY(const UniqueFd from, dir.open_file(part_name(part.number), O_RDONLY));
    PENSTOCK_CHECK(append_file(from.get(), part.bytes, to, stop));
  }
  return {};
}

// A file of ours in an upload's directory; its status afterwards.
template <class Fill>
Result<struct stat> write_file(const SafeDir& dir, std::string_view name, bool sync, Fill fill) {
  PENSTOCK_TRY(AtomicFile file, AtomicFile::create_in(dir, name, true, sync, 0600));
  PENSTOCK_CHECK(fill(file.fd()));
  PENSTOCK_CHECK(file.commit());
  return dir.stat(name);
}

}  // namespace

Result<Upload> LocalUploads::create(const std::string& key, const PutOptions& options) const {
  std::array<std::byte, kIdBytes> random{};
  PENSTOCK_CHECK(random_bytes(random));
  const std::string id = hex(random);
  Status made = write_description(id, {{key, id, {}}, options});
  // Who aborts the last other upload removes the directory of all.
  for (int i = 1; i < kPartTries && !made && made.error().code == Code::kNotFound; ++i)
    made = write_description(id, {{key, id, {}}, options});
  if (!made) {
    (void)remove(id);
    return fail(std::move(made).error());
  }
  PENSTOCK_TRY(Description description, describe(id));
  return std::move(description.upload);
}

Status LocalUploads::write_description(const std::string& id,
                                       const Description& description) const {
  PENSTOCK_CHECK(root_.make_dirs(path_of(id), kOurs));
  PENSTOCK_TRY(const SafeDir dir, root_.open_dir(path_of(id)));
  const std::string text = text_of(description.upload.key, description.options);
  const auto written = write_file(dir, kDescription, sync_, [&text](int fd) {
    return write_full(fd, as_bytes(text), "describe the upload");
  });
  return written ? Status() : fail(written.error());
}

Result<LocalUploads::Description> LocalUploads::describe(const std::string& id) const {
  PENSTOCK_TRY(const UniqueFd fd,
               root_.open_file(path_of(id) + "/" + std::string(kDescription), O_RDONLY));
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return fail_errno("stat", errno);
  const auto bytes =
      std::min<std::size_t>(narrow<std::size_t>(status.st_size), kMostDescriptionBytes);
  std::string text(bytes, '\0');
  PENSTOCK_TRY(const std::size_t got,
               read_full_at(fd.get(), 0, std::as_writable_bytes(std::span(text)), "read"));
  std::string_view rest = std::string_view(text).substr(0, got);
  Description description;
  description.upload = {take_text(rest), id, local_info("", status).modified};
  description.options.content_type = take_text(rest);
  description.options.if_absent = !take_text(rest).empty();
  while (!rest.empty()) {
    std::string name = take_text(rest);
    description.options.metadata.emplace_back(std::move(name), take_text(rest));
  }
  return description;
}

Result<SafeDir> LocalUploads::open(const Upload& upload) const {
  if (!is_id(upload.id)) return no_upload();
  const auto description = describe(upload.id);
  if (!description && description.error().code != Code::kNotFound) return fail(description.error());
  if (!description || description->upload.key != upload.key) return no_upload();
  return root_.open_dir(path_of(upload.id));
}

Result<Part> LocalUploads::put_part(const Upload& upload, unsigned number, Body& body,
                                    const std::stop_token& stop) const {
  PENSTOCK_TRY(const SafeDir dir, open(upload));
  const auto written =
      write_file(dir, part_name(number), sync_, [&](int fd) { return write_body(fd, body, stop); });
  if (!written && written.error().code == Code::kNotFound) return no_upload();  // aborted meanwhile
  if (!written) return fail(written.error());
  return Part{number, narrow<std::uint64_t>(written->st_size), local_etag(*written)};
}

Result<std::vector<Part>> LocalUploads::parts(const Upload& upload) const {
  PENSTOCK_TRY(const SafeDir dir, open(upload));
  std::vector<Part> parts;
  PENSTOCK_CHECK(each_name(dir, "", [&](const DirectoryEntry& entry) -> Status {
    if (const unsigned number = part_number(entry.name); number != 0)
      parts.push_back(
          {number, narrow<std::uint64_t>(entry.status.st_size), local_etag(entry.status)});
    return {};
  }));
  std::ranges::sort(parts, {}, &Part::number);
  return parts;
}

Result<PutResult> LocalUploads::complete(const Upload& upload, std::span<const Part> told,
                                         const std::stop_token& stop) const {
  PENSTOCK_TRY(const std::vector<Part> stored, parts(upload));
  PENSTOCK_CHECK(compare(stored, told));
  PENSTOCK_TRY(const SafeDir dir, open(upload));
  PENSTOCK_TRY(const Description description, describe(upload.id));
  PENSTOCK_TRY(PutResult made, writer_.write(upload.key, description.options, [&](int fd) {
    return append_parts(dir, stored, fd, stop);
  }));
  // The object is there; what cannot be removed is listed, and can be aborted.
  (void)remove(upload.id);
  return made;
}

Status LocalUploads::abort(const Upload& upload) const {
  return is_id(upload.id) ? remove(upload.id) : Status();
}

Status LocalUploads::remove(const std::string& id) const {
  const std::string path = path_of(id);
  Status removed;
  for (int i = 0; i < kPartTries; ++i) {  // a part may come to an end meanwhile
    // The description last: until then the upload can be found.
    Status emptied = each_name(root_, path, [&](const DirectoryEntry& entry) -> Status {
      if (entry.name == kDescription) return {};
      (void)root_.remove(path + "/" + std::string(entry.name));
      return {};
    });
    if (!emptied) return emptied.error().code == Code::kNotFound ? Status() : fail(emptied.error());
    (void)root_.remove(path + "/" + std::string(kDescription));
    removed = root_.remove_dir(path);
    if (removed || removed.error().code == Code::kNotFound) {
      (void)root_.remove_dir(kUploads);  // when it was the last one
      return {};
    }
  }
  return removed;
}

Result<std::vector<Upload>> LocalUploads::list(const std::string& prefix) const {
  std::vector<Upload> uploads;
  const Status listed = each_name(root_, kUploads, [&](const DirectoryEntry& entry) -> Status {
    const std::string id(entry.name);
    if (!is_id(id)) return {};
    auto description = describe(id);
    if (!description && description.error().code != Code::kNotFound)
      return fail(std::move(description).error());
    Upload upload = description ? std::move(description->upload)
                                : Upload{"", id, local_info("", entry.status).modified};
    if (upload.key.starts_with(prefix)) uploads.push_back(std::move(upload));
    return {};
  });
  if (!listed && listed.error().code != Code::kNotFound) return fail(listed.error());
  return uploads;
}

}  // namespace penstock
