#include "http/url.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

using std::string_literals::operator""s;

TEST(Url, EncodesAllThatIsReserved) {
  EXPECT_EQ(percent_encoded("azAZ09-._~"), "azAZ09-._~");
  EXPECT_EQ(percent_encoded("a/b c?&#%+é\0"s), "a%2Fb%20c%3F%26%23%25%2B%C3%A9%00");
}

TEST(Url, AddsParameters) {
  EXPECT_EQ(with_query("http://h/p", {}), "http://h/p");
  EXPECT_EQ(with_query("http://h/p", {{"a", "1 2"}, {"b", ""}}), "http://h/p?a=1%202&b=");
  EXPECT_EQ(with_query("http://h/p?x=y", {{"a", "1"}}), "http://h/p?x=y&a=1");
}

TEST(Url, TellsOriginAndPathApart) {
  EXPECT_EQ(origin_of("https://h:1/p/q?r"), "https://h:1");
  EXPECT_EQ(path_of("https://h:1/p/q?r"), "/p/q?r");
  EXPECT_EQ(origin_of("https://h"), "https://h");
  EXPECT_EQ(path_of("https://h"), "");
  EXPECT_EQ(origin_of("https://h?x=/"), "https://h");
}

}  // namespace
}  // namespace github_stats
