#include "cli/archive_url.h"

#include <algorithm>
#include <utility>

#include "base/quote.h"
#include "transfer/object_sink.h"
#include "transfer/object_source.h"

namespace penstock::cli {
namespace {

Failure located(const std::string& url, Error error) { return fail(std::move(error).within(url)); }

// A simulation holds nothing when it begins, so any name will do.
constexpr std::string_view kSimulation = "sim://";

}  // namespace

void UrlSettings::add_to(OptionTable& table) {
  table.push_back(limits.options("Limits (of archives at URLs)"));
  table.push_back(stores.options());
}

Result<std::string> object_name(const std::string& url) {
  if (url.starts_with(kSimulation)) return std::string("archive.zip");
  const std::size_t bucket = url.find("://") + 3;
  const std::size_t slash = url.find('/', bucket);
  if (slash == std::string::npos || slash + 1 == url.size())
    return fail(Code::kInvalid,
                quoted_short(url, 200) + " names no object: write s3://bucket/name.zip");
  return url.substr(slash + 1);
}

Status ArchiveUrl::reach() {
  if (store_ != nullptr) return {};
  PENSTOCK_TRY(key_, object_name(url_));
  PENSTOCK_TRY(Place place, route_.open(url_, false));
  store_ = std::move(place.store);
  return {};
}

unsigned ArchiveUrl::at_once(unsigned usual) const {
  const bool fixed = settings_.limits.mode == LimitSettings::Workers::kFixed;
  return fixed ? std::min(usual, settings_.limits.workers) : usual;
}

Result<std::unique_ptr<ByteSource>> ArchiveUrl::open(const std::stop_token& stop) {
  PENSTOCK_CHECK(reach());
  ReadAheadLimits ahead;
  ahead.requests = at_once(ahead.requests);
  auto source = open_object_source(*store_, key_, url_, ahead, stop);
  if (!source) return located(url_, std::move(source).error());
  return source;
}

Status ArchiveUrl::admit(bool replace) {
  PENSTOCK_CHECK(reach());
  if (replace) return {};
  Call call;
  const auto there = store_->stat(key_, call);
  if (there) return fail(Code::kExists, "the output " + url_ + " exists; --force replaces it");
  if (there.error().code == Code::kNotFound) return {};
  return located(url_, there.error());
}

Result<std::unique_ptr<ByteSink>> ArchiveUrl::create(bool replace, std::uint64_t part_bytes,
                                                     const std::stop_token& stop) {
  PENSTOCK_CHECK(reach());
  ObjectSinkOptions options;
  options.put.content_type = "application/zip";
  options.put.if_absent = !replace && store_->traits().put_if_absent;
  options.part_bytes = part_bytes;
  options.parts_at_once = at_once(options.parts_at_once);
  return std::make_unique<ObjectSink>(*store_, key_, std::move(options), stop);
}

}  // namespace penstock::cli
