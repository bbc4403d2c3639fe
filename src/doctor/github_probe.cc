#include "doctor/github_probe.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "base/json_writer.h"
#include "doctor/bounded.h"
#include "github/answer.h"
#include "github/github_client.h"
#include "http/answer_headers.h"
#include "http/retry.h"

namespace github_stats::doctor {
namespace {

namespace dom = simdjson::dom;

constexpr Duration kPause = std::chrono::milliseconds(500);
constexpr int kUnlimited = 404;  // "Rate limiting is not enabled."

constexpr std::string_view kOwnerQuery = R"(
query DoctorOwner($login: String!) {
  rateLimit { cost remaining limit resetAt }
  viewer { login }
  repositoryOwner(login: $login) {
    __typename
    login
    all: repositories(first: 1, ownerAffiliations: [OWNER]) { totalCount }
    private: repositories(first: 1, ownerAffiliations: [OWNER], privacy: PRIVATE) { totalCount }
  }
}
)";

// The smallest that needs all that a collection's queries (extract/queries.h) need.
constexpr std::string_view kSampleQuery = R"(
query DoctorPullRequest($login: String!) {
  rateLimit { cost remaining limit resetAt }
  repositoryOwner(login: $login) {
    repositories(first: 5, ownerAffiliations: [OWNER],
                 orderBy: {field: PUSHED_AT, direction: DESC}) {
      nodes {
        name
        pullRequests(first: 1, orderBy: {field: UPDATED_AT, direction: DESC}) {
          nodes {
            number
            reviewRequests(first: 1) {
              nodes { requestedReviewer { ... on Team { combinedSlug } } }
            }
            commits(first: 1) { nodes { commit { oid author { user { login } } } } }
            reviews(first: 1) { nodes { id } }
            comments(first: 1) { nodes { id } }
          }
        }
      }
    }
  }
}
)";

std::string text_at(dom::element root, std::string_view pointer) {
  std::string_view text;
  return root.at_pointer(pointer).get(text) == simdjson::SUCCESS ? std::string(text)
                                                                 : std::string();
}

int64_t number_at(dom::element root, std::string_view pointer) {
  int64_t number = 0;
  return root.at_pointer(pointer).get(number) == simdjson::SUCCESS ? number : 0;
}

Result<dom::element> parse(dom::parser& parser, std::string_view what,
                           const HttpResponse& response) {
  dom::element root;
  if (parser.parse(response.body.data(), response.body.size()).get(root) != simdjson::SUCCESS ||
      !root.is_object()) {
    return tl::unexpected<Error>(unreadable_answer(what, response, "it is not JSON"));
  }
  return root;
}

// The `data` of a GraphQL answer; null where GitHub gave none.
Result<dom::element> data_in(dom::parser& parser, std::string_view what,
                             const HttpResponse& response,
                             const std::vector<GraphQlError>& errors) {
  ASSIGN_OR_RETURN(const dom::element root, parse(parser, what, response));
  dom::element data;
  const bool has_data = root["data"].get(data) == simdjson::SUCCESS && data.is_object();
  if (!has_data && errors.empty()) {
    return tl::unexpected<Error>(unreadable_answer(what, response, "it has no data"));
  }
  return has_data ? data : root;
}

// "web#7", of the first pull request there is in the answer.
std::string first_pull_request(dom::element data) {
  dom::array repositories;
  if (data.at_pointer("/repositoryOwner/repositories/nodes").get(repositories) !=
      simdjson::SUCCESS) {
    return {};
  }
  for (const dom::element repository : repositories) {
    if (const int64_t number = number_at(repository, "/pullRequests/nodes/0/number"); number > 0) {
      return fmt::format("{}#{}", text_at(repository, "/name"), number);
    }
  }
  return {};
}

std::optional<HourLeft> hour_in(dom::element limits) {
  HourLeft left{number_at(limits, "/resources/graphql/limit"),
                number_at(limits, "/resources/graphql/remaining"),
                Time(std::chrono::seconds(number_at(limits, "/resources/graphql/reset")))};
  return left.limit > 0 ? std::optional(left) : std::nullopt;
}

}  // namespace

Result<HttpResponse> GitHubProbe::ask(HttpRequest request, const std::string& token) {
  request.headers.emplace_back("authorization", "bearer " + token);
  request.headers.emplace_back("accept", "application/vnd.github+json");
  for (int number = 1;; ++number) {
    auto response = http_.send(request, {});
    if (response) {
      hide_secret(*response, token);
    }
    const bool may_pass =
        response ? response->status >= 500 : response.error().code == ErrorCode::kUnavailable;
    if (!may_pass || number == kAttempts) {
      return response;
    }
    (void)clock_.sleep_for(kPause, {});
  }
}

Result<HttpResponse> GitHubProbe::get(std::string_view path, const std::string& token) {
  return ask({.url = fmt::format("{}{}", api_url_, path)}, token);
}

Result<HttpResponse> GitHubProbe::query(std::string_view operation, std::string_view document,
                                        std::string_view login, const std::string& token) {
  HttpRequest request{.method = HttpMethod::kPost, .url = graphql_url_for(api_url_)};
  JsonWriter json(request.body);
  json.begin_object().key("operationName").text(operation).key("query").text(document);
  json.key("variables").begin_object().key("login").text(login).end_object().end_object();
  request.headers = {{"content-type", "application/json"}};
  ASSIGN_OR_RETURN(HttpResponse response, ask(std::move(request), token));
  if (classify_status(response.status)) {
    return tl::unexpected<Error>(classify_http_failure(response));
  }
  return response;
}

Result<TokenFacts> GitHubProbe::token_facts(const std::string& token) {
  ASSIGN_OR_RETURN(const HttpResponse response, get("/rate_limit", token));
  TokenFacts facts;
  if (const auto scopes = response.header("x-oauth-scopes")) {
    facts.scopes = scopes_in(*scopes);
  }
  if (const auto expiry = response.header("github-authentication-token-expiration")) {
    facts.expires_at = expiry_in(*expiry);
  }
  const bool is_unlimited =
      response.status == kUnlimited && message_of(response).starts_with("Rate limiting");
  if (is_unlimited) {
    return facts;
  }
  if (classify_status(response.status)) {
    return tl::unexpected<Error>(classify_http_failure(response));
  }
  dom::parser parser;
  ASSIGN_OR_RETURN(const dom::element limits, parse(parser, "/rate_limit", response));
  facts.left = hour_in(limits);
  return facts;
}

Result<Sight> GitHubProbe::sight(const std::string& token, std::string_view login,
                                 std::string& viewer) {
  ASSIGN_OR_RETURN(const HttpResponse response, query("DoctorOwner", kOwnerQuery, login, token));
  Sight sight;
  sight.errors = graphql_errors_of(response.body);
  dom::parser parser;
  ASSIGN_OR_RETURN(const dom::element data, data_in(parser, "DoctorOwner", response, sight.errors));
  viewer = text_at(data, "/viewer/login");
  sight.owner = text_at(data, "/repositoryOwner/login");
  sight.is_organisation = text_at(data, "/repositoryOwner/__typename") == "Organization";
  sight.repositories = number_at(data, "/repositoryOwner/all/totalCount");
  sight.hidden_from_others = number_at(data, "/repositoryOwner/private/totalCount");
  return sight;
}

Result<Sample> GitHubProbe::sample(const std::string& token, std::string_view login) {
  ASSIGN_OR_RETURN(const HttpResponse response,
                   query("DoctorPullRequest", kSampleQuery, login, token));
  Sample sample;
  sample.errors = graphql_errors_of(response.body);
  dom::parser parser;
  ASSIGN_OR_RETURN(const dom::element data,
                   data_in(parser, "DoctorPullRequest", response, sample.errors));
  sample.pull_request = first_pull_request(data);
  return sample;
}

Result<std::string> GitHubProbe::server_version(const std::string& token) {
  ASSIGN_OR_RETURN(const HttpResponse response, get("/meta", token));
  if (classify_status(response.status)) {
    return tl::unexpected<Error>(classify_http_failure(response));
  }
  dom::parser parser;
  ASSIGN_OR_RETURN(const dom::element meta, parse(parser, "/meta", response));
  return text_at(meta, "/installed_version");
}

}  // namespace github_stats::doctor
