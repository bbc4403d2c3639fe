#include "schema/schema.h"

namespace github_stats {
namespace {

using enum ColumnType;

constexpr bool kRequired = true;
constexpr bool kNullable = false;

constexpr Column kBotLogins[] = {
    {"login", kText, kRequired, "A bot's login, in lower case"},
};

constexpr Column kMetricsDays[] = {
    {"org", kText, kRequired, "Organisation (or user account) on GitHub"},
    {"repo", kText, kRequired, "Repository, without the organisation"},
    {"metric_date", kDate, kRequired, "Day in UTC"},
};

constexpr Column kMetricsSettings[] = {
    {"definition", kText, kNullable, "The statements that define them"},
    {"stale_after_days", kInteger, kRequired, "STALE_AFTER_DAYS"},
    {"is_current", kBoolean, kRequired,
     "Whether metrics are up to date but for the days of _metrics_days"},
};

constexpr Table kMetricsBookkeeping[] = {
    {"_bot_logins", "Bookkeeping: BOT_LOGINS", kBotLogins, {}, "", {}},
    {"_metrics_days",
     "Bookkeeping: days whose metrics are to be calculated again",
     kMetricsDays,
     {},
     "",
     {}},
    {"_metrics_settings",
     "Bookkeeping: what views and metrics are defined by",
     kMetricsSettings,
     {},
     "",
     {}},
};

}  // namespace

std::span<const Table> metrics_bookkeeping() { return kMetricsBookkeeping; }

}  // namespace github_stats
