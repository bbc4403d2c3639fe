#include "observe/metrics.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <utility>

#include "observe/families.h"

namespace github_stats {
namespace {

using prometheus::Counter;
using prometheus::Histogram;
using prometheus::Labels;

// Seconds: from a run that finds nothing new to a first one that waits for limits all night.
const Histogram::BucketBoundaries kRunBuckets = {1, 5, 15, 60, 300, 900, 3600, 14'400, 43'200};

constexpr std::array kErrorCodes = {
    ErrorCode::kInvalidArgument, ErrorCode::kUnauthenticated, ErrorCode::kPermissionDenied,
    ErrorCode::kNotFound,        ErrorCode::kAlreadyExists,   ErrorCode::kPreconditionFailed,
    ErrorCode::kRateLimited,     ErrorCode::kUnavailable,     ErrorCode::kCancelled,
    ErrorCode::kDataLoss,        ErrorCode::kInternal};

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
double timestamp(Time time) { return seconds(time.time_since_epoch()); }

// What has come since `counted`, which then counts it, too.
void count(Counter& counter, int64_t& counted, int64_t now) {
  if (now > counted) {
    counter.Increment(static_cast<double>(now - counted));
    counted = now;
  }
}

using StreamCounters = std::array<Counter*, kStreams.size()>;

void count(const StreamCounters& counters, RowsByStream& counted, const RowsByStream& now) {
  for (size_t i = 0; i < counters.size(); ++i) {
    count(*counters[i], counted[i], now[i]);
  }
}

}  // namespace

std::string_view to_string(RunResult result) {
  switch (result) {
    case RunResult::kDone:
      return "done";
    case RunResult::kPartly:
      return "partly";
    case RunResult::kFailed:
      return "failed";
    case RunResult::kInterrupted:
      return "interrupted";
  }
  return "failed";
}

// An organisation's series. Those whose value is not known yet are not there.
struct OrgMetrics::Series {
  Series(MetricFamilies& all, const std::string& name)
      : families(all),
        org(name),
        rows_collected(by_stream(all.rows_collected)),
        rows_loaded(by_stream(all.rows_loaded)) {
    // What never happened is seen to be 0, so that its first time is an increase.
    for (const RunResult result : kRunResults) {
      all.runs.Add(labelled("result", to_string(result)));
      all.run_duration.Add(labelled("result", to_string(result)), kRunBuckets);
    }
    for (const ErrorCode code : kErrorCodes) {
      all.errors.Add(labelled("code", to_string(code)));
    }
    for (CounterFamily* family : {&all.chunks_written, &all.bytes_written, &all.chunks_loaded,
                                  &all.requests, &all.points}) {
      family->Add({{"org", org}});
    }
    all.in_progress.Add({{"org", org}});
  }

  Labels labelled(const std::string& label, std::string_view value) const {
    return {{"org", org}, {label, std::string(value)}};
  }
  StreamCounters by_stream(CounterFamily& family) const {
    StreamCounters counters{};
    for (size_t i = 0; i < counters.size(); ++i) {
      counters[i] = &family.Add(labelled("stream", to_string(kStreams[i])));
    }
    return counters;
  }
  Counter& count_of(CounterFamily& family) const { return family.Add({{"org", org}}); }
  void set(GaugeFamily& family, double value) const { family.Add({{"org", org}}).Set(value); }

  MetricFamilies& families;
  const std::string org;
  const StreamCounters rows_collected;
  const StreamCounters rows_loaded;
};

OrgMetrics::OrgMetrics(std::unique_ptr<Series> series) : series_(std::move(series)) {}
OrgMetrics::~OrgMetrics() = default;

void OrgMetrics::run_started() { series_->set(series_->families.in_progress, 1); }

void OrgMetrics::collection_begins() {
  const std::lock_guard lock(mutex_);
  counted_ = {};
}

void OrgMetrics::collected(const CollectedSoFar& so_far) {
  const std::lock_guard lock(mutex_);
  MetricFamilies& all = series_->families;
  count(series_->rows_collected, counted_.rows_collected, so_far.rows_collected);
  count(series_->count_of(all.chunks_written), counted_.chunks_written, so_far.chunks_written);
  count(series_->count_of(all.bytes_written), counted_.bytes_written, so_far.bytes_written);
  count(series_->rows_loaded, counted_.rows_loaded, so_far.rows_loaded);
  count(series_->count_of(all.chunks_loaded), counted_.chunks_loaded, so_far.chunks_loaded);
  count(series_->count_of(all.requests), counted_.requests, so_far.requests);
  count(series_->count_of(all.points), counted_.points, so_far.points);
  for (const auto& [kind, requests] : so_far.answers) {
    count(all.answers.Add(series_->labelled("kind", kind)), counted_.answers[kind], requests);
  }
}

void OrgMetrics::repositories(const RepositoriesNow& now) {
  for (const auto& [state, number] : {std::pair<std::string_view, int64_t>{"done", now.done},
                                      {"failed", now.failed},
                                      {"to_go", now.to_go}}) {
    series_->families.repositories.Add(series_->labelled("state", state))
        .Set(static_cast<double>(number));
  }
}

void OrgMetrics::incomplete_pull_requests(int64_t number) {
  series_->set(series_->families.incomplete, static_cast<double>(number));
}

void OrgMetrics::tokens(const std::vector<std::optional<TokenNow>>& now) {
  const std::lock_guard lock(mutex_);
  MetricFamilies& all = series_->families;
  for (size_t i = 0; i < now.size(); ++i) {
    if (!now[i]) {
      continue;
    }
    const Labels labels = series_->labelled("token", std::to_string(i));
    all.points_left.Add(labels).Set(static_cast<double>(now[i]->points_left));
    if (now[i]->renewed_at) {
      all.renewed_at.Add(labels).Set(timestamp(*now[i]->renewed_at));
    }
  }
}

void OrgMetrics::failed(ErrorCode code) {
  series_->families.errors.Add(series_->labelled("code", to_string(code))).Increment();
}

void OrgMetrics::told_of_failure(bool delivered) {
  series_->families.notices.Add(series_->labelled("result", delivered ? "delivered" : "failed"))
      .Increment();
}

void OrgMetrics::run_ended(const RunEnd& end) {
  const std::lock_guard lock(mutex_);
  MetricFamilies& all = series_->families;
  const Labels labels = series_->labelled("result", to_string(end.result));
  all.runs.Add(labels).Increment();
  all.run_duration.Add(labels, kRunBuckets).Observe(seconds(end.took));
  series_->set(all.last_run, timestamp(end.at));
  if (end.result == RunResult::kDone || end.result == RunResult::kPartly) {
    series_->set(all.last_success, timestamp(end.at));
    collected_until_ = end.collected_until ? end.collected_until : collected_until_;
  }
  series_->set(all.in_progress, 0);
}

void OrgMetrics::next_run_due(Time due) {
  series_->set(series_->families.next_run, timestamp(due));
}

void OrgMetrics::set_lag(Time now) {
  const std::lock_guard lock(mutex_);
  if (collected_until_) {
    series_->set(series_->families.lag, std::max(seconds(now - *collected_until_), 0.0));
  }
}

Metrics::Metrics(Clock& clock, std::string_view version)
    : clock_(clock), families_(std::make_unique<MetricFamilies>(version)) {}
Metrics::~Metrics() = default;

OrgMetrics& Metrics::of(const std::string& org) {
  const std::lock_guard lock(mutex_);
  auto& metrics = orgs_[org];
  if (metrics == nullptr) {
    metrics.reset(new OrgMetrics(std::make_unique<OrgMetrics::Series>(*families_, org)));
  }
  return *metrics;
}

std::string Metrics::text() {
  const std::lock_guard lock(mutex_);
  const Time now = clock_.now();
  for (const auto& [name, metrics] : orgs_) {
    metrics->set_lag(now);
  }
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace github_stats
