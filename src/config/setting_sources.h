// Where settings come from. Flags beat the environment, which beats the env file, which beats the
// configuration file.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace github_stats {

struct SettingSources {
  // By variable ("GITHUB_ORG", not "--org"); those given several times joined by commas, those
  // without a value "true".
  std::map<std::string, std::string> flags;
  // What the environment has for a variable; no function: nothing.
  std::function<std::optional<std::string>(const std::string&)> environment;
  // The file of --env-file, which must exist. Nothing: ".env", which need not.
  std::optional<std::string> env_file;
  // The file of --config, which must exist. Nothing: "github-stats.toml", which need not.
  std::optional<std::string> config_file = std::nullopt;
};

// Looks into the process's environment.
std::optional<std::string> process_environment(const std::string& variable);

}  // namespace github_stats
