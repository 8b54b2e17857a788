#include "cli/bench_sample.h"

#include <array>
#include <bit>
#include <random>
#include <string>

#include "base/bytes.h"

namespace penstock::cli {
namespace {

using Random = std::mt19937_64;

constexpr std::size_t kWords = 2048;

// The language is the same for every seed.
const std::vector<std::string>& words() {
  static const std::vector<std::string> made = [] {
    constexpr std::string_view kLetters = "eeeettaaooiinnsshhrrdlucmfwygpbvk";
    Random random(1);
    std::vector<std::string> all(kWords);
    for (std::string& word : all)
      for (std::uint64_t left = 2 + random() % 7; left > 0; --left)
        word += kLetters[random() % kLetters.size()];
    return all;
  }();
  return made;
}

// The product of two even choices prefers small numbers, as words do.
std::size_t word_number(Random& random) {
  const std::uint64_t bits = random();
  return (bits & (kWords - 1)) * (bits >> 32 & (kWords - 1)) / kWords;
}

void add_text(std::vector<std::byte>& out, Random& random) {
  std::string line;
  for (std::uint64_t left = 4 + random() % 10; left > 0; --left)
    line.append(words()[word_number(random)]).push_back(left == 1 ? '\n' : ' ');
  append(out, as_bytes(line));
}

void add_record(std::vector<std::byte>& out, Random& random) {
  const std::uint64_t bits = random();
  const auto row = static_cast<std::uint32_t>(out.size() / 24);
  append_le<std::uint32_t>(out, row);
  append_le<std::uint64_t>(out, 1'700'000'000'000 + std::uint64_t{row} * 1000 + (bits & 255));
  append_le<std::uint32_t>(out, static_cast<std::uint32_t>(bits >> 8 & 15));
  append_le<std::uint16_t>(out, static_cast<std::uint16_t>(bits >> 16 & bits >> 32));
  append_le<std::uint16_t>(out, 0);
  append_le<std::uint32_t>(out, bits >> 60 == 0 ? static_cast<std::uint32_t>(bits >> 12) : 0);
}

// Twelve even numbers make a nearly normal one. Everything here is exact, whatever the processor.
void add_weight(std::vector<std::byte>& out, Random& random) {
  std::int64_t sum = -393216;  // six times 65,536
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t bits = random();
    for (unsigned shift = 0; shift < 64; shift += 16)
      sum += static_cast<std::int64_t>(bits >> shift & 0xFFFF);
  }
  const float value = static_cast<float>(sum) * 0x1p-22F;
  append_le<std::uint16_t>(out,
                           static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16));
}

void add_noise(std::vector<std::byte>& out, Random& random) {
  append_le<std::uint64_t>(out, random());
}

constexpr std::array kMakers{add_text, add_record, add_weight, add_noise};
static_assert(kMakers.size() == kSampleKinds);

}  // namespace

std::vector<std::byte> sample(SampleKind kind, std::size_t size, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::byte> out;
  out.reserve(size + 256);
  while (out.size() < size) kMakers[static_cast<std::size_t>(kind)](out, random);
  out.resize(size);
  return out;
}

std::vector<std::byte> mixed_sample(std::size_t size) {
  std::vector<std::byte> out;
  for (std::size_t kind = 0; kind < kSampleKinds; ++kind) {
    const std::size_t share = (size - out.size()) / (kSampleKinds - kind);
    append(out, sample(static_cast<SampleKind>(kind), share, kind));
  }
  return out;
}

}  // namespace penstock::cli
