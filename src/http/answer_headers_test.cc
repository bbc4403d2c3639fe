#include "http/answer_headers.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

HttpResponse answer_with(std::string name, std::string value) {
  return {.status = 200, .headers = {{std::move(name), std::move(value)}}};
}

TEST(NumberIn, IsTheWholeTextOrNothing) {
  EXPECT_EQ(number_in("42"), 42);
  EXPECT_EQ(number_in("-1"), -1);
  for (const auto& text : {"", " 1", "1 ", "1.5", "x", "99999999999999999999"}) {
    EXPECT_EQ(number_in(text), std::nullopt) << text;
  }
  EXPECT_EQ(number_in(std::nullopt), std::nullopt);
}

TEST(ServerTimeOf, ReadsTheDateHeader) {
  EXPECT_EQ(server_time_of(answer_with("date", "Sat, 31 Jan 2026 12:00:00 GMT")),
            Time(std::chrono::seconds(1'769'860'800)));
  EXPECT_EQ(server_time_of(answer_with("date", "yesterday")), std::nullopt);
  EXPECT_EQ(server_time_of(HttpResponse{}), std::nullopt);
}

TEST(RetryAfterOf, IsAtMostADay) {
  EXPECT_EQ(retry_after_of(answer_with("retry-after", "7")), std::chrono::seconds(7));
  EXPECT_EQ(retry_after_of(answer_with("retry-after", "1000000")), std::chrono::hours(24));
  EXPECT_EQ(retry_after_of(answer_with("retry-after", "-7")), std::nullopt);
  EXPECT_EQ(retry_after_of(answer_with("retry-after", "Sat, 31 Jan 2026 12:00:00 GMT")),
            std::nullopt);
}

TEST(HideSecret, TakesItOutOfFailuresEverywhere) {
  HttpResponse refused{.status = 407, .headers = {}, .body = "token s3cret, again s3cret"};
  hide_secret(refused, "s3cret");
  EXPECT_EQ(refused.body, "token (hidden), again (hidden)");
  HttpResponse good{.status = 200, .headers = {}, .body = "s3cret"};
  hide_secret(good, "s3cret");
  EXPECT_EQ(good.body, "s3cret");
}

}  // namespace
}  // namespace github_stats
