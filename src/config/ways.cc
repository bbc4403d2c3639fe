#include "config/ways.h"

#include <fmt/format.h>

#include <utility>

#include "config/small_file.h"

namespace github_stats {
namespace {

// The set one of `way` with the highest precedence, or nullptr.
const RawSetting* strongest(const RawSettings& raw, const Way& way) {
  const RawSetting* found = nullptr;
  for (const std::string_view variable : way) {
    const RawSetting& setting = raw.at(variable);
    if (setting.is_set() && (found == nullptr || setting.rank > found->rank)) {
      found = &setting;
    }
  }
  return found;
}

}  // namespace

Result<size_t> choose_way(const RawSettings& raw, const std::vector<Way>& ways) {
  size_t chosen = ways.size();
  const RawSetting* best = nullptr;
  for (size_t i = 0; i < ways.size(); ++i) {
    const RawSetting* candidate = strongest(raw, ways[i]);
    if (candidate == nullptr) {
      continue;
    }
    if (best != nullptr && candidate->rank == best->rank) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{} ({}) and {} ({}) are both set", best->info->variable,
                              best->origin, candidate->info->variable, candidate->origin),
                  "remove one of the two");
    }
    if (best == nullptr || candidate->rank > best->rank) {
      best = candidate;
      chosen = i;
    }
  }
  return chosen;
}

Result<RawSetting> read_file_of(const RawSettings& raw, std::string_view variable) {
  const RawSetting& setting = raw.at(variable);
  auto text = read_small_file(setting.value);
  if (!text) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: {}", describe(setting), text.error().message),
                "name a file that this user can read");
  }
  while (text->ends_with('\n') || text->ends_with('\r')) {
    text->pop_back();
  }
  // Keeps the origin for errors about the content, which is as secret as the variable's.
  static constexpr SettingInfo kContent{.variable = "the file's content", .secret = true};
  return RawSetting{&kContent, std::move(*text), describe(setting), setting.rank};
}

}  // namespace github_stats
