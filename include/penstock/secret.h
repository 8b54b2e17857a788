// A password or key: wiped when it goes, never printed, never copied by accident.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// Owns secret bytes. Move-only; the memory is wiped on destruction, assignment and clear(). There
// is no way to print one: streaming and formatting do not compile.
class Secret {
 public:
  Secret() = default;
  // Takes the bytes of `text` and wipes `text` itself.
  explicit Secret(std::string&& text);
  explicit Secret(std::span<const std::byte> bytes);
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  Secret clone() const;  // a copy, on purpose
  bool empty() const noexcept { return bytes_.empty(); }
  std::size_t size() const noexcept { return bytes_.size(); }
  // The bytes; valid while this Secret lives unchanged. Whoever copies them wipes the copy.
  std::span<const std::byte> expose() const noexcept { return bytes_; }
  void clear() noexcept;

 private:
  std::vector<std::byte> bytes_;
};

// Overwrites memory with zeros in a way no compiler may drop.
void wipe(std::span<std::byte> bytes) noexcept;

}  // namespace penstock
