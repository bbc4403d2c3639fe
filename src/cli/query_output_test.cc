#include "cli/query_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/text_table.h"
#include "cli/text_width.h"

namespace github_stats {
namespace {

using testing::HasSubstr;
using enum ValueKind;

std::string written(const QueryResult& result, const QueryOutput& output) {
  std::string out;
  const Status status =
      write_result(result, output, [&](std::string_view piece) { out.append(piece); });
  EXPECT_TRUE(status) << status.error().describe();
  return out;
}

QueryResult texts(std::vector<std::optional<std::string>> values) {
  QueryResult result{.columns = {{"text", kText}}, .rows = {}};
  for (auto& value : values) {
    result.rows.push_back({std::move(value)});
  }
  return result;
}

const QueryResult kMixed = {
    .columns = {{"title", kText}, {"n", kNumber}, {"open", kBoolean}, {"labels", kJson}},
    .rows = {{"say \"hi\", ok?", "9223372036854775807", "true", R"(["a,b","\"q\""])"},
             {"", "-0.25", "false", "[]"},
             {std::nullopt, std::nullopt, std::nullopt, std::nullopt}}};

TEST(QueryOutput, WritesATable) {
  EXPECT_EQ(written(kMixed, {.format = QueryFormat::kTable}),
            "title                            n  open   labels\n"
            "say \"hi\", ok?  9223372036854775807  true   [\"a,b\",\"\\\"q\\\"\"]\n"
            "                             -0.25  false  []\n"
            "NULL                          NULL  NULL   NULL\n");
}

TEST(QueryOutput, WritesJson) {
  EXPECT_EQ(written(kMixed, {.format = QueryFormat::kJson}),
            "[\n"
            R"({"title":"say \"hi\", ok?","n":9223372036854775807,"open":true,)"
            R"("labels":["a,b","\"q\""]},)"
            "\n"
            R"({"title":"","n":-0.25,"open":false,"labels":[]},)"
            "\n"
            R"({"title":null,"n":null,"open":null,"labels":null})"
            "\n]\n");
}

TEST(QueryOutput, WritesCsv) {
  EXPECT_EQ(
      written(kMixed, {.format = QueryFormat::kCsv}),
      "title,n,open,labels\n"
      "\"say \"\"hi\"\", ok?\",9223372036854775807,true,\"[\"\"a,b\"\",\"\"\\\"\"q\\\"\"\"\"]\"\n"
      "\"\",-0.25,false,[]\n"
      ",,,\n");
}

TEST(QueryOutput, WritesAnEmptyAnswer) {
  const QueryResult empty{.columns = {{"a", kText}, {"b", kNumber}}, .rows = {}};
  EXPECT_EQ(written(empty, {.format = QueryFormat::kTable}), "a  b\n");
  EXPECT_EQ(written(empty, {.format = QueryFormat::kJson}), "[]\n");
  EXPECT_EQ(written(empty, {.format = QueryFormat::kCsv}), "a,b\n");
}

TEST(QueryOutput, LetsNothingThroughThatMovesATerminal) {
  const QueryResult hostile = texts({"a\x1b[2Jb", "line\r\nbreak\ttab", "\u202Ereversed\u2066",
                                     "c1\u009b31m", "bell\a", "bad\xff", "🎉 日本"});
  EXPECT_EQ(written(hostile, {.format = QueryFormat::kTable}),
            "text\na?[2Jb\nline  break tab\n?reversed?\nc1?31m\nbell?\nbad?\n🎉 日本\n");
  QueryResult named{.columns = {{"x\x1b]0;title\a\n", kText}}, .rows = {}};
  EXPECT_EQ(written(named, {.format = QueryFormat::kTable}), "x?]0;title? \n");
}

TEST(QueryOutput, KeepsHostileTextInJsonAndCsv) {
  const QueryResult hostile = texts({"\x1b[2J\u202E🎉\n\"\\", "=1+1"});
  EXPECT_EQ(written(hostile, {.format = QueryFormat::kJson}),
            "[\n{\"text\":\"\\u001b[2J\u202E🎉\\n\\\"\\\\\"},\n{\"text\":\"=1+1\"}\n]\n");
  EXPECT_EQ(written(hostile, {.format = QueryFormat::kCsv}),
            "text\n\"\x1b[2J\u202E🎉\n\"\"\\\"\n=1+1\n");
}

TEST(QueryOutput, EscapesNamesInJson) {
  const QueryResult named{.columns = {{"a\"\\\n", kText}}, .rows = {{"x"}}};
  EXPECT_EQ(written(named, {.format = QueryFormat::kJson}), "[\n{\"a\\\"\\\\\\n\":\"x\"}\n]\n");
}

TEST(QueryOutput, RefusesJsonWithOneNameTwice) {
  const QueryResult twice{.columns = {{"n", kText}, {"n", kText}}, .rows = {{"1", "2"}}};
  std::string out;
  const Status status = write_result(twice, {.format = QueryFormat::kJson},
                                     [&](std::string_view piece) { out.append(piece); });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(status.error().message, HasSubstr("'n'"));
  EXPECT_EQ(out, "");
  EXPECT_EQ(written(twice, {.format = QueryFormat::kCsv}), "n,n\n1,2\n");
}

TEST(QueryOutput, DisarmsFormulasOnlyWhenAsked) {
  QueryResult result = texts({"=1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "a=1", "", "'x"});
  result.columns.push_back({"n", kNumber});
  for (auto& row : result.rows) {
    row.push_back("-1");
  }
  const QueryOutput plain{.format = QueryFormat::kCsv};
  QueryOutput disarmed = plain;
  disarmed.for_spreadsheets = true;
  EXPECT_EQ(written(result, plain),
            "text,n\n=1,-1\n+1,-1\n-1,-1\n@x,-1\n\t=1,-1\n\"\r=1\",-1\n =1,-1\na=1,-1\n\"\",-1\n"
            "'x,-1\n");
  EXPECT_EQ(written(result, disarmed),
            "text,n\n'=1,-1\n'+1,-1\n'-1,-1\n'@x,-1\n'\t=1,-1\n\"'\r=1\",-1\n =1,-1\na=1,-1\n\"\","
            "-1\n'x,-1\n");
}

TEST(QueryOutput, CutsTextsToATerminalAndNumbersNever) {
  const QueryResult wide{.columns = {{"repo", kText}, {"title", kText}, {"number", kNumber}},
                         .rows = {{"web", std::string(50, 'x'), "12345678901234567890"}}};
  EXPECT_EQ(written(wide, {.format = QueryFormat::kTable, .columns = 40}),
            "repo  title                       number\n"
            "web   xxxxxxxxxxx…  12345678901234567890\n");
  EXPECT_THAT(written(wide, {.format = QueryFormat::kTable, .columns = 5}), HasSubstr("xxxxxxx… "));
  EXPECT_THAT(written(wide, {.format = QueryFormat::kTable}), HasSubstr(std::string(50, 'x')));
}

TEST(TextWidth, CountsColumnsOfATerminal) {
  EXPECT_EQ(width_of(""), 0U);
  EXPECT_EQ(width_of("naïve"), 5U);
  EXPECT_EQ(width_of("e\u0301"), 1U);
  EXPECT_EQ(width_of("日本"), 4U);
  EXPECT_EQ(width_of("🎉x"), 3U);
}

TEST(TextWidth, CutsBetweenCharacters) {
  EXPECT_EQ(cut_to_width("abc", 3), "abc");
  EXPECT_EQ(cut_to_width("abcd", 3), "ab…");
  EXPECT_EQ(cut_to_width("日本語", 5), "日本…");
  EXPECT_EQ(cut_to_width("日本語", 4), "日…");
  EXPECT_EQ(cut_to_width("日", 1), "…");
  EXPECT_EQ(cut_to_width("", 1), "");
}

}  // namespace
}  // namespace github_stats
