#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/completion.h"

namespace penstock::cli {
namespace {

// All options of a command in one row.
std::vector<Option> options_of(Command& command) {
  std::vector<Option> all;
  for (OptionGroup& group : command.options())
    for (Option& option : group.options) all.push_back(std::move(option));
  return all;
}

std::string command_names() {
  std::string names;
  for (const CommandEntry& entry : commands())
    names.append(names.empty() ? "" : " ").append(entry.name);
  return names;
}

std::string spaced_choices(const Option& option) {
  std::string text;
  for (const auto choice : option.choices()) text.append(text.empty() ? "" : " ").append(choice);
  return text;
}

// The beginning of a help text, safe inside single quotes, brackets and colons.
std::string short_help(const Option& option) {
  std::string out;
  for (const char c : option.help.substr(0, option.help.find_first_of(";("))) {
    if (c == '\'' || c == '[' || c == ']' || c == ':') continue;
    out.push_back(c);
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

// What completes an operand of help and completion, which take no files.
std::string operand_words(Command& command) {
  if (command.operands() != Complete::kNothing) return {};
  return command.text().name == "help" ? command_names() : "bash zsh fish";
}

std::string bash_words(Command& command) {
  std::string words;
  for (const Option& option : options_of(command)) {
    words.append(" --").append(option.name);
    if (option.letter != 0) words.append(" -").push_back(option.letter);
  }
  return words;
}

// "      --codec) COMPREPLY=(...); return ;;" for every option that takes a value.
std::string bash_values(Command& command) {
  std::string text;
  for (const Option& option : options_of(command)) {
    if (option.is_flag()) continue;
    text.append("        ").append(command.text().name).append(":--").append(option.name);
    if (option.letter != 0)
      text.append("|").append(command.text().name).append(":-").push_back(option.letter);
    text += ") ";
    if (option.is_choice())
      text += "COMPREPLY=($(compgen -W '" + spaced_choices(option) + "' -- \"$word\")) ;;\n";
    else if (option.complete == Complete::kFiles)
      text += "compopt -o default ;;\n";
    else if (option.complete == Complete::kDirectories)
      text += "COMPREPLY=($(compgen -d -- \"$word\")) ;;\n";
    else
      text += ";;\n";
  }
  return text;
}

std::string bash_script() {
  std::string values;
  std::string words;
  for (const CommandEntry& entry : commands()) {
    const auto command = entry.make();
    values += bash_values(*command);
    const std::string operands = operand_words(*command);
    words.append("        ").append(entry.name).append(") words='");
    words.append(operands).append(bash_words(*command)).append("' ;;\n");
  }
  return "# bash completion for penstock; made by 'penstock completion bash'\n"
         "_penstock() {\n"
         "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=\n"
         "    COMPREPLY=()\n"
         "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "        COMPREPLY=($(compgen -W '" +
         command_names() +
         " --help --version' -- \"$word\"))\n"
         "        return\n"
         "    fi\n"
         "    case ${COMP_WORDS[1]}:$before in\n" +
         values +
         "        *)\n"
         "    case ${COMP_WORDS[1]} in\n" +
         words +
         "    esac\n"
         "    case $word:${COMP_WORDS[1]} in\n"
         "        -*|*:help|*:completion) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
         "        *) compopt -o default ;;\n"
         "    esac ;;\n"
         "    esac\n"
         "}\n"
         "complete -F _penstock penstock\n";
}

std::string zsh_option(const Option& option) {
  const std::string flag = std::string("--") + std::string(option.name);
  const std::string help = "[" + short_help(option) + "]";
  std::string action;
  if (!option.is_flag()) {
    action = ":" + std::string(option.is_choice() ? option.name : option.value) + ":";
    if (option.is_choice()) action += "(" + spaced_choices(option) + ")";
    if (option.complete == Complete::kFiles) action += "_files";
    if (option.complete == Complete::kDirectories) action += "_files -/";
  }
  const std::string many = option.repeats ? "*" : "";
  std::string text = "            '" + many + flag + help + action + "' \\\n";
  if (option.letter != 0)
    text += "            '" + many + "-" + option.letter + help + action + "' \\\n";
  return text;
}

std::string zsh_script() {
  std::string names;
  std::string cases;
  for (const CommandEntry& entry : commands()) {
    const auto command = entry.make();
    names +=
        "        '" + std::string(entry.name) + ":" + std::string(command->text().summary) + "'\n";
    cases += "    " + std::string(entry.name) + ")\n        _arguments -s \\\n";
    for (const Option& option : options_of(*command)) cases += zsh_option(option);
    const std::string operands = operand_words(*command);
    cases += operands.empty() ? "            '*:file:_files' ;;\n"
                              : "            '1:word:(" + operands + ")' ;;\n";
  }
  return "#compdef penstock\n# zsh completion for penstock; made by 'penstock completion zsh'\n"
         "_penstock() {\n"
         "    local -a names=(\n" +
         names +
         "    )\n"
         "    if (( CURRENT == 2 )); then\n"
         "        _describe command names\n"
         "        return\n"
         "    fi\n"
         "    local name=$words[2]\n"
         "    shift words\n"
         "    (( CURRENT-- ))\n"
         "    case $name in\n" +
         cases +
         "    esac\n"
         "}\n"
         "if [ \"$funcstack[1]\" = _penstock ]; then _penstock \"$@\"; else compdef _penstock "
         "penstock; "
         "fi\n";
}

std::string fish_option(std::string_view command, const Option& option) {
  std::string text = "complete -c penstock -n '__fish_seen_subcommand_from ";
  text.append(command).append("' -l ").append(option.name);
  if (option.letter != 0) text.append(" -s ").push_back(option.letter);
  if (!option.is_flag()) {
    text += " -r";
    if (option.is_choice()) text += " -f -a '" + spaced_choices(option) + "'";
    if (option.complete == Complete::kDirectories) text += " -f -a '(__fish_complete_directories)'";
    if (option.complete == Complete::kNothing && !option.is_choice()) text += " -f";
  }
  return text + " -d '" + short_help(option) + "'\n";
}

std::string fish_script() {
  std::string text =
      "# fish completion for penstock; made by 'penstock completion fish'\n"
      "complete -c penstock -n __fish_use_subcommand -f -l version -d 'print the version'\n";
  for (const CommandEntry& entry : commands()) {
    const auto command = entry.make();
    const std::string name(entry.name);
    text += "complete -c penstock -n __fish_use_subcommand -f -a " + name + " -d '" +
            std::string(command->text().summary) + "'\n";
    if (const std::string operands = operand_words(*command); !operands.empty())
      text += "complete -c penstock -n '__fish_seen_subcommand_from " + name + "' -f -a '" +
              operands + "'\n";
    for (const Option& option : options_of(*command)) text += fish_option(name, option);
  }
  return text;
}

}  // namespace

std::string completion_script(std::string_view shell) {
  if (shell == "bash") return bash_script();
  if (shell == "zsh") return zsh_script();
  if (shell == "fish") return fish_script();
  return {};
}

}  // namespace penstock::cli
