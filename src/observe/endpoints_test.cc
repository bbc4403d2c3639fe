#include "observe/endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/fake_clock.h"

namespace github_stats {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class EndpointsTest : public testing::Test {
 protected:
  FakeClock clock_;
  Metrics metrics_{clock_, "1.2.3"};
  Health health_{clock_};
  HttpHandler handler_ = make_endpoints(metrics_, health_);
};

TEST_F(EndpointsTest, MetricsAreServedInPrometheusFormat) {
  metrics_.of("acme");
  const HttpAnswer answer = handler_("/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.content_type, StartsWith("text/plain; version=0.0.4"));
  EXPECT_THAT(answer.body, HasSubstr("\ngithub_stats_run_in_progress{org=\"acme\"} 0\n"));
}

TEST_F(EndpointsTest, HealthAndReadinessAreToldApart) {
  EXPECT_EQ(handler_("/healthz").status, 200);
  EXPECT_EQ(handler_("/readyz").status, 503);
  EXPECT_EQ(handler_("/readyz").body, "starting\n");
  health_.alive_in(Health::Phase::kWaiting);
  EXPECT_EQ(handler_("/readyz").status, 200);
  EXPECT_EQ(handler_("/readyz").body, "ok\n");
  clock_.advance(2 * kLongestSilence);
  EXPECT_EQ(handler_("/healthz").status, 503);
  EXPECT_THAT(handler_("/healthz").body, StartsWith("stuck"));
  EXPECT_EQ(handler_("/readyz").status, 200);
}

TEST_F(EndpointsTest, AnythingElseIsNotThere) {
  for (const std::string_view path : {"/", "", "/metrics/", "/healthz/..", "/../etc/passwd", "*"}) {
    EXPECT_EQ(handler_(path).status, 404) << path;
  }
}

}  // namespace
}  // namespace github_stats
