#include "cli/remains.h"

#include <fmt/format.h>

#include <string_view>

#include "cli/text.h"

namespace github_stats {
namespace {

// `line` is what a person reads; the event says the same.
void tell(LogFormat format, const std::string& line, std::string_view event,
          std::initializer_list<LogField> fields) {
  if (format == LogFormat::kJson) {
    log_warning(event, fields);
  } else {
    fmt::print(stderr, "{}\n", line);
  }
}

bool tell_of_incomplete(const RepositoryProgress& repository, LogFormat format) {
  const std::string name = printable(repository.name);
  for (const OwedPullRequest& owed : repository.owed) {
    tell(format,
         fmt::format("incomplete: {}#{}: {}; the next collect asks once more", name, owed.number,
                     printable(owed.reason)),
         "a pull request stays incomplete until it is asked for once more",
         {{"repo", repository.name}, {"number", owed.number}, {"reason", owed.reason}});
  }
  if (repository.unlisted > 0) {
    tell(format,
         fmt::format("incomplete: {}: GitHub counts {} more than it lists", name,
                     counted(repository.unlisted, "pull request", "pull requests")),
         "GitHub counts more pull requests than it lists",
         {{"repo", repository.name}, {"unlisted", repository.unlisted}});
  }
  return repository.owed.empty() && repository.unlisted == 0;
}

}  // namespace

bool tell_of_remains(const CollectionReport& report, LogFormat format) {
  const std::string& org = report.checkpoint.org;
  bool complete = report.hidden.empty();
  for (const std::string& reason : report.hidden) {
    tell(format,
         fmt::format("not shown by GitHub: a repository of {}: {}", printable(org),
                     printable(reason)),
         "a repository is not shown by GitHub", {{"org", org}, {"reason", reason}});
  }
  for (const RepositoryProgress* repository : report.failed()) {
    tell(format,
         fmt::format("failed: {}: {}", printable(repository->name), printable(repository->error)),
         "a repository is left as it failed",
         {{"repo", repository->name}, {"reason", repository->error}});
  }
  for (const RepositoryProgress& repository : report.checkpoint.repositories) {
    complete = tell_of_incomplete(repository, format) && complete;
  }
  return complete;
}

void tell_of_failed_loads(const LoadReport& report, LogFormat format) {
  for (const FailedLoad& failed : report.failed) {
    const std::string reason = failed.error.describe();
    tell(format,
         fmt::format("not loaded: {} of collection {}: {}", printable(failed.repo),
                     failed.collection_id, printable(reason)),
         "chunks are not loaded",
         {{"repo", failed.repo}, {"collection_id", failed.collection_id}, {"reason", reason}});
  }
}

}  // namespace github_stats
