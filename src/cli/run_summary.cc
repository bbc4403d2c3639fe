#include "cli/run_summary.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "base/json_writer.h"
#include "base/log.h"
#include "store/file_io.h"

namespace github_stats {
namespace {

constexpr int64_t kVersion = 1;

void add_failure(JsonWriter& json, const std::optional<Error>& failure) {
  if (!failure) {
    json.null();
    return;
  }
  json.begin_object().key("code").text(to_string(failure->code));
  json.key("reason").text(printable(failure->describe())).end_object();
}

void add_failed_repository(JsonWriter& json, std::string_view repo, std::string_view reason) {
  json.begin_object().key("repo").text(printable(repo));
  json.key("reason").text(printable(reason)).end_object();
}

void add_repositories(JsonWriter& json, const CollectionReport& report) {
  int64_t done = 0;
  int64_t incomplete = 0;
  for (const RepositoryProgress& repository : report.checkpoint.repositories) {
    done += repository.state == RepositoryState::kDone ? 1 : 0;
    incomplete += static_cast<int64_t>(repository.owed.size());
  }
  const auto failed = report.failed();
  const auto all = static_cast<int64_t>(report.checkpoint.repositories.size());
  const auto failures = static_cast<int64_t>(failed.size());
  json.key("repositories").begin_object().key("done").integer(done);
  json.key("failed").integer(failures).key("to_go").integer(all - done - failures);
  json.key("unchanged").integer(report.selection.unchanged);
  json.key("hidden").integer(static_cast<int64_t>(report.hidden.size())).end_object();
  json.key("incomplete_pull_requests").integer(incomplete);
  json.key("failed").begin_array();
  for (const RepositoryProgress* repository : failed) {
    add_failed_repository(json, repository->name, repository->error);
  }
  json.end_array();
}

void add_collected(JsonWriter& json, const Checkpoint& checkpoint) {
  json.key("collected").begin_object();
  for (const Stream stream : kStreams) {
    int64_t rows = 0;
    for (const RepositoryProgress& repository : checkpoint.repositories) {
      rows += repository.rows[static_cast<size_t>(stream)];
    }
    json.key(to_string(stream)).integer(rows);
  }
  json.end_object();
}

void add_counts(JsonWriter& json, std::string_view key, const StreamCounts& counts) {
  json.key(key).begin_object();
  for (const Stream stream : kStreams) {
    json.key(to_string(stream)).integer(counts[stream]);
  }
  json.end_object();
}

void add_loaded(JsonWriter& json, const std::optional<LoadOutcome>& loaded) {
  json.key("loaded");
  if (!loaded) {
    json.null();
    return;
  }
  json.begin_object().key("warehouse").text(loaded->warehouse);
  json.key("chunks").integer(loaded->report.chunks);
  add_counts(json, "rows", loaded->report.rows);
  add_counts(json, "in_warehouse", loaded->in_warehouse);
  json.key("failed").begin_array();
  for (const FailedLoad& failed : loaded->report.failed) {
    add_failed_repository(json, failed.repo, failed.error.describe());
  }
  json.end_array().end_object();
}

}  // namespace

std::string encode_run_summary(const RunSummary& summary) {
  const Checkpoint& checkpoint = summary.report.checkpoint;
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("version").integer(kVersion).key("command").text(summary.command);
  json.key("org").text(checkpoint.org.empty() ? summary.org : checkpoint.org);
  json.key("collection_id");
  checkpoint.collection_id.empty() ? json.null() : json.text(checkpoint.collection_id);
  json.key("started_at").text(format_time(summary.started_at));
  json.key("ended_at").text(format_time(summary.ended_at));
  json.key("exit_code").integer(summary.exit_code).key("failure");
  add_failure(json, summary.failure);
  add_repositories(json, summary.report);
  add_collected(json, checkpoint);
  json.key("github").begin_object().key("requests").integer(summary.usage.requests);
  json.key("points").integer(summary.usage.points).end_object();
  add_loaded(json, summary.loaded);
  json.end_object();
  return out + "\n";
}

Status write_whole_file(const std::string& file, std::string_view bytes) {
  std::error_code ignored;
  const auto path = std::filesystem::absolute(file, ignored).lexically_normal();
  const std::string name = path.filename();
  const std::string hidden = "." + name + ".part";
  const auto failed = [&](int error) { return io_failure("write", file, error); };
  FileDescriptor folder;
  if (const int error = open_root(path.parent_path(), folder); error != 0) {
    return failed(error);
  }
  // What lies there was left by a process that died, or is a link to somewhere else.
  unlinkat(folder.get(), hidden.c_str(), 0);
  FileDescriptor part;
  int error = open_at(folder.get(), hidden, O_WRONLY | O_CREAT | O_EXCL, part);
  error = error != 0 ? error : write_all(part.get(), bytes);
  error = error != 0 ? error : sync_to_disk(part.get());
  if (error == 0 && renameat(folder.get(), hidden.c_str(), folder.get(), name.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) {
    unlinkat(folder.get(), hidden.c_str(), 0);
    return failed(error);
  }
  sync_to_disk(folder.get());
  return {};
}

}  // namespace github_stats
