// What an upload in parts is made of: a file that is read while it is sent, or an object that is
// fetched from another store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "penstock/error.h"

#include "store/body.h"
#include "store/store.h"
#include "transfer/content_proof.h"
#include "transfer/file_identity.h"
#include "transfer/push_file.h"

namespace penstock {

class PushContext;

// The bytes [begin, begin + bytes) of a content, its part of that number.
struct ContentPart {
  unsigned number = 0;
  std::uint64_t begin = 0;
  std::uint64_t bytes = 0;
};

// A part ready to be sent, with the memory that its body may lie in.
struct PartBody {
  std::vector<std::byte> held;
  std::unique_ptr<Body> body;
};

// Threads: any number, a part each.
class LargeContent {
 public:
  virtual ~LargeContent() = default;

  // The state that the journal knows it by.
  virtual const FileIdentity& identity() const = 0;
  // False: a change that comes now may go unseen, so that the journal must not trust the state.
  virtual bool is_settled() const = 0;
  // What the object is given beside its content.
  virtual PutOptions describe(const PushFile& file, const PushContext& context) const = 0;

  // kChanged when it is not what it was when the upload began.
  virtual Status check_same() const = 0;
  // What a part takes of PushOptions::memory_bytes while it is under way.
  virtual std::uint64_t held_bytes(std::uint64_t part_bytes) const = 0;
  // Each part once, those that are there already left out.
  virtual Result<PartBody> part(const ContentPart& part, const std::stop_token& stop) = 0;
  // Whether a part that the destination lists, of the right size, is this one.
  virtual Result<bool> is_part(const Part& listed, const ContentPart& part,
                               const std::stop_token& stop) = 0;
  // When all parts are there: kCorrupt when together they are not the content.
  virtual Status check_whole() { return {}; }

  std::uint64_t bytes() const { return identity().bytes; }
  // What the journal may remember.
  FileIdentity remembered() const {
    FileIdentity known = identity();
    if (!is_settled()) known.ctime_ns = 0;  // matches nothing: the next run looks again
    return known;
  }
};

// A part that is there is read and compared, as nothing else tells.
std::unique_ptr<LargeContent> make_file_content(OpenedFile opened, std::string shown);

}  // namespace penstock
