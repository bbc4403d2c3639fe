// What the program's exit code means.
#pragma once

#include "base/result.h"

namespace github_stats {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;          // command line or settings
inline constexpr int kExitPartly = 3;         // some repositories failed
inline constexpr int kExitInterrupted = 130;  // resumable

int exit_code_for(const Error& error);

// Prints the failure on standard error and gives the exit code for it.
int report_failure(const Error& error);

// Logs the failure as an event instead.
int log_failure(const Error& error);

}  // namespace github_stats
