#include "google/impersonation.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_writer.h"
#include "base/log.h"
#include "google/form.h"
#include "google/json_object.h"
#include "google/token_url.h"
#include "http/answer_headers.h"
#include "http/url.h"

namespace github_stats {
namespace {

using std::chrono::seconds;

constexpr std::string_view kAccounts =
    "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/";
constexpr std::string_view kMethod = ":generateAccessToken";
constexpr std::string_view kUrlField = "service_account_impersonation_url";

class ImpersonatedAccount : public TokenIssuer {
 public:
  ImpersonatedAccount(TokenTools tools, std::unique_ptr<AccessTokenSource> source,
                      Impersonation impersonation)
      : tools_(std::move(tools)),
        source_(std::move(source)),
        impersonation_(std::move(impersonation)) {}

  std::string description() const override {
    return fmt::format("service account {}, which the {} acts as", printable(impersonation_.email),
                       source_->description());
  }
  std::optional<std::string> project() const override {
    return impersonation_.project ? impersonation_.project : source_->project();
  }

  // A second time when the source's token was refused: it may have been withdrawn early.
  Result<FreshToken> new_token(Patience patience, std::stop_token stop) override {
    for (bool first = true;; first = false) {
      ASSIGN_OR_RETURN(const std::string source_token, source_->token(stop));
      Result<FreshToken> token = ask(source_token, patience, stop);
      const bool refused = !token && token.error().code == ErrorCode::kUnauthenticated;
      if (!refused || !source_->refused(source_token) || !first) {
        return token;
      }
    }
  }

 private:
  Result<FreshToken> ask(const std::string& source_token, Patience patience, std::stop_token stop) {
    Duration asked_at{0};
    const auto make = [&]() -> Result<TokenRequest> {
      asked_at = tools_.clock.elapsed();
      HttpRequest request{.method = HttpMethod::kPost,
                          .url = impersonation_.url,
                          .headers = {{"authorization", "Bearer " + source_token},
                                      {"content-type", "application/json"}},
                          .body = body()};
      return TokenRequest{std::move(request), {source_token}};
    };
    const auto explain = [this](const HttpResponse&, Error& error) { explain_refusal(error); };
    ASSIGN_OR_RETURN(const HttpResponse response,
                     send_token_request(tools_, make, explain, patience, stop));
    return read_token(response, asked_at);
  }

  std::string body() const {
    std::string text;
    JsonWriter json(text);
    json.begin_object().key("delegates").begin_array();
    for (const std::string& delegate : impersonation_.delegates) {
      const bool is_name = delegate.find('/') != std::string::npos;
      json.text(is_name ? delegate : "projects/-/serviceAccounts/" + delegate);
    }
    json.end_array().key("scope").begin_array().text(kCloudPlatformScope).end_array();
    json.key("lifetime").text(fmt::format("{}s", impersonation_.lifetime.count())).end_object();
    return text;
  }

  // The answer says when the token ends, by Google's clock: so does its Date header what time it
  // is.
  Result<FreshToken> read_token(const HttpResponse& response, Duration asked_at) {
    const auto malformed = [](const std::string& what) {
      return fail(ErrorCode::kDataLoss, "the answer can't be used: " + what);
    };
    const auto answer = JsonObject::parse(response.body);
    if (!answer) {
      return malformed(answer.error().message);
    }
    auto text = answer->text("accessToken");
    const auto end = answer->text("expireTime");
    if (!text || !end) {
      return malformed(!text ? text.error().message : end.error().message);
    }
    const auto expires = parse_time(*end);
    if (!is_bearer_token(*text) || !expires) {
      return malformed(expires ? "its 'accessToken' is no token" : "its 'expireTime' is no time");
    }
    const Time now = server_time_of(response).value_or(tools_.clock.now());
    const Duration lifetime =
        std::clamp<Duration>(*expires - now, Duration(0), impersonation_.lifetime);
    return FreshToken{*std::move(text), lifetime, asked_at + lifetime};
  }

  void explain_refusal(Error& error) const {
    if (error.code == ErrorCode::kPermissionDenied || error.code == ErrorCode::kNotFound) {
      error.remedy = fmt::format(
          "check that {} exists, that the {} has the role Service Account Token Creator "
          "(roles/iam.serviceAccountTokenCreator) on it, and that the IAM Service Account "
          "Credentials API is enabled",
          printable(impersonation_.email), source_->description());
    }
  }

  const TokenTools tools_;
  const std::unique_ptr<AccessTokenSource> source_;
  const Impersonation impersonation_;
};

}  // namespace

Impersonation impersonation_of(const std::string& email) {
  const size_t at = std::min(email.find('@'), email.size());
  const std::string domain = at < email.size() ? "@" + percent_encoded(email.substr(at + 1)) : "";
  return {.email = email,
          .url = fmt::format("{}{}{}{}", kAccounts, percent_encoded(email.substr(0, at)), domain,
                             kMethod)};
}

Result<Impersonation> impersonation_at(const std::string& url) {
  RETURN_IF_ERROR(check_token_url(kUrlField, url));
  const size_t end = url.rfind(kMethod);
  const size_t slash = url.rfind('/', end);
  if (end == std::string::npos || end + kMethod.size() != url.size() || end == slash + 1) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("its '{}' does not end in a service account and '{}'", kUrlField, kMethod));
  }
  return Impersonation{.email = url.substr(slash + 1, end - slash - 1), .url = url};
}

std::unique_ptr<TokenIssuer> make_impersonation(const TokenTools& tools,
                                                std::unique_ptr<AccessTokenSource> source,
                                                Impersonation impersonation) {
  return std::make_unique<ImpersonatedAccount>(tools, std::move(source), std::move(impersonation));
}

}  // namespace github_stats
