// Settings that let others watch a run: where metrics are served, whom to tell of a failure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/raw_settings.h"
#include "config/secret.h"

namespace github_stats {

// Where a server listens.
struct ListenAddress {
  std::string host;   // a name or an address, IPv6 without brackets; empty: every address there is
  uint16_t port = 0;  // 0: one that is free

  bool operator==(const ListenAddress&) const = default;
};

// "127.0.0.1:9464", "[::1]:9464", ":9464".
std::string to_string(const ListenAddress& address);

// The same forms; nothing for any other text.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

// Nothing when not set.
Result<std::optional<ListenAddress>> read_listen_address(const RawSetting& setting);

// The address of FAILURE_WEBHOOK or of the file FAILURE_WEBHOOK_FILE; empty when neither is set.
// Plain http only to this machine itself, as the address is a secret.
Result<Secret> read_failure_webhook(const RawSettings& raw);

}  // namespace github_stats
