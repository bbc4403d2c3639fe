// Everything that can stand on the command line: settings, commands, their options and their help.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "cli/organisations.h"
#include "config/setting_sources.h"

namespace github_stats {

// How the line begins that ends each command's help.
inline constexpr const char* kSharedSettings = "Settings that all commands share: ";

// What CLI11 parses into; stays where it is, as CLI11 points into it.
class Definitions {
 public:
  Definitions();
  Definitions(const Definitions&) = delete;
  Definitions& operator=(const Definitions&) = delete;

  CLI::App& app() { return app_; }
  const CLI::App& app() const { return app_; }

  // After parsing. The command that was typed; nothing: none was.
  const Command& chosen() const { return chosen_; }
  // What was typed instead, if it needs no settings.
  const std::function<int()>& chosen_without_settings() const { return without_settings_; }
  const CommandOptions& options() const { return options_; }
  SettingSources sources() const;

 private:
  struct Flag {
    bool present = false;
    std::vector<std::string> values;
  };

  void add_settings();
  void add_commands();
  void add_doctor_commands();
  void add_config_command();
  void add_completion_command();
  void add_collecting_commands();
  CLI::App* add_scheduled();
  void add_store_commands();
  void add_warehouse_commands();
  void add_report_command();
  CLI::App* add_command(const std::string& name, const std::string& help,
                        const std::string& example, Command command);
  void add_no_metrics(CLI::App* command);
  void add_format(CLI::App& command, const std::vector<std::string>& formats);

  CLI::App app_;
  std::map<std::string_view, Flag> flags_;  // by variable
  std::string env_file_;
  std::string config_file_;
  CommandOptions options_;
  Command chosen_;
  std::function<int()> without_settings_;
};

}  // namespace github_stats
