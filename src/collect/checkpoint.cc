#include "collect/checkpoint.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "base/json_writer.h"
#include "collect/document.h"
#include "extract/answer_reading.h"

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::array kStates = {RepositoryState::kPending, RepositoryState::kInProgress,
                                RepositoryState::kDone, RepositoryState::kFailed};

void encode_counts(JsonWriter& json, std::string_view name,
                   const std::array<int64_t, kStreams.size()>& counts) {
  json.key(name).begin_object();
  for (const Stream stream : kStreams) {
    json.key(to_string(stream)).integer(counts[static_cast<size_t>(stream)]);
  }
  json.end_object();
}

void encode_position(JsonWriter& json, const WalkPosition& position) {
  json.key("position").begin_object().key("pass").integer(position.pass);
  json.key("stop_before").text(format_time(position.stop_before));
  json.key("cursor").text(position.cursor).key("pages").integer(position.pages).key("front");
  position.front ? json.text(format_time(*position.front)) : json.null();
  json.end_object();
}

void encode_repository(JsonWriter& json, const RepositoryProgress& repository) {
  json.begin_object().key("id").text(repository.id).key("name").text(repository.name);
  json.key("since").text(format_time(repository.since));
  json.key("newest").text(format_time(repository.newest));
  json.key("begins_history").boolean(repository.begins_history);
  json.key("state").text(to_string(repository.state));
  encode_position(json, repository.position);
  encode_counts(json, "first_chunk", repository.first_chunk);
  encode_counts(json, "chunks", repository.chunks);
  encode_counts(json, "rows", repository.rows);
  json.key("vanished").integer(repository.vanished).key("owed").begin_array();
  for (const OwedPullRequest& owed : repository.owed) {
    json.begin_object().key("number").integer(owed.number).key("id").text(owed.id);
    json.key("reason").text(owed.reason).end_object();
  }
  json.end_array().key("unlisted").integer(repository.unlisted);
  json.key("error").text(repository.error).end_object();
}

std::vector<std::string> decode_names(simdjson::simdjson_result<ondemand::value> value) {
  std::vector<std::string> names;
  for (auto name : value.get_array()) {
    names.push_back(std::string(std::string_view(name)));
  }
  return names;
}

// Before version 4 everything was kept.
CollectionSettings decode_settings(ondemand::object object, int64_t version) {
  CollectionSettings settings;
  settings.github = text_of(object["github"]);
  settings.store = text_of(object["store"]);
  settings.filter.include = decode_names(object["repositories"]);
  settings.filter.exclude = decode_names(object["excluded"]);
  settings.filter.archived = object["archived"];
  settings.filter.forks = object["forks"];
  settings.rows_per_chunk = object["rows_per_chunk"];
  settings.compress = object["compress"];
  if (version > 3) {
    const auto privacy = privacy_named(std::string_view(object["privacy"]));
    if (!privacy) {
      throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE);
    }
    settings.privacy = *privacy;
    settings.privacy_key = text_of(object["privacy_key"]);
  }
  return settings;
}

std::array<int64_t, kStreams.size()> decode_counts(ondemand::object counts) {
  std::array<int64_t, kStreams.size()> result{};
  for (const Stream stream : kStreams) {
    result[static_cast<size_t>(stream)] = counts[to_string(stream)];
  }
  return result;
}

WalkPosition decode_position(ondemand::object object) {
  WalkPosition position;
  position.pass = static_cast<int>(int64_t(object["pass"]));
  position.stop_before = time_in(object["stop_before"]);
  position.cursor = text_of(object["cursor"]);
  position.pages = object["pages"];
  simdjson::simdjson_result<ondemand::value> front = object["front"];
  if (!bool(front.is_null())) {
    position.front = time_in(front);
  }
  return position;
}

RepositoryState decode_state(std::string_view name) {
  for (const RepositoryState state : kStates) {
    if (to_string(state) == name) {
      return state;
    }
  }
  throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE);
}

// Version 1 had numbers only.
std::vector<OwedPullRequest> decode_owed(ondemand::object& repository, int64_t version) {
  std::vector<OwedPullRequest> owed;
  if (version == 1) {
    for (auto number : repository["incomplete"].get_array()) {
      owed.push_back({int64_t(number), {}, "GitHub gave other counts than it says there are"});
    }
    return owed;
  }
  for (auto element : repository["owed"].get_array()) {
    ondemand::object entry = element.get_object();
    OwedPullRequest& added = owed.emplace_back();
    added.number = entry["number"];
    added.id = text_of(entry["id"]);
    added.reason = text_of(entry["reason"]);
  }
  return owed;
}

// `since`: the collection's; version 1 had one for all.
RepositoryProgress decode_repository(ondemand::object object, int64_t version, Time since) {
  RepositoryProgress repository;
  repository.id = text_of(object["id"]);
  repository.name = text_of(object["name"]);
  repository.since = version == 1 ? since : time_in(object["since"]);
  repository.newest = version == 1 ? since : time_in(object["newest"]);
  repository.begins_history = version > 1 && bool(object["begins_history"]);
  repository.state = decode_state(std::string_view(object["state"]));
  repository.position = decode_position(object["position"].get_object());
  repository.first_chunk = decode_counts(object["first_chunk"].get_object());
  repository.chunks = decode_counts(object["chunks"].get_object());
  repository.rows = decode_counts(object["rows"].get_object());
  repository.vanished = object["vanished"];
  repository.owed = decode_owed(object, version);
  repository.unlisted = version == 1 ? 0 : int64_t(object["unlisted"]);
  repository.error = text_of(object["error"]);
  return repository;
}

}  // namespace

std::string_view to_string(RepositoryState state) {
  switch (state) {
    case RepositoryState::kPending:
      return "pending";
    case RepositoryState::kInProgress:
      return "in_progress";
    case RepositoryState::kDone:
      return "done";
    case RepositoryState::kFailed:
      return "failed";
  }
  return "failed";
}

std::vector<int64_t> RepositoryProgress::owed_numbers() const {
  std::vector<int64_t> numbers;
  for (const OwedPullRequest& pull_request : owed) {
    numbers.push_back(pull_request.number);
  }
  return numbers;
}

std::string encode_checkpoint(const Checkpoint& checkpoint) {
  std::string bytes;
  JsonWriter json(bytes);
  json.begin_object().key("version").integer(Checkpoint::kVersion);
  json.key("collection_id").text(checkpoint.collection_id).key("org").text(checkpoint.org);
  json.key("command").text(checkpoint.command).key("settings");
  encode_settings(json, checkpoint.settings);
  json.key("started_at").text(format_time(checkpoint.started_at));
  json.key("since").text(format_time(checkpoint.since));
  json.key("until").text(format_time(checkpoint.until));
  json.key("finished").boolean(checkpoint.finished).key("run").integer(checkpoint.run);
  json.key("repositories").begin_array();
  for (const RepositoryProgress& repository : checkpoint.repositories) {
    bytes.push_back('\n');  // a repository a line: kind to people and to diff
    encode_repository(json, repository);
    bytes.push_back(',');
  }
  if (!checkpoint.repositories.empty()) {
    bytes.pop_back();
  }
  json.end_array().end_object();
  bytes.push_back('\n');
  return bytes;
}

Result<Checkpoint> decode_checkpoint(std::string_view bytes) {
  constexpr DocumentKind kKind{
      "checkpoint", Checkpoint::kVersion,
      "restore it from a copy, or remove it: its chunks are then loaded as they are"};
  return read_document(bytes, kKind, [](ondemand::object& object, int64_t version) {
    Checkpoint checkpoint;
    checkpoint.collection_id = text_of(object["collection_id"]);
    checkpoint.org = text_of(object["org"]);
    checkpoint.command = text_of(object["command"]);
    if (version > 2) {
      checkpoint.settings = decode_settings(object["settings"].get_object(), version);
    }
    checkpoint.started_at = time_in(object["started_at"]);
    checkpoint.since = time_in(object["since"]);
    checkpoint.until = version == 1 ? checkpoint.started_at : time_in(object["until"]);
    checkpoint.finished = object["finished"];
    checkpoint.run = object["run"];
    for (auto repository : object["repositories"].get_array()) {
      checkpoint.repositories.push_back(
          decode_repository(repository.get_object(), version, checkpoint.since));
    }
    return checkpoint;
  });
}

}  // namespace github_stats
