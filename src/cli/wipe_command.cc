#include <fmt/format.h>

#include <utility>

#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/interrupt.h"
#include "cli/progress_display.h"
#include "cli/text.h"
#include "cli/wipe_plan.h"
#include "collect/lease_keeper.h"
#include "collect/leased_store.h"
#include "collect/removal.h"
#include "collect/watermarks.h"

namespace github_stats {
namespace {

class Wipe {
 public:
  Wipe(const Settings& settings, const CommandOptions& options)
      : settings_(settings),
        options_(options),
        display_(stderr, display_mode_for(settings, stderr)) {}

  Result<int> run() {
    RETURN_IF_ERROR(check_wipe(settings_, options_));
    ASSIGN_OR_RETURN(store_, open_store(settings_));
    ASSIGN_OR_RETURN(const std::string org, stored_organisation(*store_, settings_.github_org));
    const auto show = [this](const SummaryProgress& progress) {
      display_.show_text(fmt::format("{} objects listed", with_thousands(progress.listed)));
    };
    ASSIGN_OR_RETURN(plan_,
                     plan_wipe(*store_, org, settings_, options_, system_clock().now(), show));
    display_.clear();
    if (plan_.objects() > 0 && options_.confirm) {
      return remove();
    }
    print_json(0, 0);
    if (plan_.objects() > 0) {
      fmt::print(stderr, "would remove {} from {}:\n{}  add --confirm to do it\n", what(),
                 plan_.store, describe(plan_));
      return kExitUsage;
    }
    if (!options_.json) {
      fmt::print("nothing to remove: {} has no such chunks of {}\n", plan_.store, org);
    }
    return kExitDone;
  }

 private:
  std::string what() const {
    return fmt::format("{} ({})", counted(plan_.objects(), "object", "objects"),
                       bytes_for_people(plan_.bytes()));
  }

  Result<int> remove() {
    if (!settings_.quiet && !options_.json) {
      fmt::print("removing {} from {}:\n{}", what(), plan_.store, describe(plan_));
      std::fflush(stdout);
    }
    const InterruptHandler interrupt;
    ASSIGN_OR_RETURN(const auto keeper, LeaseKeeper::take(*store_, system_clock(),
                                                          {.org = plan_.org, .command = "wipe-gcs"},
                                                          interrupt.token()));
    LeasedStore store(*store_, keeper->lease());
    // First, so that what is removed is collected again even if this is interrupted.
    if (!plan_.prunes()) {
      RETURN_IF_ERROR(forget_watermarks(store));
    }
    Removal removal(
        store, static_cast<size_t>(settings_.max_workers),
        [this](int64_t gone) {
          display_.show_text(fmt::format("removing: {} of {} objects", with_thousands(gone),
                                         with_thousands(plan_.objects())));
        },
        interrupt.token());
    const Status status = remove_with(removal);
    display_.clear();
    print_json(removal.objects(), removal.bytes());
    return conclude(removal, status);
  }

  Status forget_watermarks(ObjectStore& store) const {
    return update_watermarks(store, plan_.org, [this](Watermarks& watermarks) {
      if (plan_.all) {
        watermarks.forget_all();
      }
      for (const RepositorySummary& repository : plan_.repositories) {
        watermarks.forget(repository.name);
      }
    });
  }

  Status remove_with(Removal& removal) const {
    if (plan_.all) {
      return removal.organisation(plan_.org);
    }
    for (const RepositorySummary& repository : plan_.repositories) {
      RETURN_IF_ERROR(removal.repository(plan_.org, repository.name, plan_.filter));
    }
    return plan_.prunes_checkpoints() ? removal.checkpoints(plan_.org, plan_.filter) : Status();
  }

  Result<int> conclude(const Removal& removal, const Status& status) const {
    if (status) {
      if (!settings_.quiet && !options_.json) {
        fmt::print("removed {} ({})\n", counted(removal.objects(), "object", "objects"),
                   bytes_for_people(removal.bytes()));
      }
      return kExitDone;
    }
    const bool interrupted = status.error().code == ErrorCode::kCancelled;
    fmt::print(stderr, "{}: removed {} of {} objects; the same command takes the rest\n",
               interrupted ? "interrupted" : "not done", with_thousands(removal.objects()),
               with_thousands(plan_.objects()));
    return interrupted ? kExitInterrupted : Result<int>(tl::unexpected<Error>(status.error()));
  }

  void print_json(int64_t objects, int64_t bytes) const {
    if (!options_.json) {
      return;
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    add_json(json, plan_);
    json.key("removed").begin_object().key("objects").integer(objects);
    json.key("bytes").integer(bytes).end_object().end_object();
    fmt::print("{}\n", out);
  }

  const Settings& settings_;
  const CommandOptions& options_;
  ProgressDisplay display_;
  std::unique_ptr<ObjectStore> store_;
  WipePlan plan_;
};

}  // namespace

int run_wipe(const Settings& settings, const CommandOptions& options) {
  const auto code = Wipe(settings, options).run();
  if (code) {
    return *code;
  }
  return code.error().code == ErrorCode::kCancelled ? kExitInterrupted
                                                    : report_failure(code.error());
}

}  // namespace github_stats
