// Members of gzip (RFC 1952) whose extra field says where they end: ours, BGZF's, mgzip's.
#include <algorithm>

#include "base/narrow.h"
#include "chunks/unit_cutter.h"
#include "codec/gzip_header.h"

namespace penstock {
namespace {

// A header of gzip with BGZF's extra field; more is looked at when it is not enough.
constexpr std::size_t kFirstHeaderLook = 18;
constexpr std::size_t kBgzfDataMost = std::size_t{64} << 10;

class GzipCutter final : public UnitCutter {
 public:
  using UnitCutter::UnitCutter;

 private:
  Result<Taken> take_one(MutableBytes into, std::size_t data_room) override {
    PENSTOCK_TRY(const auto header, look());
    if (!header) return Taken{Found::kEnd};
    if (!header->member_bytes) return Taken{Found::kUncuttable};
    const std::size_t data = expected_data(*header);
    if (*header->member_bytes > into.size() || data > data_room) return Taken{Found::kNoRoom};
    return take_member(narrow<std::size_t>(*header->member_bytes), data, into);
  }

  // The header that comes next. One that is cut off or bad has no hints; nothing at the end.
  Result<std::optional<gzip::Header>> look() {
    for (std::size_t bytes = kFirstHeaderLook;; bytes = std::min(4 * bytes, InputWindow::kBytes)) {
      PENSTOCK_TRY(const Bytes ahead, input().peek(bytes));
      if (ahead.empty()) return std::optional<gzip::Header>();
      auto header = gzip::read_header(ahead);
      if (!header) return std::optional(gzip::Header());
      if (header->has_value()) return *std::move(header);
      if (ahead.size() < bytes || bytes == InputWindow::kBytes)
        return std::optional(gzip::Header());
    }
  }

  // mgzip's members do not say it before their end: they travel alone.
  std::size_t expected_data(const gzip::Header& header) const {
    if (header.data_bytes) return *header.data_bytes;
    return header.hint == gzip::Hint::kBgzf ? std::min(kBgzfDataMost, data_most()) : data_most();
  }

  Result<Taken> take_member(std::size_t bytes, std::size_t data, MutableBytes into) {
    PENSTOCK_TRY(const std::size_t got, input().take(into.first(bytes)));
    const bool fits = got == bytes && bytes >= gzip::kTrailerBytes &&
                      gzip::read_trailer(into.first(bytes)).data_bytes <= data;
    return Taken{fits ? Found::kWhole : Found::kUncuttable, got, data};
  }
};

}  // namespace

std::unique_ptr<UnitCutter> make_gzip_cutter(InputWindow& input, std::size_t data_most) {
  return std::make_unique<GzipCutter>(input, data_most);
}

}  // namespace penstock
