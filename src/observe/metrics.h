// What this process has done and how it stands, in figures for Prometheus. docs/observability.md
// has them all. Label values come from settings or closed sets, so that series stay few: the
// organisation, a stream, an outcome, an error's code, a token's place.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "schema/schema.h"

namespace github_stats {

// How a run of a collecting command ended.
enum class RunResult { kDone, kPartly, kFailed, kInterrupted };

inline constexpr std::array kRunResults = {RunResult::kDone, RunResult::kPartly, RunResult::kFailed,
                                           RunResult::kInterrupted};

// "done", "partly", "failed", "interrupted".
std::string_view to_string(RunResult result);

using RowsByStream = std::array<int64_t, kStreams.size()>;

// What a collection came to since it was taken up. Nothing in it ever gets less.
struct CollectedSoFar {
  RowsByStream rows_collected{};
  int64_t chunks_written = 0;
  int64_t bytes_written = 0;
  RowsByStream rows_loaded{};
  int64_t chunks_loaded = 0;
  int64_t requests = 0;  // to GitHub, and the points that they cost
  int64_t points = 0;
  std::map<std::string_view, int64_t> answers;  // requests by how they ended
};

// Repositories of the collection that goes on, or of the last one.
struct RepositoriesNow {
  int64_t done = 0;
  int64_t failed = 0;
  int64_t to_go = 0;
};

// What GitHub said last of a token's hour.
struct TokenNow {
  int64_t points_left = 0;
  std::optional<Time> renewed_at;  // nothing: it has passed, or is not known
};

struct MetricFamilies;

// An organisation's figures. Thread-safe.
class OrgMetrics {
 public:
  ~OrgMetrics();

  void run_started();
  // Another collection of the run is taken up: what `collected` is told begins at nothing.
  void collection_begins();
  void collected(const CollectedSoFar& so_far);
  void repositories(const RepositoriesNow& now);
  void incomplete_pull_requests(int64_t number);
  // By the token's place among those that are set; nothing where GitHub has told nothing.
  void tokens(const std::vector<std::optional<TokenNow>>& now);
  void failed(ErrorCode code);
  void told_of_failure(bool delivered);

  struct RunEnd {
    RunResult result = RunResult::kDone;
    Time at;
    Duration took{0};
    // Changes up to then are collected, for a run that got through.
    std::optional<Time> collected_until;
  };
  void run_ended(const RunEnd& end);
  void next_run_due(Time due);

 private:
  friend class Metrics;
  struct Series;
  explicit OrgMetrics(std::unique_ptr<Series> series);
  void set_lag(Time now);

  std::mutex mutex_;
  const std::unique_ptr<Series> series_;
  CollectedSoFar counted_;
  std::optional<Time> collected_until_;
};

// All figures. Thread-safe.
class Metrics {
 public:
  Metrics(Clock& clock, std::string_view version);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Those of an organisation, named as in the settings. From now on they are shown, counters from 0
  // on. They last as long as this.
  OrgMetrics& of(const std::string& org);

  // Everything in Prometheus's text format, version 0.0.4.
  std::string text();

 private:
  Clock& clock_;
  std::mutex mutex_;
  const std::unique_ptr<MetricFamilies> families_;
  std::map<std::string, std::unique_ptr<OrgMetrics>> orgs_;
};

}  // namespace github_stats
