// A BigQuery that answers from a list, for tests.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "testing/fake_clock.h"
#include "testing/scripted_http.h"
#include "warehouse/bigquery_client.h"

namespace github_stats::bigquery {

class BigQueryFixture : public testing::Test {
 protected:
  static HttpResponse answer(int status, std::string body = "{}") {
    return {.status = status, .headers = {}, .body = std::move(body)};
  }

  // As BigQuery refuses.
  static HttpResponse refusal(int status, std::string_view reason, std::string_view message) {
    return answer(status, fmt::format(R"({{"error":{{"code":{},"message":"{}",)"
                                      R"("errors":[{{"reason":"{}"}}]}}}})",
                                      status, message, reason));
  }

  Client& client(std::vector<Result<HttpResponse>> answers, Options options = {"p", "d"}) {
    http_ = std::make_shared<ScriptedHttp>(std::move(answers));
    auto api = std::make_shared<GoogleApi>(http_, clock_, nullptr,
                                           GoogleApiOptions{.random = [] { return 0.5; }});
    client_.emplace(std::move(api), clock_, std::move(options), stop_.get_token());
    return *client_;
  }

  // Methods and paths of what was asked, "POST /projects/p/jobs".
  std::vector<std::string> asked() const {
    std::vector<std::string> all;
    for (const HttpRequest& request : http_->requests()) {
      constexpr std::string_view kFront = "https://bigquery.googleapis.com/bigquery/v2";
      const std::string_view verb = request.method == HttpMethod::kGet    ? "GET"
                                    : request.method == HttpMethod::kPost ? "POST"
                                                                          : "other";
      EXPECT_TRUE(request.url.starts_with(kFront)) << request.url;
      all.push_back(fmt::format("{} {}", verb, request.url.substr(kFront.size())));
    }
    return all;
  }

  FakeClock clock_;
  std::stop_source stop_;
  std::shared_ptr<ScriptedHttp> http_;
  std::optional<Client> client_;
};

}  // namespace github_stats::bigquery
