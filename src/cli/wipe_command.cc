#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/interrupt.h"
#include "cli/text.h"
#include "collect/lease_keeper.h"
#include "collect/leased_store.h"
#include "collect/watermarks.h"
#include "store/keys.h"

namespace github_stats {
namespace {

// What would go, or goes.
struct Selection {
  std::vector<std::string> prefixes;  // of repositories, or of the whole organisation
  std::vector<std::string> names;     // of those repositories
  int64_t objects = 0;
  int64_t bytes = 0;
};

Result<Selection> select_objects(ObjectStore& store, const std::string& org,
                                 const Settings& settings, bool all) {
  Selection selection;
  if (all) {
    selection.prefixes.push_back(organisation_prefix(org));
  } else {
    ASSIGN_OR_RETURN(const auto folders, store.list_folders(organisation_prefix(org)));
    for (const std::string& folder : folders) {
      std::string prefix = repository_prefix(org, folder);
      if (prefix != checkpoints_prefix(org) && selects_repository(settings, folder)) {
        selection.prefixes.push_back(std::move(prefix));
        selection.names.push_back(folder);
      }
    }
  }
  for (const std::string& prefix : selection.prefixes) {
    RETURN_IF_ERROR(store.list(prefix, [&](const ObjectInfo& object) {
      if (object.key != lease_key(org)) {
        ++selection.objects;
        selection.bytes += object.size;
      }
      return true;
    }));
  }
  return selection;
}

Status remove_all(ObjectStore& store, const std::string& org, const Selection& selection) {
  for (const std::string& prefix : selection.prefixes) {
    std::vector<std::string> keys;
    RETURN_IF_ERROR(store.list(prefix, [&](const ObjectInfo& object) {
      if (object.key != lease_key(org)) {
        keys.push_back(object.key);
      }
      return true;
    }));
    for (const std::string& key : keys) {
      RETURN_IF_ERROR(store.remove(key));
    }
  }
  return {};
}

// Takes the lease; SIGINT or SIGTERM ends the wait for it.
Result<std::unique_ptr<LeaseKeeper>> take_lease(ObjectStore& store, const std::string& org) {
  const InterruptHandler interrupt;
  return LeaseKeeper::take(store, system_clock(), {.org = org, .command = "wipe-gcs"},
                           interrupt.token());
}

Status remove_under_lease(ObjectStore& plain_store, const std::string& org,
                          const Selection& selection, bool all) {
  ASSIGN_OR_RETURN(const auto keeper, take_lease(plain_store, org));
  LeasedStore store(plain_store, keeper->lease());
  // First, so that what is removed is collected again even if this is interrupted.
  RETURN_IF_ERROR(update_watermarks(store, org, [&](Watermarks& watermarks) {
    if (all) {
      watermarks.forget_all();
    }
    for (const std::string& name : selection.names) {
      watermarks.forget(name);
    }
  }));
  return remove_all(store, org, selection);
}

Result<int> wipe(const Settings& settings, const CommandOptions& options) {
  ASSIGN_OR_RETURN(const auto store, open_store(settings));
  ASSIGN_OR_RETURN(const std::string org, stored_organisation(*store, settings.github_org));
  ASSIGN_OR_RETURN(const Selection selection, select_objects(*store, org, settings, options.all));
  if (selection.objects == 0) {
    fmt::print("nothing to remove: {} has no such chunks of {}\n", store->name(), org);
    return kExitDone;
  }
  const std::string what =
      fmt::format("{} ({}) below {} in {}", counted(selection.objects, "object", "objects"),
                  bytes_for_people(selection.bytes),
                  printable(fmt::format("{}", fmt::join(selection.prefixes, ", "))), store->name());
  if (!options.confirm) {
    fmt::print(stderr, "would remove {}; rows in the warehouse stay\n  add --confirm to do it\n",
               what);
    return kExitUsage;
  }
  RETURN_IF_ERROR(remove_under_lease(*store, org, selection, options.all));
  if (!settings.quiet) {
    fmt::print("removed {}\n", what);
  }
  return kExitDone;
}

}  // namespace

int run_wipe(const Settings& settings, const CommandOptions& options) {
  if (settings.repositories.empty() != options.all) {
    fmt::print(stderr, "github-stats: wipe-gcs takes either --repo REPOSITORY or --all\n");
    return kExitUsage;
  }
  if (options.all && !settings.excluded_repositories.empty()) {
    fmt::print(stderr, "github-stats: --all removes everything: it can't go with --exclude-repo\n");
    return kExitUsage;
  }
  const auto code = wipe(settings, options);
  if (code) {
    return *code;
  }
  return code.error().code == ErrorCode::kCancelled ? kExitInterrupted
                                                    : report_failure(code.error());
}

}  // namespace github_stats
