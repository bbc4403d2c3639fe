#include "google/credentials_file.h"

#include <fmt/format.h>

#include "base/log.h"
#include "google/impersonation.h"
#include "google/json_object.h"
#include "google/service_account.h"
#include "google/token_cache.h"
#include "google/user_login.h"
#include "google/workload_identity.h"

namespace github_stats {
namespace {

using Source = std::unique_ptr<AccessTokenSource>;

constexpr std::string_view kTypes =
    "service_account, authorized_user, external_account and impersonated_service_account";

Source cached(const TokenTools& tools, std::unique_ptr<TokenIssuer> issuer) {
  return std::make_unique<CachedToken>(tools.clock, std::move(issuer));
}

tl::unexpected<Error> unknown_type(std::string_view type) {
  constexpr size_t kMostShown = 60;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("its 'type' is '{}', which is not supported",
                          printable(type.substr(0, kMostShown))),
              fmt::format("types that are supported: {}", kTypes));
}

Result<Source> read_external_account(const TokenTools& tools, const JsonObject& file,
                                     const std::string& path) {
  constexpr int64_t kLeast = 600;  // google.aip.dev/auth/4117
  constexpr int64_t kMost = 43'200;
  ASSIGN_OR_RETURN(auto identity, make_workload_identity(tools, file, path));
  Source source = cached(tools, std::move(identity));
  ASSIGN_OR_RETURN(const auto url, file.optional_text("service_account_impersonation_url"));
  if (!url) {
    return source;
  }
  ASSIGN_OR_RETURN(Impersonation impersonation, impersonation_at(*url));
  if (file.has("service_account_impersonation")) {
    ASSIGN_OR_RETURN(const JsonObject options, file.object("service_account_impersonation"));
    if (options.has("token_lifetime_seconds")) {
      ASSIGN_OR_RETURN(const int64_t lifetime, options.integer("token_lifetime_seconds"));
      if (lifetime < kLeast || lifetime > kMost) {
        return fail(ErrorCode::kInvalidArgument,
                    "its 'token_lifetime_seconds' is not within 600 and 43200");
      }
      impersonation.lifetime = std::chrono::seconds(lifetime);
    }
  }
  return cached(tools, make_impersonation(tools, std::move(source), std::move(impersonation)));
}

Result<Source> read_plain(const TokenTools& tools, const JsonObject& file, const std::string& type,
                          const std::string& path) {
  if (type == "service_account") {
    ASSIGN_OR_RETURN(auto account, make_service_account(tools, file, path));
    return cached(tools, std::move(account));
  }
  if (type == "authorized_user") {
    ASSIGN_OR_RETURN(auto login, make_user_login(tools, file, path));
    return cached(tools, std::move(login));
  }
  if (type == "external_account") {
    return read_external_account(tools, file, path);
  }
  return unknown_type(type);
}

Result<Source> read_source_credentials(const TokenTools& tools, const JsonObject& file,
                                       const std::string& path) {
  ASSIGN_OR_RETURN(const JsonObject source, file.object("source_credentials"));
  ASSIGN_OR_RETURN(const std::string type, source.text("type"));
  return read_plain(tools, source, type, path);
}

Result<Source> read_impersonation(const TokenTools& tools, const JsonObject& file,
                                  const std::string& path) {
  ASSIGN_OR_RETURN(const std::string url, file.text("service_account_impersonation_url"));
  ASSIGN_OR_RETURN(Impersonation impersonation, impersonation_at(url));
  ASSIGN_OR_RETURN(impersonation.delegates, file.texts("delegates"));
  ASSIGN_OR_RETURN(impersonation.project, file.optional_text("quota_project_id"));
  auto source = read_source_credentials(tools, file, path);
  if (!source) {
    return fail_with_context("its 'source_credentials'", source.error());
  }
  return cached(tools, make_impersonation(tools, *std::move(source), std::move(impersonation)));
}

}  // namespace

Result<Source> read_credentials(const TokenTools& tools, std::string_view text,
                                const std::string& path) {
  ASSIGN_OR_RETURN(const JsonObject file, JsonObject::parse(text));
  ASSIGN_OR_RETURN(const std::string type, file.text("type"));
  if (type == "impersonated_service_account") {
    return read_impersonation(tools, file, path);
  }
  return read_plain(tools, file, type, path);
}

}  // namespace github_stats
