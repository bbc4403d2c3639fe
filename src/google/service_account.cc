#include "google/service_account.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/log.h"
#include "crypto/rs256.h"
#include "google/form.h"
#include "google/google_error.h"
#include "google/token_url.h"
#include "http/answer_headers.h"

namespace github_stats {
namespace {

using std::chrono::seconds;

constexpr std::string_view kTokenUrl = "https://oauth2.googleapis.com/token";
constexpr std::string_view kGrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr auto kBackdated = seconds(60);  // for clocks that are a little ahead
constexpr auto kJwtLifetime = std::chrono::hours(1);
constexpr auto kClocksAgree = seconds(30);

struct Account {
  std::string email;
  RsaKey key;
  std::string token_url;
  std::optional<std::string> project;
  std::string description;
};

class ServiceAccount : public TokenIssuer {
 public:
  ServiceAccount(TokenTools tools, Account account)
      : tools_(std::move(tools)), account_(std::move(account)) {}

  std::string description() const override { return account_.description; }
  std::optional<std::string> project() const override { return account_.project; }

  Result<FreshToken> new_token(Patience patience, std::stop_token stop) override {
    for (bool first = true;; first = false) {
      const Time assumed = google_start_.value_or(tools_.clock.now() - tools_.clock.elapsed());
      Result<FreshToken> token = exchange(patience, stop);
      const bool wrong_time =
          google_start_ && std::chrono::abs(*google_start_ - assumed) > kClocksAgree;
      if (token || token.error().code != ErrorCode::kInvalidArgument || !wrong_time || !first) {
        return token;
      }
      log_warning("this machine's clock differs from Google's, which is used",
                  {{"seconds", std::chrono::floor<seconds>(*google_start_ - assumed).count()}});
    }
  }

 private:
  Result<FreshToken> exchange(Patience patience, std::stop_token stop) {
    Duration asked_at{0};
    const auto make = [&]() -> Result<TokenRequest> {
      asked_at = tools_.clock.elapsed();
      ASSIGN_OR_RETURN(std::string jwt, make_jwt());
      const std::string form = form_of({{"grant_type", kGrantType}, {"assertion", jwt}});
      return TokenRequest{form_request(account_.token_url, form), {std::move(jwt)}};
    };
    const auto explain = [this](const HttpResponse& response, Error& error) {
      explain_refusal(response, error);
    };
    ASSIGN_OR_RETURN(const HttpResponse response,
                     send_token_request(tools_, make, explain, patience, stop));
    return token_in(response, asked_at);
  }

  Result<std::string> make_jwt() const {
    const Time now = google_start_ ? *google_start_ + tools_.clock.elapsed() : tools_.clock.now();
    const int64_t issued =
        std::chrono::floor<seconds>((now - kBackdated).time_since_epoch()).count();
    std::string claims;
    JsonWriter json(claims);
    json.begin_object().key("iss").text(account_.email).key("scope").text(kCloudPlatformScope);
    json.key("aud").text(account_.token_url).key("iat").integer(issued);
    json.key("exp").integer(issued + seconds(kJwtLifetime).count()).end_object();
    return signed_jwt(account_.key, claims);
  }

  void explain_refusal(const HttpResponse& response, Error& error) {
    if (const auto now = server_time_of(response)) {
      google_start_ = *now - tools_.clock.elapsed();
    }
    if (complaint_of(response).reason == "invalid_grant") {
      error.message += " (invalid_grant)";
      error.remedy =
          "the key may have been deleted, its service account deleted or disabled, or a clock is "
          "wrong: see 'gcloud iam service-accounts keys list', and make a new key if need be";
    }
  }

  const TokenTools tools_;
  const Account account_;
  std::optional<Time> google_start_;  // Google's time at elapsed() zero
};

}  // namespace

Result<std::unique_ptr<TokenIssuer>> make_service_account(const TokenTools& tools,
                                                          const JsonObject& file,
                                                          const std::string& path) {
  ASSIGN_OR_RETURN(std::string email, file.text("client_email"));
  ASSIGN_OR_RETURN(const std::string pem, file.text("private_key"));
  auto key = RsaKey::from_pem(pem);
  if (!key) {
    return fail_with_context("its 'private_key' can't be used", key.error());
  }
  ASSIGN_OR_RETURN(const auto token_url, file.optional_text("token_uri"));
  ASSIGN_OR_RETURN(auto project, file.optional_text("project_id"));
  ASSIGN_OR_RETURN(auto quota_project, file.optional_text("quota_project_id"));
  Account account{.email = std::move(email),
                  .key = *std::move(key),
                  .token_url = token_url.value_or(std::string(kTokenUrl)),
                  .project = project ? std::move(project) : std::move(quota_project),
                  .description = {}};
  RETURN_IF_ERROR(check_token_url("token_uri", account.token_url));
  account.description =
      fmt::format("service account {} (key file {})", printable(account.email), printable(path));
  return std::make_unique<ServiceAccount>(tools, std::move(account));
}

}  // namespace github_stats
