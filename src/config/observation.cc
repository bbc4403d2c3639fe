#include "config/observation.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "config/url.h"
#include "config/ways.h"

namespace github_stats {
namespace {

constexpr std::string_view kAddresses =
    "HOST:PORT or :PORT, such as 127.0.0.1:9464, [::1]:9464 or :9464 (port 0: a free one)";
constexpr std::string_view kWebhooks =
    "an https URL (http only to localhost) without user name and password";
constexpr size_t kLongestWebhook = 2'000;

std::optional<uint16_t> port_of(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(port)
                                                                  : std::nullopt;
}

// Without its brackets, which an IPv6 address has and nothing else.
std::optional<std::string> host_of(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) {
    text = text.substr(1, text.size() - 2);
    const bool is_good = !text.empty() && text.find(':') != std::string_view::npos &&
                         consists_of_letters_digits_and(":.%", text);
    return is_good ? std::optional(std::string(text)) : std::nullopt;
  }
  return consists_of_letters_digits_and("-._", text) ? std::optional(std::string(text))
                                                     : std::nullopt;
}

bool is_webhook(std::string_view text) {
  const size_t query = std::min(text.find('?'), text.size());
  const auto url = parse_url(text.substr(0, query));
  // What a query holds is between the user and the service.
  const bool is_plain = std::ranges::all_of(
      text.substr(query), [](char c) { return c > ' ' && c < '\x7f' && c != '#' && c != '\\'; });
  return url && is_plain && text.size() <= kLongestWebhook &&
         (url->secure || is_loopback(url->host));
}

}  // namespace

std::string to_string(const ListenAddress& address) {
  const bool is_ipv6 = address.host.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("[{}]:{}", address.host, address.port)
                 : fmt::format("{}:{}", address.host, address.port);
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  const auto host = host_of(text.substr(0, colon));
  const auto port = port_of(text.substr(colon + 1));
  return host && port ? std::optional(ListenAddress{*host, *port}) : std::nullopt;
}

Result<std::optional<ListenAddress>> read_listen_address(const RawSetting& setting) {
  if (!setting.is_set()) {
    return std::optional<ListenAddress>();
  }
  auto address = parse_listen_address(setting.value);
  if (!address) {
    return malformed(setting, kAddresses);
  }
  return address;
}

Result<Secret> read_failure_webhook(const RawSettings& raw) {
  ASSIGN_OR_RETURN(const size_t way,
                   choose_way(raw, {{"FAILURE_WEBHOOK"}, {"FAILURE_WEBHOOK_FILE"}}));
  if (way > 1) {
    return Secret();
  }
  RawSetting setting = raw.at("FAILURE_WEBHOOK");
  if (way == 1) {
    ASSIGN_OR_RETURN(setting, read_file_of(raw, "FAILURE_WEBHOOK_FILE"));
  }
  if (!is_webhook(setting.value)) {
    return malformed(setting, kWebhooks);
  }
  return Secret(setting.value);
}

}  // namespace github_stats
