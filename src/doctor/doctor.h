// Looks at everything a collection needs, and says what is wrong and what to do about it. Nothing
// is changed, but for an object in the store that is written and removed again.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "doctor/finding.h"
#include "doctor/parts.h"
#include "doctor/tell.h"

namespace github_stats::doctor {

// One check that fails ends none of the others: those that need it are skipped. With every server
// out of reach it takes about half a minute. Texts in findings come from outside; no secret is in
// them.
Findings examine(const Parts& given, const Tell& tell);

// {"version", "checked_at", "ok", "checks": [{"id", "title", "status", "detail", "remedy"}, …]},
// one object.
std::string as_json(const Findings& findings, std::string_view version, Time checked_at);

}  // namespace github_stats::doctor
