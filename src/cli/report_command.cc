#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/export_files.h"
#include "cli/progress_display.h"
#include "cli/text.h"
#include "config/small_file.h"
#include "report/figures_json.h"
#include "report/figures_markdown.h"
#include "report/page.h"
#include "report/privacy.h"
#include "report/read_rows.h"

extern char** environ;

namespace github_stats {
namespace {

constexpr const char* kUsualFile = "github-stats-report.html";
constexpr const char* kStandardOutput = "-";
#ifdef __APPLE__
constexpr const char* kOpener = "open";
#else
constexpr const char* kOpener = "xdg-open";
#endif

bool is_page(const CommandOptions& options) {
  return options.format.empty() || options.format == "html";
}

// A page goes to a file unless told otherwise, the others to standard output.
std::string destination(const CommandOptions& options) {
  return !options.out.empty() ? options.out : is_page(options) ? kUsualFile : kStandardOutput;
}

Status check_options(const CommandOptions& options) {
  if (options.anonymize && options.no_people) {
    return fail(ErrorCode::kInvalidArgument, "--anonymize and --no-people exclude each other",
                "--no-people tells less");
  }
  if (options.no_people && !options.teams_file.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "--teams tells who is in a team, which --no-people does not allow",
                "leave one of them out");
  }
  if (options.open && (!is_page(options) || destination(options) == kStandardOutput)) {
    return fail(ErrorCode::kInvalidArgument, "--open is for a page in a file only",
                "leave --format out, and name a file with --out");
  }
  return {};
}

Result<std::vector<Team>> read_teams(const std::string& file) {
  if (file.empty()) {
    return std::vector<Team>();
  }
  const auto text = read_small_file(file);
  if (!text) {
    return fail(ErrorCode::kInvalidArgument, text.error().message,
                "--teams names a file with lines such as \"payments: alice, bob\"");
  }
  return parse_teams(file, *text);
}

Result<RowsWanted> wanted_rows(const Settings& settings, const CommandOptions& options) {
  RowsWanted wanted{
      .org = settings.github_org,
      .has_repository = [&](std::string_view name) { return selects_repository(settings, name); },
      .as_of = {},
      .period = {.first = options.from, .last = options.to},
      .stale_after_days = settings.stale_after_days};
  if (!options.as_of.empty()) {
    ASSIGN_OR_RETURN(wanted.as_of, parse_as_of(options.as_of));
  }
  return wanted;
}

Result<Rows> rows_to_report(const Settings& settings, const CommandOptions& options) {
  ASSIGN_OR_RETURN(const auto teams, read_teams(options.teams_file));
  ASSIGN_OR_RETURN(const RowsWanted wanted, wanted_rows(settings, options));
  ASSIGN_OR_RETURN(const auto warehouse, open_warehouse_to_query(settings));
  ASSIGN_OR_RETURN(Rows rows, read_rows(*warehouse, wanted));
  for (const std::string& login : add_teams(rows, teams)) {
    log_warning("a team's member has done nothing in the report's time", {{"login", login}});
  }
  if (options.anonymize) {
    make_anonymous(rows);
  } else if (options.no_people) {
    remove_people(rows);
  }
  return rows;
}

Result<std::string> report_on(const Rows& rows, const CommandOptions& options) {
  if (is_page(options)) {
    return make_page(rows);
  }
  const Figures figures = calculate_figures(rows);
  return options.format == "json" ? figures_as_json(rows, figures)
                                  : figures_as_markdown(rows, figures);
}

Status print(std::string_view report) {
  std::fwrite(report.data(), 1, report.size(), stdout);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return fail(ErrorCode::kUnavailable,
                "cannot write the whole report: " + std::generic_category().message(errno));
  }
  return {};
}

Result<std::string> write_file(const std::string& file, std::string_view report) {
  std::error_code ignored;
  const auto path = std::filesystem::absolute(file, ignored).lexically_normal();
  if (path.filename().empty() || std::filesystem::is_directory(path, ignored)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("--out: {} is a directory", file),
                "name a file in it");
  }
  ASSIGN_OR_RETURN(auto folder, ExportFolder::open(path.parent_path().string()));
  const auto bytes =
      folder.put(path.filename().string(), [&](const std::filesystem::path& hidden) -> Status {
        std::ofstream out(hidden, std::ios::binary);
        out.write(report.data(), static_cast<std::streamsize>(report.size()));
        out.close();
        return out ? Status()
                   : fail(ErrorCode::kUnavailable, fmt::format("cannot write {}", path.string()),
                          "check that there is room, or choose another file with --out");
      });
  return bytes ? Result<std::string>(path.string()) : tl::unexpected(bytes.error());
}

Status open_in_browser(const std::string& path) {
  std::string program = kOpener;
  std::string argument = path;  // absolute: can't be taken for an option
  char* const arguments[] = {program.data(), argument.data(), nullptr};
  pid_t child = 0;
  int status = 0;
  const int failed = posix_spawnp(&child, kOpener, nullptr, nullptr, arguments, environ);
  if (failed != 0 || waitpid(child, &status, 0) != child || status != 0) {
    return fail(ErrorCode::kUnavailable, fmt::format("{} did not open the report", kOpener),
                "open it yourself: " + path);
  }
  return {};
}

Status write_report(const Rows& rows, std::string_view report, const CommandOptions& options,
                    bool quiet) {
  const std::string to = destination(options);
  if (to == kStandardOutput) {
    return print(report);
  }
  ASSIGN_OR_RETURN(const std::string path, write_file(to, report));
  if (!quiet) {
    fmt::print(
        "report: {} ({}): {}, {} to {}\n", path,
        bytes_for_people(static_cast<int64_t>(report.size())),
        counted(static_cast<int64_t>(rows.pull_requests.size()), "pull request", "pull requests"),
        format_day(rows.period.first), format_day(rows.period.last));
  }
  return options.open ? open_in_browser(path) : Status();
}

Status run(const Settings& settings, const CommandOptions& options) {
  RETURN_IF_ERROR(check_options(options));
  ProgressDisplay display(stderr, display_mode_for(settings, stderr));
  display.show_text("making the report…");
  ASSIGN_OR_RETURN(const Rows rows, rows_to_report(settings, options));
  ASSIGN_OR_RETURN(const std::string report, report_on(rows, options));
  display.clear();
  return write_report(rows, report, options, settings.quiet);
}

}  // namespace

int run_report(const Settings& settings, const CommandOptions& options) {
  const Status status = run(settings, options);
  return status ? kExitDone : report_failure(status.error());
}

}  // namespace github_stats
