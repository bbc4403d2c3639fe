#include "cli/health_address.h"

#include <gmock/gmock.h>

namespace github_stats {
namespace {

std::string url_of(std::string_view typed) {
  const auto address = health_address(typed, std::nullopt);
  EXPECT_TRUE(address) << typed;
  return address ? health_url(*address) : "";
}

TEST(HealthAddress, IsWhereTheServiceListens) {
  EXPECT_EQ(url_of("127.0.0.1:9464"), "http://127.0.0.1:9464/healthz");
  EXPECT_EQ(url_of("collector-1.example:80"), "http://collector-1.example:80/healthz");
  EXPECT_EQ(url_of("[::1]:65535"), "http://[::1]:65535/healthz");
}

TEST(HealthAddress, IsTheLoopbackOfWhatListensEverywhere) {
  EXPECT_EQ(url_of(":9464"), "http://127.0.0.1:9464/healthz");
  EXPECT_EQ(url_of("0.0.0.0:9464"), "http://127.0.0.1:9464/healthz");
  EXPECT_EQ(url_of("[::]:9464"), "http://[::1]:9464/healthz");
}

TEST(HealthAddress, IsTheSettingsWhenNoneIsTyped) {
  EXPECT_EQ(url_of(""), "http://127.0.0.1:9464/healthz");
  const ListenAddress setting{"", 9000};
  EXPECT_EQ(health_address("", setting).value(), setting);
  EXPECT_EQ(health_address("[::1]:1", setting).value(), (ListenAddress{"::1", 1}));
}

TEST(HealthAddress, IsRefusedByItsTextWhenItIsNone) {
  for (const std::string text :
       {":", "9464", "localhost", "localhost:", ":0", ":65536", ":-1", ":9464x", "::1:9464",
        "http://localhost:9464", "user@localhost:9464", "a b:9464", "[]:9464", "[:9464",
        "localhost/x:9464", "localhost?x:9464"}) {
    const auto address = health_address(text, std::nullopt);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(address.error().describe(), testing::HasSubstr("'" + text + "'"));
    EXPECT_THAT(address.error().remedy, testing::HasSubstr("METRICS_ADDRESS"));
  }
}

}  // namespace
}  // namespace github_stats
