// The key that people are hashed with.
#pragma once

#include "base/result.h"
#include "config/raw_settings.h"
#include "config/secret.h"

namespace github_stats {

// PRIVACY_KEY, or the text of PRIVACY_KEY_FILE; empty when neither is set. invalid_argument when
// both are, or when it is too short to be no guess.
Result<Secret> read_privacy_key(const RawSettings& raw);

}  // namespace github_stats
