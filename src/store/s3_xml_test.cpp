#include "store/s3_xml.h"

#include <vector>

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(S3Xml, ReadsNamesWithAndWithoutAPrefix) {
  for (const char* text :
       {"<A xmlns='urn:x'><B>1</B></A>", "<x:A xmlns:x='urn:x'><x:B>1</x:B></x:A>"}) {
    const auto document = XmlDocument::parse(text);
    ASSERT_TRUE(document);
    EXPECT_EQ(document->root().name(), "A");
    EXPECT_EQ(document->root().text_of("B"), "1");
  }
}

TEST(S3Xml, GivesEmptyTextForWhatIsEmptyOrMissing) {
  const auto document = XmlDocument::parse("<A><B/><C></C></A>");
  ASSERT_TRUE(document);
  EXPECT_TRUE(document->root().child("B"));
  EXPECT_EQ(document->root().text_of("B"), "");
  EXPECT_EQ(document->root().text_of("C"), "");
  EXPECT_FALSE(document->root().child("D").child("E"));
  EXPECT_EQ(document->root().child("D").text_of("E"), "");
}

TEST(S3Xml, GoesThroughTheChildrenOfOneNameInOrder) {
  const auto document = XmlDocument::parse("<A><B>1</B><C/><B>2</B></A>");
  ASSERT_TRUE(document);
  std::vector<std::string> texts;
  document->root().for_each("B", [&](const XmlElement& b) { texts.emplace_back(b.text()); });
  EXPECT_EQ(texts, (std::vector<std::string>{"1", "2"}));
}

TEST(S3Xml, ReadsBackWhatItEscaped) {
  const std::string key = "a<b>&\"' \xc3\xa9 ";
  std::string xml = "<K>";
  append_xml_text(xml, key);
  const auto document = XmlDocument::parse(xml + "</K>");
  ASSERT_TRUE(document);
  EXPECT_TRUE(is_xml_text(key));
  EXPECT_EQ(document->root().text(), key);
  EXPECT_EQ(XmlDocument::parse("<K>  </K>")->root().text(), "  ") << "a key of blanks";
}

TEST(S3Xml, KnowsWhatXmlCannotHold) {
  for (const char* text : {"a\x01", "a\nb", "\xff", "\xef\xbf\xbf"})
    EXPECT_FALSE(is_xml_text(text));
}

TEST(S3Xml, RefusesWhatIsNoXmlAndSaysToTryAgain) {
  for (const std::string text : {"", "503 Service Unavailable", "<A><B></A>", "<A>"}) {
    const auto document = XmlDocument::parse(text);
    ASSERT_FALSE(document) << text;
    EXPECT_EQ(document.error().code, Code::kCorrupt);
    EXPECT_EQ(document.error().retry, Retry::kLater);
  }
}

TEST(S3Xml, DoesNotExpandEntities) {
  const auto document = XmlDocument::parse(
      "<!DOCTYPE A [<!ENTITY a \"0123456789\"><!ENTITY b \"&a;&a;\">]><A>&b;</A>");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().text(), "&b;");
}

}  // namespace
}  // namespace penstock
