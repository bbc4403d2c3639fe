#include "google/credentials.h"

#include <fmt/format.h>

#include "base/log.h"
#include "config/small_file.h"
#include "google/credentials_file.h"
#include "google/impersonation.h"
#include "google/metadata_server.h"
#include "google/token_cache.h"

namespace github_stats {
namespace {

using Source = std::unique_ptr<AccessTokenSource>;

constexpr const char* kRemedy =
    "run 'gcloud auth application-default login', or set GOOGLE_APPLICATION_CREDENTIALS to a "
    "credentials file";

std::optional<std::string> variable(const GoogleCredentialsOptions& options, const char* name) {
  auto value = options.environment ? options.environment(name) : std::nullopt;
  return value && !value->empty() ? value : std::nullopt;
}

// Where gcloud keeps the login of this user; nothing when the environment does not say.
std::optional<std::string> gcloud_file(const GoogleCredentialsOptions& options) {
  constexpr const char* kName = "application_default_credentials.json";
  if (const auto directory = variable(options, "CLOUDSDK_CONFIG")) {
    return fmt::format("{}/{}", *directory, kName);
  }
  if (const auto home = variable(options, "HOME")) {
    return fmt::format("{}/.config/gcloud/{}", *home, kName);
  }
  return std::nullopt;
}

tl::unexpected<Error> unusable(const std::string& what, Error error) {
  error.code = ErrorCode::kInvalidArgument;
  if (error.remedy.empty()) {
    error.remedy = kRemedy;
  }
  return fail_with_context(what, std::move(error));
}

Result<Source> from_set_file(const TokenTools& tools, const std::string& path) {
  const std::string what = fmt::format("GOOGLE_APPLICATION_CREDENTIALS names {}", printable(path));
  const auto text = read_small_file(path);
  if (!text) {
    return unusable(what, text.error());
  }
  auto source = read_credentials(tools, *text, path);
  if (!source) {
    return unusable(what, source.error());
  }
  return source;
}

// Fails with not_found when there is no such file.
Result<Source> from_gcloud(const TokenTools& tools, const std::optional<std::string>& path) {
  if (!path) {
    return fail(ErrorCode::kNotFound, "no gcloud login: neither CLOUDSDK_CONFIG nor HOME is set");
  }
  const auto text = read_small_file(*path);
  if (!text && text.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kNotFound, fmt::format("no gcloud login at {}", printable(*path)));
  }
  if (!text) {
    return unusable("gcloud's login", text.error());
  }
  auto source = read_credentials(tools, *text, *path);
  if (!source) {
    return unusable(fmt::format("gcloud's login, {}", printable(*path)), source.error());
  }
  return source;
}

Result<Source> from_metadata_server(const TokenTools& tools,
                                    const GoogleCredentialsOptions& options, std::stop_token stop) {
  ASSIGN_OR_RETURN(auto server,
                   find_metadata_server(tools, variable(options, "GCE_METADATA_HOST"), stop));
  return std::make_unique<CachedToken>(tools.clock, std::move(server));
}

Result<Source> find_source(const TokenTools& tools, const GoogleCredentialsOptions& options,
                           std::stop_token stop) {
  if (options.credentials_file) {
    return from_set_file(tools, *options.credentials_file);
  }
  auto login = from_gcloud(tools, gcloud_file(options));
  if (login || login.error().code != ErrorCode::kNotFound) {
    return login;
  }
  auto server = from_metadata_server(tools, options, stop);
  if (server || server.error().code != ErrorCode::kNotFound) {
    return server;
  }
  return fail(ErrorCode::kUnauthenticated,
              fmt::format("there are no credentials for Google Cloud: "
                          "GOOGLE_APPLICATION_CREDENTIALS is not set; {}; no metadata server ({})",
                          login.error().message, server.error().message),
              kRemedy);
}

}  // namespace

Result<Source> find_google_credentials(HttpClient& http, Clock& clock,
                                       const GoogleCredentialsOptions& options,
                                       std::stop_token stop) {
  const TokenTools tools{http, clock, options.retry, options.random};
  ASSIGN_OR_RETURN(Source source, find_source(tools, options, stop));
  if (options.impersonate) {
    source = std::make_unique<CachedToken>(
        clock,
        make_impersonation(tools, std::move(source), impersonation_of(*options.impersonate)));
  }
  log_debug("credentials for Google Cloud found", {{"as", source->description()}});
  return source;
}

}  // namespace github_stats
