// Any bytes as a .zst or .gz: cut, decoded by parts and joined they give what one decoder that goes
// front to back gives, or are refused; a list of frames tells the same; a range that is confirmed
// is a slice of the whole. The bytes are those of the input, or frames put together as the input
// says, which may lie about themselves in every number.
//
// Threads cost more than all else here, so the cutter, the workers' decoder and the joiner's are
// run by hand, but for one input in 64, which goes through the driver itself.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <vector>

#include "chunks/chunk_restorer.h"
#include "chunks/frame_index.h"
#include "chunks/list_frames.h"
#include "chunks/unit_cutter.h"
#include "codec/test_frames.h"
#include "codec/unit_decoder.h"

namespace {

using namespace penstock;
using test::Buffer;

// What decodes to more is not looked at.
constexpr std::size_t kMost = std::size_t{256} << 10;
// Small, so that small inputs have units and frames that are too large for one.
constexpr std::size_t kUnitData = 2000;
constexpr std::size_t kUnitBytes = 8000;

void require(bool promise) {
  if (!promise) std::abort();
}

std::unique_ptr<FrontDecoder> front_decoder(FileFormat format, std::uint64_t start) {
  return format == FileFormat::kZstd ? *make_zstd_front_decoder(start)
                                     : *make_gzip_front_decoder(start);
}

UnitDecoder& unit_decoder(FileFormat format) {
  static const auto zstd = *make_zstd_unit_decoder();
  static const auto gzip = *make_gzip_unit_decoder();
  return format == FileFormat::kZstd ? *zstd : *gzip;
}

// A member or frame as the decoder met it.
struct Met {
  std::uint64_t begin;
  std::uint64_t end;
};

struct Whole {
  Buffer data;
  std::vector<Met> met;
  bool too_large = false;
};

// Decodes `in` and hands on what it makes.
template <class Take>
Status decode(FrontDecoder& decoder, Bytes in, Take take) {
  static Buffer out(5000);
  for (bool more = true; more;) {
    PENSTOCK_TRY(const auto step, decoder.step(in, out));
    in = in.subspan(step.consumed);
    more = step.produced == out.size() || !in.empty();
    PENSTOCK_CHECK(take(Bytes(out).first(step.produced)));
  }
  return {};
}

Result<Whole> front_to_back(Bytes file, FileFormat format) {
  Whole whole;
  const auto decoder = front_decoder(format, 0);
  decoder->tell([&](std::uint64_t begin, std::uint64_t end, std::uint64_t) {
    whole.met.push_back({begin, end});
  });
  const Status done = decode(*decoder, file, [&](Bytes data) -> Status {
    append(whole.data, data);
    whole.too_large = whole.data.size() > kMost;
    return whole.too_large ? fail(Code::kUnsafe, "too large") : Status();
  });
  if (whole.too_large) return whole;
  PENSTOCK_CHECK(done);
  PENSTOCK_CHECK(decoder->end());
  return whole;
}

// The bytes [begin, end) of the file, as the driver does it.
class ByParts {
 public:
  ByParts(const ByteSource& file, FileFormat format, std::uint64_t begin, std::uint64_t end,
          const RestoreLimits& limits)
      : format_(format),
        input_(make_part_input(file, begin, end)),
        window_(*input_, {}, begin),
        wanted_(limits, "file") {}

  Result<Buffer> run() {
    static Buffer room(kUnitBytes);
    const auto cutter = format_ == FileFormat::kZstd ? make_zstd_cutter(window_, kUnitData)
                                                     : make_gzip_cutter(window_, kUnitData);
    for (;;) {
      const std::uint64_t offset = window_.position();
      PENSTOCK_TRY(const Cut cut, cutter->next(room));
      if (cut.bytes == 0) break;
      PENSTOCK_CHECK(unit(Bytes(room).first(cut.bytes), cut.whole, offset));
    }
    if (front_) PENSTOCK_CHECK(front_->end());
    return made_;
  }
  std::uint64_t made() const { return wanted_.made(); }

 private:
  Status unit(Bytes bytes, bool whole, std::uint64_t offset) {
    static Buffer out(kUnitData);
    const auto made =
        whole && !front_ ? unit_decoder(format_).decode(bytes, out) : std::optional<std::size_t>();
    if (made) return take(Bytes(out).first(*made), offset);
    if (!front_) front_ = front_decoder(format_, offset);
    return decode(*front_, bytes, [&](Bytes data) { return take(data, offset); });
  }
  Status take(Bytes data, std::uint64_t offset) {
    PENSTOCK_TRY(const Bytes wanted, wanted_.of(data, offset));
    append(made_, wanted);
    return {};
  }

  FileFormat format_;
  std::unique_ptr<ByteInput> input_;
  InputWindow window_;
  WantedPart wanted_;
  std::unique_ptr<FrontDecoder> front_;
  Buffer made_;
};

class KeepingSink final : public ByteSink {
 public:
  Status write(Bytes data) override { return append(data_, data), Status(); }
  std::uint64_t position() const override { return data_.size(); }
  bool can_patch() const override { return false; }
  Status patch(std::uint64_t, Bytes) override { return fail(Code::kInvalid, "no"); }
  Status rewind(std::uint64_t) override { return fail(Code::kInvalid, "no"); }
  Status finish() override { return {}; }
  const Buffer& data() const { return data_; }

 private:
  Buffer data_;
};

Result<Buffer> by_the_driver(const ByteSource& file, FileFormat format,
                             const RestoreLimits& limits) {
  ChunkMeters meters;
  Progress progress;
  const ChunkRun run{{2, std::size_t{1} << 20}, true, meters, progress};
  const auto input = make_part_input(file, 0, file.size());
  InputWindow window(*input, {});
  KeepingSink sink;
  PENSTOCK_CHECK(restore_chunks(window, format, sink, limits, run, {}));
  return sink.data();
}

// A worker's decoder may be more lenient than the one that goes front to back (libdeflate takes
// codes that ISA-L refuses; libzstd does not look at windows where it has the whole frame): then a
// file is accepted that would be refused in another cut. It never gives other data.
void check_restored(const ByteSource& file, FileFormat format, const Result<Whole>& whole,
                    bool driver) {
  const RestoreLimits limits{.max_output_bytes = kMost};
  const auto made = driver ? by_the_driver(file, format, limits)
                           : ByParts(file, format, 0, file.size(), limits).run();
  if (!whole) return;
  if (whole->too_large) {
    require(!made);
  } else {
    require(made && *made == whole->data);
  }
}

// As far as headers tell: for gzip, whose members' headers cannot be seen through, only where they
// tell the truth about their ends.
void check_listed(const ByteSource& file, FileFormat format, const Whole& whole) {
  std::uint64_t at = 0;
  bool truth = true;
  const auto listed = list_frames(file, {}, [&](const ListedFrame& frame) -> Status {
    require(frame.offset == at && frame.compressed_bytes > 0);
    at += frame.compressed_bytes;
    truth =
        truth && (frame.kind == "padding" || std::ranges::any_of(whole.met, [&](const Met& met) {
                    return met.begin == frame.offset && met.end == at;
                  }));
    return {};
  });
  if (format == FileFormat::kZstd) require(listed && truth);
  if (!listed || !truth) return;
  require(at <= file.size() && listed->bytes == whole.data.size());
}

// Nothing: refused.
std::optional<Buffer> range_of(const ByteSource& file, FileFormat format, const ByteRange& range,
                               bool& confirmed) {
  const auto plan = plan_range(file, format, range, {});
  if (!plan) return std::nullopt;
  require(plan->begin <= plan->end && plan->end <= file.size());
  confirmed = plan->confirmed;
  ByParts part(
      file, format, plan->begin, plan->end,
      {.skip = plan->skip, .take = plan->take, .max_output_bytes = kMost, .made_most = plan->made});
  const auto made = part.run();
  if (!made || part.made() != plan->made) return std::nullopt;
  return *made;
}

void check_range(const ByteSource& file, FileFormat format, const Whole& whole, ByteRange range,
                 bool honest) {
  bool confirmed = false;
  const auto made = range_of(file, format, range, confirmed);
  require(!honest || made || range.begin > whole.data.size());
  if (!made || !(confirmed || honest)) return;
  require(range.begin <= whole.data.size());
  const Bytes all(whole.data);
  require(std::ranges::equal(
      *made, all.subspan(range.begin, std::min<std::size_t>(range.end, all.size()) - range.begin)));
}

// What the input says, byte by byte; zeros behind its end.
class Recipe {
 public:
  explicit Recipe(Bytes bytes) : bytes_(bytes) {}
  bool done() const { return bytes_.empty(); }
  unsigned next() {
    if (bytes_.empty()) return 0;
    const auto byte = std::to_integer<unsigned>(bytes_.front());
    bytes_ = bytes_.subspan(1);
    return byte;
  }
  // Most often small, seldom so large that units cannot hold it.
  Buffer content() {
    const unsigned size = next();
    return Buffer(size < 250 ? size : size * 20, static_cast<std::byte>(next()));
  }

 private:
  Bytes bytes_;
};

// A file that tells the truth about itself has `data`.
struct Made {
  Buffer file;
  Buffer data;
  bool honest = true;
  bool indexed = true;
};

Made made_zstd(Recipe& recipe) {
  Made made;
  std::vector<test::Frame> frames;
  while (!recipe.done() && frames.size() < 20) {
    const unsigned kind = recipe.next() % 8;
    test::Frame frame;
    if (kind == 0) {
      frame.bytes = test::skippable_frame(recipe.next());
    } else {
      const Buffer content = recipe.content();
      std::optional<std::uint64_t> says = content.size();
      if (kind == 1) says.reset();
      if (kind == 2) says = content.size() + recipe.next() - 100;
      frame = {test::zstd_frame(content, says, 1 + std::size_t{recipe.next()} * 16),
               static_cast<std::uint32_t>(content.size())};
      if (kind == 3) frame.data += recipe.next() - 100;
      made.honest = made.honest && kind != 2 && kind != 3;
      append(made.data, content);
    }
    if (kind == 4 && !frames.empty()) {  // the entry of the one before reaches over this one
      append(frames.back().bytes, frame.bytes);
      frames.back().data += recipe.next() % 2 == 0 ? 0 : frame.data;
      made.honest = false;
    } else {
      frames.push_back(std::move(frame));
    }
  }
  made.file = test::seekable(frames);
  return made;
}

Made made_gzip(Recipe& recipe) {
  Made made;
  for (unsigned members = 0; !recipe.done() && members < 20; ++members) {
    const unsigned kind = recipe.next();
    const Buffer content = recipe.content();
    test::MemberClaims claims{.id = kind % 3 == 0   ? "IG"
                                    : kind % 3 == 1 ? "PS"
                                                    : "BC",
                              .data_bytes = static_cast<std::uint32_t>(content.size())};
    if (kind >= 200) {  // reaches over a next one that is like it
      claims.behind = test::gzip_member(content, claims).size() + (kind >= 250 ? recipe.next() : 0);
      made.honest = false;
    }
    append(made.file, test::gzip_member(content, claims));
    append(made.data, content);
    if (kind >= 200) {
      claims.behind = 0;
      append(made.file, test::gzip_member(content, claims));
      append(made.data, content);
    }
  }
  return made;
}

}  // namespace

// The first byte chooses, the next four are a range.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 6) return 0;
  const Bytes input = std::as_bytes(std::span(data, size)).subspan(5);
  Made made;
  Recipe recipe(input);
  const unsigned kind = data[0] % 4;
  if (kind < 2)
    made = {{input.begin(), input.end()}, {}, false};
  else
    made = kind == 2 ? made_zstd(recipe) : made_gzip(recipe);
  const auto format = format_of(made.file);
  if (!format) return 0;
  const auto file = make_memory_source(made.file, "file");
  const auto whole = front_to_back(made.file, *format);
  check_restored(*file, *format, whole, data[0] < 4);
  require(!made.honest || (whole && (whole->too_large || whole->data == made.data)));
  if (!whole || whole->too_large) return 0;
  check_listed(*file, *format, *whole);
  const std::uint64_t begin = std::uint64_t{data[1]} << 4U | data[2];
  check_range(*file, *format, *whole, {begin, begin + (std::uint64_t{data[3]} << 4U | data[4])},
              made.honest);
  return 0;
}
