#include <fmt/format.h>

#include <memory>

#include "base/log.h"
#include "cli/collecting.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/estimate_step.h"
#include "cli/exit_code.h"
#include "cli/github_connection.h"
#include "cli/interrupt.h"
#include "cli/load_step.h"
#include "cli/observed_run.h"
#include "cli/progress_display.h"
#include "cli/remains.h"
#include "cli/resumable.h"
#include "cli/run_summary.h"
#include "cli/text.h"
#include "cli/text_table.h"
#include "collect/collector.h"
#include "collect/lease_keeper.h"
#include "collect/leased_store.h"

namespace github_stats {
namespace {

// One run of a collecting command, from the first request to the closing table.
class CollectSession {
 public:
  using Start = std::function<Result<CollectionReport>(Collector&, ObjectStore&, std::stop_token)>;

  CollectSession(const Settings& settings, const CommandOptions& options, const CollectingRun& how,
                 GitHubConnection& github)
      : settings_(settings),
        options_(options),
        how_(how),
        github_(github),
        display_(stderr, display_mode_for(settings, stderr)) {}

  int run(const Start& start) {
    const Status status = collect(start);
    display_.clear();
    if (!status) {
      return stopped_early_ ? kExitInterrupted : report(status.error());
    }
    if (report_.interrupted) {
      print_how_to_resume("interrupted");
      return kExitInterrupted;
    }
    if (!options_.no_load) {
      if (const Status loaded = load(); !loaded) {
        display_.clear();
        conclude();
        report(loaded.error());
        if (how_.is_attended) {
          fmt::print(stderr, "  what was collected is safe; load it with: github-stats load-gcs\n");
        }
        return kExitFailed;
      }
    }
    if (!settings_.quiet) {
      print_closing_table();
    }
    return conclude();
  }

  RunSummary summary(int exit_code) const {
    return {.command = how_.command,
            .org = settings_.github_org,
            .started_at = started_at_,
            .ended_at = system_clock().now(),
            .exit_code = exit_code,
            .failure = failure_,
            .report = report_,
            .usage = github_.usage(),
            .loaded = loaded_.warehouse.empty() ? std::nullopt : std::optional(loaded_)};
  }

 private:
  int report(const Error& error) {
    failure_ = error;
    return how_.fail(error);
  }

  Status collect(const Start& start) {
    std::optional<InterruptHandler> interrupt;
    const std::stop_token stop = how_.stop ? *how_.stop : interrupt.emplace().token();
    ASSIGN_OR_RETURN(store_, open_store(settings_, stop));
    RETURN_IF_ERROR(store_->init());
    if (!options_.no_load) {
      // A warehouse that can't be used is better known before an hour of collecting than after.
      ASSIGN_OR_RETURN(const auto warehouse, open_warehouse(settings_, stop));
      RETURN_IF_ERROR(warehouse->init());
    }
    configure_logging({settings_.log_level, settings_.log_format,
                       [this](std::string_view line) { display_.print_above(line); }});
    auto report = collect_under_lease(start, stop);
    configure_logging({settings_.log_level, settings_.log_format});
    stopped_early_ = stop.stop_requested();
    ASSIGN_OR_RETURN(report_, std::move(report));
    return {};
  }

  // The lease lasts from before GitHub is asked for repositories to after the last write.
  Result<CollectionReport> collect_under_lease(const Start& start, std::stop_token stop) {
    const LeaseRequest request{.org = settings_.github_org, .command = how_.command};
    ASSIGN_OR_RETURN(const auto keeper, LeaseKeeper::take(*store_, system_clock(), request, stop));
    LeasedStore store(*store_, keeper->lease());
    Collector collector(
        github_.fetcher(), store, system_clock(),
        {static_cast<size_t>(settings_.max_workers), static_cast<size_t>(settings_.chunk_rows),
         settings_.compress, settings_.github_api_url, settings_.privacy, pseudonyms(),
         [this](std::string_view id) { logged_.set(id); }},
        [this](const CollectionProgress& progress) { show(progress); });
    auto report = start(collector, store, stop);
    if (report && !settings_.quiet) {
      log_cost(report->checkpoint);
    }
    return report;
  }

  // What people are called instead; nothing without a key.
  std::shared_ptr<const Pseudonyms> pseudonyms() const {
    return settings_.privacy_key.empty()
               ? nullptr
               : std::make_shared<const Pseudonyms>(settings_.privacy_key.reveal(),
                                                    settings_.bot_logins);
  }

  Status load() {
    const LoadRequest request{.org = report_.checkpoint.org,
                              .stop = how_.stop.value_or(std::stop_token())};
    ObservedRun* const observed = how_.observed;
    if (observed != nullptr) {
      observed->loads();
    }
    ASSIGN_OR_RETURN(loaded_, load_chunks(settings_, *store_, request, options_.no_metrics,
                                          display_, [&](const LoadProgress& progress) {
                                            if (observed != nullptr) {
                                              observed->loading(progress);
                                            }
                                          }));
    tell_of_failed_loads(loaded_.report, settings_.log_format);
    return {};
  }

  void show(const CollectionProgress& progress) {
    elapsed_ = progress.elapsed;
    if (how_.observed != nullptr) {
      how_.observed->collecting(progress);
    }
    display_.show({progress, github_.limiter().points_left(), github_.limiter().waiting()});
  }

  // What the run cost, for whoever reads the log instead of the closing table.
  void log_cost(const Checkpoint& checkpoint) const {
    const ApiUsage usage = github_.usage();
    const int64_t pull_requests = collected(checkpoint, Stream::kPullRequests);
    log_info("collection ended", {{"collection_id", checkpoint.collection_id},
                                  {"requests", usage.requests},
                                  {"points", usage.points},
                                  {"pull_requests", pull_requests},
                                  {"points_per_pull_request", points_each(usage, pull_requests)}});
  }

  static std::string points_each(const ApiUsage& usage, int64_t pull_requests) {
    return pull_requests == 0 ? "none"
                              : fmt::format("{:.2f}", static_cast<double>(usage.points) /
                                                          static_cast<double>(pull_requests));
  }

  static int64_t collected(const Checkpoint& checkpoint, Stream stream) {
    int64_t rows = 0;
    for (const RepositoryProgress& repository : checkpoint.repositories) {
      rows += repository.rows[static_cast<size_t>(stream)];
    }
    return rows;
  }

  void print_closing_table() const {
    std::vector<std::string> heading = {"", "collected"};
    if (!options_.no_load) {
      heading.insert(heading.end(), {"loaded", "in " + loaded_.warehouse});
    }
    TextTable table(heading);
    for (const Stream stream : kStreams) {
      std::vector<std::string> row = {std::string(to_string(stream)),
                                      with_thousands(collected(report_.checkpoint, stream))};
      if (!options_.no_load) {
        row.push_back(with_thousands(loaded_.report.rows[stream]));
        row.push_back(with_thousands(loaded_.in_warehouse[stream]));
      }
      table.add(std::move(row));
    }
    fmt::print("{}\n{}{}{}", table.render(), closing_lines(), metrics_line(loaded_),
               passed_line(loaded_));
  }

  std::string closing_lines() const {
    const Checkpoint& checkpoint = report_.checkpoint;
    const ApiUsage usage = github_.usage();
    const int64_t pull_requests = collected(checkpoint, Stream::kPullRequests);
    std::string text = fmt::format(
        "collection {} of {}: {} in {}\n", checkpoint.collection_id, checkpoint.org,
        counted(static_cast<int64_t>(checkpoint.repositories.size()), "repository", "repositories"),
        for_people(elapsed_));
    text += fmt::format("GitHub: {} in {}", counted(usage.points, "point", "points"),
                        counted(usage.requests, "request", "requests"));
    if (pull_requests > 0) {
      text += fmt::format(", {} points a pull request", points_each(usage, pull_requests));
    }
    return text + "\n" + skipped_line();
  }

  std::string skipped_line() const {
    const SelectionCounts& counts = report_.selection;
    std::vector<std::string> parts;
    const auto add = [&](int64_t count, std::string_view what) {
      if (count > 0) {
        parts.push_back(fmt::format("{} {}", count, what));
      }
    };
    add(counts.unchanged, "without changes in the window");
    add(counts.archived, "archived (--include-archived)");
    add(counts.forks, "forks (--include-forks)");
    add(counts.excluded, "not selected");
    return parts.empty() ? "" : fmt::format("left out: {}\n", fmt::join(parts, ", "));
  }

  int conclude() {
    const auto failed = report_.failed();
    const bool complete = tell_of_remains(report_, settings_.log_format);
    if (report_.failure) {
      const int code = report(*report_.failure);
      print_how_to_resume("stopped");
      return github_.limiter().points_are_spent() ? kExitPartly : code;
    }
    if (!failed.empty()) {
      print_how_to_resume(fmt::format("{} of {} repositories failed", failed.size(),
                                      report_.checkpoint.repositories.size()));
      return kExitPartly;
    }
    return complete && loaded_.report.failed.empty() ? kExitDone : kExitPartly;
  }

  void print_how_to_resume(std::string_view why) const {
    if (!how_.is_attended) {
      return;
    }
    fmt::print(stderr, "{}; {}\n", why, how_to_resume(settings_, report_.checkpoint.collection_id));
  }

  const Settings& settings_;
  const CommandOptions& options_;
  const CollectingRun& how_;
  GitHubConnection& github_;
  ProgressDisplay display_;
  LoggedCollection logged_{options_.collection_id};  // to go on with
  std::unique_ptr<ObjectStore> store_;
  CollectionReport report_;
  LoadOutcome loaded_;
  std::optional<Error> failure_;  // the last that was reported
  const Time started_at_ = system_clock().now();
  Duration elapsed_{0};
  bool stopped_early_ = false;
};

// Without a load rows would stay in a directory that they are to pass through.
Status check_load(const Settings& settings, const CommandOptions& options) {
  if (settings.persist_to_store || !options.no_load) {
    return {};
  }
  return fail(ErrorCode::kInvalidArgument,
              "--no-load can't go with PERSIST_TO_GCS=false: rows go straight to the warehouse, "
              "and nothing keeps them until they are loaded later",
              "leave out --no-load, or set PERSIST_TO_GCS=true");
}

// What must be so before anything is asked of GitHub, and the connection to it.
Result<std::unique_ptr<GitHubConnection>> sign_in(const Settings& settings,
                                                  const CommandOptions& options) {
  RETURN_IF_ERROR(check_load(settings, options));
  RETURN_IF_ERROR(check_privacy_key(settings));
  return GitHubConnection::open(settings);
}

// Signs in to GitHub and collects.
CollectingEnd run_session(const Settings& settings, const CommandOptions& options,
                          const CollectingRun& how, const CollectSession::Start& start) {
  const auto github = sign_in(settings, options);
  if (!github) {
    return {how.fail(github.error()), {}};
  }
  if (how.observed != nullptr) {
    how.observed->begins(**github);
  }
  CollectSession session(settings, options, how, **github);
  const int exit_code = session.run(start);
  const RunSummary summary = session.summary(exit_code);
  if (how.observed != nullptr) {
    how.observed->ended(summary);
  }
  CollectingEnd end{exit_code, summary.report.checkpoint.collection_id};
  if (!options.summary_file.empty()) {
    const Status written = write_whole_file(options.summary_file, encode_run_summary(summary));
    if (!written) {
      const int code = how.fail(written.error());
      end.exit_code = exit_code == kExitDone || exit_code == kExitPartly ? code : exit_code;
    }
  }
  return end;
}

// `request` says what to collect; of whom is in the settings.
CollectingEnd run_collection(const Settings& settings, const CommandOptions& options,
                             CollectionRequest request, const CollectingRun& how) {
  request.org = settings.github_org;
  request.command = how.command;
  request.filter = {settings.repositories, settings.excluded_repositories,
                    settings.include_archived, settings.include_forks};
  if (options.dry_run) {
    return {print_estimate(settings, request), {}};
  }
  return run_session(settings, options, how,
                     [&](Collector& collector, ObjectStore&, std::stop_token stop) {
                       return collector.start(request, stop);
                     });
}

// One run of a command that people start, for those who watch, too.
int run_observed(const Settings& settings, const CommandOptions& options,
                 const std::string& command,
                 const std::function<CollectingEnd(const CollectingRun&)>& run) {
  CollectingRun how{.command = command};
  if (settings.log_format == LogFormat::kJson) {
    how.report = log_failure;  // a program reads it
    how.is_attended = false;
  }
  if (options.dry_run) {
    return run(how).exit_code;
  }
  const auto observation = Observation::open({&settings, 1});
  if (!observation) {
    return how.report(observation.error());
  }
  ObservedRun observed(**observation, settings, command);
  how.observed = &observed;
  const int exit_code = run(how).exit_code;
  observed.end(exit_code, /*stopped=*/false, {});
  return exit_code;
}

}  // namespace

int CollectingRun::fail(const Error& error) const {
  const int code = report(error);
  if (observed != nullptr && code != kExitInterrupted) {
    observed->failed(error);
  }
  return code;
}

int run_backfill(const Settings& settings, const CommandOptions& options) {
  const int64_t days = options.days > 0 ? options.days : settings.lookback_days;
  return run_observed(settings, options, "backfill", [&](const CollectingRun& how) {
    return run_collection(settings, options, {.window = std::chrono::hours(24 * days)}, how);
  });
}

int run_collect(const Settings& settings, const CommandOptions& options) {
  return run_observed(settings, options, "collect", [&](const CollectingRun& how) {
    if (options.hours == 0) {
      return collect_since_watermarks(settings, options, how);
    }
    return run_collection(settings, options,
                          {.window = std::chrono::hours(options.hours), .begins_history = false},
                          how);
  });
}

CollectingEnd collect_since_watermarks(const Settings& settings, const CommandOptions& options,
                                       const CollectingRun& run) {
  return run_collection(
      settings, options,
      {.window = std::chrono::hours(24 * settings.lookback_days), .from_watermarks = true}, run);
}

int run_resume(const Settings& settings, const CommandOptions& options) {
  if (options.collection_id.empty()) {
    return list_resumable(settings);
  }
  if (!settings.repositories.empty() || !settings.excluded_repositories.empty()) {
    fmt::print(stderr,
               "github-stats: resume goes on with all of a collection: it can't go with --repo or "
               "--exclude-repo\n");
    return kExitUsage;
  }
  return run_observed(settings, options, "resume", [&](const CollectingRun& how) {
    return go_on_with_collection(settings, options, how);
  });
}

CollectingEnd go_on_with_collection(const Settings& settings, const CommandOptions& options,
                                    const CollectingRun& run) {
  return run_session(settings, options, run,
                     [&](Collector& collector, ObjectStore& store,
                         std::stop_token stop) -> Result<CollectionReport> {
                       ASSIGN_OR_RETURN(const std::string org,
                                        stored_organisation(store, settings.github_org));
                       return collector.resume(org, options.collection_id, stop);
                     });
}

}  // namespace github_stats
