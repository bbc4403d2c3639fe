#include "google/user_login.h"

#include <fmt/format.h>

#include "base/log.h"
#include "google/form.h"
#include "google/google_error.h"
#include "google/token_url.h"

namespace github_stats {
namespace {

constexpr std::string_view kTokenUrl = "https://oauth2.googleapis.com/token";

struct Login {
  std::string client_id;
  std::string client_secret;
  std::string refresh_token;
  std::string token_url;
  std::optional<std::string> project;
  std::string description;
};

void explain_refusal(const HttpResponse& response, Error& error) {
  if (complaint_of(response).reason == "invalid_grant") {
    error.message += " (invalid_grant)";
    error.remedy =
        "the login has expired or was revoked: run 'gcloud auth application-default login' again";
  }
}

class UserLogin : public TokenIssuer {
 public:
  UserLogin(TokenTools tools, Login login) : tools_(std::move(tools)), login_(std::move(login)) {}

  std::string description() const override { return login_.description; }
  std::optional<std::string> project() const override { return login_.project; }

  Result<FreshToken> new_token(Patience patience, std::stop_token stop) override {
    Duration asked_at{0};
    const auto make = [&]() -> Result<TokenRequest> {
      asked_at = tools_.clock.elapsed();
      const std::string form = form_of({{"grant_type", "refresh_token"},
                                        {"client_id", login_.client_id},
                                        {"client_secret", login_.client_secret},
                                        {"refresh_token", login_.refresh_token}});
      return TokenRequest{form_request(login_.token_url, form),
                          {login_.refresh_token, login_.client_secret}};
    };
    ASSIGN_OR_RETURN(const HttpResponse response,
                     send_token_request(tools_, make, explain_refusal, patience, stop));
    return token_in(response, asked_at);
  }

 private:
  const TokenTools tools_;
  const Login login_;
};

}  // namespace

Result<std::unique_ptr<TokenIssuer>> make_user_login(const TokenTools& tools,
                                                     const JsonObject& file,
                                                     const std::string& path) {
  Login login;
  ASSIGN_OR_RETURN(login.client_id, file.text("client_id"));
  ASSIGN_OR_RETURN(login.client_secret, file.text("client_secret"));
  ASSIGN_OR_RETURN(login.refresh_token, file.text("refresh_token"));
  ASSIGN_OR_RETURN(const auto token_url, file.optional_text("token_uri"));
  login.token_url = token_url.value_or(std::string(kTokenUrl));
  RETURN_IF_ERROR(check_token_url("token_uri", login.token_url));
  ASSIGN_OR_RETURN(login.project, file.optional_text("quota_project_id"));
  login.description = fmt::format("user login ({})", printable(path));
  return std::make_unique<UserLogin>(tools, std::move(login));
}

}  // namespace github_stats
