// The answers of an S3 server, which anybody on the way may have written: read as the one kind they
// are, or refused with a message that a terminal may show.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "store/aws_remote_credentials.h"
#include "store/s3_answers.h"
#include "store/s3_error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto refusal = read_refusal(HttpResponse{400, {}, std::string(text), {}});
  if (refusal_error(refusal).message.find('\x1b') != std::string::npos) std::abort();
  const auto list = read_list_answer(text);
  const auto uploads = read_uploads_answer(text);
  const auto parts = read_parts_answer(text);
  const auto id = read_create_answer(text);
  const auto etag = read_etag_answer(text, "CopyObjectResult");
  const auto removed = read_remove_answer(text);
  static_cast<void>(read_sts_credentials(text).has_value());
  // A document is one kind of answer.
  const int read = list.has_value() + uploads.has_value() + parts.has_value() + id.has_value() +
                   etag.has_value() + removed.has_value();
  if (read > 1) std::abort();
  return 0;
}
