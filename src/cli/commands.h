// The commands. Each does its work with checked settings, prints, and gives the exit code.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"

namespace github_stats {

// What a command line says besides settings.
struct CommandOptions {
  std::optional<int64_t> retention_days;  // init; 0: for ever
  int64_t days = 0;                       // backfill; 0: the setting's
  int64_t hours = 0;                      // collect; 0: from the watermarks
  double interval_hours = 6;              // scheduled
  std::string cron;                       // scheduled; empty: by the interval
  int64_t jitter_minutes = 0;             // scheduled
  std::string summary_file;               // what collects; empty: none; {org}: its organisation
  std::string collection_id;              // resume; empty: list
  std::string date;                       // load-gcs, gcs-summary, wipe-gcs; empty: all
  int64_t older_than = 0;                 // wipe-gcs, in days; 0: however old
  std::string sql;                        // query: SQL, the name of a query, or "-"
  std::string sql_file;                   // query
  std::string format;                     // query, export, report; empty: the command's own default
  std::string out;                        // export: a folder; report: a file, or "-"
  std::vector<std::string> tables;        // export; empty: all
  std::string from;                       // report; empty: 12 weeks before the end
  std::string to;                         // report; empty: the day of as_of
  std::string as_of;                      // report; empty: when the newest row was collected
  std::string teams_file;                 // report
  std::string shell;                      // completion
  std::string health_address;             // healthcheck; empty: the setting's

  bool once = false;  // scheduled
  bool no_load = false;
  bool no_metrics = false;  // what loads
  bool dry_run = false;     // backfill, collect, query
  bool reload = false;
  bool json = false;              // what says so in its help
  bool confirm = false;           // wipe-gcs
  bool all = false;               // wipe-gcs
  bool list = false;              // query
  bool show_sql = false;          // query
  bool for_spreadsheets = false;  // query, export
  bool anonymize = false;         // report
  bool no_people = false;         // report
  bool open = false;              // report
};

int run_init(const Settings& settings, const CommandOptions& options);
int run_backfill(const Settings& settings, const CommandOptions& options);
int run_collect(const Settings& settings, const CommandOptions& options);
// Of all organisations in turn, until it is told to end. SIGHUP reads the settings anew.
using SettingsReader = std::function<Result<std::vector<Settings>>()>;
int run_scheduled(const std::vector<Settings>& all, const CommandOptions& options,
                  const SettingsReader& read_again);
int run_resume(const Settings& settings, const CommandOptions& options);
int run_load(const Settings& settings, const CommandOptions& options);
int run_metrics(const Settings& settings, const CommandOptions& options);
int run_summary(const Settings& settings, const CommandOptions& options);
int run_wipe(const Settings& settings, const CommandOptions& options);
int run_report(const Settings& settings, const CommandOptions& options);
int run_query(const Settings& settings, const CommandOptions& options);
int run_doctor(const Settings& settings, const CommandOptions& options);
// Asks a service that runs on this machine how it is; 0 when it is well.
int run_healthcheck(const Settings& settings, const CommandOptions& options);
int run_export(const Settings& settings, const CommandOptions& options);
int run_config_show(const std::vector<Settings>& all, const CommandOptions& options);

}  // namespace github_stats
