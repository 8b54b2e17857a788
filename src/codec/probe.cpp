// The probe looks at a few samples and stops at the first that promises something, so that it costs
// next to nothing where it answers "no" and is thorough only where it saves the work of
// compressing.
#include <algorithm>
#include <array>

#include "codec/compressor.h"

namespace penstock {
namespace {

constexpr std::size_t kLeastBytes = 1024;  // below, compressing costs as little as asking
constexpr std::size_t kGlanceBytes = 256;
constexpr std::size_t kSampleBytes = 1024;
constexpr std::size_t kSamplesMost = 8;

// How often two bytes drawn from the data are equal, against 1/256 for random ones, in percent:
// from the sum of squared counts. Source text is above 1,000, code above 300, JPEG and PNG 101 to
// 130.
constexpr std::uint64_t kGlanceSkew = 300;  // of a few bytes: random ones stay below 200
constexpr std::uint64_t kSampleSkew = 200;  // of one sample
constexpr std::uint64_t kAllSkew = 130;     // of all of them together
// Places whose four bytes were seen before, in percent: random data has none.
constexpr std::size_t kRepeats = 4;

using Counts = std::array<std::uint32_t, 256>;

void count(Bytes sample, Counts& counts) {
  for (const std::byte b : sample) ++counts[std::to_integer<std::size_t>(b)];
}

std::uint64_t skew(const Counts& counts, std::size_t bytes) {
  std::uint64_t pairs = 0;
  for (const std::uint64_t n : counts) pairs += n * n;
  return (pairs - bytes) * 256 * 100 / (std::uint64_t{bytes} * (bytes - 1));
}

std::uint64_t skew(Bytes sample) {
  Counts counts{};
  count(sample, counts);
  return skew(counts, sample.size());
}

// Counts the places of all samples whose four bytes an earlier place had.
class Repeats {
 public:
  // The table keeps the four bytes themselves. Zero stands for an empty place: data with many zeros
  // has been found skewed before.
  std::size_t add(Bytes sample) {
    for (std::size_t i = 0; i + 4 <= sample.size(); ++i) {
      std::uint32_t word = 0;
      std::memcpy(&word, sample.data() + i, sizeof word);
      std::uint32_t& seen = seen_[word * 0x9E3779B1U >> (32 - kSeenBits)];
      repeats_ += seen == word ? 1 : 0;
      seen = word;
    }
    return repeats_;
  }

 private:
  static constexpr unsigned kSeenBits = 12;
  std::array<std::uint32_t, std::size_t{1} << kSeenBits> seen_{};
  std::size_t repeats_ = 0;
};

// `length` bytes from the middle of the i-th of `parts` equal parts: headers and tables stand at
// ends.
Bytes sample(Bytes data, std::size_t i, std::size_t parts, std::size_t length) {
  const std::size_t part = data.size() / parts;
  return data.subspan(i * part + (part - length) / 2, length);
}

bool all_random(Bytes data) {
  const std::size_t parts =
      std::clamp<std::size_t>(data.size() / (4 * kSampleBytes), 1, kSamplesMost);
  Counts all{};
  Repeats repeats;
  for (std::size_t i = 0; i < parts; ++i) {
    const Bytes part = sample(data, i, parts, kSampleBytes);
    if (skew(part) > kSampleSkew) return false;
    if (repeats.add(part) * 100 > kRepeats * (i + 1) * kSampleBytes) return false;
    count(part, all);
  }
  return skew(all, parts * kSampleBytes) <= kAllSkew;
}

}  // namespace

bool looks_incompressible(Bytes data) {
  if (data.size() < kLeastBytes) return false;
  return skew(sample(data, 0, 1, kGlanceBytes)) <= kGlanceSkew && all_random(data);
}

}  // namespace penstock
