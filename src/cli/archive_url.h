// Archives at URLs (s3://bucket/key.zip): what pack, list, unpack and verify share to reach them.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "penstock/error.h"

#include "cli/console.h"
#include "cli/options.h"
#include "cli/route.h"
#include "cli/transfer_settings.h"
#include "files/byte_sink.h"
#include "files/byte_source.h"

namespace penstock::cli {

// The options of push that apply to them.
struct UrlSettings {
  LimitSettings limits;
  StoreSettings stores;

  void add_to(OptionTable& table);
};

// What `url` names below its bucket: "dir/key.zip". kInvalid when it names nothing.
Result<std::string> object_name(const std::string& url);

// One archive at a URL, and the way to it. Threads: one caller at a time. What it opens must not
// outlive it. Errors have the URL in front.
class ArchiveUrl {
 public:
  // All must outlive it.
  ArchiveUrl(const UrlSettings& settings, std::string url, Console& console)
      : settings_(settings),
        url_(std::move(url)),
        route_(settings.stores, settings.limits, console) {}

  // As open_object_source().
  Result<std::unique_ptr<ByteSource>> open(const std::stop_token& stop);
  // Before an archive is made: fails as reaching the store does, and with kExists when something is
  // there that is not to be replaced. Not cancelled.
  Status admit(bool replace);
  // As ObjectSink; what is there is replaced only when `replace` says so.
  Result<std::unique_ptr<ByteSink>> create(bool replace, std::uint64_t part_bytes,
                                           const std::stop_token& stop);

  // Lines for --stats.
  std::string explain() const { return route_.explain(); }

 private:
  Status reach();
  // Requests at a time, where nobody limits them further.
  unsigned at_once(unsigned usual) const;

  const UrlSettings& settings_;
  const std::string url_;
  Route route_;
  std::string key_;
  std::unique_ptr<Store> store_;  // once it was reached
};

}  // namespace penstock::cli
