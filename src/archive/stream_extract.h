// Extracts an entry of any size in constant memory, on the calling thread.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>

#include "penstock/error.h"

#include "archive/extract_context.h"
#include "archive/packed_stream.h"
#include "base/bytes.h"

namespace penstock::zip {

// What is read, decrypted and decoded at a time: it stays in the cache from one step to the next.
inline constexpr std::size_t kStreamBytes = std::size_t{256} << 10;

// Takes content, piece by piece; `offset` is where in the file it belongs.
using ContentSink = std::function<Status(std::uint64_t offset, Bytes content)>;
// Gives packed bytes until it gives none, which means: all there and authentic. Each lot is valid
// until the next call.
using PackedSource = std::function<Result<Bytes>()>;

// Decodes what `packed` gives into `sink` through `out`. kCorrupt unless it is exactly what `entry`
// says; never more than its declared size reaches the sink.
Status decode_stream(const ExtractContext& context, const Entry& entry, const PackedSource& packed,
                     MutableBytes out, const ContentSink& sink, const std::stop_token& stop);

// A sink that writes to `file`, or for verify (null) nowhere.
ContentSink sink_into(const ExtractContext& context, LargeFile* file);

// Starts the entry's file, lets `decode` fill it, and makes it visible when that succeeds. Nothing
// is left of it when it does not, directories that were made for it included. Tells the outcome:
// fails only with what ends the whole extraction.
Status extract_into_file(const ExtractContext& context, const Entry& entry, std::uint64_t ordinal,
                         TreeWriter* writer,
                         const std::function<Status(const ContentSink&)>& decode);

// All of it, through two buffers.
Status extract_streamed(const ExtractContext& context, const Entry& entry, std::uint64_t ordinal,
                        TreeWriter* writer, MutableBytes in, MutableBytes out,
                        const std::stop_token& stop);

}  // namespace penstock::zip
