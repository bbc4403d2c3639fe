// What a check came to: one line for a person, and what to do about it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace github_stats::doctor {

enum class Health {
  kOk,
  kWarning,  // it works, but not as it should, or not for long
  kFailed,   // something this program needs does not work
  kSkipped,  // not tried: something else has to work first
};

// "ok", "warn", "fail", "skipped": as in JSON.
std::string_view to_string(Health health);

struct Finding {
  std::string id;     // stays the same from version to version: "github.token.1.scopes"
  std::string title;  // "token 1: scopes"
  Health health = Health::kOk;
  std::string detail;
  std::string remedy;  // may be empty
};

using Findings = std::vector<Finding>;

// A check's name, to make its finding of.
struct Check {
  std::string id;
  std::string title;

  Finding ok(std::string detail) const;
  Finding warning(std::string detail, std::string remedy) const;
  Finding failed(std::string detail, std::string remedy) const;
  Finding failed(const Error& error) const;
  Finding skipped(std::string why) const;
};

// Whether none failed. Warnings are allowed.
bool is_well(const Findings& findings);

}  // namespace github_stats::doctor
