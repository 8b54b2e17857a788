#include "store/aws_profile.h"

#include <algorithm>

namespace penstock {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view without_comment(std::string_view line) {
  for (std::size_t i = 1; i < line.size(); ++i)
    if ((line[i] == '#' || line[i] == ';') && is_blank(line[i - 1])) return line.substr(0, i);
  return line;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

// "NAME" of "[NAME]" and "[profile NAME]"; empty for what is no such line.
std::string_view section_name(std::string_view line) {
  constexpr std::string_view kProfile = "profile";
  if (line.size() < 3 || !line.ends_with(']')) return {};
  const std::string_view name = trimmed(line.substr(1, line.size() - 2));
  const bool has_word = name.starts_with(kProfile) && name.size() > kProfile.size() &&
                        is_blank(name[kProfile.size()]);
  return has_word ? trimmed(name.substr(kProfile.size())) : name;
}

class Reader {
 public:
  Reader(std::string_view file, AwsProfiles& profiles) : file_(file), profiles_(profiles) {}

  Status line(std::string_view text) {
    ++number_;
    const bool indented = !text.empty() && is_blank(text.front());
    const std::string_view line = trimmed(text);
    if (line.empty() || line.front() == '#' || line.front() == ';' || indented) return {};
    const std::string_view content = trimmed(without_comment(line));
    return content.front() == '[' ? section(content) : setting(content);
  }

 private:
  Status section(std::string_view line) {
    const std::string_view name = section_name(line);
    if (name.empty()) return wrong("is no [section]");
    section_ = &profiles_[std::string(name)];
    return {};
  }

  Status setting(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return wrong("has no \"name = value\"");
    if (section_ == nullptr) return wrong("stands before the first [section]");
    section_->emplace(lower(trimmed(line.substr(0, equals))), trimmed(line.substr(equals + 1)));
    return {};
  }

  Failure wrong(std::string_view what) const {
    return fail(Code::kInvalid,
                std::string(file_) + ": line " + std::to_string(number_) + " " + std::string(what));
  }

  std::string_view file_;
  AwsProfiles& profiles_;
  AwsProfile* section_ = nullptr;
  unsigned number_ = 0;
};

}  // namespace

Status read_aws_profiles(std::string_view text, std::string_view file, AwsProfiles& profiles) {
  Reader reader(file, profiles);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    PENSTOCK_CHECK(reader.line(line));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return {};
}

}  // namespace penstock
