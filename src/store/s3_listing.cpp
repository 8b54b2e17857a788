#include "store/s3_listing.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "net/url.h"
#include "store/s3_answers.h"

namespace penstock {
namespace {

constexpr std::size_t kMostPerPage = 1000;
// No key sorts behind it but those that begin with it: U+10FFFF, the last code point.
constexpr std::string_view kBehindAll = "\xf4\x8f\xbf\xbf";

// The server skips keys up to and with this one.
std::string start_of(const ListRequest& request) {
  const bool is_cut_prefix = !request.delimiter.empty() &&
                             request.after.size() > request.prefix.size() &&
                             request.after.ends_with(request.delimiter);
  return is_cut_prefix ? request.after + std::string(kBehindAll) : request.after;
}

std::string query_of(const ListRequest& request, const std::string& continuation) {
  std::vector<std::pair<std::string, std::string>> query = {
      {"list-type", "2"},
      {"encoding-type", "url"},
      {"max-keys", std::to_string(std::clamp<std::size_t>(request.most, 1, kMostPerPage))}};
  if (!request.prefix.empty()) query.emplace_back("prefix", request.prefix);
  if (!request.delimiter.empty()) query.emplace_back("delimiter", request.delimiter);
  if (!continuation.empty())
    query.emplace_back("continuation-token", continuation);
  else if (!request.after.empty())
    query.emplace_back("start-after", start_of(request));
  return encode_query(std::move(query));
}

bool is_listable(const std::string& name, const ListRequest& request) {
  return name > request.after && name.starts_with(request.prefix);
}

Status check_order(const S3ListAnswer& answer, const ListRequest& request) {
  const auto by_key = [](const ObjectInfo& a, const ObjectInfo& b) { return a.key < b.key; };
  const bool sorted =
      std::ranges::is_sorted(answer.objects, by_key) && std::ranges::is_sorted(answer.prefixes);
  const bool asked =
      std::ranges::all_of(answer.objects,
                          [&](const ObjectInfo& info) { return is_listable(info.key, request); }) &&
      std::ranges::all_of(answer.prefixes,
                          [&](const auto& name) { return is_listable(name, request); });
  if (sorted && asked) return {};
  return fail(Code::kCorrupt, "the server lists keys out of order, or others than were asked for");
}

// The last name of a page, by which the next one begins.
std::string last_name(const S3ListAnswer& answer) {
  std::string last = answer.objects.empty() ? std::string() : answer.objects.back().key;
  if (!answer.prefixes.empty()) last = std::max(last, answer.prefixes.back());
  return last;
}

Result<S3ListAnswer> list_once(S3Wire& wire, const ListRequest& request,
                               const std::string& continuation, const std::stop_token& stop) {
  PENSTOCK_TRY(const HttpResponse response,
               wire.perform({.operation = "list", .query = query_of(request, continuation)}, stop));
  auto answer = read_list_answer(response.body);
  if (answer) {
    if (Status checked = check_order(*answer, request); !checked)
      answer = fail(std::move(checked).error());
  }
  if (!answer) return fail(std::move(answer).error().within(wire.step("list", request.prefix)));
  return answer;
}

}  // namespace

Result<ListPage> s3_list(S3Wire& wire, const ListRequest& request, const std::stop_token& stop) {
  std::string continuation;
  while (true) {
    if (stop.stop_requested())
      return fail(Code::kCancelled, wire.step("list", request.prefix) + ": cancelled");
    PENSTOCK_TRY(S3ListAnswer answer, list_once(wire, request, continuation, stop));
    std::string next = answer.is_truncated ? last_name(answer) : std::string();
    if (!answer.is_truncated || !next.empty())
      return ListPage{std::move(answer.objects), std::move(answer.prefixes), std::move(next)};
    // A page without a name can come where much was deleted: only the token leads on.
    if (answer.continuation.empty() || answer.continuation == continuation)
      return fail(Code::kCorrupt, wire.step("list", request.prefix) + ": the list does not go on");
    continuation = std::move(answer.continuation);
  }
}

}  // namespace penstock
