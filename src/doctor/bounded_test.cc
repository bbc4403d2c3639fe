#include "doctor/bounded.h"

#include <gmock/gmock.h>

#include "testing/fake_clock.h"
#include "testing/scripted_http.h"

namespace github_stats::doctor {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// The fake clock begins at 2026-01-31T12:00:00Z.
class BoundedClientTest : public testing::Test {
 protected:
  // An answer that takes `takes`, from a server whose clock shows `date` when it is sent.
  std::optional<Duration> ahead_after(const char* date, Duration takes = 0s) {
    const auto http = std::make_shared<ScriptedHttp>([&](const HttpRequest& request) {
      timeout_ = request.timeout;
      clock_.advance(takes);
      HttpResponse response{.status = 200, .headers = {}};
      if (date != nullptr) {
        response.headers["date"] = date;
      }
      return Result<HttpResponse>(response);
    });
    BoundedClient client(http, clock_);
    EXPECT_TRUE(client.send({.url = "https://github.example/"}, {}));
    return client.ahead();
  }

  FakeClock clock_;
  Duration timeout_{0};
};

TEST_F(BoundedClientTest, WaitsForNoAnswerLong) {
  ahead_after(nullptr);
  EXPECT_EQ(timeout_, kTimeout);
}

TEST_F(BoundedClientTest, TellsHowFarOurClockIsAhead) {
  EXPECT_EQ(ahead_after("Sat, 31 Jan 2026 12:00:00 GMT"), 0s);
  EXPECT_EQ(ahead_after("Sat, 31 Jan 2026 11:58:59 GMT"), 60s);
  EXPECT_EQ(ahead_after("Sat, 31 Jan 2026 12:01:00 GMT"), -60s);
  EXPECT_EQ(ahead_after(nullptr), std::nullopt);
}

TEST_F(BoundedClientTest, CountsAnExchangeThatTakesLongForNoDifference) {
  EXPECT_EQ(ahead_after("Sat, 31 Jan 2026 12:00:02 GMT", 4s), 0s);
}

TEST(BoundedClock, SleepsShortly) {
  FakeClock clock;
  BoundedClock bounded(clock);
  EXPECT_TRUE(bounded.sleep_for(1h, {}));
  EXPECT_TRUE(bounded.sleep_for(20ms, {}));
  EXPECT_THAT(clock.sleeps(), ElementsAre(Duration(kLongestWait), Duration(20ms)));
  EXPECT_EQ(bounded.now(), clock.now());
}

}  // namespace
}  // namespace github_stats::doctor
