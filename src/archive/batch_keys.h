// The keys of a batch of entries, derived side by side: what PBKDF2 in lanes is for.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "penstock/error.h"
#include "penstock/secret.h"

#include "archive/winzip_aes.h"
#include "base/bytes.h"

namespace penstock::zip {

// Threads: one caller at a time.
class BatchKeys {
 public:
  struct Slot {
    AesStrength strength = AesStrength::k256;
    std::size_t index = 0;
  };

  // Notes an entry's salt; its keys are in the slot after derive().
  Slot add(AesStrength strength, Bytes salt) {
    Group& group = group_of(strength);
    append(group.salts, salt);
    return {strength, group.count++};
  }

  Status derive(const Secret& password) {
    for (const AesStrength strength : {AesStrength::k128, AesStrength::k192, AesStrength::k256}) {
      Group& group = group_of(strength);
      if (group.count == 0) continue;
      PENSTOCK_TRY(EntryKeys keys, EntryKeys::derive(password, strength, group.salts));
      group.keys.emplace(std::move(keys));
    }
    return {};
  }

  // Null when derive() has not been called since add().
  const EntryKeys* keys(const Slot& slot) {
    const auto& keys = group_of(slot.strength).keys;
    return keys ? &*keys : nullptr;
  }

  void clear() {
    for (Group& group : groups_) {
      group.salts.clear();
      group.count = 0;
      group.keys.reset();
    }
  }

 private:
  struct Group {
    std::vector<std::byte> salts;
    std::size_t count = 0;
    std::optional<EntryKeys> keys;
  };
  Group& group_of(AesStrength strength) { return groups_[static_cast<std::size_t>(strength) - 1]; }
  std::array<Group, 3> groups_;
};

}  // namespace penstock::zip
