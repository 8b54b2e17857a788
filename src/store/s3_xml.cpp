#include "store/s3_xml.h"

#include <algorithm>
#include <string>

#include <pugixml.hpp>

#include "base/utf8.h"

namespace penstock {
namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20;

std::string_view without_prefix(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// The first of `node` and its later siblings that is an element of that name.
pugi::xml_node_struct* first_named(pugi::xml_node node, std::string_view name) {
  for (; node; node = node.next_sibling())
    if (node.type() == pugi::node_element && without_prefix(node.name()) == name)
      return node.internal_object();
  return nullptr;
}

}  // namespace

std::string_view XmlElement::name() const { return without_prefix(pugi::xml_node(node_).name()); }

std::string_view XmlElement::text() const { return pugi::xml_node(node_).child_value(); }

XmlElement XmlElement::child(std::string_view name) const {
  return XmlElement(first_named(pugi::xml_node(node_).first_child(), name));
}

XmlElement XmlElement::next(std::string_view name) const {
  return XmlElement(first_named(pugi::xml_node(node_).next_sibling(), name));
}

XmlDocument::XmlDocument(std::unique_ptr<pugi::xml_document> document)
    : document_(std::move(document)) {}
XmlDocument::XmlDocument(XmlDocument&&) noexcept = default;
XmlDocument& XmlDocument::operator=(XmlDocument&&) noexcept = default;
XmlDocument::~XmlDocument() = default;

Result<XmlDocument> XmlDocument::parse(std::string_view text) {
  if (text.size() > kMostBytes)
    return fail(Code::kCorrupt, "the answer has more than 16 MiB of XML");
  constexpr unsigned kOptions =
      pugi::parse_escapes | pugi::parse_cdata | pugi::parse_ws_pcdata_single;
  auto document = std::make_unique<pugi::xml_document>();
  const pugi::xml_parse_result parsed =
      document->load_buffer(text.data(), text.size(), kOptions, pugi::encoding_utf8);
  if (!parsed)
    return fail(Code::kCorrupt,
                std::string("the answer is no XML: ") + parsed.description() + " at byte " +
                    std::to_string(parsed.offset),
                Retry::kLater);
  return XmlDocument(std::move(document));
}

XmlElement XmlDocument::root() const {
  return XmlElement(document_->document_element().internal_object());
}

void append_xml_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        out += c;
    }
  }
}

bool is_xml_text(std::string_view text) {
  const auto plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20; };
  return std::ranges::all_of(text, plain) && is_utf8(text) &&
         text.find("\xef\xbf\xbe") == std::string_view::npos &&
         text.find("\xef\xbf\xbf") == std::string_view::npos;
}

}  // namespace penstock
