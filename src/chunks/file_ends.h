// The two ends of compress() and decompress(): the file or standard input that is read, and the
// file or standard output that is made of it.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include <sys/stat.h>

#include "penstock/error.h"

#include "files/byte_input.h"
#include "files/byte_sink.h"
#include "files/byte_source.h"
#include "files/unique_fd.h"

namespace penstock {

// Threads: one.
class InputEnd {
 public:
  // A regular file, or "-". kInvalid for a directory, kUnsupported for other things that are no
  // files; the message names the cure.
  static Result<InputEnd> open(const std::string& path);

  ByteInput& bytes() { return *bytes_; }
  // The same file at any place: of this descriptor, so that no other file of the same name comes in
  // between. Precondition: no standard input. Must not outlive this end.
  std::unique_ptr<ByteSource> source() const;
  int fd() const { return fd_ ? fd_.get() : 0; }
  const std::string& shown() const { return bytes_->name(); }
  // Whether this is the same file.
  bool is(const struct stat& other) const;
  // What the output takes over from a file that has a name.
  std::optional<FileMarks> marks() const;
  // kChanged when the file is not what it was when it was opened.
  Status check_unchanged() const;
  // Removes the name, if it still is this file's.
  Status remove() const;

 private:
  InputEnd() = default;
  std::string path_;  // empty: standard input
  UniqueFd fd_;
  struct stat status_ {};
  std::unique_ptr<ByteInput> bytes_;
};

// What compress() and decompress() are told about their ends.
struct EndOptions {
  const std::string& input;
  const std::string& output;  // "-": standard output; empty: takes everything and keeps nothing
  bool replace;
  bool remove_input;
  bool write_into_devices;
};
// kInvalid where they make no sense together.
Status check_ends(const EndOptions& options);
// kInvalid when the output is the input, or is no file and the input is to be removed for it.
Result<std::unique_ptr<ByteSink>> open_output_end(const EndOptions& options, const InputEnd& input,
                                                  const std::stop_token& stop);

}  // namespace penstock
