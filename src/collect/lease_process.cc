#include "collect/lease_process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

namespace github_stats {
namespace {

struct Stat {
  char state = '?';
  int64_t started = 0;
};

std::string first_line(const std::string& file) {
  std::string line;
  std::getline(std::ifstream(file), line);
  return line;
}

// Of proc(5)'s fields the third and the 22nd. The second is a name in parentheses, which may hold
// spaces and parentheses itself.
std::optional<Stat> read_stat(int64_t process) {
  const std::string line = first_line(fmt::format("/proc/{}/stat", process));
  const size_t name_end = line.rfind(") ");
  if (name_end == std::string::npos) {
    return std::nullopt;
  }
  std::istringstream fields(line.substr(name_end + 2));
  Stat stat;
  fields >> stat.state;
  std::string skipped;
  for (int field = 4; field < 22; ++field) {
    fields >> skipped;
  }
  fields >> stat.started;
  return fields ? std::optional(stat) : std::nullopt;
}

std::string machine() {
  const std::string boot = first_line("/proc/sys/kernel/random/boot_id");
  std::error_code error;
  const auto space = std::filesystem::read_symlink("/proc/self/ns/pid", error);
  return boot.empty() || error ? "" : boot + " " + space.string();
}

}  // namespace

ProcessIdentity this_process() {
  constexpr size_t kLongestName = 256;
  std::array<char, kLongestName> host{};
  ::gethostname(host.data(), host.size() - 1);
  ProcessIdentity identity{.host = host.data(), .machine = {}, .id = ::getpid(), .started = 0};
  if (const auto stat = read_stat(identity.id)) {
    identity.machine = machine();
    identity.started = stat->started;
  }
  return identity;
}

ProcessState state_of(const ProcessIdentity& process) {
  const auto stat = read_stat(process.id);
  if (!stat || stat->started != process.started || stat->state == 'Z' || stat->state == 'X') {
    return ProcessState::kGone;
  }
  return stat->state == 'T' || stat->state == 't' ? ProcessState::kStopped : ProcessState::kRunning;
}

}  // namespace github_stats
