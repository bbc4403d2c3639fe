#include "google/google_error.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

HttpResponse answer(int status, std::string body) {
  return {.status = status, .headers = {}, .body = std::move(body)};
}

TEST(GoogleError, ReadsTheApisForm) {
  const HttpResponse response = answer(
      403,
      R"({"error":{"code":403,"message":"no storage.objects.create access","errors":[{"reason":"forbidden"}]}})");
  EXPECT_EQ(complaint_of(response).reason, "forbidden");
  const Error error = classify_google_failure(response);
  EXPECT_EQ(error.code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(error.message, "403: no storage.objects.create access");
}

TEST(GoogleError, ReadsTheTokenEndpointsForm) {
  const HttpResponse response =
      answer(400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})");
  EXPECT_EQ(complaint_of(response).reason, "invalid_grant");
  EXPECT_EQ(complaint_of(response).message, "Invalid JWT Signature.");
  EXPECT_EQ(complaint_of(answer(400, R"({"error":"invalid_grant"})")).message, "invalid_grant");
}

TEST(GoogleError, ShowsTheBeginningOfAnythingElse) {
  EXPECT_EQ(complaint_of(answer(502, "<html>Bad\x1b[31m Gateway")).message,
            "<html>Bad?[31m Gateway");
  EXPECT_EQ(complaint_of(answer(502, std::string(5000, 'x'))).message.size(), 300U);
  EXPECT_EQ(classify_google_failure(answer(502, "")).message, "502");
  for (const char* body : {"[]", "null", "1", "{\"error\":null}", "{\"error\":{}}", "{"}) {
    EXPECT_EQ(complaint_of(answer(500, body)).message, body);
  }
}

TEST(GoogleError, TellsARateLimitFromAMissingPermission) {
  const auto with_reason = [](const std::string& reason) {
    return classify_google_failure(answer(403, R"({"error":{"message":"m","errors":[{"reason":")" +
                                                   reason + R"("}]}})"))
        .code;
  };
  EXPECT_EQ(with_reason("rateLimitExceeded"), ErrorCode::kRateLimited);
  EXPECT_EQ(with_reason("quotaExceeded"), ErrorCode::kRateLimited);
  EXPECT_EQ(with_reason("forbidden"), ErrorCode::kPermissionDenied);
}

}  // namespace
}  // namespace github_stats
