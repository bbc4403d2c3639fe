// Reading what several kinds of answers have in common. All may throw simdjson_error.
#pragma once

#include <simdjson.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "extract/pull_request_page.h"
#include "github/github_client.h"

namespace github_stats {

// The cursor after which a connection goes on; nothing: it ends here.
std::optional<std::string> next_cursor(simdjson::ondemand::object& connection);

Time time_in(simdjson::simdjson_result<simdjson::ondemand::value> value);

// What a null part of the data means: permission_denied or not_found.
ErrorCode code_of_null(std::span<const GraphQlError> errors);

// What GitHub says of the part of the data at `path`; null when it says nothing.
const GraphQlError* error_at(std::span<const GraphQlError> errors,
                             const std::vector<std::string>& path);

// ": " and the first error's message; empty without errors.
std::string message_of(std::span<const GraphQlError> errors);

// A repository's node, called `name` in the answer, with a page of its pull requests.
Status read_pull_request_page(simdjson::simdjson_result<simdjson::ondemand::value> node,
                              std::span<const GraphQlError> errors, const std::string& name,
                              PullRequestPage& page);

}  // namespace github_stats
