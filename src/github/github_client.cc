#include "github/github_client.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/log.h"
#include "github/answer.h"
#include "http/answer_headers.h"

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;

std::string body_of(const GraphQlQuery& query) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("operationName").text(query.operation);
  json.key("query").text(query.document).key("variables").raw(query.variables).end_object();
  return body;
}

// What the answer says it cost. An Enterprise Server without limits gives null.
std::optional<int64_t> cost_in(ondemand::object& data) {
  ondemand::object limit;
  int64_t cost = 0;
  if (data["rateLimit"].get(limit) != simdjson::SUCCESS ||
      limit["cost"].get(cost) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return cost;
}

// How a request ended that brought no good answer.
RequestOutcome::Kind outcome_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::kRateLimited:
      return RequestOutcome::Kind::kLimited;
    case ErrorCode::kUnavailable:
    case ErrorCode::kDataLoss:  // cut off, or none of GitHub's
      return RequestOutcome::Kind::kUnavailable;
    case ErrorCode::kCancelled:
      return RequestOutcome::Kind::kUnknown;
    default:
      return RequestOutcome::Kind::kRefused;
  }
}

}  // namespace

std::string graphql_url_for(std::string_view api_url) {
  constexpr std::string_view kEnterpriseRest = "/api/v3";
  if (api_url.ends_with(kEnterpriseRest)) {
    api_url.remove_suffix(kEnterpriseRest.size());
    return std::string(api_url) + "/api/graphql";
  }
  return std::string(api_url) + "/graphql";
}

GitHubClient::GitHubClient(HttpClient& http, RateLimiter& limiter, Clock& clock,
                           GitHubClientOptions options)
    : http_(http), limiter_(limiter), clock_(clock), options_(std::move(options)) {}

Status GitHubClient::query(const GraphQlQuery& query, const Visitor& visit, std::stop_token stop) {
  const std::string body = body_of(query);
  RetryPolicy policy = options_.retry;
  int troubles = 0;  // passing failures and rate limits are counted apart: waiting out a limit is
  int limits = 0;    // not a failure of the query
  while (true) {
    ASSIGN_OR_RETURN(Permit permit, limiter_.acquire(stop, query.points));
    if (permit.is_probe()) {
      probe(permit, stop);
      continue;  // acquire() knows what it brought, and whether to stop
    }
    std::optional<Duration> retry_after;
    Status status = attempt(permit, query, body, visit, stop, retry_after);
    if (status) {
      return status;
    }
    const Error& error = status.error();
    if (error.code == ErrorCode::kUnavailable && limiter_.is_in_doubt()) {
      continue;  // not the query's fault, it seems: acquire() waits for the end of the outage
    }
    const bool limited = error.code == ErrorCode::kRateLimited;
    policy.max_attempts = limited ? options_.retry.max_attempts * 2 : query.max_attempts;
    const FailedAttempt failed{error.code, limited ? ++limits : ++troubles, retry_after};
    const auto wait = wait_before_retry(policy, failed, options_.random());
    if (!wait) {
      return status;
    }
    log_debug("asking GitHub again", {{"operation", query.operation}, {"reason", error.message}});
    // A limit is kept by everybody, this one included, in acquire().
    if (!limited && !clock_.sleep_for(*wait, stop)) {
      return fail(ErrorCode::kCancelled, "stopped before asking GitHub again");
    }
  }
}

Result<HttpResponse> GitHubClient::send(const Permit& permit, const std::string& body,
                                        std::stop_token stop) {
  HttpRequest request;
  request.method = HttpMethod::kPost;
  request.url = options_.graphql_url;
  request.body = body;
  return send_as(permit.token(), std::move(request), stop);
}

Result<HttpResponse> GitHubClient::send_as(size_t token, HttpRequest request,
                                           std::stop_token stop) {
  TokenSource& source = *options_.tokens[token];
  for (bool first = true;; first = false) {
    ASSIGN_OR_RETURN(const std::string text, source.token(stop));
    request.headers = {{"authorization", "bearer " + text},
                       {"content-type", "application/json"},
                       {"accept", "application/json"}};
    requests_.fetch_add(1, std::memory_order_relaxed);
    auto response = http_.send(request, stop);
    if (response) {
      hide_secret(*response, text);
      learn_time(*response);
    }
    if (!response || response->status != 401 || !first || !source.refused(text)) {
      return response;
    }
    log_debug("GitHub refused a token that can be renewed");
  }
}

Status GitHubClient::attempt(Permit& permit, const GraphQlQuery& query, const std::string& body,
                             const Visitor& visit, std::stop_token stop,
                             std::optional<Duration>& retry_after) {
  Result<HttpResponse> response = send(permit, body, stop);
  if (!response) {
    permit.finish({.kind = outcome_of(response.error())});
    return tl::unexpected<Error>(std::move(response).error());
  }
  RequestOutcome outcome{.budget = rate_budget_of(*response)};
  const bool is_refused = classify_status(response->status).has_value();
  Status status = is_refused ? tl::unexpected<Error>(classify_http_failure(*response))
                             : read_answer(*response, visit, outcome.points);
  if (status) {
    outcome.kind = RequestOutcome::Kind::kAnswered;
  } else {
    outcome.kind = outcome_of(status.error());
    retry_after = outcome.retry_after = retry_after_of(*response);
  }
  permit.finish(outcome);
  return status ? status : explain(permit.token(), query, *response, std::move(status).error());
}

// One small request, to see whether GitHub is there.
void GitHubClient::probe(Permit& permit, std::stop_token stop) {
  static const std::string kBody =
      body_of({"Probe", "query Probe { rateLimit { cost remaining limit resetAt } }", "{}"});
  Result<HttpResponse> response = send(permit, kBody, stop);
  if (!response) {
    permit.finish({.kind = outcome_of(response.error())});
    return;
  }
  RequestOutcome outcome{.budget = rate_budget_of(*response)};
  const auto look = [](ondemand::object&, std::span<const GraphQlError>) { return Status(); };
  const Status status = classify_status(response->status)
                            ? tl::unexpected<Error>(classify_http_failure(*response))
                            : read_answer(*response, look, outcome.points);
  outcome.kind = status ? RequestOutcome::Kind::kAnswered : outcome_of(status.error());
  outcome.retry_after = retry_after_of(*response);
  permit.finish(outcome);
}

Status GitHubClient::read_answer(HttpResponse& response, const Visitor& visit,
                                 std::optional<int64_t>& points) {
  thread_local ondemand::parser parser;
  const std::vector<GraphQlError> errors = graphql_errors_of(response.body);
  try {
    const simdjson::padded_string_view view(response.body.data(), response.body.size(),
                                            response.body.capacity());
    ondemand::document document = parser.iterate(view);
    ondemand::object data;
    const bool has_data = document["data"].get(data) == simdjson::SUCCESS;
    if (auto error = classify_errors(errors, has_data)) {
      return tl::unexpected<Error>(*std::move(error));
    }
    if (!has_data) {
      return fail(ErrorCode::kDataLoss, "the answer has no data");
    }
    points = cost_in(data);
    points_.fetch_add(points.value_or(0), std::memory_order_relaxed);
    return visit(data, errors);
  } catch (const simdjson::simdjson_error& error) {
    return fail(ErrorCode::kDataLoss, error.what());
  }
}

// What the caller is told of a failure, with what is done about it.
Status GitHubClient::explain(size_t token, const GraphQlQuery& query, const HttpResponse& response,
                             Error error) {
  if (error.code == ErrorCode::kUnauthenticated) {
    error.remedy = options_.tokens[token]->remedy();
  }
  if (error.code == ErrorCode::kUnauthenticated && options_.tokens.size() > 1) {
    log_warning("a token was refused and is set aside",
                {{"position", static_cast<int64_t>(token) + 1}});
    limiter_.set_aside(token);
    error.code = ErrorCode::kRateLimited;  // another token may do; acquire() says when none is left
  }
  if (error.code == ErrorCode::kDataLoss) {
    error = unreadable_answer(query.operation, response, error.message);
  }
  return tl::unexpected<Error>(std::move(error));
}

void GitHubClient::learn_time(const HttpResponse& response) {
  if (const auto time = server_time_of(response)) {
    clock_offset_ = (*time - clock_.now()).count();
  }
}

}  // namespace github_stats
