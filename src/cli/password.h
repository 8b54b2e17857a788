// Where a password comes from: a prompt, a file, a variable, or made up here. Never from an
// argument, which every user of the machine can read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "penstock/secret.h"

#include "cli/command.h"

namespace penstock::cli {

// The variable that holds a password itself, when --password-env names no other one.
inline constexpr std::string_view kPasswordVariable = "PENSTOCK_PASSWORD";

struct PasswordSettings {
  std::string file;
  std::string variable;
  bool generate = false;  // pack only
  bool encrypt = false;   // pack only: ask when nothing else gives a password

  void add_to(OptionGroup& group);

  // What pack encrypts with; empty when nothing asks for encryption. A prompt asks twice; a short
  // password gets a warning; a generated one is to be shown with show_generated().
  Result<std::optional<Secret>> for_packing(Surroundings& around) const;
  // A password given without asking, for unpack and verify; empty when there is none.
  Result<std::optional<Secret>> given(Surroundings& around) const;

 private:
  Status check_one_source() const;
};

// The first line of a file ("-": standard input) without its line end. kInvalid when it is empty,
// longer than 1,024 bytes, or holds a NUL. A notice when others may read the file.
Result<Secret> read_password_file(const std::string& path, Console& console);

// Asks on the terminal (/dev/tty) with echo off; the settings of the terminal come back however it
// ends, Ctrl-C included (kCancelled). kInvalid when there is no terminal.
Result<Secret> ask_password(const std::string& question, Surroundings& around);

// Shows a password that was made up, once, on standard error even with --quiet, and never in the
// log file. Nobody else knows it: when this fails nothing may be encrypted with it.
Status show_generated(const Secret& password);

// What to say about a weak password; empty when it is long enough.
std::string weakness(std::size_t password_bytes);

// Keeps the secrets of this process out of core dumps and away from debuggers of the same user.
void forbid_core_dumps();

// Switches a terminal's echo on again that a prompt in another thread has switched off: for who is
// about to end the process at once. No prompt may follow.
void restore_terminal();

}  // namespace penstock::cli
