#include <fmt/format.h>

#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/load_step.h"
#include "cli/remains.h"
#include "cli/text.h"
#include "cli/text_table.h"

namespace github_stats {
namespace {

Result<LoadOutcome> load_selected(const Settings& settings, const CommandOptions& options,
                                  ProgressDisplay& display) {
  ASSIGN_OR_RETURN(const auto store, open_store(settings));
  ASSIGN_OR_RETURN(const std::string org, stored_organisation(*store, settings.github_org));
  const LoadRequest request{org,
                            {.repositories = settings.repositories,
                             .excluded = settings.excluded_repositories,
                             .date = options.date},
                            options.reload};
  return load_chunks(settings, *store, request, options.no_metrics, display);
}

void add_json(JsonWriter& json, std::string_view name, const StreamCounts& rows) {
  json.key(name).begin_object();
  for (const Stream stream : kStreams) {
    json.key(to_string(stream)).integer(rows[stream]);
  }
  json.end_object();
}

void print_json(const LoadOutcome& outcome) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("warehouse").text(outcome.warehouse);
  json.key("chunks").integer(outcome.report.chunks);
  add_json(json, "rows", outcome.report.rows);
  add_json(json, "in_warehouse", outcome.in_warehouse);
  json.key("metrics").begin_object();
  json.key("rows").integer(outcome.metrics ? outcome.metrics->rows : 0);
  json.key("days").integer(outcome.metrics ? outcome.metrics->days : 0).end_object();
  json.key("unexplained").integer(outcome.report.unexplained);
  json.key("removed").integer(outcome.passed).key("failed").begin_array();
  for (const FailedLoad& failed : outcome.report.failed) {
    json.begin_object().key("repo").text(failed.repo);
    json.key("collection_id").text(failed.collection_id);
    json.key("error").text(failed.error.describe()).end_object();
  }
  json.end_array().end_object();
  fmt::print("{}\n", out);
}

void print_text(const LoadOutcome& outcome) {
  TextTable table({"", "loaded", "in " + outcome.warehouse});
  for (const Stream stream : kStreams) {
    table.add({std::string(to_string(stream)), with_thousands(outcome.report.rows[stream]),
               with_thousands(outcome.in_warehouse[stream])});
  }
  fmt::print("{}{} loaded\n", table.render(), counted(outcome.report.chunks, "chunk", "chunks"));
  fmt::print("{}{}", metrics_line(outcome), passed_line(outcome));
  if (outcome.report.unexplained > 0) {
    fmt::print("{} chunks were left alone: no checkpoint tells of them\n",
               with_thousands(outcome.report.unexplained));
  }
}

}  // namespace

int run_load(const Settings& settings, const CommandOptions& options) {
  ProgressDisplay display(stderr, display_mode_for(settings, stderr));
  const auto outcome = load_selected(settings, options, display);
  display.clear();
  if (!outcome) {
    return report_failure(outcome.error());
  }
  if (options.json) {
    print_json(*outcome);
  } else if (!settings.quiet) {
    print_text(*outcome);
  }
  tell_of_failed_loads(outcome->report, settings.log_format);
  return outcome->report.failed.empty() ? kExitDone : kExitPartly;
}

}  // namespace github_stats
