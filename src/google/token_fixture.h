// A Google to test credentials against: every token endpoint gives "token-1", "token-2", …, each
// an hour long; a metadata server is there, too.
#pragma once

#include <gmock/gmock.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_writer.h"
#include "google/credentials_file.h"
#include "google/token_request.h"
#include "testing/fake_clock.h"
#include "testing/rsa_keys.h"
#include "testing/scripted_http.h"
#include "testing/temp_dir.h"

namespace github_stats {

inline HttpResponse http_answer(int status, std::string body) {
  return {status, {}, std::move(body)};
}

// The fields of a form, decoded.
inline std::map<std::string, std::string> form_fields(const std::string& form) {
  std::map<std::string, std::string> fields;
  std::string name;
  std::string text;
  for (size_t i = 0; i <= form.size(); ++i) {
    if (i == form.size() || form[i] == '&') {
      fields[name] = std::exchange(text, "");
    } else if (form[i] == '=') {
      name = std::exchange(text, "");
    } else if (form[i] == '%') {
      text += static_cast<char>(std::stoi(form.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      text += form[i];
    }
  }
  return fields;
}

class TokenTest : public testing::Test {
 protected:
  using Answer = std::optional<Result<HttpResponse>>;

  static const TestKey& test_key() {
    static const TestKey kKey;
    return kKey;
  }

  // A file of the type, as a JSON text: these fields, replaced or added to by the others, each a
  // JSON value.
  using Fields = std::map<std::string, std::string>;
  static std::string file_text(const Fields& fields) {
    std::string text;
    for (const auto& [name, value] : fields) {
      text.append(text.empty() ? "{\"" : ",\"").append(name).append("\":").append(value);
    }
    return text + "}";
  }
  static std::string quoted(std::string_view text) {
    std::string json;
    append_json_string(json, text);
    return json;
  }
  static Fields service_account() {
    return {{"type", R"("service_account")"},
            {"project_id", R"("p-1")"},
            {"private_key", quoted(test_key().pem())},
            {"client_email", R"("stats@p-1.iam.gserviceaccount.com")"},
            {"token_uri", R"("https://oauth2.googleapis.com/token")"}};
  }
  static Fields user_login() {
    return {{"type", R"("authorized_user")"},
            {"client_id", R"("client.apps")"},
            {"client_secret", R"("client-secret")"},
            {"refresh_token", R"("1//refresh")"},
            {"quota_project_id", R"("p-2")"}};
  }
  // Its subject token is in the file "subject".
  Fields workload_identity() {
    return {{"type", R"("external_account")"},
            {"audience", R"("//iam.googleapis.com/projects/1/providers/x")"},
            {"subject_token_type", R"("urn:ietf:params:oauth:token-type:jwt")"},
            {"token_url", R"("https://sts.googleapis.com/v1/token")"},
            {"credential_source", R"({"file":)" + quoted(write("subject", "subject-token")) + "}"}};
  }

  // The path of a file with this content.
  std::string write(const std::string& name, std::string_view content) {
    const auto path = dir_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }

  TokenTools tools() {
    return {http_, clock_, {.max_attempts = 4}, [] { return 0.5; }};
  }

  // Reads the file into source_.
  void read(const Fields& fields) {
    auto source = read_credentials(tools(), file_text(fields), "/k/file.json");
    ASSERT_TRUE(source) << source.error().describe();
    source_ = *std::move(source);
  }

  // Why such a file is refused; never with the test's secrets.
  std::string refusal(std::string_view text) {
    const auto source = read_credentials(tools(), text, "/k/file.json");
    if (source) {
      return "accepted";
    }
    EXPECT_EQ(source.error().code, ErrorCode::kInvalidArgument);
    return no_secrets(source.error().describe());
  }

  std::string token() {
    const auto token = source_->token({});
    return token ? *token : "failed: " + no_secrets(token.error().describe());
  }

  static std::string no_secrets(std::string text) {
    using testing::HasSubstr;
    using testing::Not;
    const std::string pem = test_key().pem();
    for (const std::string& secret :
         {std::string("1//refresh"), std::string("client-secret"), std::string("subject-token"),
          pem.substr(100, 20), std::string("token-1")}) {
      EXPECT_THAT(text, Not(HasSubstr(secret)));
    }
    return text;
  }

  Result<HttpResponse> respond(const HttpRequest& request) {
    if (auto own = answer_(request)) {
      return *std::move(own);
    }
    if (request.url.ends_with("/project/project-id")) {
      return HttpResponse{200, {{"metadata-flavor", "Google"}}, "p-5\n"};
    }
    const std::string token = "token-" + std::to_string(++tokens_);
    HttpResponse response = http_answer(
        200, R"({"access_token":")" + token + R"(","expires_in":3599,"token_type":"Bearer"})");
    if (request.url.ends_with(":generateAccessToken")) {
      const auto end =
          std::chrono::floor<std::chrono::seconds>(google_time() + std::chrono::seconds(3599));
      response.body =
          R"({"accessToken":")" + token + R"(","expireTime":")" + format_time(end) + R"("})";
    }
    if (request.headers.at(0).first == "metadata-flavor") {
      response.headers["metadata-flavor"] = "Google";
    }
    return dated(std::move(response));
  }

  // With the Date header of Google's clock.
  HttpResponse dated(HttpResponse response) {
    const std::time_t now = std::chrono::system_clock::to_time_t(
        std::chrono::floor<std::chrono::seconds>(google_time()));
    char text[64];
    std::tm parts{};
    std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &parts));
    response.headers["date"] = text;
    return response;
  }

  Time google_time() { return clock_.now() + google_is_ahead_; }

  HttpRequest request(size_t n) const { return http_.requests().at(n); }
  std::vector<std::string> urls() const {
    std::vector<std::string> urls;
    for (const HttpRequest& request : http_.requests()) {
      urls.push_back(request.url);
    }
    return urls;
  }

  TempDir dir_;
  FakeClock clock_;
  Duration google_is_ahead_{0};
  int tokens_ = 0;
  // Gives an answer of its own, or nothing.
  std::function<Answer(const HttpRequest&)> answer_ = [](const HttpRequest&) -> Answer {
    return std::nullopt;
  };
  ScriptedHttp http_{[this](const HttpRequest& request) { return respond(request); }};
  std::unique_ptr<AccessTokenSource> source_;
};

}  // namespace github_stats
