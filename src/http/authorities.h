// Which certificate authorities are trusted.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace github_stats {

// The file (PEM) with their certificates: what the variable SSL_CERT_FILE names, else
// CURL_CA_BUNDLE, there or not; else the first that is there of those where distributions keep
// theirs, as a program that was built on one may run on another. None when there is none.
// `environment` gives a variable's value or nullptr; an empty one counts as none.
std::optional<std::string> find_authorities(
    const std::function<const char*(const char*)>& environment,
    const std::function<bool(const std::string&)>& is_file);

}  // namespace github_stats
