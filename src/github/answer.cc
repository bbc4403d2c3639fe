#include "github/answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "http/answer_headers.h"

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;

std::string text_of(simdjson::simdjson_result<ondemand::value> value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

// The path's names and indexes as text.
std::vector<std::string> path_of(ondemand::object& error) {
  std::vector<std::string> path;
  ondemand::array steps;
  if (error["path"].get(steps) != simdjson::SUCCESS) {
    return path;
  }
  for (auto step : steps) {
    ondemand::value value;
    std::string_view text;
    if (step.get(value) != simdjson::SUCCESS) {
      break;
    }
    if (value.get(text) == simdjson::SUCCESS) {
      path.emplace_back(text);
    } else if (int64_t index = 0; value.get(index) == simdjson::SUCCESS) {
      path.push_back(std::to_string(index));
    }
  }
  return path;
}

bool is_about_part_of_the_data(const GraphQlError& error) {
  return error.type == "NOT_FOUND" || error.type == "FORBIDDEN";
}

bool mentions(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

ErrorCode code_of(const GraphQlError& error) {
  if (error.type == "RATE_LIMITED" || error.type == "RATE_LIMIT") {
    return ErrorCode::kRateLimited;
  }
  if (error.type == "NOT_FOUND") {
    return ErrorCode::kNotFound;
  }
  if (error.type == "FORBIDDEN" || error.type == "INSUFFICIENT_SCOPES") {
    return ErrorCode::kPermissionDenied;
  }
  // "Something went wrong while executing your query" comes without a type.
  if (error.type.empty() || error.type == "RESOURCE_LIMITS_EXCEEDED" ||
      error.type == "SERVICE_UNAVAILABLE" || error.type == "INTERNAL" ||
      mentions(error.message, "Something went wrong") || mentions(error.message, "timeout")) {
    return mentions(error.message, "Parse error") ? ErrorCode::kInvalidArgument
                                                  : ErrorCode::kUnavailable;
  }
  return ErrorCode::kInvalidArgument;
}

}  // namespace

std::string message_of(const HttpResponse& response) {
  ondemand::parser parser;
  const simdjson::padded_string padded(response.body);
  ondemand::document document;
  std::string_view message;
  if (parser.iterate(padded).get(document) == simdjson::SUCCESS &&
      document["message"].get(message) == simdjson::SUCCESS) {
    return std::string(message);
  }
  constexpr size_t kMost = 120;
  return valid_utf8(response.body.substr(0, kMost));
}

std::optional<RateBudget> rate_budget_of(const HttpResponse& response) {
  const auto remaining = number_in(response.header("x-ratelimit-remaining"));
  const auto reset = number_in(response.header("x-ratelimit-reset"));
  if (!remaining || !reset) {
    return std::nullopt;
  }
  const auto now = server_time_of(response);
  const Duration left = now ? Time(std::chrono::seconds(*reset)) - *now : std::chrono::minutes(1);
  // One second more: the header counts in whole seconds.
  return RateBudget{number_in(response.header("x-ratelimit-limit")).value_or(0), *remaining,
                    std::max(left, Duration{0}) + std::chrono::seconds(1)};
}

std::vector<GraphQlError> graphql_errors_of(const std::string& padded_body) {
  std::vector<GraphQlError> errors;
  // In JSON a quoted name can't appear inside a string unescaped, so this finds every real one.
  if (!mentions(padded_body, "\"errors\"")) {
    return errors;
  }
  ondemand::parser parser;
  ondemand::document document;
  ondemand::array entries;
  const simdjson::padded_string_view view(padded_body.data(), padded_body.size(),
                                          padded_body.capacity());
  if (parser.iterate(view).get(document) != simdjson::SUCCESS ||
      document["errors"].get(entries) != simdjson::SUCCESS) {
    return errors;
  }
  for (auto entry : entries) {
    ondemand::object object;
    if (entry.get(object) != simdjson::SUCCESS) {
      break;
    }
    GraphQlError error;
    error.type = text_of(object["type"]);
    if (error.type.empty()) {
      // A query that does not fit the schema is refused without a type, but with a code.
      error.type = text_of(object["extensions"]["code"]);
    }
    error.message = text_of(object["message"]);
    error.path = path_of(object);
    errors.push_back(std::move(error));
  }
  return errors;
}

std::optional<Error> classify_errors(const std::vector<GraphQlError>& errors, bool has_data) {
  if (errors.empty() || (has_data && std::ranges::all_of(errors, is_about_part_of_the_data))) {
    return std::nullopt;
  }
  // The gravest of several decides, and with partial data it is one that makes the data unusable.
  const auto worst = std::ranges::find_if_not(errors, is_about_part_of_the_data);
  const GraphQlError& error = worst == errors.end() ? errors.front() : *worst;
  Error result{code_of(error), "GitHub answered: " + error.message, {}};
  if (result.code == ErrorCode::kPermissionDenied) {
    result.remedy = "give the token access (scopes, single sign-on) and try again";
  }
  return result;
}

Error classify_http_failure(const HttpResponse& response) {
  const std::string message = message_of(response);
  Error error{classify_status(response.status).value_or(ErrorCode::kUnavailable),
              fmt::format("GitHub answered {}: {}", response.status, message),
              {}};
  if (error.code == ErrorCode::kUnauthenticated) {
    error.message = "GitHub refused the token (401): " + message;
    error.remedy = "set GITHUB_TOKEN to a valid token that has not expired";
  } else if (error.code == ErrorCode::kPermissionDenied) {
    const bool limited = response.header("x-ratelimit-remaining") == "0" ||
                         response.header("retry-after") || mentions(message, "rate limit") ||
                         mentions(message, "abuse");
    error.code = limited ? ErrorCode::kRateLimited : error.code;
    error.remedy = limited ? "" : "give the token access (scopes, single sign-on) and try again";
  } else if (error.code == ErrorCode::kNotFound) {
    error.remedy = "check GITHUB_API_URL";
  }
  return error;
}

Error unreadable_answer(std::string_view operation, const HttpResponse& response,
                        std::string_view reason) {
  const size_t first = response.body.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  const bool is_json = first != std::string::npos && response.body[first] == '{';
  // Passing, as far as one can tell: the next answer may be whole.
  Error error{
      ErrorCode::kUnavailable, fmt::format("unreadable answer to {}: {}", operation, reason), {}};
  if (!is_json) {
    error.message = fmt::format("the answer to {} is not from GitHub's API ({}): {}", operation,
                                response.status, message_of(response));
    error.remedy = "is GITHUB_API_URL right? a proxy or a login page may have answered";
  }
  return error;
}

}  // namespace github_stats
