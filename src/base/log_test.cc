#include "base/log.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

class LogTest : public testing::Test {
 protected:
  void SetUp() override { configure(LogLevel::kInfo, LogFormat::kText); }
  void TearDown() override { configure_logging({}); }

  void configure(LogLevel level, LogFormat format) {
    configure_logging({level, format, [this](std::string_view line) { lines_ += line; }});
  }

  std::string lines_;
};

TEST_F(LogTest, WritesOneLineAnEvent) {
  log_info("repository collected", {{"repo", "web\nadmin"}, {"pull_requests", 12}});
  log_debug("not wanted");
  EXPECT_EQ(lines_.substr(lines_.find(' ')),
            " info repository collected repo=web?admin pull_requests=12\n");
}

TEST_F(LogTest, WritesJsonThatNamesTheCollection) {
  const LoggedCollection collection("20260131T235959Z");
  configure(LogLevel::kWarning, LogFormat::kJson);
  log_info("not wanted");
  log_error("a \"quoted\" event", {{"status", 502}});
  EXPECT_NE(
      lines_.find(
          R"("level":"error","event":"a \"quoted\" event","collection_id":"20260131T235959Z","status":502})"),
      std::string::npos)
      << lines_;
}

// What is in every line of one format must be in every line of the other.
class LogOfCollection : public LogTest, public testing::WithParamInterface<LogFormat> {
 protected:
  void SetUp() override { configure(LogLevel::kInfo, GetParam()); }

  // How the format writes that a line is one of `id`.
  static std::string named(const std::string& id) {
    return GetParam() == LogFormat::kJson ? R"("collection_id":")" + id + "\""
                                          : " collection_id=" + id;
  }
  size_t count(const std::string& text) const {
    size_t found = 0;
    for (size_t at = lines_.find(text); at != std::string::npos; at = lines_.find(text, at + 1)) {
      ++found;
    }
    return found;
  }
};

TEST_P(LogOfCollection, IsNamedWhileItGoesOn) {
  log_info("before");
  {
    LoggedCollection collection;
    log_info("not known yet");
    collection.set("one");
    log_info("during");
    configure(LogLevel::kInfo, GetParam());
    log_info("still");
  }
  log_info("after");
  EXPECT_EQ(count("\n"), 5U);
  EXPECT_EQ(count("collection_id"), 2U);
  EXPECT_EQ(count(named("one")), 2U) << lines_;
}

TEST_P(LogOfCollection, IsNamedOnceWhereTheEventNamesOne) {
  const LoggedCollection collection("one");
  log_info("about another", {{"collection_id", "two"}, {"rows", 3}});
  EXPECT_EQ(count("collection_id"), 1U);
  EXPECT_EQ(count(named("two")), 1U) << lines_;
}

INSTANTIATE_TEST_SUITE_P(Formats, LogOfCollection,
                         testing::Values(LogFormat::kText, LogFormat::kJson));

TEST(Printable, DisarmsTerminalsAndKeepsText) {
  EXPECT_EQ(printable("naïve 日本 😀"), "naïve 日本 😀");
  EXPECT_EQ(printable("\x1b[31mred\x07\r\n"), "?[31mred???");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "?31m");  // C1 control sequence introducer
  EXPECT_EQ(printable("a\xe2\x80\xae"
                      "b"),
            "a?b");                        // right-to-left override
  EXPECT_EQ(printable("\xff\xc3"), "??");  // not UTF-8
  EXPECT_EQ(printable("\xed\x95\x9c\xf0\x9f"), "\xed\x95\x9c??");
  EXPECT_EQ(printable("\xed\xa0\x80"), "???");                      // a surrogate
  EXPECT_EQ(printable("\xe0\x82\x80\xf0\x80\x80\x80"), "???????");  // longer than need be
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "????");                 // past the last code point
}

}  // namespace
}  // namespace github_stats
