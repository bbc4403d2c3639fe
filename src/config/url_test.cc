#include "config/url.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

TEST(ParseUrl, TellsSchemeAndHost) {
  const auto url = parse_url("HTTPS://Api.Example:8443/a/b//");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->secure);
  EXPECT_EQ(url->host, "api.example");
  EXPECT_EQ(url->text, "HTTPS://Api.Example:8443/a/b");
  EXPECT_FALSE(parse_url("http://[::1]:80")->secure);
  EXPECT_EQ(parse_url("http://[::1]:80")->host, "[::1]");
}

TEST(ParseUrl, RefusesWhatIsNoPlainUrl) {
  for (const char* text : {"", "http", "http://", "ftp://h", "h:80", "http://u:p@h", "http://h?q",
                           "http://h#f", "http://h:x", "http://h:123456", "http:// h"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(IsLoopback, KnowsThisMachineOnly) {
  for (const char* host : {"localhost", "a.localhost", "127.0.0.1", "127.1", "[::1]"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
  for (const char* host : {"", "example.com", "localhost.example.com", "127.example", "10.0.0.1"}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

}  // namespace
}  // namespace github_stats
