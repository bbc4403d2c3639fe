#include "doctor/finding.h"

#include <algorithm>
#include <utility>

namespace github_stats::doctor {

std::string_view to_string(Health health) {
  switch (health) {
    case Health::kOk:
      return "ok";
    case Health::kWarning:
      return "warn";
    case Health::kFailed:
      return "fail";
    case Health::kSkipped:
      return "skipped";
  }
  return "";
}

Finding Check::ok(std::string detail) const {
  return {id, title, Health::kOk, std::move(detail), {}};
}

Finding Check::warning(std::string detail, std::string remedy) const {
  return {id, title, Health::kWarning, std::move(detail), std::move(remedy)};
}

Finding Check::failed(std::string detail, std::string remedy) const {
  return {id, title, Health::kFailed, std::move(detail), std::move(remedy)};
}

Finding Check::failed(const Error& error) const {
  return failed(error.message, error.remedy.empty()
                                   ? "try again in a while; docs/doctor.md tells of this check"
                                   : error.remedy);
}

Finding Check::skipped(std::string why) const {
  return {id, title, Health::kSkipped, std::move(why), {}};
}

bool is_well(const Findings& findings) {
  return std::ranges::none_of(
      findings, [](const Finding& finding) { return finding.health == Health::kFailed; });
}

}  // namespace github_stats::doctor
