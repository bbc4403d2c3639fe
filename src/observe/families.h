// The families of metrics: their names, their types, and what they mean.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <string>
#include <string_view>

#include "observe/metrics.h"

namespace github_stats {

using CounterFamily = prometheus::Family<prometheus::Counter>;
using GaugeFamily = prometheus::Family<prometheus::Gauge>;
using HistogramFamily = prometheus::Family<prometheus::Histogram>;

struct MetricFamilies {
  explicit MetricFamilies(std::string_view version);

  prometheus::Registry registry;

  CounterFamily& runs;
  HistogramFamily& run_duration;
  GaugeFamily& in_progress;
  GaugeFamily& last_run;
  GaugeFamily& last_success;
  GaugeFamily& next_run;
  GaugeFamily& lag;
  CounterFamily& errors;
  CounterFamily& notices;

  CounterFamily& rows_collected;
  CounterFamily& chunks_written;
  CounterFamily& bytes_written;
  CounterFamily& rows_loaded;
  CounterFamily& chunks_loaded;
  GaugeFamily& repositories;
  GaugeFamily& incomplete;

  CounterFamily& requests;
  CounterFamily& answers;
  CounterFamily& points;
  GaugeFamily& points_left;
  GaugeFamily& renewed_at;
};

}  // namespace github_stats
