#include "cli/help_text.h"

#include <algorithm>

namespace penstock::cli {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kHelpColumn = 26;

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text;
}

// `text` with each line indented by `columns`.
std::string indented(std::string_view text, std::size_t columns) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out.append(columns, ' ').append(text.substr(0, end)).push_back('\n');
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

// `text` with line breaks so that no line has more than `columns`, unless a word has.
std::string wrapped(std::string_view text, std::size_t columns) {
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    if (used != 0) {
      const bool fits = used + 1 + word.size() <= columns;
      out.push_back(fits ? ' ' : '\n');
      used = fits ? used + 1 : 0;
    }
    out += word;
    used += word.size();
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

std::string option_help(const Option& option) {
  std::string left = option.letter == 0 ? "      " : std::string("  -") + option.letter + ", ";
  left.append("--").append(option.name);
  if (!option.is_flag()) left.append(" ").append(option.is_choice() ? "WHICH" : option.value);
  std::string help = wrapped(option.help, kColumns - kHelpColumn);
  if (option.is_choice()) {
    std::string choices(option.value);
    for (std::size_t at = 0; (at = choices.find('|', at)) != std::string::npos; at += 2)
      choices.replace(at, 1, ", ");
    help = choices + "\n" + help;
  }
  const std::string block = indented(help, kHelpColumn);
  if (left.size() + 2 > kHelpColumn) return left + "\n" + block;
  return padded(left, kHelpColumn) + block.substr(kHelpColumn);
}

}  // namespace

std::string program_help() {
  std::string text =
      "penstock compresses, encrypts and moves big trees of files.\n\n"
      "usage: penstock COMMAND [OPTIONS] ...\n\ncommands:\n";
  for (const CommandEntry& entry : commands())
    text += "  " + padded(std::string(entry.name), 12) + std::string(entry.make()->text().summary) +
            "\n";
  text +=
      "\nexamples:\n"
      "  penstock pack photos -o photos.zip --encrypt   # 7-Zip opens it\n"
      "  penstock unpack photos.zip -C restored\n\n"
      "'penstock help COMMAND' tells more; 'penstock --version' the version.\n"
      "Every option can also be set as PENSTOCK_<OPTION> in the environment.\n";
  return text;
}

std::string command_help(Command& command) {
  const CommandText& words = command.text();
  std::string text = "penstock " + std::string(words.name) + ": " + std::string(words.summary);
  text.append("\n\nusage: penstock ").append(words.name).append(" [OPTIONS] ");
  text.append(words.operands)
      .append("\n\n")
      .append(wrapped(words.description, kColumns))
      .append("\n");
  for (const OptionGroup& group : command.options()) {
    text.append("\n").append(group.title).append(":\n");
    for (const Option& option : group.options) text += option_help(option);
  }
  if (!words.examples.empty()) text += "\nExamples:\n" + indented(words.examples, 2);
  return text;
}

}  // namespace penstock::cli
