#include "doctor/app_probe.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "doctor/bounded.h"
#include "github/answer.h"

namespace github_stats::doctor {
namespace {

namespace dom = simdjson::dom;

std::string text_at(dom::element root, std::string_view pointer) {
  std::string_view text;
  return root.at_pointer(pointer).get(text) == simdjson::SUCCESS ? std::string(text)
                                                                 : std::string();
}

Result<dom::element> parse(dom::parser& parser, const HttpResponse& response) {
  dom::element root;
  if (parser.parse(response.body.data(), response.body.size()).get(root) != simdjson::SUCCESS) {
    return tl::unexpected<Error>(unreadable_answer("the App", response, "it is not JSON"));
  }
  return root;
}

Permissions permissions_in(dom::element installation) {
  Permissions permissions;
  dom::object object;
  if (installation["permissions"].get(object) == simdjson::SUCCESS) {
    for (const auto [name, level] : object) {
      std::string_view text;
      if (level.get(text) == simdjson::SUCCESS) {
        permissions.emplace(name, text);
      }
    }
  }
  return permissions;
}

}  // namespace

Finding judge_installation(const Check& check, const Installation& installation) {
  const std::string detail =
      fmt::format("number {} for {}, {} repositories", installation.id, installation.account,
                  installation.selection == "all" ? "all" : "selected");
  return installation.suspended_at.empty()
             ? check.ok(detail)
             : check.failed(
                   fmt::format("{}; suspended since {}", detail, installation.suspended_at),
                   "have an owner of the organisation take it up again (its settings, "
                   "GitHub Apps, 'Unsuspend')");
}

Result<std::string> AppProbe::name() {
  ASSIGN_OR_RETURN(GitHubAppOptions options, parts_.app_options());
  options.retry = {.max_attempts = kAttempts, .longest_wait = kLongestWait, .rate_limit_wait = {}};
  const int64_t id = options.app_id;
  sign_in_.emplace(http_, parts_.clock, std::move(options));
  ASSIGN_OR_RETURN(const HttpResponse response, sign_in_->get("/app", {}));
  dom::parser parser;
  ASSIGN_OR_RETURN(const dom::element app, parse(parser, response));
  return fmt::format("{} ({})", text_at(app, "/name"), id);
}

Result<Installation> AppProbe::installation() {
  Installation installation;
  ASSIGN_OR_RETURN(installation.id, sign_in_->installation({}));
  auto response = sign_in_->get(fmt::format("/app/installations/{}", installation.id), {});
  if (!response && response.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kNotFound,
                fmt::format("the App has no installation {}", installation.id),
                "check GITHUB_APP_INSTALLATION_ID; when it is unset, GITHUB_ORG's is looked up");
  }
  RETURN_IF_ERROR(response);
  dom::parser parser;
  ASSIGN_OR_RETURN(const dom::element answer, parse(parser, *response));
  installation.account = text_at(answer, "/account/login");
  installation.selection = text_at(answer, "/repository_selection");
  installation.suspended_at = text_at(answer, "/suspended_at");
  installation.permissions = permissions_in(answer);
  return installation;
}

Result<std::string> AppProbe::token() {
  ASSIGN_OR_RETURN(FreshToken token, sign_in_->new_token({}));
  return std::move(token.text);
}

}  // namespace github_stats::doctor
