#include "google/metadata_server.h"

#include <fmt/format.h>

#include "base/log.h"
#include "base/trim.h"
#include "config/location.h"
#include "config/url.h"

namespace github_stats {
namespace {

constexpr std::string_view kAddress = "169.254.169.254";
constexpr Duration kPatienceToFind = std::chrono::seconds(3);
constexpr Duration kPatienceForToken = std::chrono::seconds(20);

HttpRequest request_for(const std::string& host, std::string_view path, Duration timeout) {
  return {.url = fmt::format("http://{}/computeMetadata/v1/{}", host, path),
          .headers = {{"metadata-flavor", "Google"}},
          .timeout = timeout};
}

Status check_flavor(const std::string& host, const HttpResponse& response) {
  if (response.header("metadata-flavor") != "Google") {
    return fail(ErrorCode::kNotFound,
                fmt::format("what answers at http://{} is no metadata server of Google's", host));
  }
  return {};
}

class MetadataServer : public TokenIssuer {
 public:
  MetadataServer(TokenTools tools, std::string host, std::optional<std::string> project)
      : tools_(std::move(tools)), host_(std::move(host)), project_(std::move(project)) {}

  std::string description() const override {
    return fmt::format("service account of this machine (metadata server at {})", host_);
  }
  std::optional<std::string> project() const override { return project_; }

  Result<FreshToken> new_token(Patience patience, std::stop_token stop) override {
    Duration asked_at{0};
    const auto make = [&]() -> Result<TokenRequest> {
      asked_at = tools_.clock.elapsed();
      return TokenRequest{
          request_for(host_, "instance/service-accounts/default/token", kPatienceForToken)};
    };
    const auto explain = [](const HttpResponse&, Error& error) {
      if (error.code == ErrorCode::kNotFound) {
        error.remedy =
            "this machine runs as no service account: attach one, or set "
            "GOOGLE_APPLICATION_CREDENTIALS";
      }
    };
    ASSIGN_OR_RETURN(const HttpResponse response,
                     send_token_request(tools_, make, explain, patience, stop));
    RETURN_IF_ERROR(check_flavor(host_, response));
    return token_in(response, asked_at);
  }

 private:
  const TokenTools tools_;
  const std::string host_;
  const std::optional<std::string> project_;
};

}  // namespace

// Asks for the project, which is of use if there is a server.
Result<std::unique_ptr<TokenIssuer>> find_metadata_server(const TokenTools& tools,
                                                          const std::optional<std::string>& host,
                                                          std::stop_token stop) {
  const std::string address = host.value_or(std::string(kAddress));
  if (!parse_url("http://" + address) || address.find('/') != std::string::npos) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("GCE_METADATA_HOST is '{}'", printable(address)),
                "allowed: HOST or HOST:PORT");
  }
  const HttpRequest request = request_for(address, "project/project-id", kPatienceToFind);
  auto response = tools.http.send(request, stop);
  if (!response && response.error().code != ErrorCode::kCancelled) {
    return fail(ErrorCode::kNotFound, response.error().message);
  }
  RETURN_IF_ERROR(response);
  RETURN_IF_ERROR(check_flavor(address, *response));
  std::optional<std::string> project;
  if (response->status == 200 && check_google_project(trimmed(response->body))) {
    project = trimmed(response->body);
  }
  return std::make_unique<MetadataServer>(tools, address, std::move(project));
}

}  // namespace github_stats
