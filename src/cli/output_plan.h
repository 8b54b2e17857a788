// Which file becomes which, for a run over several: known before anything is touched.
#pragma once

#include <string>
#include <vector>

#include "penstock/error.h"

namespace penstock::cli {

struct PlannedFile {
  std::string input;           // "-": standard input
  Result<std::string> output;  // "-": standard output; empty: none; or why it has no name
};

// kInvalid, naming both, when two inputs would give one output: one of them would be lost. With
// `replace` also when an output is, by whatever name, a file that the run reads: it would be
// overwritten before or after its turn. (Without, an existing file is safe.)
Status check_apart(const std::vector<PlannedFile>& files, bool replace);

}  // namespace penstock::cli
