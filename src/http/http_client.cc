#include "http/http_client.h"

namespace github_stats {

std::optional<std::string_view> HttpResponse::header(std::string_view name) const {
  const auto found = headers.find(name);
  if (found == headers.end()) {
    return std::nullopt;
  }
  return found->second;
}

}  // namespace github_stats
