// Names as a terminal may safely show them. File names are any bytes; an archive from a stranger
// can carry escape sequences, line breaks, or signs that turn the reading direction (CWE-150).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock {

// `text` with everything that could drive a terminal or mislead a reader escaped as in C: control
// characters, DEL, C1, bytes that are not UTF-8, bidirectional and invisible signs ("\n", "\x1b",
// "\xe2\x80\xae"). For whole messages: nothing is put around it and a backslash stays one.
std::string printable(std::string_view text);

// A name for a list: as it is when harmless, else in double quotes with `"` and `\` escaped too, so
// that two different names never look the same. Also quoted: empty, or with outer blanks, or
// beginning with a quote.
std::string quoted_name(std::string_view name);

// The same, always in double quotes and cut ("...") after about `most_bytes`: for messages, where a
// name of 64 KiB helps nobody.
std::string quoted_short(std::string_view name, std::size_t most_bytes);

// Appends `c` escaped as C and JSON both do (\n, \t, \r, \", \\), any other one as `hex_prefix` and
// two hexadecimal digits.
void append_escaped_byte(std::string& out, char c, std::string_view hex_prefix);

// Appends quoted_name() to `out`: what list does for every entry.
void append_quoted_name(std::string& out, std::string_view name);

}  // namespace penstock
