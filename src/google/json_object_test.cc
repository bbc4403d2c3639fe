#include "google/json_object.h"

#include <gtest/gtest.h>

#include "google/form.h"
#include "http/url.h"

namespace github_stats {
namespace {

TEST(JsonObject, ReadsFieldsByName) {
  const auto object = JsonObject::parse(
      R"({"a":"x","n":7,"d":"8","none":null,"empty":"","o":{"b":"y"},"l":["1","2"],"h":{"k":"v"}})");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->text("a"), "x");
  EXPECT_EQ(object->integer("n"), 7);
  EXPECT_EQ(object->integer("d"), 8);
  EXPECT_EQ(object->object("o")->text("b"), "y");
  EXPECT_EQ(object->texts("l"), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(object->text_fields("h")->at(0), (std::pair<std::string, std::string>{"k", "v"}));
  EXPECT_TRUE(object->has("a"));
  for (const char* name : {"none", "empty", "missing"}) {
    EXPECT_EQ(object->optional_text(name).value(), std::nullopt) << name;
    EXPECT_EQ(object->text(name).error().message, std::string("it has no '") + name + "'");
  }
  EXPECT_TRUE(object->texts("missing")->empty());
  EXPECT_TRUE(object->text_fields("missing")->empty());
}

TEST(JsonObject, SaysWhatIsWrongWithoutTheValue) {
  for (const char* text : {"", "[]", "\"secret\"", "{\"secret\"", "{} secret", "\xff"}) {
    EXPECT_EQ(JsonObject::parse(text).error().message, "it is no JSON object") << text;
  }
  const auto object = JsonObject::parse(R"({"a":"secret","n":1,"l":["secret",2],"h":{"k":3}})");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->text("n").error().message, "its 'n' is no text");
  EXPECT_EQ(object->integer("a").error().message, "its 'a' is no whole number");
  EXPECT_EQ(object->integer("missing").error().message, "it has no 'missing'");
  EXPECT_EQ(object->object("a").error().message, "its 'a' is no object");
  EXPECT_EQ(object->texts("a").error().message, "its 'a' is no list of texts");
  EXPECT_EQ(object->texts("l").error().message, "its 'l' is no list of texts");
  EXPECT_EQ(object->text_fields("h").error().message, "its 'h' is no object of texts");
}

TEST(Form, EncodesAllButWhatStandsForItself) {
  EXPECT_EQ(percent_encoded("aZ9-._~"), "aZ9-._~");
  EXPECT_EQ(percent_encoded("1//a b+c&=%\xc3\xa9"), "1%2F%2Fa%20b%2Bc%26%3D%25%C3%A9");
  EXPECT_EQ(form_of({{"a", "1&2"}, {"b", ""}}), "a=1%262&b=");
}

}  // namespace
}  // namespace github_stats
