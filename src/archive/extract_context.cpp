#include "archive/extract_context.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "archive/name_check.h"
#include "archive/zip_reader.h"

namespace penstock::zip {
namespace {

bool ends_everything(Code code) {
  return code == Code::kNoSpace || code == Code::kCancelled || code == Code::kInternal ||
         code == Code::kChanged;  // another archive lies there now: no entry of this one is left
}

bool is_damage(Code code) {
  return code == Code::kCorrupt || code == Code::kUnsafe || code == Code::kUnsupported;
}

}  // namespace

void Outcome::file_done(const Entry& entry, std::uint64_t bytes) {
  files_.fetch_add(1, std::memory_order_relaxed);
  bytes_out_.fetch_add(bytes, std::memory_order_relaxed);
  progress_.files_done.fetch_add(1, std::memory_order_relaxed);
  if (selection_ != nullptr) observer_.done(selection_->path_of(entry));
}

void Outcome::directory_done(const std::string& path) {
  directories_.fetch_add(1, std::memory_order_relaxed);
  if (selection_ != nullptr) observer_.done(path + "/");
}

void Outcome::link_done(const std::string& path, std::uint64_t bytes) {
  links_.fetch_add(1, std::memory_order_relaxed);
  bytes_out_.fetch_add(bytes, std::memory_order_relaxed);
  decoded(bytes);
  if (selection_ != nullptr) observer_.done(path);
}

void Outcome::plain(const Entry& entry) {
  plain_.fetch_add(1, std::memory_order_relaxed);
  observer_.problem(in_entry(
      entry, {Code::kUnsafe,
              "not encrypted, unlike the rest of the archive: anybody can have put it there"}));
}

Status Outcome::failed(const Entry& entry, std::uint64_t ordinal, Error error) {
  const Error named = in_entry(entry, std::move(error));
  if (ends_everything(named.code)) return fail(named);
  failed_.fetch_add(1, std::memory_order_relaxed);
  observer_.problem(named);
  if (!is_damage(named.code)) return {};
  damaged_.fetch_add(1, std::memory_order_relaxed);
  const Lock lock(mutex_);
  if (!damage_ || ordinal < damage_->first) damage_.emplace(ordinal, named);
  return {};
}

Status Outcome::failed(std::string_view path, Error error) {
  const Error named = std::move(error).within(shown_name(path));
  if (ends_everything(named.code)) return fail(named);
  failed_.fetch_add(1, std::memory_order_relaxed);
  observer_.problem(named);
  return {};
}

void Outcome::made_in_vain(std::vector<std::string> directories) {
  constexpr std::size_t kMostKept =
      10'000;  // an empty directory too many is no reason to use memory
  const Lock lock(mutex_);
  for (std::string& directory : directories)
    if (made_in_vain_.size() < kMostKept) made_in_vain_.push_back(std::move(directory));
}

std::vector<std::string> Outcome::take_made_in_vain() {
  const Lock lock(mutex_);
  std::ranges::sort(made_in_vain_, std::ranges::greater{}, &std::string::size);
  return std::exchange(made_in_vain_, {});
}

std::optional<Error> Outcome::damage() const {
  const Lock lock(mutex_);
  if (!damage_) return std::nullopt;
  return damage_->second;
}

void Outcome::add_to(UnpackReport& report) const {
  report.files = files_;
  report.directories = directories_;
  report.links = links_;
  report.skipped += skipped_;
  report.failed = failed_;
  report.damaged = damaged_;
  report.plain_in_encrypted = plain_;
  report.bytes_in = bytes_in_;
  report.bytes_out = bytes_out_;
}

Attributes attributes_of(const Entry& entry) {
  constexpr mode_t kNewDirectory = 0777;
  constexpr mode_t kNewFile = 0666;
  const mode_t mode = entry.unix_mode();
  if (mode != 0) return {mode & kNewDirectory, entry.mtime};
  return {entry.is_directory() ? kNewDirectory : kNewFile, entry.mtime};
}

}  // namespace penstock::zip
