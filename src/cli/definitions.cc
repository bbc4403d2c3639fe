#include "cli/definitions.h"

#include <fmt/format.h>

#include <set>

#include "cli/completion_command.h"
#include "cli/description.h"
#include "cli/validators.h"
#include "cli/version.h"
#include "config/setting_info.h"
#include "config/settings.h"
#include "schema/schema.h"

namespace github_stats {
namespace {

constexpr const char* kExamples = R"(Examples:
  export GITHUB_TOKEN=ghp_… GITHUB_ORG=acme
  github-stats init                      # create the store and the tables
  github-stats backfill --days 180       # collect half a year, then load it
  github-stats collect                   # what changed since the last time
  github-stats scheduled --interval 6    # that every six hours, as a service
  github-stats backfill --dry-run        # what that would cost
  github-stats backfill --repo 'web-*'   # some repositories only
  github-stats resume                    # list what can be resumed
  github-stats report --open             # the charts, in a browser
  github-stats query --list              # questions to ask; or ask in SQL
  github-stats doctor                    # what is wrong, and what to do

Settings also come from the environment, from .env (see .env.example) and from
github-stats.toml, which can name several organisations; `config show` tells
where each comes from.
Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 done but for some
repositories (resume takes just those), 130 interrupted (resumable).)";

// An id belongs to one organisation; without one, what can be resumed of each is listed.
int resume_one_or_list(const std::vector<Settings>& all, const CommandOptions& options) {
  const Command command = options.collection_id.empty() ? for_each_organisation(run_resume)
                                                        : for_one_organisation(run_resume);
  return command(all, options);
}

}  // namespace

Definitions::Definitions()
    : app_("Collects a GitHub organisation's pull requests into a warehouse.") {
  app_.name("github-stats");
  app_.footer(kExamples);
  app_.set_version_flag("--version", std::string("github-stats ") + kVersion);
  app_.require_subcommand(0, 1);
  app_.fallthrough();
  add_settings();
  add_commands();
}

// One option for each setting that has a flag.
void Definitions::add_settings() {
  for (const SettingInfo& info : known_settings()) {
    if (info.flag.empty()) {
      continue;
    }
    const std::string flag(info.flag);
    std::string help(info.help);
    if (!info.flag_only) {
      help += fmt::format(" [{}]", info.variable);
    }
    if (info.default_text == "false") {
      app_.add_flag(flag, flags_[info.variable].present, help)->group("Settings");
    } else {
      auto* option = app_.add_option(flag, flags_[info.variable].values, help);
      option->group("Settings")->type_name(info.value.empty() ? "VALUE" : std::string(info.value));
      option->expected(1)->multi_option_policy(info.list ? CLI::MultiOptionPolicy::TakeAll
                                                         : CLI::MultiOptionPolicy::TakeLast);
      // One value is one word: what follows may be a command's own argument.
      option->allow_extra_args(info.list);
    }
  }
  app_.add_option("--env-file", env_file_, "file with settings, instead of .env")
      ->group("Settings")
      ->type_name("FILE");
  app_.add_option("--config", config_file_, "configuration file, instead of github-stats.toml")
      ->group("Settings")
      ->type_name("FILE");
}

CLI::App* Definitions::add_command(const std::string& name, const std::string& help,
                                   const std::string& example, Command command) {
  CLI::App* added = app_.add_subcommand(name, help);
  added->fallthrough();
  added->footer("Example:\n  github-stats " + example + "\n\n" + kSharedSettings +
                "github-stats --help");
  added->callback([this, command = std::move(command)] { chosen_ = command; });
  return added;
}

void Definitions::add_commands() {
  CLI::App* init =
      add_command("init", "Create the store, the warehouse and its tables (safe to repeat)",
                  "init --store gs://acme-chunks --retention-days 400", for_each_place(run_init));
  init->add_option("--retention-days", options_.retention_days,
                   "let the bucket remove objects so long after they were written; 0: keep them")
      ->type_name("DAYS")
      ->check(CLI::Range(0, 36'500));
  add_collecting_commands();
  add_store_commands();
  add_warehouse_commands();
  add_doctor_commands();
  add_config_command();
  add_completion_command();
}

void Definitions::add_doctor_commands() {
  CLI::App* doctor = add_command(
      "doctor", "Check tokens, permissions, limits, store and warehouse; say what to do",
      "doctor --json | jq '.checks[] | select(.status == \"fail\")'\n\n"
      "Changes nothing. Exit code 1 when a check failed, 0 when none did.",
      for_each_organisation(run_doctor));
  doctor->add_flag("--json", options_.json, "print the findings as JSON");
  CLI::App* healthcheck =
      add_command("healthcheck", "Ask a running service how it is; exit code 0: well",
                  "healthcheck :9464 || echo 'not well'\n\nFor containers, which have nothing else "
                  "to ask with.",
                  [](const std::vector<Settings>& all, const CommandOptions& options) {
                    return run_healthcheck(all.front(), options);
                  });
  healthcheck
      ->add_option("address", options_.health_address,
                   "where it serves metrics; default: METRICS_ADDRESS, or 127.0.0.1:9464")
      ->type_name("HOST:PORT");
}

void Definitions::add_completion_command() {
  CLI::App* completion =
      add_command("completion", "Print what a shell needs to complete this command line",
                  "completion bash > github-stats.bash    # to be read in ~/.bashrc\n"
                  "  github-stats completion zsh > _github-stats         # in a folder of $fpath\n"
                  "  github-stats completion fish > github-stats.fish    # in fish's completions/",
                  nullptr);
  completion->add_option("shell", options_.shell)
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL");
  completion->callback([this] {
    without_settings_ = [this] { return run_completion(describe_command_line(*this), options_); };
  });
}

void Definitions::add_config_command() {
  CLI::App* config = add_command("config", "Show the settings in effect, and where they come from",
                                 "config show --org acme", run_config_show);
  config->require_subcommand(1);
  CLI::App* show =
      config->add_subcommand("show", "Show each setting with its value and where it comes from");
  show->fallthrough();
  show->add_flag("--json", options_.json, "print the result as JSON");
}

void Definitions::add_collecting_commands() {
  CLI::App* backfill =
      add_command("backfill", "Collect every pull request updated in the last days, then load",
                  "backfill --days 90 --repo 'web-*' --exclude-repo web-legacy",
                  for_each_organisation(run_backfill));
  backfill
      ->add_option("--days", options_.days, "how far back (default: DEFAULT_LOOKBACK_DAYS, 180)")
      ->check(CLI::Range(1, 36'500))
      ->type_name("DAYS");
  CLI::App* collect =
      add_command("collect", "Collect what has changed since the last time, then load",
                  "collect --no-progress", for_each_organisation(run_collect));
  collect
      ->add_option("--hours", options_.hours,
                   "how far back (default: each repository from where it was collected last)")
      ->check(CLI::Range(1, 876'000))
      ->type_name("HOURS");
  CLI::App* resume =
      add_command("resume", "Go on with a collection; without an id, list those that can be",
                  "resume --collection-id 20260131T235959Z", resume_one_or_list);
  resume->add_option("--collection-id", options_.collection_id, "as printed: 20260131T235959Z")
      ->check(is_collection_id)
      ->type_name("ID");
  CLI::App* scheduled = add_scheduled();
  for (CLI::App* command : {backfill, collect}) {
    command->add_flag("--dry-run", options_.dry_run,
                      "say what it would bring, cost and take, and do nothing");
  }
  for (CLI::App* command : {backfill, collect, scheduled, resume}) {
    command->add_flag("--no-load", options_.no_load, "collect only; load-gcs loads later");
    command
        ->add_option("--summary-file", options_.summary_file,
                     "write what the run came to, as JSON, to this file")
        ->check(is_in_a_folder)
        ->type_name("FILE");
    add_no_metrics(command);
  }
}

CLI::App* Definitions::add_scheduled() {
  CLI::App* scheduled = add_command(
      "scheduled", "Run collect every few hours, until SIGTERM or SIGINT",
      "scheduled --interval 6\n"
      "  github-stats scheduled --cron '0 */6 * * *' --jitter 10 --log-format json\n"
      "  github-stats scheduled --once    # one run, for a scheduler of yours\n\n"
      "The first run begins at once. SIGHUP reads the settings again.",
      [this](const std::vector<Settings>& all, const CommandOptions& options) {
        return run_scheduled(all, options, [this] { return load_all_settings(sources()); });
      });
  CLI::Option* interval =
      scheduled
          ->add_option("--interval", options_.interval_hours, "hours from one run to the next [6]")
          ->check(is_interval)
          ->type_name("HOURS");
  CLI::Option* cron = scheduled
                          ->add_option("--cron", options_.cron,
                                       "when to run instead, in five fields as cron's, in UTC")
                          ->check(is_cron)
                          ->type_name("'M H D M W'");
  CLI::Option* jitter = scheduled
                            ->add_option("--jitter", options_.jitter_minutes,
                                         "put each run off by up to so many minutes, at random")
                            ->check(CLI::Range(0, 1440))
                            ->type_name("MINUTES");
  CLI::Option* once = scheduled->add_flag("--once", options_.once, "one run, and its exit code");
  cron->excludes(interval);
  for (CLI::Option* option : {interval, cron, jitter}) {
    once->excludes(option);
  }
  return scheduled;
}

void Definitions::add_store_commands() {
  CLI::App* load =
      add_command("load-gcs", "Load chunks that are not loaded yet",
                  "load-gcs --repo web --date 2026-01-31", for_each_organisation(run_load));
  load->alias("load");
  add_no_metrics(load);
  load->add_flag("--reload", options_.reload, "load again what was loaded (nothing doubles)");
  add_command("metrics", "Calculate the table metrics anew, all of it", "metrics",
              for_each_warehouse(run_metrics));
  CLI::App* summary = add_command("gcs-summary", "Show what the store holds, by repository",
                                  "gcs-summary --json", for_each_organisation(run_summary));
  summary->alias("summary");
  CLI::App* wipe = add_command("wipe-gcs", "Remove chunks: of --repo, old ones, or everything",
                               "wipe-gcs --repo web --confirm\n"
                               "  github-stats wipe-gcs --older-than 365 --confirm",
                               for_one_organisation(run_wipe));
  wipe->alias("wipe");
  wipe->add_flag("--confirm", options_.confirm, "do it; without, only show what would go");
  wipe->add_flag("--all", options_.all, "everything of the organisation, checkpoints too");
  wipe->add_option("--older-than", options_.older_than,
                   "chunks and checkpoints of collections begun more than so many days ago")
      ->check(CLI::Range(1, 36'500))
      ->type_name("DAYS");
  for (CLI::App* command : {load, summary, wipe}) {
    command
        ->add_option("--date", options_.date,
                     "only chunks of collections begun on this day (UTC), 2026-01-31")
        ->check(is_day)
        ->type_name("DAY");
    command->add_flag("--json", options_.json, "print the result as JSON");
  }
}

void Definitions::add_no_metrics(CLI::App* command) {
  command->add_flag("--no-metrics", options_.no_metrics,
                    "leave metrics as they are; the next load or `metrics` catches up");
}

void Definitions::add_report_command() {
  CLI::App* report = add_command(
      "report", "Write a page with the charts: cycle time, reviews, open work",
      "report --open\n"
      "  github-stats report --from 2026-01-01 --to 2026-03-31 --repo 'web-*' --out q1.html\n"
      "  github-stats report --format json | jq .totals",
      for_one_organisation(run_report));
  report->add_option("--from", options_.from, "first day (UTC); default: 12 weeks up to --to")
      ->check(is_day)
      ->type_name("DAY");
  report->add_option("--to", options_.to, "last day (UTC); default: that of --as-of")
      ->check(is_day)
      ->type_name("DAY");
  report
      ->add_option("--as-of", options_.as_of,
                   "day or time whose state is shown; default: when the newest row was collected")
      ->type_name("DAY|TIME");
  report->add_option("--teams", options_.teams_file, "file with lines \"team: login, login\"")
      ->type_name("FILE");
  report->add_flag("--anonymize", options_.anonymize,
                   "pseudonyms for people; no titles, numbers or links");
  report->add_flag("--no-people", options_.no_people, "nothing about anybody in particular");
  report->add_option("--format", options_.format, "default: html")
      ->check(CLI::IsMember({"html", "json", "md"}))
      ->type_name("FORMAT");
  report
      ->add_option("--out", options_.out,
                   "file, or - for standard output; default: github-stats-report.html, or - for "
                   "json and md")
      ->type_name("FILE");
  report->add_flag("--open", options_.open, "show the page in the browser");
}

void Definitions::add_warehouse_commands() {
  add_report_command();
  CLI::App* query = add_command("query", "Ask the warehouse: SQL, or a query by name",
                                "query throughput\n"
                                "  github-stats query \"SELECT repo, count(*) FROM pull_requests "
                                "GROUP BY repo\" --format csv",
                                for_one_warehouse(run_query));
  query->add_option("sql", options_.sql, "SQL, the name of a query (--list), or - to read SQL")
      ->type_name("SQL|NAME|-");
  query->add_option("--file", options_.sql_file, "read the SQL from this file")->type_name("FILE");
  query->add_flag("--list", options_.list, "list the queries that have names");
  query->add_flag("--dry-run", options_.dry_run,
                  "say how much it would read (BigQuery bills for that), and do nothing");
  query->add_flag("--show-sql", options_.show_sql, "print the SQL instead of running it");
  add_format(*query, {"table", "json", "csv"});
  CLI::App* exports = add_command("export", "Write the tables to files, Parquet or CSV",
                                  "export --out tables --format csv --table reviews",
                                  for_one_warehouse(run_export));
  exports->add_option("--out", options_.out, "folder to write to; created if need be")
      ->required()
      ->type_name("DIR");
  std::set<std::string> names;
  for (const Table& table : tables()) {
    names.emplace(table.name);
  }
  exports->add_option("--table", options_.tables, "only this table; may be repeated")
      ->check(CLI::IsMember(names))
      ->type_name("TABLE");
  add_format(*exports, {"parquet", "csv"});
  exports->add_flag("--json", options_.json, "print the result as JSON");
}

// The first is the default.
void Definitions::add_format(CLI::App& command, const std::vector<std::string>& formats) {
  command.add_option("--format", options_.format, "default: " + formats.front())
      ->check(CLI::IsMember(formats))
      ->type_name("FORMAT");
  command.add_flag("--for-spreadsheets", options_.for_spreadsheets,
                   "CSV: put ' in front of texts that a spreadsheet would run as formulas");
}

SettingSources Definitions::sources() const {
  SettingSources sources;
  for (const auto& [variable, flag] : flags_) {
    if (flag.present) {
      sources.flags[std::string(variable)] = "true";
    } else if (!flag.values.empty()) {
      sources.flags[std::string(variable)] = fmt::format("{}", fmt::join(flag.values, ","));
    }
  }
  sources.environment = process_environment;
  if (!env_file_.empty()) {
    sources.env_file = env_file_;
  }
  if (!config_file_.empty()) {
    sources.config_file = config_file_;
  }
  return sources;
}

}  // namespace github_stats
