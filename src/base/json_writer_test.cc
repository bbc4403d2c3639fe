#include "base/json_writer.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

using namespace std::string_view_literals;

TEST(JsonWriter, PlacesCommas) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("a").integer(-1).key("b").begin_array().text("x").null().boolean(true);
  json.begin_object().end_object().end_array().key("c").raw("[]").end_object();
  EXPECT_EQ(out, R"({"a":-1,"b":["x",null,true,{}],"c":[]})");
}

TEST(JsonWriter, StartsAfreshOnEachLine) {
  std::string out = "{}\n";
  JsonWriter(out).begin_object().end_object();
  EXPECT_EQ(out, "{}\n{}");
}

TEST(JsonWriter, EscapesWhatJsonForbids) {
  std::string out;
  append_json_string(out, "\"\\/\b\f\n\r\t\0\x1f\x7fé😀"sv);
  EXPECT_EQ(out, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7fé😀\"");
}

TEST(JsonWriterToken, KeepsWhatAStrictReaderTakes) {
  const struct {
    std::string_view token;
    std::string_view written;
  } cases[] = {
      {R"("")", R"("")"},
      {R"("plain é")", R"("plain é")"},
      {R"("a\r\n\t\"\\\/\b\f")", R"("a\r\n\t\"\\\/\b\f")"},
      {R"("\u0000\u001B")", R"("\u0000\u001B")"},
      {R"("\ud83d\ude00")", R"("\ud83d\ude00")"},
      {R"("\uD83D\uDE00x")", R"("\uD83D\uDE00x")"},
      {R"("\ud83d")", R"("\ufffd")"},
      {R"("\ud83dx")", R"("\ufffdx")"},
      {R"("\ud83d\u0041")", R"("\ufffd\u0041")"},
      {R"("\ud83d\ud83d\ude00")", R"("\ufffd\ud83d\ude00")"},
      {R"("\ude00\ud83d")", R"("\ufffd\ufffd")"},
      {R"("\\ud83d")", R"("\\ud83d")"},
  };
  for (const auto& c : cases) {
    std::string out;
    EXPECT_TRUE(JsonWriter(out).token(c.token)) << c.token;
    EXPECT_EQ(out, c.written);
  }
}

TEST(JsonWriterToken, RefusesMalformedEscapes) {
  for (const std::string_view token :
       {R"("\x")"sv, R"("\u12")"sv, R"("\u12g4")"sv, R"("\)"sv, R"("\u)"sv, "\"\\\0\""sv}) {
    std::string out;
    const Status status = JsonWriter(out).token(token);
    ASSERT_FALSE(status) << token;
    EXPECT_EQ(status.error().code, ErrorCode::kDataLoss);
  }
}

}  // namespace
}  // namespace github_stats
