#include "google/workload_identity.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/log.h"
#include "google/form.h"
#include "google/google_error.h"
#include "google/subject_token.h"
#include "google/token_url.h"

namespace github_stats {
namespace {

constexpr std::string_view kTokenUrl = "https://sts.googleapis.com/v1/token";
constexpr std::string_view kGrantType = "urn:ietf:params:oauth:grant-type:token-exchange";
constexpr std::string_view kAccessToken = "urn:ietf:params:oauth:token-type:access_token";

struct Identity {
  std::string audience;
  std::string subject_token_type;
  std::string token_url;
  std::string options;  // JSON; empty: none
  SubjectTokenPlace subject_token;
  std::optional<std::string> project;
  std::string description;
};

void explain_refusal(const HttpResponse& response, Error& error) {
  const std::string reason = complaint_of(response).reason;
  if (reason == "invalid_grant") {
    error.message += " (invalid_grant)";
    error.remedy =
        "the subject token has expired, or the workload identity pool does not take it: check the "
        "credentials file's audience, and the provider's issuer, audiences and conditions";
  } else if (reason == "invalid_target") {
    error.remedy = "check that the pool and provider in the credentials file's 'audience' exist";
  }
}

class WorkloadIdentity : public TokenIssuer {
 public:
  WorkloadIdentity(TokenTools tools, Identity identity)
      : tools_(std::move(tools)), identity_(std::move(identity)) {}

  std::string description() const override { return identity_.description; }
  std::optional<std::string> project() const override { return identity_.project; }

  Result<FreshToken> new_token(Patience patience, std::stop_token stop) override {
    ASSIGN_OR_RETURN(const std::string subject,
                     read_subject_token(identity_.subject_token, tools_, patience, stop));
    Duration asked_at{0};
    const auto make = [&]() -> Result<TokenRequest> {
      asked_at = tools_.clock.elapsed();
      return exchange(subject);
    };
    ASSIGN_OR_RETURN(const HttpResponse response,
                     send_token_request(tools_, make, explain_refusal, patience, stop));
    return token_in(response, asked_at);
  }

 private:
  TokenRequest exchange(const std::string& subject) const {
    FormFields fields = {
        {"grant_type", kGrantType},     {"audience", identity_.audience},
        {"scope", kCloudPlatformScope}, {"requested_token_type", kAccessToken},
        {"subject_token", subject},     {"subject_token_type", identity_.subject_token_type}};
    if (!identity_.options.empty()) {
      fields.emplace_back("options", identity_.options);
    }
    return {form_request(identity_.token_url, form_of(fields)), {subject}};
  }

  const TokenTools tools_;
  const Identity identity_;
};

// What tells the project that a workforce pool's requests are counted for.
Result<std::string> read_options(const JsonObject& file) {
  std::string options;
  ASSIGN_OR_RETURN(const auto project, file.optional_text("workforce_pool_user_project"));
  if (project) {
    JsonWriter(options).begin_object().key("userProject").text(*project).end_object();
  }
  return options;
}

}  // namespace

Result<std::unique_ptr<TokenIssuer>> make_workload_identity(const TokenTools& tools,
                                                            const JsonObject& file,
                                                            const std::string& path) {
  Identity identity;
  ASSIGN_OR_RETURN(identity.audience, file.text("audience"));
  ASSIGN_OR_RETURN(identity.subject_token_type, file.text("subject_token_type"));
  ASSIGN_OR_RETURN(const auto token_url, file.optional_text("token_url"));
  identity.token_url = token_url.value_or(std::string(kTokenUrl));
  RETURN_IF_ERROR(check_token_url("token_url", identity.token_url));
  if (file.has("client_id")) {
    return fail(ErrorCode::kInvalidArgument,
                "its 'client_id' (client authentication) is not supported");
  }
  ASSIGN_OR_RETURN(identity.options, read_options(file));
  ASSIGN_OR_RETURN(const JsonObject source, file.object("credential_source"));
  ASSIGN_OR_RETURN(identity.subject_token, read_subject_token_place(source));
  ASSIGN_OR_RETURN(identity.project, file.optional_text("quota_project_id"));
  identity.description = fmt::format("workload identity ({})", printable(path));
  return std::make_unique<WorkloadIdentity>(tools, std::move(identity));
}

}  // namespace github_stats
