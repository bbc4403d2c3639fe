#include "config/url.h"

#include <algorithm>

#include "base/ascii.h"

namespace github_stats {

std::optional<Url> parse_url(std::string_view text) {
  Url url;
  const std::string scheme = lower(text.substr(0, text.find("://")));
  if (scheme != "https" && scheme != "http") {
    return std::nullopt;
  }
  while (text.ends_with('/')) {
    text.remove_suffix(1);
  }
  url.secure = scheme == "https";
  url.text = text;
  text.remove_prefix(std::min(scheme.size() + 3, text.size()));
  const std::string_view authority = text.substr(0, text.find('/'));
  const std::string_view path = text.substr(authority.size());
  const size_t host_end = authority.starts_with('[')
                              ? authority.find(']') + 1
                              : std::min(authority.find(':'), authority.size());
  url.host = lower(authority.substr(0, host_end));
  const std::string_view port = authority.substr(host_end);
  const bool port_is_good =
      port.empty() ||
      (port.front() == ':' && port.size() > 1 && port.size() <= 6 &&
       std::all_of(port.begin() + 1, port.end(), [](char c) { return c >= '0' && c <= '9'; }));
  if (url.host.empty() || !port_is_good ||
      !consists_of_letters_digits_and(url.host.front() == '[' ? "[]:." : "-._", url.host) ||
      !consists_of_letters_digits_and("-._~/%", path)) {
    return std::nullopt;
  }
  return url;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host == "[::1]" ||
         (host.starts_with("127.") && consists_of_letters_digits_and(".", host) &&
          host.find_first_not_of("0123456789.") == std::string_view::npos);
}

}  // namespace github_stats
