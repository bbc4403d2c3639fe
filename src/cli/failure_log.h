// What a service says about its failures: each kind in full once, until a run goes well.
#pragma once

#include <set>
#include <string>

#include "base/result.h"

namespace github_stats {

// The kind of a failure: failures that differ in numbers alone are of one kind.
std::string failure_kind(const Error& error);

class FailureLog {
 public:
  // Logs what failed and what can be done about it; the second time, only that it failed again.
  void say(const Error& error);

  // All is well again: whatever fails next is said in full.
  void forget() { said_.clear(); }

 private:
  std::set<std::string> said_;
};

}  // namespace github_stats
