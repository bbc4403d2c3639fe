#include "config/observation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "config/settings.h"
#include "testing/temp_dir.h"

namespace github_stats {
namespace {

using testing::HasSubstr;
using testing::Not;

using Environment = std::map<std::string, std::string>;

Result<Settings> load(const Environment& environment) {
  return load_settings({.environment = [&](const std::string& name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional(found->second);
  }});
}

TEST(MetricsAddress, IsReadAndWritten) {
  struct Case {
    std::string text;
    ListenAddress address;
  };
  for (const Case& c : std::vector<Case>{{":9464", {"", 9464}},
                                         {"0.0.0.0:9464", {"0.0.0.0", 9464}},
                                         {"127.0.0.1:0", {"127.0.0.1", 0}},
                                         {"localhost:65535", {"localhost", 65535}},
                                         {"[::1]:0", {"::1", 0}},
                                         {"[fe80::1%eth0]:80", {"fe80::1%eth0", 80}}}) {
    const auto settings = load({{"METRICS_ADDRESS", c.text}});
    ASSERT_TRUE(settings) << settings.error().describe();
    EXPECT_EQ(settings->metrics_address, c.address) << c.text;
    EXPECT_EQ(to_string(c.address), c.text);
  }
  EXPECT_EQ(load({})->metrics_address, std::nullopt);
}

TEST(MetricsAddress, OfAnotherFormIsRefused) {
  for (const std::string text :
       {"9464", "localhost", "localhost:", ":", ":65536", ":-1", ":x", ": 1", "::1:9464", "[]:1",
        "[127.0.0.1]:1", "[::1", "[::1]", "http://localhost:1", "a b:1", "/tmp/socket:1"}) {
    const auto settings = load({{"METRICS_ADDRESS", text}});
    ASSERT_FALSE(settings) << text;
    EXPECT_EQ(settings.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(settings.error().describe(), HasSubstr("METRICS_ADDRESS"));
    EXPECT_THAT(settings.error().describe(), HasSubstr("[::1]:9464"));
  }
}

TEST(FailureWebhook, IsReadFromAVariableOrAFile) {
  EXPECT_TRUE(load({})->failure_webhook.empty());
  for (const std::string url :
       {"https://hooks.example.com/services/T0/B0/x", "https://h.example:8443/a?b=c&sig=%2Fd-e_f",
        "http://127.0.0.1:8080/hook", "http://localhost/hook", "http://[::1]:1/"}) {
    const auto settings = load({{"FAILURE_WEBHOOK", url}});
    ASSERT_TRUE(settings) << settings.error().describe();
    EXPECT_EQ(settings->failure_webhook.reveal(), url);
  }
  const TempDir directory;
  const std::string file = directory.path() / "webhook";
  std::ofstream(file) << "https://hooks.example.com/services/T0/B0/x\n";
  EXPECT_EQ(load({{"FAILURE_WEBHOOK_FILE", file}})->failure_webhook.reveal(),
            "https://hooks.example.com/services/T0/B0/x");
}

TEST(FailureWebhook, IsNeverShown) {
  const std::string secret = "distinctive";
  for (const std::string text :
       {"distinctive", "ftp://h/distinctive", "http://h.example/distinctive",
        "https://user:distinctive@h.example/", "https://h.example/distinctive x",
        "https://h.example/?a=distinctive#b", "https://h.example/?distinctive\\"}) {
    const auto settings = load({{"FAILURE_WEBHOOK", text}});
    ASSERT_FALSE(settings) << text;
    EXPECT_THAT(settings.error().describe(), HasSubstr("FAILURE_WEBHOOK is (hidden)"));
    EXPECT_THAT(settings.error().describe(), Not(HasSubstr(secret)));
  }
  const auto settings = load({{"FAILURE_WEBHOOK", "https://h.example/distinctive"}});
  ASSERT_TRUE(settings);
  for (const EffectiveSetting& setting : settings->effective) {
    EXPECT_THAT(setting.value, Not(HasSubstr(secret))) << setting.variable;
  }
}

}  // namespace
}  // namespace github_stats
