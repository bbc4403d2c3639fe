#include "cli/wipe_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "cli/text.h"
#include "cli/text_table.h"
#include "store/keys.h"

namespace github_stats {
namespace {

int64_t objects_of(const WipePlan& plan, const RepositorySummary& repository) {
  return repository.total().chunks +
         (plan.filter.is_of_some_collections() ? 0 : repository.strangers);
}

int64_t bytes_of(const WipePlan& plan, const RepositorySummary& repository) {
  return repository.total().bytes +
         (plan.filter.is_of_some_collections() ? 0 : repository.stranger_bytes);
}

// Objects that are in no repository's folder.
Status add_others(ObjectStore& store, WipePlan& plan) {
  const std::string prefix =
      plan.all ? organisation_prefix(plan.org) : checkpoints_prefix(plan.org);
  const size_t parts_begin = organisation_prefix(plan.org).size();
  return store.list(prefix, [&](const ObjectInfo& object) {
    const bool is_other =
        object.key.find('/', parts_begin) == std::string::npos ||
        (object.key.starts_with(checkpoints_prefix(plan.org)) && !parse_chunk_key(object.key));
    const auto id = parse_checkpoint_key(object.key);
    if (is_other && object.key != lease_key(plan.org) &&
        (plan.all || (id && plan.filter.wants_collection(*id)))) {
      ++plan.other_objects;
      plan.other_bytes += object.size;
      plan.checkpoints += id ? 1 : 0;
    }
    return true;
  });
}

Status add_unfinished(ObjectStore& store, WipePlan& plan) {
  ASSIGN_OR_RETURN(auto open, open_collections(store, plan.org));
  std::ranges::copy_if(open, std::back_inserter(plan.unfinished), [&](const OpenCollection& each) {
    return plan.filter.wants_collection(each.id);
  });
  return {};
}

std::string table_of_repositories(const WipePlan& plan) {
  TextTable table({"", "objects", "rows", "size", "first", "last", "collections"});
  for (const RepositorySummary& repository : plan.repositories) {
    const StreamSummary total = repository.total();
    table.add({plan.org + "/" + repository.name, with_thousands(objects_of(plan, repository)),
               repository.rows_known ? with_thousands(total.rows) : "?",
               bytes_for_people(bytes_of(plan, repository)), total.first_date, total.last_date,
               with_thousands(repository.collections)});
  }
  return table.render();
}

std::string collections_of(const WipePlan& plan) {
  std::string first;
  std::string last;
  for (const RepositorySummary& repository : plan.repositories) {
    if (repository.collections > 0) {
      first = first.empty() ? repository.first_collection
                            : std::min(first, repository.first_collection);
      last = std::max(last, repository.last_collection);
    }
  }
  return first.empty()   ? ""
         : first == last ? fmt::format("chunks of collection {}\n", first)
                         : fmt::format("chunks of collections {} to {}\n", first, last);
}

std::string consequences_of(const WipePlan& plan) {
  std::string text = "rows in the warehouse stay\n";
  if (plan.prunes()) {
    text +=
        "watermarks stay: nothing is collected again because of this\n"
        "the store does not know what was loaded: run `github-stats load-gcs` first, or rows "
        "that were not loaded yet are lost\n";
  } else {
    text += plan.all ? "all watermarks are forgotten"
                     : "the watermarks of these repositories are forgotten";
    text += ": the next collect fetches them again\n";
  }
  for (const OpenCollection& open : plan.unfinished) {
    text += open.unreadable.empty()
                ? fmt::format("not finished: {} ({} done, {} failed, {} to go)\n", open.id,
                              open.done, open.failed, open.to_go)
                : fmt::format("unreadable: {}\n", printable(open.unreadable));
  }
  return text;
}

}  // namespace

int64_t WipePlan::objects() const {
  int64_t objects = other_objects;
  for (const RepositorySummary& repository : repositories) {
    objects += objects_of(*this, repository);
  }
  return objects;
}

int64_t WipePlan::bytes() const {
  int64_t bytes = other_bytes;
  for (const RepositorySummary& repository : repositories) {
    bytes += bytes_of(*this, repository);
  }
  return bytes;
}

Status check_wipe(const Settings& settings, const CommandOptions& options) {
  const bool prunes = options.older_than > 0;
  const bool of_some = !settings.repositories.empty();
  if (options.all &&
      (of_some || prunes || !options.date.empty() || !settings.excluded_repositories.empty())) {
    return fail(ErrorCode::kInvalidArgument,
                "--all removes everything: it can't go with --repo, --exclude-repo, --date or "
                "--older-than");
  }
  if (!options.all && !of_some && !prunes) {
    return fail(ErrorCode::kInvalidArgument,
                "wipe-gcs takes either --repo REPOSITORY, --older-than DAYS or --all");
  }
  if (prunes && !options.date.empty()) {
    return fail(ErrorCode::kInvalidArgument, "--older-than can't go with --date");
  }
  return {};
}

Result<WipePlan> plan_wipe(ObjectStore& store, const std::string& org, const Settings& settings,
                           const CommandOptions& options, Time now,
                           const std::function<void(const SummaryProgress&)>& observe) {
  WipePlan plan{.store = store.name(),
                .org = org,
                .all = options.all,
                .filter = {.repositories = settings.repositories,
                           .excluded = settings.excluded_repositories,
                           .date = options.date}};
  if (options.older_than > 0) {
    plan.filter.begun_before =
        format_compact_time(now - std::chrono::hours(24) * options.older_than);
  }
  const SummaryRequest request{.org = org, .filter = plan.filter, .read_chunks = false};
  RETURN_IF_ERROR(summarise_repositories(
      store, request,
      [&](const RepositorySummary& repository) {
        if (objects_of(plan, repository) > 0) {
          plan.repositories.push_back(repository);
        }
      },
      observe));
  if (plan.all || plan.prunes_checkpoints()) {
    RETURN_IF_ERROR(add_others(store, plan));
  }
  if (plan.all || plan.prunes()) {
    RETURN_IF_ERROR(add_unfinished(store, plan));
  }
  return plan;
}

std::string describe(const WipePlan& plan) {
  std::string text = plan.repositories.empty() ? "" : table_of_repositories(plan);
  text += collections_of(plan);
  if (plan.other_objects > 0) {
    text +=
        fmt::format("{}, {} ({})\n", counted(plan.checkpoints, "checkpoint", "checkpoints"),
                    counted(plan.other_objects - plan.checkpoints, "other object", "other objects"),
                    bytes_for_people(plan.other_bytes));
  }
  return text + consequences_of(plan);
}

void add_json(JsonWriter& json, const WipePlan& plan) {
  json.key("store").text(plan.store).key("org").text(plan.org);
  json.key("objects").integer(plan.objects()).key("bytes").integer(plan.bytes());
  json.key("checkpoints").integer(plan.checkpoints);
  json.key("watermarks").text(plan.prunes() ? "kept" : "forgotten");
  json.key("repositories").begin_array();
  for (const RepositorySummary& repository : plan.repositories) {
    const StreamSummary total = repository.total();
    json.begin_object().key("repo").text(repository.name);
    json.key("objects").integer(objects_of(plan, repository));
    json.key("bytes").integer(bytes_of(plan, repository)).key("rows");
    repository.rows_known ? json.integer(total.rows) : json.null();
    json.key("first_date");
    total.chunks > 0 ? json.text(total.first_date) : json.null();
    json.key("last_date");
    total.chunks > 0 ? json.text(total.last_date) : json.null();
    json.key("collections").integer(repository.collections).end_object();
  }
  json.end_array().key("unfinished").begin_array();
  for (const OpenCollection& open : plan.unfinished) {
    json.text(open.id);
  }
  json.end_array();
}

}  // namespace github_stats
