// list_frames() of include/penstock/compress.h, of any source.
#pragma once

#include <functional>
#include <stop_token>

#include "penstock/compress.h"

#include "files/byte_source.h"

namespace penstock {

Result<ListedFile> list_frames(const ByteSource& file, const std::stop_token& stop,
                               const std::function<Status(const ListedFrame&)>& each);

}  // namespace penstock
