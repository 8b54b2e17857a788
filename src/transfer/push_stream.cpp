#include "transfer/push_stream.h"

#include <utility>
#include <vector>

#include "transfer/object_sink.h"

namespace penstock {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} << 10;

// All of `input`; how many bytes it was.
Result<std::uint64_t> copy_all(ByteInput& input, ByteSink& out, const std::stop_token& stop) {
  std::vector<std::byte> block(kBlockBytes);
  for (;;) {
    PENSTOCK_TRY(const std::size_t got, input.read_least(1, block, stop));
    if (got == 0) break;
    PENSTOCK_CHECK(out.write(Bytes(block).first(got)));
  }
  const std::uint64_t bytes = out.position();
  PENSTOCK_CHECK(out.finish());
  return bytes;
}

}  // namespace

Result<PushStreamReport> push_stream(ByteInput& input, Store& store, const std::string& key,
                                     const PushStreamOptions& options, std::stop_token stop) {
  ObjectSink sink(store, key, {options.put, options.part_bytes, 1}, stop);
  PushStreamReport report;
  PENSTOCK_TRY(report.bytes, copy_all(input, sink, stop));
  report.attempts = sink.attempts();
  report.requests = sink.requests();
  report.etag = sink.etag();
  return report;
}

}  // namespace penstock
