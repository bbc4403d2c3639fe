// HttpClient over libcurl: HTTP/2 where the server speaks it, gzip, connections kept open between
// requests, proxies and private certificate authorities as the environment sets them (HTTPS_PROXY,
// http_proxy in lower case only, ALL_PROXY, NO_PROXY, SSL_CERT_FILE, CURL_CA_BUNDLE).
#pragma once

#include <memory>
#include <string>

#include "http/http_client.h"

namespace github_stats {

// `user_agent` goes with every request (GitHub refuses requests without one).
std::unique_ptr<HttpClient> make_curl_client(std::string user_agent);

}  // namespace github_stats
