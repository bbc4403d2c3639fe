#include "google/metadata_server.h"

#include "google/token_cache.h"
#include "google/token_fixture.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class MetadataServerTest : public TokenTest {
 protected:
  Result<std::unique_ptr<TokenIssuer>> find(const std::optional<std::string>& host = std::nullopt) {
    return find_metadata_server(tools(), host, {});
  }

  // Finds it and makes it source_.
  void start(const std::optional<std::string>& host = std::nullopt) {
    auto found = find(host);
    ASSERT_TRUE(found) << found.error().describe();
    source_ = std::make_unique<CachedToken>(clock_, *std::move(found));
  }

  static bool asks_for_project(const HttpRequest& request) {
    return request.url.ends_with("/computeMetadata/v1/project/project-id");
  }
  static HttpResponse flavored(int status, std::string body) {
    return {status, {{"metadata-flavor", "Google"}}, std::move(body)};
  }
};

TEST_F(MetadataServerTest, IsFoundAndGivesTokens) {
  start();
  EXPECT_EQ(source_->project(), "p-5");
  EXPECT_EQ(source_->description(),
            "service account of this machine (metadata server at 169.254.169.254)");
  EXPECT_EQ(token(), "token-1");
  EXPECT_THAT(urls(), ElementsAre("http://169.254.169.254/computeMetadata/v1/project/project-id",
                                  "http://169.254.169.254/computeMetadata/v1/instance/"
                                  "service-accounts/default/token"));
  for (const HttpRequest& request : http_.requests()) {
    EXPECT_EQ(request.method, HttpMethod::kGet);
    EXPECT_THAT(request.headers, ElementsAre(Pair("metadata-flavor", "Google")));
  }
}

TEST_F(MetadataServerTest, TheEnvironmentMayNameAnotherHost) {
  start("localhost:8080");
  EXPECT_EQ(token(), "token-1");
  EXPECT_THAT(request(1).url, HasSubstr("http://localhost:8080/computeMetadata/v1/instance/"));
  for (const char* host : {"a b", "h/x", "u@h", "h:x", ""}) {
    EXPECT_EQ(find(host).error().code, ErrorCode::kInvalidArgument) << host;
  }
}

TEST_F(MetadataServerTest, ALaptopIsToldSoWithinThreeSeconds) {
  answer_ = [](const HttpRequest& request) -> Answer {
    return fail(ErrorCode::kUnavailable, "no answer from " + request.url.substr(0, 22));
  };
  const auto found = find();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(found.error().message, "no answer from http://169.254.169.254");
  ASSERT_EQ(http_.requests().size(), 1U);
  EXPECT_LE(request(0).timeout, 3s);
  EXPECT_TRUE(clock_.sleeps().empty());
}

TEST_F(MetadataServerTest, SomethingElseThatAnswersIsNone) {
  answer_ = [](const HttpRequest&) { return http_answer(200, "captive portal"); };
  EXPECT_EQ(find().error().message,
            "what answers at http://169.254.169.254 is no metadata server of Google's");
  answer_ = [](const HttpRequest& request) {
    return asks_for_project(request)
               ? flavored(200, "p-5")
               : http_answer(200, R"({"access_token":"token-x","expires_in":1})");
  };
  start();
  EXPECT_THAT(token(), HasSubstr("is no metadata server of Google's"));
}

TEST_F(MetadataServerTest, AProjectThatIsNoneIsLeftOut) {
  for (const auto& [status, body] :
       {std::pair(503, "p-5"), std::pair(404, "p-5"), std::pair(200, "<html>")}) {
    answer_ = [&, status = status, body = body](const HttpRequest& request) {
      return asks_for_project(request) ? Answer(flavored(status, body)) : std::nullopt;
    };
    start();
    EXPECT_EQ(source_->project(), std::nullopt);
  }
}

TEST_F(MetadataServerTest, AMachineWithoutServiceAccountIsToldSo) {
  answer_ = [](const HttpRequest& request) {
    return flavored(asks_for_project(request) ? 200 : 404, "not found");
  };
  start();
  EXPECT_THAT(token(), AllOf(HasSubstr("404"), HasSubstr("no service account: attach one")));
}

TEST_F(MetadataServerTest, AStopEndsTheSearch) {
  answer_ = [](const HttpRequest&) { return fail(ErrorCode::kCancelled, "stopped"); };
  EXPECT_EQ(find().error().code, ErrorCode::kCancelled);
  EXPECT_EQ(http_.requests().size(), 1U);
}

}  // namespace
}  // namespace github_stats
