// How an S3 bucket is reached, as a value, and what every request to it begins with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "penstock/error.h"

namespace penstock {

enum class S3Payload {
  kSigned,    // the body's SHA-256 is part of the signature: the server refuses anything else
  kUnsigned,  // TLS protects the way, Content-MD5 the content; a body is read once less
};

struct S3Config {
  std::string endpoint;  // "https://host[:port]"; empty: Amazon's of the region
  std::string region = "us-east-1";
  std::string bucket;  // must exist: nothing here makes one
  // https://host/bucket/key instead of https://bucket.host/key. Unset: yes where an endpoint is
  // given, and for a bucket with a dot in its name, which no certificate covers.
  std::optional<bool> path_style;
  S3Payload payload = S3Payload::kSigned;
  std::string copy_bucket;    // where copy() finds its sources; empty: in `bucket`
  std::string storage_class;  // of objects for which PutOptions names none
  std::string scheme = "s3";  // for messages: "s3://bucket"

  // What a server that speaks S3 may lack.
  bool batch_delete = true;   // DeleteObjects
  bool put_if_absent = true;  // If-None-Match: *
  bool decodes_gzip = false;  // sends "Content-Encoding: gzip" unpacked, unless told not to
  std::uint64_t most_put_bytes = std::uint64_t{5} << 30;  // copies above it go in parts
  std::uint64_t copy_part_bytes = std::uint64_t{1} << 30;
};

// kInvalid says what about the configuration cannot be: a bucket or region that would not stay
// where it belongs in a URL; an unsigned payload without TLS to another machine.
Status check_config(const S3Config& config);

// What stands in front of "/key" in a URL: "https://bucket.s3.eu-west-1.amazonaws.com",
// "http://127.0.0.1:8000/bucket". Precondition: check_config(), is_region().
std::string s3_url_prefix(const S3Config& config, std::string_view region);

// Lower-case letters, digits and hyphens: what may become part of a host name.
bool is_region(std::string_view text);
// Whether a URL's host is "localhost" or an address of the loopback interface.
bool is_loopback_host(std::string_view host);

}  // namespace penstock
