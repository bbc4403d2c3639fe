#include "extract/fetcher.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "extract/answer_reading.h"
#include "extract/queries.h"

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;

// A request that can be made smaller is: the same again would most likely fail again.
constexpr int kAttemptsIfDivisible = 1;
constexpr int kAttempts = 6;

std::string page_variables(std::string_view login, size_t first, std::string_view after) {
  std::string variables;
  JsonWriter json(variables);
  json.begin_object().key("login").text(login).key("first").integer(static_cast<int64_t>(first));
  json.key("after");
  after.empty() ? json.null() : json.text(after);
  json.end_object();
  return variables;
}

Repository read_repository(ondemand::object node) {
  Repository repository;
  repository.id = std::string(std::string_view(node["id"]));
  repository.name = std::string(std::string_view(node["name"]));
  repository.is_archived = node["isArchived"];
  repository.is_fork = node["isFork"];
  ondemand::object pull_requests = node["pullRequests"].get_object();
  repository.pull_requests = pull_requests["totalCount"];
  for (auto newest : pull_requests["nodes"].get_array()) {
    repository.newest_update = time_in(newest["updatedAt"]);
  }
  return repository;
}

// Why the repository at this place of the list is null.
std::string reason_of_hidden(size_t index, std::span<const GraphQlError> errors) {
  const GraphQlError* reason =
      error_at(errors, {"repositoryOwner", "repositories", "nodes", std::to_string(index)});
  return (reason == nullptr ? std::string("no reason was given") : reason->message) +
         "; give the token access to it (scopes, single sign-on)";
}

}  // namespace

Result<RepositoryPage> Fetcher::list_repositories(std::string_view login, std::string_view after,
                                                  std::stop_token stop) {
  RepositoryPage page;
  const GraphQlQuery query{"Repositories", kRepositoriesQuery,
                           page_variables(login, batch_size_, after), kAttempts};
  const auto visit = [&](ondemand::object& data, std::span<const GraphQlError> errors) -> Status {
    page = {};
    ondemand::object owner;
    if (data["repositoryOwner"].get_object().get(owner) != simdjson::SUCCESS) {
      if (code_of_null(errors) == ErrorCode::kPermissionDenied) {
        return fail(ErrorCode::kPermissionDenied,
                    fmt::format("GitHub does not show '{}'{}", login, message_of(errors)),
                    "give the token access (scopes, single sign-on) and try again");
      }
      return fail(ErrorCode::kNotFound,
                  fmt::format("GitHub knows no organisation or user '{}'", login),
                  "check GITHUB_ORG (or --org), and that the token may see it");
    }
    page.owner = std::string(std::string_view(owner["login"]));
    ondemand::object connection = owner["repositories"].get_object();
    page.next = next_cursor(connection);
    size_t index = 0;
    for (auto element : connection["nodes"].get_array()) {
      ondemand::object node;
      if (element.get_object().get(node) == simdjson::SUCCESS) {
        page.repositories.push_back(read_repository(node));
      } else {
        page.hidden.push_back(reason_of_hidden(index, errors));
      }
      ++index;
    }
    return {};
  };
  RETURN_IF_ERROR(client_.query(query, visit, stop));
  return page;
}

Status Fetcher::ask(RequestPlan& plan, std::stop_token stop) {
  const std::string operation = plan.operation();
  const std::string document = plan.document();
  const GraphQlQuery query{operation, document, plan.variables(),
                           plan.is_divisible() ? kAttemptsIfDivisible : kAttempts, plan.points()};
  Status status = client_.query(
      query,
      [&](ondemand::object& data, std::span<const GraphQlError> errors) {
        return plan.read(data, errors);
      },
      stop);
  if (!status) {
    plan.put_back();
  }
  return status;
}

}  // namespace github_stats
