#include "extract/answer_reading.h"

#include <algorithm>

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;

}  // namespace

std::optional<std::string> next_cursor(ondemand::object& connection) {
  ondemand::object info = connection["pageInfo"].get_object();
  if (!bool(info["hasNextPage"])) {
    return std::nullopt;
  }
  return std::string(std::string_view(info["endCursor"]));
}

Time time_in(simdjson::simdjson_result<ondemand::value> value) {
  const auto time = parse_time(std::string_view(value));
  if (!time) {
    throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE);
  }
  return *time;
}

ErrorCode code_of_null(std::span<const GraphQlError> errors) {
  const bool forbidden = !errors.empty() && errors.front().type == "FORBIDDEN";
  return forbidden ? ErrorCode::kPermissionDenied : ErrorCode::kNotFound;
}

const GraphQlError* error_at(std::span<const GraphQlError> errors,
                             const std::vector<std::string>& path) {
  const auto found = std::ranges::find(errors, path, &GraphQlError::path);
  return found == errors.end() ? nullptr : &*found;
}

std::string message_of(std::span<const GraphQlError> errors) {
  return errors.empty() ? std::string() : ": " + errors.front().message;
}

Status read_pull_request_page(simdjson::simdjson_result<ondemand::value> node,
                              std::span<const GraphQlError> errors, const std::string& name,
                              PullRequestPage& page) {
  ondemand::object repository;
  if (node.get_object().get(repository) != simdjson::SUCCESS) {
    std::vector<GraphQlError> own;
    for (const GraphQlError& error : errors) {
      if (!error.path.empty() && error.path.front() == name) {
        own.push_back(error);
      }
    }
    const bool forbidden = code_of_null(own) == ErrorCode::kPermissionDenied;
    return fail(code_of_null(own), "the repository can't be read" + message_of(own),
                forbidden ? "give the token access (scopes, single sign-on), then resume"
                          : "check that it still exists and that the token may see it");
  }
  ondemand::object connection = repository["pullRequests"].get_object();
  page.total = connection["totalCount"];
  page.next = next_cursor(connection);
  for (auto element : connection["nodes"].get_array()) {
    ondemand::object found = element.get_object();
    PullRequestRef& added = page.pull_requests.emplace_back();
    added.id = std::string(std::string_view(found["id"]));
    added.number = found["number"];
    added.updated_at = time_in(found["updatedAt"]);
  }
  return {};
}

}  // namespace github_stats
