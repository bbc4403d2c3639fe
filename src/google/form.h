// What token endpoints are sent: application/x-www-form-urlencoded (RFC 6749, appendix B).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace github_stats {

using FormFields = std::vector<std::pair<std::string_view, std::string_view>>;

// "name=value&name=value".
std::string form_of(const FormFields& fields);

}  // namespace github_stats
