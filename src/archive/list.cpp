#include "penstock/list.h"

#include <memory>
#include <utility>

#include "archive/end_records.h"
#include "archive/judge.h"
#include "archive/list_source.h"
#include "archive/zip_reader.h"
#include "files/byte_source.h"

namespace penstock {
namespace zip {
namespace {

ListedEntry describe(const Entry& entry, std::string_view method, std::string_view encryption) {
  ListedEntry listed;
  listed.name = entry.name;
  listed.utf8 = entry.utf8;
  listed.kind = kind_of(entry);
  listed.bytes = entry.uncompressed_bytes;
  listed.compressed_bytes = entry.compressed_bytes;
  listed.mode = entry.unix_mode();
  listed.mtime = entry.mtime;
  listed.method = method;
  listed.encryption = encryption;
  listed.crc = entry.crc;
  listed.supported = check_supported(entry).has_value() && listed.kind != EntryKind::kSpecial;
  return listed;
}

void count(const Entry& entry, ListReport& report) {
  ++report.entries;
  report.bytes += entry.uncompressed_bytes;
  report.compressed_bytes += entry.compressed_bytes;
  if ((entry.flags & kFlagEncrypted) != 0) ++report.encrypted;
}

}  // namespace

Result<ListReport> list_source(const ByteSource& source, bool lenient, Observer& observer,
                               const std::function<Status(const ListedEntry&)>& each) {
  SerialObserver notices(observer);
  const Judge judge(lenient, &notices);
  PENSTOCK_TRY(Directory directory, find_directory(source, judge));
  PENSTOCK_CHECK(source.keep(directory.offset, directory.end()));
  CentralCursor cursor(source, directory, judge);
  ListReport report;
  Entry entry;
  for (;;) {
    PENSTOCK_TRY(const bool more, cursor.next(entry));
    if (!more) break;
    const std::string method = method_name(entry.method);
    const std::string encryption = encryption_name(entry);
    PENSTOCK_CHECK(each(describe(entry, method, encryption)));
    count(entry, report);
  }
  report.archive_bytes = source.size();
  report.prefix_bytes = directory.prefix;
  report.comment = std::move(directory.comment);
  return report;
}

}  // namespace zip

Result<ListReport> list(const ListOptions& options, Observer& observer,
                        const std::function<Status(const ListedEntry&)>& each) {
  PENSTOCK_TRY(const std::unique_ptr<ByteSource> source, open_file_source(options.archive));
  auto report = zip::list_source(*source, options.lenient, observer, each);
  if (!report) return fail(std::move(report).error().within(options.archive));
  return report;
}

}  // namespace penstock
