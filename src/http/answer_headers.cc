#include "http/answer_headers.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <string>

namespace github_stats {

std::optional<int64_t> number_in(std::optional<std::string_view> text) {
  int64_t value = 0;
  if (!text) {
    return std::nullopt;
  }
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) {
    return std::nullopt;
  }
  return value;
}

std::optional<Time> server_time_of(const HttpResponse& response) {
  const auto date = response.header("date");
  if (!date) {
    return std::nullopt;
  }
  std::tm parts{};
  const std::string text(*date);
  if (strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) {
    return std::nullopt;
  }
  return Time(std::chrono::seconds(timegm(&parts)));
}

std::optional<Duration> retry_after_of(const HttpResponse& response) {
  const auto seconds = number_in(response.header("retry-after"));
  if (!seconds || *seconds < 0) {
    return std::nullopt;
  }
  constexpr std::chrono::seconds kLongest = std::chrono::hours(24);
  return std::min(std::chrono::seconds(*seconds), kLongest);
}

void hide_secret(HttpResponse& response, std::string_view secret) {
  constexpr std::string_view kInstead = "(hidden)";
  if (response.status < 400 || secret.empty()) {
    return;
  }
  std::string& body = response.body;
  for (size_t at = body.find(secret); at != std::string::npos;
       at = body.find(secret, at + kInstead.size())) {
    body.replace(at, secret.size(), kInstead);
  }
}

}  // namespace github_stats
