#include "cli/resumable.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/text.h"
#include "cli/text_table.h"
#include "collect/store_summary.h"

namespace github_stats {
namespace {

Status print_resumable(const Settings& settings) {
  ASSIGN_OR_RETURN(const auto store, open_store(settings));
  ASSIGN_OR_RETURN(const std::string org, stored_organisation(*store, settings.github_org));
  ASSIGN_OR_RETURN(const auto open, open_collections(*store, org));
  if (open.empty()) {
    fmt::print("{} has no collection of {} that could be resumed\n", store->name(), org);
    return {};
  }
  TextTable table({"collection", "command", "started", "done", "failed", "to go", "pull requests"});
  std::string newest;
  for (const OpenCollection& collection : open) {
    if (!collection.unreadable.empty()) {
      fmt::print(stderr, "unreadable: {}\n", printable(collection.unreadable));
      continue;
    }
    newest = newest.empty() ? collection.id : newest;
    table.add({collection.id, collection.command, format_time(collection.started_at),
               std::to_string(collection.done), std::to_string(collection.failed),
               std::to_string(collection.to_go), with_thousands(collection.pull_requests)});
  }
  if (!newest.empty()) {
    fmt::print("{}{}\n", table.render(), how_to_resume(settings, newest));
  }
  return {};
}

}  // namespace

int list_resumable(const Settings& settings) {
  const Status status = print_resumable(settings);
  return status ? kExitDone : report_failure(status.error());
}

std::string how_to_resume(const Settings& settings, std::string_view collection_id) {
  return settings.is_one_of_several
             ? fmt::format("go on with: github-stats resume --org {} --collection-id {}",
                           settings.github_org, collection_id)
             : fmt::format("go on with: github-stats resume --collection-id {}", collection_id);
}

}  // namespace github_stats
