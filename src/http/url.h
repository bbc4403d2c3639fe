// Putting addresses together.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace github_stats {

// Everything but letters, digits and "-._~" as %XX (RFC 3986): fit for a part of a path, "/" in it
// included, and for a parameter.
std::string percent_encoded(std::string_view text);

using QueryParameters = std::vector<std::pair<std::string_view, std::string>>;

// `url?name=value&…`, the values encoded.
std::string with_query(std::string url, const QueryParameters& parameters);

// "https://host:port" of an address, and what follows it ("/…" or empty).
std::string_view origin_of(std::string_view url);
std::string_view path_of(std::string_view url);

}  // namespace github_stats
