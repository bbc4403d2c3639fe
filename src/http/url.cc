#include "http/url.h"

#include <fmt/format.h>

#include <algorithm>

namespace github_stats {
namespace {

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
    } else {
      fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string with_query(std::string url, const QueryParameters& parameters) {
  char separator = url.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [name, value] : parameters) {
    url.append(1, separator).append(name).append("=").append(percent_encoded(value));
    separator = '&';
  }
  return url;
}

std::string_view origin_of(std::string_view url) {
  const size_t scheme = url.find("://");
  const size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
  return url.substr(0, std::min(url.find_first_of("/?#", start), url.size()));
}

std::string_view path_of(std::string_view url) { return url.substr(origin_of(url).size()); }

}  // namespace github_stats
