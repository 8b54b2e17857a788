#include "files/directory_names.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/narrow.h"

namespace penstock {
namespace {

// A record is the sort key (the name; a directory's with a slash), a NUL, which no name contains
// and which sorts before everything, and this.
struct Packed {
  std::uint64_t device, inode, special, size, blocks;
  std::int64_t modified, changed;
  std::uint32_t modified_ns, changed_ns, mode, links, user, group;
  std::uint8_t delivered, entered, padding[6];
};

Packed pack(const DirectoryEntry& entry) {
  const struct stat& s = entry.status;
  return {.device = s.st_dev,
          .inode = s.st_ino,
          .special = s.st_rdev,
          .size = static_cast<std::uint64_t>(s.st_size),
          .blocks = static_cast<std::uint64_t>(s.st_blocks),
          .modified = s.st_mtim.tv_sec,
          .changed = s.st_ctim.tv_sec,
          .modified_ns = static_cast<std::uint32_t>(s.st_mtim.tv_nsec),
          .changed_ns = static_cast<std::uint32_t>(s.st_ctim.tv_nsec),
          .mode = s.st_mode,
          .links = static_cast<std::uint32_t>(s.st_nlink),
          .user = s.st_uid,
          .group = s.st_gid,
          .delivered = entry.delivered ? std::uint8_t{1} : std::uint8_t{0},
          .entered = entry.entered ? std::uint8_t{1} : std::uint8_t{0},
          .padding = {}};
}

struct stat unpack_status(const Packed& p) {
  struct stat s {};
  s.st_dev = p.device;
  s.st_ino = p.inode;
  s.st_rdev = p.special;
  s.st_size = static_cast<off_t>(p.size);
  s.st_blocks = static_cast<blkcnt_t>(p.blocks);
  s.st_mtim = {.tv_sec = p.modified, .tv_nsec = p.modified_ns};
  s.st_ctim = {.tv_sec = p.changed, .tv_nsec = p.changed_ns};
  s.st_mode = p.mode;
  s.st_nlink = p.links;
  s.st_uid = p.user;
  s.st_gid = p.group;
  return s;
}

DirectoryEntry unpack(std::string_view record) {
  Packed packed{};
  const std::size_t key_bytes = record.size() - sizeof packed - 1;
  std::memcpy(&packed, record.data() + key_bytes + 1, sizeof packed);
  DirectoryEntry entry;
  entry.is_directory = S_ISDIR(packed.mode);
  entry.name = record.substr(0, key_bytes - (entry.is_directory ? 1 : 0));
  entry.delivered = packed.delivered != 0;
  entry.entered = packed.entered != 0;
  entry.status = unpack_status(packed);
  return entry;
}

void append_record(std::string& text, const DirectoryEntry& entry) {
  const Packed packed = pack(entry);
  text.append(entry.name);
  if (entry.is_directory) text += '/';
  text += '\0';
  text.append(reinterpret_cast<const char*>(&packed), sizeof packed);
}

std::uint64_t prefix_of(std::string_view record) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, record.data(), sizeof bytes);  // a record is always longer
  return __builtin_bswap64(bytes);
}

bool is_dot_or_dot_dot(std::string_view name) { return name == "." || name == ".."; }

// The names in one answer of getdents64.
template <class Use>
Status each_name(std::span<const std::byte> answer, Use use) {
  while (!answer.empty()) {
    const auto* entry = reinterpret_cast<const dirent64*>(answer.data());
    const std::string_view name(entry->d_name);
    if (!is_dot_or_dot_dot(name)) PENSTOCK_CHECK(use(name));
    answer = answer.subspan(entry->d_reclen);
  }
  return {};
}

}  // namespace

Result<DirectoryNames> DirectoryNames::read(int fd, std::size_t budget_bytes,
                                            std::vector<std::byte>& buffer, const Choose& choose,
                                            const Problem& problem) {
  DirectoryNames names(budget_bytes);
  DirectoryEntry entry;
  const auto look_at = [&](std::string_view name) -> Status {
    // The status now, while the directory is open: it goes with the name.
    if (fstatat(fd, name.data(), &entry.status, AT_SYMLINK_NOFOLLOW) != 0)
      return problem(name, errno), Status();
    entry.name = name;
    entry.is_directory = S_ISDIR(entry.status.st_mode);
    entry.delivered = true;
    entry.entered = entry.is_directory;
    choose(entry);
    return entry.delivered || entry.entered ? names.add(entry) : Status();
  };
  for (;;) {
    const ssize_t got = getdents64(fd, buffer.data(), buffer.size());
    if (got < 0) problem("", errno);
    if (got <= 0) break;
    PENSTOCK_CHECK(each_name(std::span(buffer).first(narrow<std::size_t>(got)), look_at));
  }
  PENSTOCK_CHECK(names.sort());
  return names;
}

Status DirectoryNames::add(const DirectoryEntry& entry) {
  if (spilled_) {
    text_.clear();
    append_record(text_, entry);
    return spilled_->add(text_);
  }
  const std::size_t offset = text_.size();
  append_record(text_, entry);
  const std::string_view added = std::string_view(text_).substr(offset);
  slots_.push_back(
      {prefix_of(added), narrow<std::uint32_t>(offset), narrow<std::uint32_t>(added.size())});
  return memory_bytes() > half_budget_bytes_ ? spill() : Status();
}

Status DirectoryNames::spill() {
  spilled_.emplace(half_budget_bytes_);
  for (const Slot& slot : slots_)
    PENSTOCK_CHECK(spilled_->add(std::string_view(text_).substr(slot.offset, slot.length)));
  slots_ = std::vector<Slot>();
  text_ = std::string();
  return {};
}

Status DirectoryNames::sort() {
  if (spilled_) return text_ = std::string(), spilled_->sort();
  const std::string_view text = text_;
  std::ranges::sort(slots_, [text](const Slot& a, const Slot& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return text.substr(a.offset, a.length) < text.substr(b.offset, b.length);
  });
  return {};
}

Result<std::optional<DirectoryEntry>> DirectoryNames::next() {
  if (spilled_) {
    PENSTOCK_TRY(const std::optional<std::string_view> record, spilled_->next());
    if (!record) return std::optional<DirectoryEntry>();
    return std::optional(unpack(*record));
  }
  if (next_ == slots_.size()) return std::optional<DirectoryEntry>();
  const Slot& slot = slots_[next_++];
  return std::optional(unpack(std::string_view(text_).substr(slot.offset, slot.length)));
}

std::size_t DirectoryNames::memory_bytes() const {
  return spilled_ ? half_budget_bytes_ : text_.capacity() + slots_.capacity() * sizeof(Slot);
}

}  // namespace penstock
