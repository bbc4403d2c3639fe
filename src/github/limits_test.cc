// The limits against a small model of GitHub, with workers that live in simulated time. The model
// counts what GitHub would not like to see.
#include "github/limits.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <queue>
#include <random>

#include "github/answer.h"
#include "testing/random_seed.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using Kind = Limits::Decision::Kind;
using OutcomeKind = RequestOutcome::Kind;

std::string http_date(int64_t epoch) {
  const std::time_t time = epoch;
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[64];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text;
}

struct World {
  size_t workers = 10;
  size_t tokens = 1;
  int64_t hour = 5000;         // points; 0: no limits, no headers
  int64_t most_points = 1;     // of one request
  bool often_cheaper = false;  // than expected
  Duration latency = 500ms;    // up to twice as much
  Duration length = 3h;        // simulated
  Duration skew = 0s;          // GitHub's clock against ours
  double slow_downs = 0;       // chance of a secondary limit, each second
  double outages = 0;          // chance of an outage, each second
  double lost = 0;             // share of requests that are charged and get no answer
  uint32_t seed = 1;
};

struct Seen {
  int64_t requests = 0;
  int64_t answered = 0;
  int64_t points = 0;
  int64_t slowed_down = 0;
  int64_t failed = 0;
  size_t most_at_once = 0;
  int64_t most_a_minute = 0;
  // What must not happen.
  int64_t over_the_hour = 0;  // asked although the hour was used up
  int64_t below_the_reserve = 0;
  int64_t during_a_pause = 0;
  int64_t during_an_outage = 0;  // more than one at a time
  std::vector<Error> errors;

  int64_t violations() const {
    return over_the_hour + below_the_reserve + during_a_pause + during_an_outage;
  }
};

class Simulation {
 public:
  Simulation(const World& world, const RateLimiterOptions& options)
      : world_(world),
        options_(options),
        limits_(options),
        random_(world.seed),
        hours_(world.tokens) {}

  Seen run() {
    for (size_t worker = 0; worker < world_.workers; ++worker) {
      at(0s, [this, worker] { ask(worker, new_points()); });
    }
    while (!events_.empty() && events_.top().at <= world_.length) {
      const Event event = events_.top();
      events_.pop();
      live_until(event.at);
      event.act();
    }
    return seen_;
  }

 private:
  struct Event {
    Duration at;
    uint64_t order;
    std::function<void()> act;
    bool operator<(const Event& other) const {
      return std::tie(at, order) > std::tie(other.at, other.order);
    }
  };
  struct Hour {
    Duration ends{0};
    int64_t used = 0;
  };
  struct Waiter {
    size_t worker;
    int64_t points;
  };

  bool chance(double share) { return std::bernoulli_distribution(share)(random_); }
  int64_t between(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random_);
  }
  int64_t new_points() { return between(1, world_.most_points); }
  void at(Duration time, std::function<void()> act) {
    events_.push({time, ++order_, std::move(act)});
  }

  // Trouble begins in between.
  void live_until(Duration time) {
    for (; next_second_ <= time; next_second_ += 1s) {
      if (chance(world_.slow_downs)) {
        slow_until_ = next_second_ + std::chrono::seconds(between(1, 300));
      }
      if (chance(world_.outages)) {
        down_until_ = next_second_ + std::chrono::seconds(between(1, 1200));
      }
    }
    now_ = time;
  }

  void ask(size_t worker, int64_t points) {
    const bool in_doubt = limits_.is_in_doubt();
    const Limits::Decision decision = limits_.decide(now_, in_doubt ? 1 : points);
    switch (decision.kind) {
      case Kind::kFail:
        seen_.errors.push_back(decision.error);
        return;
      case Kind::kWait:
        if (decision.until) {
          EXPECT_GT(*decision.until, now_);
          at(*decision.until, [this, worker, points] { ask(worker, points); });
        } else {
          waiting_.push_back({worker, points});
        }
        return;
      case Kind::kGo:
      case Kind::kProbe:
        send(worker, points, limits_.begin(now_, decision, in_doubt ? 1 : points));
    }
  }

  void send(size_t worker, int64_t wanted, const Limits::Ticket& ticket) {
    ++seen_.requests;
    seen_.most_at_once = std::max(seen_.most_at_once, ++at_once_);
    seen_.during_a_pause += now_ < quiet_until_ ? 1 : 0;
    seen_.during_an_outage += limits_.is_in_doubt() && !ticket.is_probe ? 1 : 0;
    const Duration trip = Duration(between(0, world_.latency.count()));
    at(now_ + trip, [this, worker, wanted, ticket] { serve(worker, wanted, ticket); });
  }

  // The request is at GitHub.
  void serve(size_t worker, int64_t wanted, const Limits::Ticket& ticket) {
    HttpResponse response{200, {}, {}};
    RequestOutcome outcome;
    if (now_ < down_until_) {
      outcome.kind = OutcomeKind::kUnavailable;
    } else if (now_ < slow_until_) {
      outcome.kind = OutcomeKind::kLimited;
      if (between(0, 1) == 0) {
        const Duration left = slow_until_ - now_;
        outcome.retry_after = std::chrono::ceil<std::chrono::seconds>(left);
      }
    } else {
      charge(ticket, outcome);
      if (world_.hour > 0) {
        tell_budget(ticket.token, response);
      }
    }
    if (chance(world_.lost)) {
      outcome = {.kind = OutcomeKind::kUnavailable, .budget = {}, .retry_after = {}, .points = {}};
    } else {
      outcome.budget = rate_budget_of(response);
    }
    const Duration trip = Duration(between(0, world_.latency.count()));
    at(now_ + trip,
       [this, worker, wanted, ticket, outcome] { hear(worker, wanted, ticket, outcome); });
  }

  void charge(const Limits::Ticket& ticket, RequestOutcome& outcome) {
    const int64_t cost = world_.often_cheaper ? between(1, ticket.points) : ticket.points;
    Hour& hour = hours_[ticket.token];
    if (now_ >= hour.ends) {
      hour = {now_ + 1h, 0};
    }
    if (world_.hour > 0 && hour.used + cost > world_.hour) {
      ++seen_.over_the_hour;
      outcome.kind = OutcomeKind::kLimited;
      return;
    }
    hour.used += cost;
    // The very first request of an hour goes out before its budget is known.
    seen_.below_the_reserve +=
        world_.hour > 0 && hour.used > std::max(world_.hour - options_.reserve, cost) ? 1 : 0;
    seen_.points += cost;
    minute_.push_back({now_, cost});
    minute_sum_ += cost;
    while (minute_.front().first + 1min <= now_) {
      minute_sum_ -= minute_.front().second;
      minute_.pop_front();
    }
    seen_.most_a_minute = std::max(seen_.most_a_minute, minute_sum_);
    outcome.kind = OutcomeKind::kAnswered;
    outcome.points = world_.hour > 0 ? cost : 0;
  }

  void tell_budget(size_t token, HttpResponse& response) {
    const auto epoch = [this](Duration time) {
      return 1'800'000'000 + std::chrono::floor<std::chrono::seconds>(time + world_.skew).count();
    };
    response.headers["date"] = http_date(epoch(now_));
    response.headers["x-ratelimit-limit"] = std::to_string(world_.hour);
    response.headers["x-ratelimit-remaining"] =
        std::to_string(std::max<int64_t>(world_.hour - hours_[token].used, 0));
    response.headers["x-ratelimit-reset"] = std::to_string(epoch(hours_[token].ends));
  }

  // The answer, or its absence, is known here.
  void hear(size_t worker, int64_t wanted, const Limits::Ticket& ticket,
            const RequestOutcome& outcome) {
    --at_once_;
    limits_.end(now_, ticket, outcome);
    if (outcome.kind == OutcomeKind::kLimited && !outcome.budget) {
      ++seen_.slowed_down;
      if (outcome.retry_after) {
        quiet_until_ = std::max(quiet_until_, now_ + *outcome.retry_after);
      } else if (ticket.serial > newest_at_pause_) {
        quiet_until_ = std::max(quiet_until_, now_ + 1min);
      }
      newest_at_pause_ = static_cast<uint64_t>(seen_.requests);
    }
    seen_.failed += outcome.kind == OutcomeKind::kUnavailable ? 1 : 0;
    const bool good = outcome.kind == OutcomeKind::kAnswered;
    seen_.answered += good ? 1 : 0;
    ask(worker, good && !ticket.is_probe ? new_points() : wanted);
    for (const Waiter& waiter : std::exchange(waiting_, {})) {
      ask(waiter.worker, waiter.points);
    }
  }

  const World world_;
  const RateLimiterOptions options_;
  Limits limits_;
  std::mt19937 random_;
  std::vector<Hour> hours_;
  std::priority_queue<Event> events_;
  uint64_t order_ = 0;
  Duration now_{0};
  Duration next_second_{0};
  Duration slow_until_{0};
  Duration down_until_{0};
  Duration quiet_until_{0};  // as told
  uint64_t newest_at_pause_ = 0;
  size_t at_once_ = 0;
  std::vector<Waiter> waiting_;
  std::deque<std::pair<Duration, int64_t>> minute_;
  int64_t minute_sum_ = 0;
  Seen seen_;
};

Seen simulate(const World& world, RateLimiterOptions options = {}) {
  options.tokens = world.tokens;
  return Simulation(world, options).run();
}

TEST(LimitsPacing, KeepsTheHourAndUsesItUp) {
  const Seen seen = simulate({}, {.reserve = 200});
  EXPECT_EQ(seen.violations(), 0);
  EXPECT_EQ(seen.points, 3 * 4800) << "neither more nor less, with ten workers in flight";
  EXPECT_TRUE(seen.errors.empty());
}

TEST(LimitsPacing, KeepsTheMinute) {
  const Seen seen = simulate({.workers = 50, .hour = 1'000'000, .most_points = 30});
  EXPECT_EQ(seen.violations(), 0);
  EXPECT_LE(seen.most_a_minute, 2000);
  EXPECT_GE(seen.points, 3 * 60 * 1900) << "and goes near it";
}

TEST(LimitsPacing, KeepsToAHundredRequestsAtOnce) {
  const Seen seen = simulate({.workers = 150, .hour = 1'000'000, .latency = 30s, .length = 1h});
  EXPECT_EQ(seen.most_at_once, 100U);
}

TEST(LimitsPacing, DrawsTokensDownAndNeverBeyondWhatMayBeSpent) {
  const Seen seen =
      simulate({.tokens = 3, .most_points = 7, .often_cheaper = true}, {.max_points = 12'345});
  EXPECT_EQ(seen.violations(), 0);
  EXPECT_LE(seen.points, 12'345);
  EXPECT_GT(seen.points, 12'345 - 7);
  ASSERT_EQ(seen.errors.size(), 10U);
  EXPECT_EQ(seen.errors[0].code, ErrorCode::kRateLimited);
}

TEST(LimitsPacing, WaitsForNothingWithoutLimits) {
  const Seen seen = simulate({.hour = 0, .most_points = 100, .latency = 100ms, .length = 10min});
  EXPECT_EQ(seen.violations(), 0);
  EXPECT_GT(seen.requests, 10 * 600 * 9) << "a tenth of a second each";
}

TEST(LimitsPacing, GitHubsClockNeedNotAgreeWithOurs) {
  for (const Duration skew : {Duration(-5h), Duration(0s), Duration(9h)}) {
    const Seen seen = simulate({.skew = skew});
    EXPECT_EQ(seen.violations(), 0);
    EXPECT_EQ(seen.points, 3 * 5000);
  }
}

TEST(LimitsPacing, AnOutageCostsAFewRequestsAndNoWorker) {
  const Seen seen = simulate({.length = 12h, .outages = 0.0005, .seed = 5});
  EXPECT_EQ(seen.violations(), 0);
  EXPECT_GT(seen.failed, 0);
  EXPECT_TRUE(seen.errors.empty());
  EXPECT_GT(seen.answered, 20'000);
}

TEST(LimitsPacing, NothingHappensThatGitHubWouldNotLike) {
  const uint32_t first = random_seed();
  for (uint32_t round = 0; round < 60; ++round) {
    std::mt19937 random(first + round);
    const auto between = [&](int64_t least, int64_t most) {
      return std::uniform_int_distribution<int64_t>(least, most)(random);
    };
    World world;
    world.workers = static_cast<size_t>(between(1, 40));
    world.tokens = static_cast<size_t>(between(1, 3));
    world.hour = between(0, 4) == 0 ? 0 : between(300, 8000);
    world.most_points = between(1, 40);
    world.often_cheaper = between(0, 1) == 0;
    world.latency = std::chrono::milliseconds(between(50, 8000));
    // Without limits nothing but the latency holds requests back.
    world.length = world.hour == 0 ? Duration(5min) : Duration(3h);
    world.skew = std::chrono::minutes(between(-600, 600));
    world.slow_downs = static_cast<double>(between(0, 3)) * 0.0005;
    world.outages = static_cast<double>(between(0, 2)) * 0.0002;
    world.lost = static_cast<double>(between(0, 2)) * 0.01;
    world.seed = first + round;
    const int64_t reserve = world.hour == 0 ? 0 : between(0, 200);
    const Seen seen = simulate(world, {.reserve = reserve});
    SCOPED_TRACE(fmt::format("GITHUB_STATS_TEST_SEED={} round {}", first, round));
    EXPECT_EQ(seen.over_the_hour, 0);
    EXPECT_EQ(seen.below_the_reserve, 0);
    EXPECT_EQ(seen.during_a_pause, 0);
    EXPECT_EQ(seen.during_an_outage, 0);
    EXPECT_LE(seen.most_at_once, 100U);
    EXPECT_LE(world.hour == 0 ? 0 : seen.most_a_minute, 2000);
    EXPECT_TRUE(seen.answered > 0 || world.outages > 0 || world.slow_downs > 0);
    EXPECT_TRUE(seen.errors.empty()) << seen.errors.front().describe();
  }
}

}  // namespace
}  // namespace github_stats
