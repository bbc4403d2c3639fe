#include "extract/fetcher.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_writer.h"
#include "base/log.h"
#include "extract/follow_up.h"
#include "extract/queries.h"

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;

// 20 pull requests with their seven connections are 140 hundredths of a point, which GitHub rounds
// to one; more at once cost two, and take GitHub near its time limit.
constexpr size_t kDetailsPerRequest = 20;

// A page is not made smaller than this: what GitHub can't give ten of, it can't give one of.
constexpr size_t kSmallestPage = 10;

// A request that can be made smaller is not repeated often as it is.
constexpr int kAttemptsBeforeSplitting = 2;
constexpr int kAttempts = 6;

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

std::string page_variables(std::string_view name, std::string_view value, size_t first,
                           std::string_view after) {
  std::string variables;
  JsonWriter json(variables);
  json.begin_object().key(name).text(value).key("first").integer(static_cast<int64_t>(first));
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

std::string message_of(std::span<const GraphQlError> errors) {
  return errors.empty() ? std::string() : ": " + errors.front().message;
}

ErrorCode code_of_null(std::span<const GraphQlError> errors) {
  const bool forbidden = !errors.empty() && errors.front().type == "FORBIDDEN";
  return forbidden ? ErrorCode::kPermissionDenied : ErrorCode::kNotFound;
}

}  // namespace

Result<RepositoryPage> Fetcher::list_repositories(std::string_view login, std::string_view after,
                                                  std::stop_token stop) {
  RepositoryPage page;
  const GraphQlQuery query{"Repositories", kRepositoriesQuery,
                           page_variables("login", login, batch_size_, after), kAttempts};
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
    for (auto element : connection["nodes"].get_array()) {
      ondemand::object node;
      if (element.get_object().get(node) == simdjson::SUCCESS) {
        page.repositories.push_back(read_repository(node));
      } else {
        page.hidden.push_back(errors.empty() ? "no reason was given" : errors.front().message);
      }
    }
    return {};
  };
  RETURN_IF_ERROR(client_.query(query, visit, stop));
  return page;
}

Result<PullRequestPage> Fetcher::list_pull_requests(std::string_view repository_id,
                                                    std::string_view after, std::stop_token stop) {
  PullRequestPage page;
  const GraphQlQuery query{"PullRequests", kPullRequestsQuery,
                           page_variables("id", repository_id, batch_size_, after), kAttempts};
  const auto visit = [&](ondemand::object& data, std::span<const GraphQlError> errors) -> Status {
    page = {};
    ondemand::object node;
    if (data["node"].get_object().get(node) != simdjson::SUCCESS) {
      return fail(code_of_null(errors), "the repository can't be read" + message_of(errors),
                  "check that it still exists and that the token may see it");
    }
    ondemand::object connection = node["pullRequests"].get_object();
    page.next = next_cursor(connection);
    for (auto element : connection["nodes"].get_array()) {
      ondemand::object found = element.get_object();
      PullRequestRef& added = page.pull_requests.emplace_back();
      added.id = std::string(std::string_view(found["id"]));
      added.number = found["number"];
      added.updated_at = time_in(found["updatedAt"]);
    }
    return {};
  };
  RETURN_IF_ERROR(client_.query(query, visit, stop));
  return page;
}

size_t Fetcher::details_per_request() const { return std::min(batch_size_, kDetailsPerRequest); }

Result<RowBatch> Fetcher::fetch(const RowContext& context,
                                std::span<const PullRequestRef> pull_requests,
                                std::stop_token stop) {
  ASSIGN_OR_RETURN(RowBatch batch, fetch_once(context, pull_requests, stop));
  if (batch.incomplete.empty()) {
    return batch;
  }
  // Most likely a pull request changed between two answers. A second look tells.
  log_debug("fetching pull requests again whose counts do not add up",
            {{"repo", context.repo}, {"count", static_cast<int64_t>(batch.incomplete.size())}});
  return fetch_once(context, pull_requests, stop);
}

Result<RowBatch> Fetcher::fetch_once(const RowContext& context,
                                     std::span<const PullRequestRef> pull_requests,
                                     std::stop_token stop) {
  DetailAssembly assembly(context);
  RETURN_IF_ERROR(fetch_details(assembly, pull_requests, batch_size_, stop));
  RETURN_IF_ERROR(fetch_rest(assembly, stop));
  return assembly.finish();
}

Status Fetcher::fetch_details(DetailAssembly& assembly,
                              std::span<const PullRequestRef> pull_requests, size_t page,
                              std::stop_token stop) {
  static const std::string kDocument = fmt::format("{}{}{}{}", kDetailsQuery, kCommitPageFragment,
                                                   kReviewPageFragment, kIssueCommentPageFragment);
  GraphQlQuery query{"Details", kDocument, {}, kAttempts};
  JsonWriter json(query.variables);
  json.begin_object().key("page").integer(static_cast<int64_t>(page)).key("ids").begin_array();
  for (const PullRequestRef& pull_request : pull_requests) {
    json.text(pull_request.id);
  }
  json.end_array().end_object();
  const bool can_be_smaller = pull_requests.size() > 1 || page > kSmallestPage;
  query.max_attempts = can_be_smaller ? kAttemptsBeforeSplitting : kAttempts;

  const DetailAssembly::Mark mark = assembly.mark();
  Status status = client_.query(
      query,
      [&](ondemand::object& data, std::span<const GraphQlError> errors) {
        assembly.cut_back(mark);
        return assembly.add_pull_requests(data, errors, pull_requests.size());
      },
      stop);
  if (status || status.error().code != ErrorCode::kUnavailable || !can_be_smaller) {
    return status;
  }
  log_debug("asking for less at once",
            {{"pull_requests", static_cast<int64_t>(pull_requests.size())},
             {"page", static_cast<int64_t>(page)}});
  assembly.cut_back(mark);
  if (pull_requests.size() == 1) {
    return fetch_details(assembly, pull_requests, std::max(page / 2, kSmallestPage), stop);
  }
  const size_t half = pull_requests.size() / 2;
  RETURN_IF_ERROR(fetch_details(assembly, pull_requests.first(half), page, stop));
  return fetch_details(assembly, pull_requests.subspan(half), page, stop);
}

Status Fetcher::fetch_rest(DetailAssembly& assembly, std::stop_token stop) {
  RequestSize size{batch_size_, batch_size_};
  while (!assembly.pending().empty()) {
    const FollowUpQuery follow_up = take_follow_up(assembly.pending(), size);
    const bool can_be_smaller = size.items > 1 || size.page > kSmallestPage;
    const GraphQlQuery query{kFollowUpOperation, follow_up.document, follow_up.variables,
                             can_be_smaller ? kAttemptsBeforeSplitting : kAttempts};
    const DetailAssembly::Mark mark = assembly.mark();
    Status status = client_.query(
        query,
        [&](ondemand::object& data, std::span<const GraphQlError> errors) {
          assembly.cut_back(mark);
          return read_follow_up(follow_up, data, errors, assembly);
        },
        stop);
    if (status) {
      continue;
    }
    if (status.error().code != ErrorCode::kUnavailable || !can_be_smaller) {
      return status;
    }
    assembly.cut_back(mark);
    give_back(follow_up, assembly.pending());
    if (size.items > 1) {
      size.items /= 2;
    } else {
      size.page = std::max(size.page / 2, kSmallestPage);
    }
  }
  return {};
}

}  // namespace github_stats
