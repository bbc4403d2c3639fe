// One request, one answer. Knows nothing of retries, limits or GitHub.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace github_stats {

enum class HttpMethod { kGet, kPost, kPut, kPatch, kDelete };

struct HttpRequest {
  HttpMethod method = HttpMethod::kGet;
  std::string url = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  Duration timeout = std::chrono::seconds(60);  // for the whole exchange
  // Asks for a compressed answer and unpacks it. Otherwise the body is given as it was sent.
  bool decode = true;
  bool direct = false;  // past every proxy that the environment names
  // Called when half of the body is on its way, where that can be told: a crash point for tests.
  std::function<void()> half_sent = {};
};

struct HttpResponse {
  int status = 0;
  // Names in lower case; the values of one that came several times are joined by ", ".
  std::map<std::string, std::string, std::less<>> headers;
  // The body, decoded if that was asked for. Its capacity exceeds its size by kBodyPadding, so that
  // a parser that reads ahead (simdjson) can work in place.
  std::string body = {};

  // The header's value, if there is one; `name` in lower case.
  std::optional<std::string_view> header(std::string_view name) const;
};

inline constexpr size_t kBodyPadding = 64;

class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Sends the request and waits for the whole answer, whatever its status. Fails with unavailable
  // when none came (no connection, cut off, timed out, name not found), with invalid_argument for a
  // URL that can't be used, a proxy that refuses us and a certificate that is not trusted, and with
  // cancelled when `stop` was requested. The message names the host, never a header. May be called
  // by several threads at once.
  virtual Result<HttpResponse> send(const HttpRequest& request, std::stop_token stop) = 0;
};

}  // namespace github_stats
