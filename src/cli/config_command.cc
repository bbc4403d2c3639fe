#include <fmt/format.h>

#include <string>

#include "base/json_writer.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/text_table.h"
#include "config/setting_info.h"

namespace github_stats {
namespace {

// As it is set: by its variable, or by its flag if there is no such variable.
std::string_view name_of(const EffectiveSetting& setting) {
  const SettingInfo& info = *find_setting(setting.variable);
  return info.flag_only ? info.flag : info.variable;
}

void print_table(const std::vector<Settings>& all) {
  for (const Settings& settings : all) {
    if (settings.is_one_of_several) {
      fmt::print("{}{}\n", &settings == &all.front() ? "" : "\n", settings.github_org);
    }
    TextTable table({"setting", "value", "from"}, {Align::kLeft, Align::kLeft, Align::kLeft});
    for (const EffectiveSetting& setting : settings.effective) {
      table.add({std::string(name_of(setting)), setting.value,
                 setting.value.empty() ? "not set" : setting.origin});
    }
    fmt::print("{}", table.render());
  }
}

void print_json(const std::vector<Settings>& all) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("organisations").begin_array();
  for (const Settings& settings : all) {
    json.begin_object().key("org").text(settings.github_org).key("settings").begin_array();
    for (const EffectiveSetting& setting : settings.effective) {
      json.begin_object().key("setting").text(name_of(setting));
      json.key("value");
      setting.value.empty() ? json.null() : json.text(printable(setting.value));
      json.key("from").text(printable(setting.origin)).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
  fmt::print("{}\n", out);
}

}  // namespace

int run_config_show(const std::vector<Settings>& all, const CommandOptions& options) {
  options.json ? print_json(all) : print_table(all);
  return kExitDone;
}

}  // namespace github_stats
