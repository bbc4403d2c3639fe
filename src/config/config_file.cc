#include "config/config_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <stdexcept>

namespace github_stats {
namespace {

[[noreturn]] void refuse_text() { throw std::logic_error("not TOML"); }

}  // namespace
}  // namespace github_stats

// What the parser takes for granted of a text, a text that is none of TOML can break (toml++ 3.3 at
// a key): that is to be an error like any other, and not undefined behaviour, as with NDEBUG.
#undef NDEBUG
#define TOML_ASSERT(expression) \
  (static_cast<bool>(expression) ? void() : ::github_stats::refuse_text())
#define TOML_EXCEPTIONS 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include "base/ascii.h"
#include "base/log.h"

namespace github_stats {
namespace {

constexpr std::string_view kOrganisations = "organisations";
constexpr std::string_view kOrganisation = "GITHUB_ORG";

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

// A key, not longer than a person would read.
std::string shown(std::string_view key) {
  constexpr size_t kShown = 100;
  return printable(key.substr(0, kShown));
}

const SettingInfo* setting_of_key(std::string_view key) {
  for (const SettingInfo& info : known_settings()) {
    if (config_key(info) == key) {
      return &info;
    }
  }
  return nullptr;
}

class ConfigReader {
 public:
  explicit ConfigReader(std::string_view file) { config_.name = file; }

  Result<ConfigFile> read(const toml::table& root) {
    for (const auto& [key, node] : root) {
      if (key == kOrganisations) {
        RETURN_IF_ERROR(add_organisations(node));
      } else {
        RETURN_IF_ERROR(add(key.str(), node, config_.entries));
      }
    }
    RETURN_IF_ERROR(check_no_organisation_beside());
    // The parser keeps keys in alphabetical order.
    std::ranges::sort(config_.organisations, {}, &ConfigOrganisation::line);
    return std::move(config_);
  }

  tl::unexpected<Error> error(int line, std::string_view what, std::string_view remedy) const {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} line {}: {}", config_.name, line, what), std::string(remedy));
  }

 private:
  Status add(std::string_view key, const toml::node& node, std::vector<ConfigEntry>& entries) {
    const SettingInfo* info = setting_of_key(key);
    if (info == nullptr) {
      return unknown(key, line_of(node));
    }
    ASSIGN_OR_RETURN(std::string value, value_of(*info, node));
    entries.push_back({info, std::move(value), line_of(node)});
    return {};
  }

  tl::unexpected<Error> unknown(std::string_view key, int line) const {
    constexpr std::string_view kHelp = "docs/configuration.md lists all keys";
    if (lower(key).starts_with("organi")) {
      return error(line, fmt::format("there is no setting {}", shown(key)),
                   "an organisation's table is written [organisations.NAME]");
    }
    const SettingInfo* meant = find_setting(nearest_setting(key));
    return error(line, fmt::format("there is no setting {}", shown(key)),
                 meant == nullptr ? std::string(kHelp)
                                  : fmt::format("did you mean {}?", config_key(*meant)));
  }

  Result<std::string> value_of(const SettingInfo& info, const toml::node& node) const {
    const toml::array* list = node.as_array();
    if (list == nullptr) {
      if (auto value = scalar(node)) {
        return *std::move(value);
      }
    } else if (info.list) {
      return list_of(info, *list);
    }
    return error(line_of(node), fmt::format("{} can't be of this kind", config_key(info)),
                 info.list ? "write a list of texts: [\"one\", \"two\"]"
                           : "write a text in quotes, a whole number, true or false");
  }

  Result<std::string> list_of(const SettingInfo& info, const toml::array& list) const {
    std::string all;
    for (const toml::node& node : list) {
      const auto text = node.value_exact<std::string_view>();
      if (!text || text->find(',') != std::string_view::npos) {
        return error(line_of(node),
                     fmt::format("{} has something in it that is no text", config_key(info)),
                     "write a list of texts, without commas in them: [\"one\", \"two\"]");
      }
      all.append(all.empty() ? "" : ",").append(*text);
    }
    return all;
  }

  static std::optional<std::string> scalar(const toml::node& node) {
    if (auto text = node.value_exact<std::string>()) {
      return text;
    }
    if (const auto number = node.value_exact<int64_t>()) {
      return std::to_string(*number);
    }
    if (const auto flag = node.value_exact<bool>()) {
      return *flag ? "true" : "false";
    }
    return std::nullopt;
  }

  Status add_organisations(const toml::node& node) {
    const toml::table* all = node.as_table();
    if (all == nullptr) {
      return error(line_of(node), "organisations is not a table",
                   "write a table for each: [organisations.NAME]");
    }
    for (const auto& [name, each] : *all) {
      RETURN_IF_ERROR(add_organisation(name.str(), each));
    }
    return {};
  }

  Status add_organisation(std::string_view name, const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      return error(line_of(node), fmt::format("organisations.{} is not a table", shown(name)),
                   "write [organisations.NAME], and its settings below");
    }
    for (const ConfigOrganisation& other : config_.organisations) {
      if (lower(other.name) == lower(name)) {
        return error(line_of(node), fmt::format("the organisation {} is there twice", shown(name)),
                     "GitHub's names know no letter case: remove one");
      }
    }
    ConfigOrganisation organisation{
        .name = std::string(name), .line = line_of(node), .entries = {}};
    for (const auto& [key, value] : *table) {
      if (key == config_key(*find_setting(kOrganisation))) {
        return error(line_of(value), "github_org stands in an organisation's table",
                     "remove it: the table's name says which it is");
      }
      RETURN_IF_ERROR(add(key.str(), value, organisation.entries));
    }
    config_.organisations.push_back(std::move(organisation));
    return {};
  }

  Status check_no_organisation_beside() const {
    for (const ConfigEntry& entry : config_.entries) {
      if (entry.info->variable == kOrganisation && !config_.organisations.empty()) {
        return error(entry.line, "github_org stands beside tables of organisations",
                     "remove it, or the tables");
      }
    }
    return {};
  }

  ConfigFile config_;
};

}  // namespace

Result<ConfigFile> parse_config(std::string_view text, std::string_view file) {
  ConfigReader reader(file);
  // What an exception says may repeat a part of a secret.
  constexpr std::string_view kRemedy = "write KEY = \"text in quotes\", one a line, each key once";
  try {
    return reader.read(toml::parse(text, file));
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return reader.error(static_cast<int>(at.line), fmt::format("column {} is not TOML", at.column),
                        kRemedy);
  } catch (const std::exception&) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} is not TOML", file),
                std::string(kRemedy));
  }
}

std::string config_key(const SettingInfo& info) { return lower(info.variable); }

}  // namespace github_stats
