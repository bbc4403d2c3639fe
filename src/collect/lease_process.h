// Which process a lease's holder is, and whether it still lives. From Linux' /proc; where there is
// none every process counts as one of another machine, of which nothing is known.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace github_stats {

// A process, told from all others: numbers come again, but not with the same start.
struct ProcessIdentity {
  std::string host;     // for people
  std::string machine;  // the boot and the namespace that `id` counts in; empty: unknown
  int64_t id = 0;
  int64_t started = 0;  // as in /proc/<id>/stat: clock ticks since the boot

  bool operator==(const ProcessIdentity&) const = default;
};

enum class ProcessState {
  kRunning,
  kStopped,  // by a signal or a debugger: it lives, but does nothing until it is woken
  kGone,
};

ProcessIdentity this_process();

// `process` must be one of this machine.
ProcessState state_of(const ProcessIdentity& process);

using ProcessProbe = std::function<ProcessState(const ProcessIdentity&)>;

}  // namespace github_stats
