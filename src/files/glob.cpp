#include "files/glob.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>

namespace penstock {
namespace {

// What one step of a pattern matches.
struct Token {
  enum class Kind {
    kByte,       // `byte`
    kSet,        // one byte of `set`
    kStar,       // anything without a slash
    kDeepStar,   // anything
    kMaybeSkip,  // nothing; the next two tokens (`**` and `/`) may be left out
  };
  Kind kind = Kind::kByte;
  unsigned char byte = 0;
  std::string_view set = {};  // of the pattern, between the brackets, without the negation
  bool negated = false;
};

struct SetByte {
  unsigned char byte;
  std::size_t length;  // in the pattern
};

SetByte set_byte(std::string_view set, std::size_t at) {
  const bool quoted = set[at] == '\\' && at + 1 < set.size();
  const std::size_t length = quoted ? 2 : 1;
  return {static_cast<unsigned char>(set[at + length - 1]), length};
}

bool in_set(const Token& token, unsigned char byte) {
  if (byte == '/') return false;
  bool found = false;
  for (std::size_t at = 0; at < token.set.size() && !found;) {
    const SetByte low = set_byte(token.set, at);
    at += low.length;
    if (at + 1 < token.set.size() && token.set[at] == '-') {
      const SetByte high = set_byte(token.set, at + 1);
      at += 1 + high.length;
      found = low.byte <= byte && byte <= high.byte;
    } else {
      found = low.byte == byte;
    }
  }
  return found != token.negated;
}

class Parser {
 public:
  explicit Parser(std::string_view pattern) : pattern_(pattern) {}

  std::vector<Token> tokens() {
    std::vector<Token> result;
    result.reserve(pattern_.size() + 1);
    while (at_ < pattern_.size()) one(result);
    return result;
  }

 private:
  void one(std::vector<Token>& out) {
    const char c = pattern_[at_];
    if (c == '*') return stars(out);
    if (c == '[' && bracket(out)) return;
    if (c == '?') {
      out.push_back({.kind = Token::Kind::kSet, .negated = true});  // all but none
    } else {
      if (c == '\\' && at_ + 1 < pattern_.size()) ++at_;
      out.push_back({.byte = static_cast<unsigned char>(pattern_[at_])});
    }
    ++at_;
  }

  void stars(std::vector<Token>& out) {
    const bool starts_component = at_ == 0 || pattern_[at_ - 1] == '/';
    const std::size_t end = std::min(pattern_.find_first_not_of('*', at_), pattern_.size());
    const bool deep = end - at_ >= 2;
    at_ = end;
    // "**/" stands for any number of components, none included.
    if (deep && starts_component && end < pattern_.size() && pattern_[end] == '/')
      out.push_back({.kind = Token::Kind::kMaybeSkip});
    out.push_back({.kind = deep ? Token::Kind::kDeepStar : Token::Kind::kStar});
  }

  // `[...]`; false, and nothing taken, when it is not closed before a slash or the end.
  bool bracket(std::vector<Token>& out) {
    std::size_t begin = at_ + 1;
    const bool negated =
        begin < pattern_.size() && (pattern_[begin] == '!' || pattern_[begin] == '^');
    if (negated) ++begin;
    for (std::size_t end = begin; end < pattern_.size() && pattern_[end] != '/'; ++end) {
      if (pattern_[end] == ']' && end > begin) {
        const std::string_view set = pattern_.substr(begin, end - begin);
        out.push_back({.kind = Token::Kind::kSet, .set = set, .negated = negated});
        at_ = end + 1;
        return true;
      }
      if (pattern_[end] == '\\') ++end;
    }
    return false;
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
};

// All the places in the pattern where the match can be, at once: the time is the product of the two
// lengths at worst, whatever the stars.
class Places {
 public:
  explicit Places(const std::vector<Token>& tokens)
      : tokens_(tokens), now_(tokens.size() + 1, 0), next_(tokens.size() + 1, 0) {
    enter(now_, 0);
  }

  // False when no place is left.
  bool step(unsigned char byte) {
    std::ranges::fill(next_, std::uint8_t{0});
    bool any = false;
    for (std::size_t i = 0; i < tokens_.size(); ++i)
      if (now_[i] != 0) any |= advance(i, byte);
    now_.swap(next_);
    return any;
  }
  bool at_end() const { return now_.back() != 0; }

 private:
  // At `place`, and wherever one gets from there without a byte.
  void enter(std::vector<std::uint8_t>& places, std::size_t place) {
    while (places[place] == 0) {
      places[place] = 1;
      if (place == tokens_.size()) return;
      const Token::Kind kind = tokens_[place].kind;
      if (kind == Token::Kind::kMaybeSkip)
        enter(places, place + 3);
      else if (kind != Token::Kind::kStar && kind != Token::Kind::kDeepStar)
        return;
      ++place;
    }
  }

  bool advance(std::size_t place, unsigned char byte) {
    const Token& token = tokens_[place];
    switch (token.kind) {
      case Token::Kind::kByte:
        return token.byte == byte && go(place + 1);
      case Token::Kind::kSet:
        return in_set(token, byte) && go(place + 1);
      case Token::Kind::kStar:
        return byte != '/' && go(place);
      case Token::Kind::kDeepStar:
        return go(place);
      case Token::Kind::kMaybeSkip:
        return false;
    }
    return false;
  }
  bool go(std::size_t place) {
    enter(next_, place);
    return true;
  }

  const std::vector<Token>& tokens_;
  std::vector<std::uint8_t> now_;
  std::vector<std::uint8_t> next_;
};

bool whole_match(std::string_view pattern, std::string_view text) {
  const std::vector<Token> tokens = Parser(pattern).tokens();
  Places places(tokens);
  for (const char c : text)
    if (!places.step(static_cast<unsigned char>(c))) return false;
  return places.at_end();
}

std::string_view without_trailing_slashes(std::string_view path) {
  return path.substr(0, path.find_last_not_of('/') + 1);
}

bool one_matches(const std::string& pattern, std::string_view path, bool is_directory) {
  return (is_directory || !pattern.ends_with('/')) && glob_matches(pattern, path);
}

bool has_inner_slash(std::string_view pattern) {
  return without_trailing_slashes(pattern).find('/', 1) != std::string_view::npos;
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view path, bool is_directory,
                 std::string_view source) {
  for (const std::string& pattern : patterns) {
    if (one_matches(pattern, path, is_directory)) return true;
    if (source.empty() || !has_inner_slash(pattern)) continue;
    if (one_matches(pattern, std::string(source) + "/" + std::string(path), is_directory))
      return true;
  }
  return false;
}

// Whether a pattern of the list matches `path` or a directory above it.
bool covered(const std::vector<std::string>& patterns, std::string_view path, bool is_directory,
             std::string_view source) {
  for (std::size_t slash = path.find('/');; slash = path.find('/', slash + 1)) {
    const bool self = slash == std::string_view::npos;
    if (any_matches(patterns, path.substr(0, slash), !self || is_directory, source)) return true;
    if (self) return false;
  }
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view path) {
  pattern = without_trailing_slashes(pattern);
  if (pattern.find('/') == std::string_view::npos)
    return whole_match(pattern, path.substr(path.rfind('/') + 1));
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  return whole_match(pattern, path);
}

bool Filter::takes(std::string_view path, bool is_directory, std::string_view source) const {
  if (covered(exclude, path, is_directory, source)) return false;
  return include.empty() || covered(include, path, is_directory, source);
}

bool Filter::enters(std::string_view directory, std::string_view source) const {
  return !covered(exclude, directory, true, source);
}

}  // namespace penstock
