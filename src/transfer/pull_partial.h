// A large file on its way: hidden beside the place it is for, with a second hidden file that lists
// the parts it has. Both have a name made of the final one, so that a pull finds what an
// interrupted one has left, and goes on with it if it is the same version of the same object.
//
// The list is text: a line that says for what and for which part size it is, and a line with the
// number of each part, written when the part is on the disk. A line that is cut short counts as not
// there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"

#include "files/safe_dir.h"
#include "files/unique_fd.h"
#include "transfer/local_tree.h"

namespace penstock {

// Whether `name` is one that a PartialFile has.
bool is_partial_name(std::string_view name);

// Removes what a pull of the file `name` may have left.
Status remove_partial(const SafeDir& dir, std::string_view name);

// What a partial file is of.
struct PartialVersion {
  std::string store;
  std::string key;
  std::string etag;
  std::uint64_t bytes = 0;
  std::uint64_t part_bytes = 1;
};

// Threads: one caller at a time, but fd() may be written to from any.
class PartialFile {
 public:
  // Opens what an interrupted pull has left, or begins: the disk space is taken now, so that a full
  // disk is told before anything is fetched (kNoSpace, and nothing is left). kExists when another
  // process is at it.
  static Result<PartialFile> open(SafeDir dir, std::string_view name,
                                  const PartialVersion& version);

  int fd() const { return file_.get(); }
  // Numbers from 0 of the parts that are there.
  const std::vector<unsigned>& parts() const { return parts_; }
  // That part number `part` has been written: makes it durable, and lists it.
  Status add(unsigned part);
  // Gives the complete file its marks and its name, in place of what is there.
  Status finish(const PulledMarks& marks, mode_t umask_bits);
  // Leaves nothing.
  void remove();

 private:
  PartialFile(SafeDir dir, std::string_view name);
  Status open_file();
  Status resume_or_begin(const PartialVersion& version);
  Status reserve(std::uint64_t bytes);

  SafeDir dir_;
  std::string name_;       // the final one
  std::string file_name_;  // of the hidden files
  std::string list_name_;
  UniqueFd file_;
  UniqueFd list_;
  std::vector<unsigned> parts_;
};

}  // namespace penstock
