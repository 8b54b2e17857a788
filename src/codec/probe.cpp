// The probe looks at a few samples and stops at the first that promises something, so that it costs
// next to nothing where it answers "no" and is thorough only where it saves the work of
// compressing.
#include <algorithm>
#include <array>

#include "codec/compressor.h"

namespace penstock {
namespace {

constexpr std::size_t kLeastBytes = 1024;  // below, compressing costs as little as asking
constexpr std::size_t kSampleBytes = 1024;
constexpr std::size_t kSamplesMost = 8;

// How often two bytes drawn from the data are equal, against 1/256 for random ones, in percent:
// from the sum of squared counts. Source text is above 1,000, code 300 and more, deflate's output
// 101.
constexpr std::uint64_t kSampleSkew = 175;  // of one sample
constexpr std::uint64_t kAllSkew = 118;     // of all of them together
// Places whose four bytes were seen before, in percent: random data has none.
constexpr std::size_t kRepeats = 4;

class Statistics {
 public:
  // False when this sample, or all up to here, look compressible.
  bool add(Bytes sample) {
    std::array<std::uint16_t, 256> counts{};
    for (const std::byte b : sample) ++counts[std::to_integer<std::size_t>(b)];
    for (std::size_t i = 0; i < counts.size(); ++i) all_[i] += counts[i];
    bytes_ += sample.size();
    if (skew(counts, sample.size()) > kSampleSkew) return false;
    count_repeats(sample);
    return repeats_ * 100 <= kRepeats * bytes_;
  }
  bool random() const { return skew(all_, bytes_) <= kAllSkew; }

 private:
  template <class Counts>
  static std::uint64_t skew(const Counts& counts, std::size_t bytes) {
    std::uint64_t pairs = 0;
    for (const std::uint64_t count : counts) pairs += count * (count - (count > 0 ? 1 : 0));
    return pairs * 256 * 100 / (std::uint64_t{bytes} * (bytes - 1));
  }

  // The table keeps the four bytes themselves; zero is what an empty place holds, and a sample with
  // many zeros has been found skewed before.
  void count_repeats(Bytes sample) {
    for (std::size_t i = 0; i + 4 <= sample.size(); ++i) {
      std::uint32_t word = 0;
      std::memcpy(&word, sample.data() + i, sizeof word);
      std::uint32_t& seen = seen_[word * 0x9E3779B1U >> (32 - kSeenBits)];
      repeats_ += seen == word ? 1 : 0;
      seen = word;
    }
  }

  static constexpr unsigned kSeenBits = 12;
  std::array<std::uint32_t, 256> all_{};
  std::array<std::uint32_t, std::size_t{1} << kSeenBits> seen_{};
  std::size_t bytes_ = 0;
  std::size_t repeats_ = 0;
};

}  // namespace

bool looks_incompressible(Bytes data) {
  if (data.size() < kLeastBytes) return false;
  // A sample for each 4 KiB, each from the middle of its part: headers and tables stand at the
  // ends.
  const std::size_t samples =
      std::clamp<std::size_t>(data.size() / (4 * kSampleBytes), 1, kSamplesMost);
  const std::size_t part = data.size() / samples;
  const std::size_t length = std::min(kSampleBytes, part);
  Statistics statistics;
  for (std::size_t i = 0; i < samples; ++i)
    if (!statistics.add(data.subspan(i * part + (part - length) / 2, length))) return false;
  return statistics.random();
}

}  // namespace penstock
