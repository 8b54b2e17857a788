// The texts of --help, made from the commands' own tables.
#pragma once

#include <string>

#include "cli/command.h"

namespace penstock::cli {

std::string program_help();
std::string command_help(Command& command);

}  // namespace penstock::cli
