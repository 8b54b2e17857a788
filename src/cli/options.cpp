#include "cli/options.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <optional>
#include <set>

#include "cli/config.h"

namespace penstock::cli {
namespace {

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

Result<bool> parse_truth(std::string_view text) {
  for (const std::string_view yes : {"yes", "true", "on", "1"})
    if (text == yes) return true;
  for (const std::string_view no : {"no", "false", "off", "0", ""})
    if (text == no) return false;
  return fail(Code::kInvalid, quoted(text) + " is neither yes nor no");
}

// Edits (insert, drop, replace, swap of neighbours) that make `a` from `b`.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

// One parse: which options were given already, and the operands so far.
class Parser {
 public:
  Parser(const OptionTable& table, const ParseContext& context) : context_(context) {
    for (const OptionGroup& group : table)
      for (const Option& option : group.options) options_.push_back(&option);
  }

  Status arguments(const std::vector<std::string>& words);
  Status environment();
  Status configuration();
  std::vector<std::string> operands;

 private:
  const Option* by_name(std::string_view name) const;
  const Option* by_letter(char letter) const;
  Failure unknown(std::string_view typed) const;
  Status give(const Option& option, std::string_view value, const std::string& where);
  Status long_option(std::string_view word, const std::vector<std::string>& words, std::size_t& at);
  Status short_options(std::string_view word, const std::vector<std::string>& words,
                       std::size_t& at);
  Status setting(const ConfigLine& line, const std::string& path);
  bool known_elsewhere(const std::string& name) const;

  const ParseContext& context_;
  std::vector<const Option*> options_;
  std::set<const Option*> given_;    // by the source that is being read
  std::set<const Option*> settled_;  // by a source before it
  std::string config_;
};

const Option* Parser::by_name(std::string_view name) const {
  const auto found = std::ranges::find(options_, name, [](const Option* o) { return o->name; });
  return found == options_.end() ? nullptr : *found;
}

const Option* Parser::by_letter(char letter) const {
  const auto found = std::ranges::find(options_, letter, [](const Option* o) { return o->letter; });
  return found == options_.end() ? nullptr : *found;
}

Failure Parser::unknown(std::string_view typed) const {
  std::vector<std::string_view> names;
  for (const Option* option : options_) names.push_back(option->name);
  std::string message = "there is no option --" + std::string(typed);
  if (const auto meant = nearest(typed, names); !meant.empty())
    message.append("; did you mean --").append(meant).append("?");
  return fail(Code::kInvalid, std::move(message));
}

// A choice is checked here, so that every setter may rely on it.
Status check_choice(const Option& option, std::string_view value) {
  if (!option.is_choice() || std::ranges::count(option.choices(), value) != 0) return {};
  std::string list(option.value);
  for (std::size_t at = 0; (at = list.find('|', at)) != std::string::npos;)
    list.replace(at, 1, ", ");
  return fail(Code::kInvalid, quoted(value) + " is none of " + list);
}

Status Parser::give(const Option& option, std::string_view value, const std::string& where) {
  if (settled_.contains(&option)) return {};
  if (!given_.insert(&option).second && !option.repeats)
    return fail(Code::kInvalid, where + " is given twice");
  auto status = check_choice(option, value);
  if (status) status = option.set(value);
  if (!status) return fail(std::move(status).error().within(where));
  if (option.name == "config") config_ = value;
  return {};
}

Status Parser::long_option(std::string_view word, const std::vector<std::string>& words,
                           std::size_t& at) {
  const std::size_t equals = word.find('=');
  const std::string_view name = word.substr(0, equals);
  const Option* option = by_name(name);
  if (option == nullptr) return unknown(name);
  const std::string where = "--" + std::string(name);
  if (equals != std::string_view::npos) return give(*option, word.substr(equals + 1), where);
  if (option->is_flag()) return give(*option, "yes", where);
  if (at + 1 == words.size())
    return fail(Code::kInvalid, where + " needs a value: " + std::string(option->value));
  return give(*option, words[++at], where);
}

// "-x", "-xv", "-oFILE", "-o FILE".
Status Parser::short_options(std::string_view word, const std::vector<std::string>& words,
                             std::size_t& at) {
  for (std::size_t i = 0; i < word.size(); ++i) {
    const Option* option = by_letter(word[i]);
    const std::string where = {'-', word[i]};
    if (option == nullptr)
      return fail(Code::kInvalid, "there is no option " + where +
                                      "; a file of that name is written ./-" + std::string(word));
    if (option->is_flag()) {
      PENSTOCK_CHECK(give(*option, "yes", where));
      continue;
    }
    if (i + 1 < word.size()) return give(*option, word.substr(i + 1), where);
    if (at + 1 == words.size())
      return fail(Code::kInvalid, where + " needs a value: " + std::string(option->value));
    return give(*option, words[++at], where);
  }
  return {};
}

Status Parser::arguments(const std::vector<std::string>& words) {
  bool only_operands = false;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string_view word = words[at];
    if (only_operands || word.size() < 2 || word[0] != '-')
      operands.emplace_back(word);
    else if (word == "--")
      only_operands = true;
    else if (word.starts_with("--"))
      PENSTOCK_CHECK(long_option(word.substr(2), words, at));
    else
      PENSTOCK_CHECK(short_options(word.substr(1), words, at));
  }
  return {};
}

Status Parser::environment() {
  settled_.merge(given_);
  given_.clear();
  for (const Option* option : options_) {
    if (!option->from_environment) continue;
    const std::string variable = option->variable();
    const char* value = context_.environment(variable);
    if (value == nullptr) continue;
    if (*value != '\0')
      PENSTOCK_CHECK(give(*option, value, variable));
    else if (option->needs_value && !settled_.contains(option))
      return fail(Code::kInvalid, variable + " is set but empty: give it a value or unset it");
  }
  return {};
}

Status Parser::setting(const ConfigLine& line, const std::string& path) {
  if (!line.section.empty() && line.section != context_.command) return {};
  const std::string where = path + ":" + std::to_string(line.number);
  const Option* option = by_name(line.key);
  if (option != nullptr && option->from_environment && line.key != "config")
    return give(*option, line.value, where + ": " + line.key);
  if (line.section.empty() && known_elsewhere(line.key)) return {};
  return fail(Error{unknown(line.key).value()}.within(where));
}

bool Parser::known_elsewhere(const std::string& name) const {
  const auto names = context_.elsewhere();
  return std::ranges::count(names, name) != 0;
}

Status Parser::configuration() {
  settled_.merge(given_);
  given_.clear();
  if (config_.empty()) return {};
  PENSTOCK_TRY(const auto lines, read_config(config_));
  for (const ConfigLine& line : lines) PENSTOCK_CHECK(setting(line, config_));
  return {};
}

}  // namespace

std::vector<std::string_view> Option::choices() const {
  std::vector<std::string_view> list;
  if (!is_choice()) return list;
  std::string_view rest = value;
  for (std::size_t bar = 0; bar != std::string_view::npos;) {
    bar = rest.find('|');
    list.push_back(rest.substr(0, bar));
    rest.remove_prefix(bar == std::string_view::npos ? rest.size() : bar + 1);
  }
  return list;
}

std::string Option::variable() const {
  std::string text = "PENSTOCK_";
  for (const char c : name)
    text.push_back(c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c));
  return text;
}

std::function<Status(std::string_view)> into_text(std::string& out) {
  return [&out](std::string_view text) -> Status {
    if (text.empty()) return fail(Code::kInvalid, "the value is empty");
    out = text;
    return {};
  };
}

std::function<Status(std::string_view)> into_list(std::vector<std::string>& out) {
  return [&out](std::string_view text) -> Status {
    if (text.empty()) return fail(Code::kInvalid, "the value is empty");
    out.emplace_back(text);
    return {};
  };
}

std::function<Status(std::string_view)> into_flag(bool& out) {
  return [&out](std::string_view text) -> Status {
    PENSTOCK_TRY(out, parse_truth(text));
    return {};
  };
}

std::string_view nearest(std::string_view typed, const std::vector<std::string_view>& known) {
  std::string_view best;
  std::size_t best_distance = typed.size() / 3 + 2;
  for (const std::string_view name : known) {
    const bool begins = typed.size() >= 3 && name.starts_with(typed);
    const std::size_t edits = begins ? 1 : distance(typed, name);
    if (edits < best_distance) {
      best = name;
      best_distance = edits;
    }
  }
  return best;
}

Result<std::vector<std::string>> parse(const OptionTable& table,
                                       const std::vector<std::string>& arguments,
                                       const ParseContext& context) {
  Parser parser(table, context);
  PENSTOCK_CHECK(parser.arguments(arguments));
  PENSTOCK_CHECK(parser.environment());
  PENSTOCK_CHECK(parser.configuration());
  return std::move(parser.operands);
}

}  // namespace penstock::cli
