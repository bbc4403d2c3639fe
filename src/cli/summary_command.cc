#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/progress_display.h"
#include "cli/text.h"
#include "cli/text_table.h"
#include "collect/store_summary.h"

namespace github_stats {
namespace {

void add_rows(TextTable& table, const RepositorySummary& repository) {
  for (const Stream stream : kStreams) {
    const StreamSummary& of = repository.streams[static_cast<size_t>(stream)];
    if (of.chunks > 0) {
      table.add({repository.name + "/" + std::string(to_string(stream)), with_thousands(of.chunks),
                 with_thousands(of.rows), bytes_for_people(of.bytes), of.first_date, of.last_date});
    }
  }
}

void add_json(JsonWriter& json, const RepositorySummary& repository) {
  json.begin_object().key("repo").text(repository.name).key("streams").begin_object();
  for (const Stream stream : kStreams) {
    const StreamSummary& of = repository.streams[static_cast<size_t>(stream)];
    json.key(to_string(stream)).begin_object().key("chunks").integer(of.chunks);
    json.key("rows").integer(of.rows).key("bytes").integer(of.bytes).key("first_date");
    of.chunks > 0 ? json.text(of.first_date) : json.null();
    json.key("last_date");
    of.chunks > 0 ? json.text(of.last_date) : json.null();
    json.end_object();
  }
  json.end_object().end_object();
}

void add_json(JsonWriter& json, const OpenCollection& open) {
  json.begin_object().key("collection_id").text(open.id).key("command").text(open.command);
  json.key("started_at").text(format_time(open.started_at)).key("done").integer(open.done);
  json.key("failed").integer(open.failed).key("to_go").integer(open.to_go).key("unreadable");
  open.unreadable.empty() ? json.null() : json.text(open.unreadable);
  json.end_object();
}

// Shows how far the listing is while it takes long.
class Summing {
 public:
  Summing(const Settings& settings, const CommandOptions& options, ObjectStore& store,
          const std::string& org)
      : store_(store),
        request_{.org = org,
                 .filter = {.repositories = settings.repositories,
                            .excluded = settings.excluded_repositories,
                            .date = options.date},
                 .workers = static_cast<size_t>(settings.max_workers)},
        display_(stderr, display_mode_for(settings, stderr)) {}

  const std::string& org() const { return request_.org; }

  // Repositories that have chunks which are asked for.
  Status repositories(const std::function<void(const RepositorySummary&)>& visit) {
    Status status = summarise_repositories(
        store_, request_,
        [&](const RepositorySummary& repository) {
          if (repository.collections > 0) {
            visit(repository);
          }
        },
        [&](const SummaryProgress& progress) {
          display_.show_text(fmt::format("{} objects listed, {} chunks read",
                                         with_thousands(progress.listed),
                                         with_thousands(progress.read)));
        });
    display_.clear();
    return status;
  }

  Result<std::vector<OpenCollection>> open() {
    ASSIGN_OR_RETURN(auto open, open_collections(store_, request_.org));
    std::erase_if(open, [&](const OpenCollection& collection) {
      return !request_.filter.wants_collection(collection.id);
    });
    return open;
  }

 private:
  ObjectStore& store_;
  const SummaryRequest request_;
  ProgressDisplay display_;
};

Status print_json(ObjectStore& store, Summing& summing) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("store").text(store.name()).key("org").text(summing.org());
  json.key("repositories").begin_array();
  RETURN_IF_ERROR(summing.repositories(
      [&](const RepositorySummary& repository) { add_json(json, repository); }));
  json.end_array().key("open_collections").begin_array();
  ASSIGN_OR_RETURN(const auto open, summing.open());
  for (const OpenCollection& collection : open) {
    add_json(json, collection);
  }
  json.end_array().end_object();
  fmt::print("{}\n", out);
  return {};
}

Status print_text(ObjectStore& store, Summing& summing) {
  TextTable table({"repository/stream", "chunks", "rows", "size", "first", "last"});
  StreamSummary total;
  int64_t repositories = 0;
  RETURN_IF_ERROR(summing.repositories([&](const RepositorySummary& repository) {
    ++repositories;
    add_rows(table, repository);
    total += repository.total();
  }));
  if (repositories == 0) {
    fmt::print("{} has no such chunks of {}\n", store.name(), summing.org());
  } else {
    table.rule();
    table.add({counted(repositories, "repository", "repositories"), with_thousands(total.chunks),
               with_thousands(total.rows), bytes_for_people(total.bytes), total.first_date,
               total.last_date});
    fmt::print("{}", table.render());
  }
  ASSIGN_OR_RETURN(const auto open, summing.open());
  for (const OpenCollection& collection : open) {
    if (!collection.unreadable.empty()) {
      fmt::print(stderr, "unreadable: {}\n", printable(collection.unreadable));
      continue;
    }
    fmt::print("not finished: {} ({} done, {} failed, {} to go)\n", collection.id, collection.done,
               collection.failed, collection.to_go);
  }
  return {};
}

Status print_summary(const Settings& settings, const CommandOptions& options) {
  ASSIGN_OR_RETURN(const auto store, open_store(settings));
  ASSIGN_OR_RETURN(const std::string org, stored_organisation(*store, settings.github_org));
  Summing summing(settings, options, *store, org);
  return options.json ? print_json(*store, summing) : print_text(*store, summing);
}

}  // namespace

int run_summary(const Settings& settings, const CommandOptions& options) {
  const Status status = print_summary(settings, options);
  return status ? kExitDone : report_failure(status.error());
}

}  // namespace github_stats
