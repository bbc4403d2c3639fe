#include "google/token_url.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "config/url.h"

namespace github_stats {
namespace {

constexpr std::string_view kLinkLocal = "169.254.169.254";

size_t end_of_host(std::string_view url) {
  const size_t scheme = url.find("://");
  const size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
  return std::min(url.find_first_of("/?#\\", start), url.size());
}

// What may follow the host: visible ASCII, without what no URL has unescaped.
bool is_path_and_query(std::string_view text) {
  return (text.empty() || text.front() == '/' || text.front() == '?') &&
         std::all_of(text.begin(), text.end(), [](char c) {
           constexpr std::string_view kNever = "\"#<>\\^`{|}";
           return c > ' ' && c < '\x7f' && kNever.find(c) == std::string_view::npos;
         });
}

Status check_url(std::string_view field, std::string_view url, std::string_view plain_host) {
  const size_t host_end = end_of_host(url);
  const auto parsed = parse_url(url.substr(0, host_end));
  if (!parsed || !is_path_and_query(url.substr(host_end))) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("its '{}' leads to {}, which can't be used: it must be a plain URL",
                            field, host_for_messages(url)));
  }
  if (!parsed->secure && !is_loopback(parsed->host) && parsed->host != plain_host) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("its '{}' leads to {}: only https is allowed there, so that nothing "
                            "secret travels in the clear",
                            field, host_for_messages(url)));
  }
  return {};
}

}  // namespace

Status check_token_url(std::string_view field, std::string_view url) {
  return check_url(field, url, "nothing else");
}

Status check_subject_token_url(std::string_view field, std::string_view url) {
  return check_url(field, url, kLinkLocal);
}

std::string host_for_messages(std::string_view url) {
  constexpr size_t kMostShown = 100;
  std::string_view shown = url.substr(0, end_of_host(url));
  if (const size_t at = shown.rfind('@'); at != std::string_view::npos) {
    shown.remove_prefix(at + 1);
  }
  return fmt::format("'{}'", printable(shown.substr(0, kMostShown)));
}

}  // namespace github_stats
