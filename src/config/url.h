// URLs as settings and credential files give them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace github_stats {

struct Url {
  bool secure = false;
  std::string host;  // in lower case, without port
  std::string text;  // without "/" at the end
};

// The parts of an http(s) URL without credentials, query and fragment; nothing when it is not one.
std::optional<Url> parse_url(std::string_view text);

// Whether the host, as parse_url gives it, is this machine itself.
bool is_loopback(std::string_view host);

}  // namespace github_stats
