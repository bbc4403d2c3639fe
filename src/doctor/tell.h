// Where findings go.
#pragma once

#include <functional>

#include "doctor/finding.h"

namespace github_stats::doctor {

// Called with each finding as soon as it is there.
using Tell = std::function<void(Finding)>;

}  // namespace github_stats::doctor
