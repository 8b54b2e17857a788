#include "cli/output_plan.h"

#include <cstddef>
#include <filesystem>
#include <unordered_map>

#include <sys/stat.h>

namespace penstock::cli {
namespace {

std::string id_of(const struct stat& status) {
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

// Equal for all spellings of a name, whether or not there is a file.
std::string name_key(const std::filesystem::path& path) {
  const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : ".";
  struct stat status {};
  if (::stat(parent.c_str(), &status) == 0)
    return "name " + id_of(status) + "/" + path.filename().string();
  return "path " + path.lexically_normal().string();
}

// What a path stands for: its name and, where there is a file, that.
std::vector<std::string> keys_of(const std::string& path) {
  std::vector<std::string> keys{name_key(path)};
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) keys.push_back("file " + id_of(status));
  return keys;
}

using Owners = std::unordered_map<std::string, std::size_t>;  // a key, and the file it is made of

bool same_name(const std::string& one, const std::string& other) {
  return one == other || name_key(one) == name_key(other);
}

Failure both_become(const PlannedFile& one, const PlannedFile& other) {
  if (same_name(one.input, other.input)) return fail(Code::kInvalid, one.input + " is named twice");
  const bool same = *one.output == *other.output;
  return fail(Code::kInvalid, one.input + " and " + other.input + " would both become " +
                                  *one.output + (same ? "" : ", by the name " + *other.output) +
                                  ": one of them would be lost; say with -o, in runs of their own, "
                                  "where they go");
}

Failure would_replace(const PlannedFile& made, const std::string& input) {
  const std::string name = *made.output == input ? input : *made.output + ", which is " + input;
  return fail(Code::kInvalid, made.input + " would replace " + name +
                                  ", another input of this run; nothing was touched: do them in "
                                  "runs of their own");
}

Status claim_outputs(const std::vector<PlannedFile>& files, Owners& owners) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Result<std::string>& output = files[i].output;
    if (!output || output->empty() || *output == "-") continue;
    for (std::string& key : keys_of(*output)) {
      const auto [owner, fresh] = owners.emplace(std::move(key), i);
      if (!fresh && owner->second != i) return both_become(files[owner->second], files[i]);
    }
  }
  return {};
}

Status spare_inputs(const std::vector<PlannedFile>& files, const Owners& owners) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (files[i].input == "-") continue;
    for (const std::string& key : keys_of(files[i].input)) {
      const auto owner = owners.find(key);
      // That an output is its own input is refused when it is opened.
      if (owner != owners.end() && owner->second != i)
        return would_replace(files[owner->second], files[i].input);
    }
  }
  return {};
}

}  // namespace

Status check_apart(const std::vector<PlannedFile>& files, bool replace) {
  if (files.size() < 2) return {};
  Owners owners;
  PENSTOCK_CHECK(claim_outputs(files, owners));
  return replace ? spare_inputs(files, owners) : Status();
}

}  // namespace penstock::cli
