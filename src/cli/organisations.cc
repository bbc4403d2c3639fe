#include "cli/organisations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "cli/exit_code.h"

namespace github_stats {
namespace {

constexpr std::string_view kPlaceholder = "{org}";

using Place = std::pair<std::string, std::string>;

Place place_of(const Settings& settings) {
  return {to_string(settings.store), to_string(settings.warehouse)};
}

Place warehouse_of(const Settings& settings) { return {"", to_string(settings.warehouse)}; }

// The first of those that are in one place.
std::vector<Settings> first_of_each(const std::vector<Settings>& all,
                                    Place (*key)(const Settings&)) {
  std::vector<Settings> firsts;
  for (const Settings& settings : all) {
    const bool is_new = std::ranges::none_of(
        firsts, [&](const Settings& other) { return key(other) == key(settings); });
    if (is_new) {
      firsts.push_back(settings);
    }
  }
  return firsts;
}

std::string names_of(const std::vector<Settings>& all) {
  std::vector<std::string> names(all.size());
  std::ranges::transform(all, names.begin(), &Settings::github_org);
  return fmt::format("{}", fmt::join(names, ", "));
}

int several(const std::vector<Settings>& all, std::string_view what) {
  return report_failure({ErrorCode::kInvalidArgument, fmt::format("{} ({})", what, names_of(all)),
                         "choose one of them with --org"});
}

int run(const OneCommand& command, const Settings& settings, const CommandOptions& options) {
  configure_logging({settings.log_level, settings.log_format});
  return command(settings, options_for(settings, options));
}

int run_each(const OneCommand& command, const std::vector<Settings>& all,
             const CommandOptions& options) {
  if (const Status file = check_summary_file(all, options); !file) {
    return report_failure(file.error());
  }
  int worst = kExitDone;
  for (const Settings& settings : all) {
    if (all.size() > 1 && !settings.quiet) {
      std::fflush(stdout);
      fmt::print(stderr, "{}:\n", settings.github_org);
    }
    worst = worse_of(worst, run(command, settings, options));
    if (worst == kExitInterrupted) {
      break;
    }
  }
  return worst;
}

}  // namespace

CommandOptions options_for(const Settings& settings, CommandOptions options) {
  if (const size_t at = options.summary_file.find(kPlaceholder); at != std::string::npos) {
    options.summary_file.replace(at, kPlaceholder.size(), settings.github_org);
  }
  return options;
}

Status check_summary_file(const std::vector<Settings>& all, const CommandOptions& options) {
  if (all.size() > 1 && !options.summary_file.empty() &&
      options.summary_file.find(kPlaceholder) == std::string::npos) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("one --summary-file can't be that of several organisations ({})",
                            names_of(all)),
                "put {org} into its name: --summary-file 'run-{org}.json'");
  }
  return {};
}

int worse_of(int one, int other) {
  constexpr std::array kWorstFirst = {kExitInterrupted, kExitFailed, kExitUsage, kExitPartly,
                                      kExitDone};
  return std::min(one, other, [&](int left, int right) {
    return std::ranges::find(kWorstFirst, left) < std::ranges::find(kWorstFirst, right);
  });
}

Command for_each_organisation(OneCommand command) {
  return [command = std::move(command)](const auto& all, const CommandOptions& options) {
    return run_each(command, all, options);
  };
}

Command for_one_organisation(OneCommand command) {
  return [command = std::move(command)](const auto& all, const CommandOptions& options) {
    return all.size() == 1 ? run(command, all.front(), options)
                           : several(all, "this is about one organisation, and there are several");
  };
}

Command for_each_place(OneCommand command) {
  return [command = std::move(command)](const auto& all, const CommandOptions& options) {
    return run_each(command, first_of_each(all, place_of), options);
  };
}

Command for_each_warehouse(OneCommand command) {
  return [command = std::move(command)](const auto& all, const CommandOptions& options) {
    return run_each(command, first_of_each(all, warehouse_of), options);
  };
}

Command for_one_warehouse(OneCommand command) {
  return [command = std::move(command)](const auto& all, const CommandOptions& options) {
    return first_of_each(all, warehouse_of).size() == 1
               ? run(command, all.front(), options)
               : several(all, "the organisations have warehouses of their own");
  };
}

}  // namespace github_stats
