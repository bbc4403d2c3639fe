#include "github/github_client.h"

#include <fmt/format.h>

#include <random>

#include "base/json_writer.h"
#include "base/log.h"
#include "github/answer.h"

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

int64_t cost_in(ondemand::object& data) {
  ondemand::object limit;
  int64_t cost = 0;
  // An Enterprise Server without limits gives null.
  if (data["rateLimit"].get(limit) != simdjson::SUCCESS ||
      limit["cost"].get(cost) != simdjson::SUCCESS) {
    return 0;
  }
  return cost;
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

double thread_random() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(engine);
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
    std::optional<Duration> retry_after;
    Status status = attempt(query, body, visit, stop, retry_after);
    if (status) {
      return status;
    }
    const Error& error = status.error();
    const bool limited = error.code == ErrorCode::kRateLimited;
    policy.max_attempts = limited ? options_.retry.max_attempts * 2 : query.max_attempts;
    const FailedAttempt failed{error.code, limited ? ++limits : ++troubles, retry_after};
    const auto wait = wait_before_retry(policy, failed, options_.random());
    if (!wait) {
      return status;
    }
    log_debug("asking GitHub again",
              {{"operation", query.operation},
               {"reason", error.message},
               {"wait_ms", std::chrono::floor<std::chrono::milliseconds>(*wait).count()}});
    if (limited) {
      limiter_.pause(*wait);  // everybody waits, this one in acquire()
    } else if (!clock_.sleep_for(*wait, stop)) {
      return fail(ErrorCode::kCancelled, "stopped before asking GitHub again");
    }
  }
}

Status GitHubClient::attempt(const GraphQlQuery& query, const std::string& body,
                             const Visitor& visit, std::stop_token stop,
                             std::optional<Duration>& retry_after) {
  ASSIGN_OR_RETURN(const size_t token, limiter_.acquire(stop));
  HttpRequest request;
  request.method = HttpMethod::kPost;
  request.url = options_.graphql_url;
  request.body = body;
  ASSIGN_OR_RETURN(HttpResponse response, send_as(token, std::move(request), stop));
  observe(token, response);
  if (classify_status(response.status)) {
    return refuse(token, response, retry_after);
  }
  Status status = read_answer(response, visit);
  if (!status && status.error().code == ErrorCode::kRateLimited) {
    retry_after = retry_after_of(response);
    if (const auto budget = rate_budget_of(response); budget && budget->remaining == 0) {
      retry_after = Duration{0};  // the limiter knows when the hour ends
    }
  }
  if (!status && status.error().code == ErrorCode::kDataLoss) {
    status.error().code = ErrorCode::kUnavailable;  // a broken answer; the next may be whole
    status.error().message =
        fmt::format("unreadable answer to {}: {}", query.operation, status.error().message);
  }
  return status;
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
    }
    if (!response || response->status != 401 || !first || !source.refused(text)) {
      return response;
    }
    log_debug("GitHub refused a token that can be renewed");
  }
}

Status GitHubClient::read_answer(HttpResponse& response, const Visitor& visit) {
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
    points_.fetch_add(cost_in(data), std::memory_order_relaxed);
    return visit(data, errors);
  } catch (const simdjson::simdjson_error& error) {
    return fail(ErrorCode::kDataLoss, error.what());
  }
}

Status GitHubClient::refuse(size_t token, const HttpResponse& response,
                            std::optional<Duration>& retry_after) {
  Error error = classify_http_failure(response);
  retry_after = retry_after_of(response);
  if (!retry_after && response.header("x-ratelimit-remaining") == "0") {
    retry_after = Duration{0};  // the limiter knows when the hour ends
  }
  if (error.code == ErrorCode::kUnauthenticated) {
    error.remedy = options_.tokens[token]->remedy();
  }
  if (error.code == ErrorCode::kUnauthenticated && options_.tokens.size() > 1) {
    log_warning("a token was refused and is set aside",
                {{"position", static_cast<int64_t>(token) + 1}});
    limiter_.set_aside(token);
    error.code = ErrorCode::kRateLimited;  // another token may do; acquire() says when none is left
    retry_after = Duration{0};
  }
  return tl::unexpected<Error>(std::move(error));
}

void GitHubClient::observe(size_t token, const HttpResponse& response) {
  if (const auto time = server_time_of(response)) {
    clock_offset_ = (*time - clock_.now()).count();
  }
  if (const auto budget = rate_budget_of(response)) {
    limiter_.observe(token, *budget);
  }
}

}  // namespace github_stats
