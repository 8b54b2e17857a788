// The XML of S3's answers, as far as we need it: elements and texts. pugixml is behind it, which no
// other file includes.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include "penstock/error.h"

namespace pugi {
class xml_document;
struct xml_node_struct;
}  // namespace pugi

namespace penstock {

// An element of a document, or none: what is not there is empty, and has empty children. Names are
// compared without their namespace prefix, which some servers write and some do not. Valid as long
// as its document. Threads: reading, any number.
class XmlElement {
 public:
  XmlElement() = default;

  explicit operator bool() const { return node_ != nullptr; }
  std::string_view name() const;
  // Its own text; empty for <Name/> too.
  std::string_view text() const;
  XmlElement child(std::string_view name) const;
  std::string_view text_of(std::string_view child_name) const { return child(child_name).text(); }

  // Calls `use(XmlElement)` for each child of that name, in order.
  template <class Use>
  void for_each(std::string_view name, Use use) const {
    for (XmlElement at = child(name); at; at = at.next(name)) use(at);
  }

 private:
  friend class XmlDocument;
  explicit XmlElement(pugi::xml_node_struct* node) : node_(node) {}
  XmlElement next(std::string_view name) const;

  pugi::xml_node_struct* node_ = nullptr;
};

class XmlDocument {
 public:
  // kCorrupt (Retry::kLater: the answer was cut or mixed up on its way) when `text` is no XML, or
  // more than 16 MiB. Entities beyond XML's own five are not replaced, a DOCTYPE is skipped. The
  // message never quotes the text.
  static Result<XmlDocument> parse(std::string_view text);
  XmlDocument(XmlDocument&&) noexcept;
  XmlDocument& operator=(XmlDocument&&) noexcept;
  ~XmlDocument();

  XmlElement root() const;

 private:
  explicit XmlDocument(std::unique_ptr<pugi::xml_document> document);
  std::unique_ptr<pugi::xml_document> document_;
};

// Appends `text` with XML's five signs escaped. Control characters are left as they are: XML has no
// way to write most of them, see is_xml_text().
void append_xml_text(std::string& out, std::string_view text);
// Whether XML can hold `text`, and gives it back unchanged.
bool is_xml_text(std::string_view text);

}  // namespace penstock
