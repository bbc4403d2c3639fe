// What the headers of an answer say to any client, and what its body must not show.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "http/http_client.h"

namespace github_stats {

// A whole number, the text's every character used; nothing for anything else.
std::optional<int64_t> number_in(std::optional<std::string_view> text);

// The server's own time as the answer's Date header gives it, in whole seconds.
std::optional<Time> server_time_of(const HttpResponse& response);

// The answer's retry-after header, given in seconds; at most a day.
std::optional<Duration> retry_after_of(const HttpResponse& response);

// Takes `secret` out of the body of a failure: some proxies show the request that they refuse.
void hide_secret(HttpResponse& response, std::string_view secret);

}  // namespace github_stats
