// ~/.aws/credentials and ~/.aws/config: sections of "name = value".
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "penstock/error.h"

namespace penstock {

// Lower-case names to values.
using AwsProfile = std::map<std::string, std::string>;
using AwsProfiles = std::map<std::string, AwsProfile>;

// Adds the sections of one file to `profiles`; what is there already stays, so the file that
// decides is read first. "[profile NAME]" and "[NAME]" are the same here; lines that begin with #
// or ; are comments, so is what follows " #" or " ;"; indented lines (nested settings) are skipped.
// kInvalid names file and line, never its text: it may be a secret.
Status read_aws_profiles(std::string_view text, std::string_view file, AwsProfiles& profiles);

}  // namespace penstock
