// Completion scripts, made from the commands' own tables, so that they cannot fall behind.
#pragma once

#include <string>
#include <string_view>

namespace penstock::cli {

// For "bash", "zsh" or "fish"; empty for any other shell.
std::string completion_script(std::string_view shell);

}  // namespace penstock::cli
