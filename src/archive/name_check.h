// What an archive's names may be, and how they are shown: names are chosen by whoever made the
// archive. Source: SECURITY.md (threat model); the attacks are "zip slip", links out of the tree,
// and names that drive a terminal.
#pragma once

#include <string>
#include <string_view>

#include "penstock/error.h"

namespace penstock::zip {

// `name` in double quotes for a message: harmless to a terminal (base/quote.h); long ones are cut.
std::string shown_name(std::string_view name);

// Refuses (kUnsafe) a name that is empty, absolute, has a component that is empty, "." or ".." or
// longer than a file name can be (255 bytes), or a NUL. A directory's single trailing '/' is fine.
// '\' is an ordinary byte here, but a name that would be absolute or climb if it were a separator
// like '/', and one that begins with a drive ("C:/", "C:\"), is refused too: nobody means well with
// it. "C:x" is a name like any other.
Status check_name(std::string_view name);

// Refuses (kUnsafe) a target that is absolute, empty, holds a NUL, or can lead out of the tree the
// link `link_name` lies in. ".." is taken only at the target's beginning: behind a name it cannot
// be judged by looking, as that name may be a link itself.
Status check_link_target(std::string_view link_name, std::string_view target);

// The name without its first `count` components; empty when nothing is left.
std::string_view strip_components(std::string_view name, unsigned count);

// A sort key under which an entry comes directly before all that lies below it ('/' is the lowest
// byte), with `directory` kept as its last byte. For names that passed check_name().
std::string order_key(std::string_view name, bool directory);

// What two neighbours in the order of order_key() say about each other: kUnsafe when they are the
// same name, or when the first is not a directory and the second lies below it.
Status check_neighbours(std::string_view earlier_key, std::string_view later_key);

}  // namespace penstock::zip
