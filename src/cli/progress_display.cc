#include "cli/progress_display.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "cli/text.h"

namespace github_stats {
namespace {

constexpr Duration kPlainInterval = std::chrono::seconds(10);
constexpr size_t kBarWidth = 20;
constexpr size_t kDefaultWidth = 80;

double share_done(const CollectionProgress& progress) {
  const int64_t expected = std::max(progress.pull_requests_expected, progress.pull_requests);
  if (expected > 0) {
    return static_cast<double>(progress.pull_requests) / static_cast<double>(expected);
  }
  return progress.repositories_done == progress.repositories ? 1.0 : 0.0;
}

std::string bar(double share) {
  const auto full = static_cast<size_t>(share * static_cast<double>(kBarWidth));
  std::string text = "[";
  text.append(full, '=').append(kBarWidth - full, ' ');
  return text + "]";
}

double rate(const CollectionProgress& progress) {
  const double seconds = std::chrono::duration<double>(progress.elapsed).count();
  return seconds > 0 ? static_cast<double>(progress.pull_requests) / seconds : 0;
}

std::string time_to_go(const CollectionProgress& progress) {
  const double per_second = rate(progress);
  const int64_t left = progress.pull_requests_expected - progress.pull_requests;
  // Before a few seconds have passed the rate says little.
  if (per_second <= 0 || left <= 0 || progress.elapsed < std::chrono::seconds(2)) {
    return "";
  }
  const double seconds = static_cast<double>(left) / per_second;
  return "about " + for_people(std::chrono::seconds(static_cast<int64_t>(seconds) + 1)) + " to go";
}

// "waiting 2 min 5 s for GitHub's rate limit"; empty when nothing is waited for.
std::string waited_for(const RateLimiter::Waiting& waiting) {
  switch (waiting.reason) {
    case WaitReason::kRateLimit:
      return "waiting " + for_people(waiting.left) + " for GitHub's rate limit";
    case WaitReason::kSecondaryLimit:
      return "waiting " + for_people(waiting.left) + " for GitHub's secondary limit";
    case WaitReason::kOutage:
      return "GitHub is unavailable, asking again in " + for_people(waiting.left);
    case WaitReason::kNothing:
    case WaitReason::kPace:
      break;
  }
  return "";
}

}  // namespace

size_t terminal_width(std::FILE* stream) {
  winsize size{};
  if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  return kDefaultWidth;
}

std::string progress_line(const DisplayedState& state, size_t width) {
  const CollectionProgress& progress = state.collection;
  std::string line = fmt::format(
      "{} {}/{} repos  {} of ~{} PRs", bar(share_done(progress)),
      progress.repositories_done + progress.repositories_failed, progress.repositories,
      with_thousands(progress.pull_requests),
      with_thousands(std::max(progress.pull_requests_expected, progress.pull_requests)));
  // What matters least comes last, and is left out first when the line gets long.
  std::vector<std::string> parts;
  if (const std::string waited = waited_for(state.waiting); !waited.empty()) {
    parts.push_back(waited);
  } else if (const std::string to_go = time_to_go(progress); !to_go.empty()) {
    parts.push_back(to_go);
  }
  if (progress.repositories_failed > 0) {
    parts.push_back(fmt::format("{} failed", progress.repositories_failed));
  }
  parts.push_back(fmt::format("{:.0f}/s", rate(progress)));
  if (state.points_left) {
    parts.push_back(with_thousands(*state.points_left) + " points left");
  }
  for (const std::string& part : parts) {
    if (line.size() + 2 + part.size() <= width) {
      line += "  " + part;
    }
  }
  return line.substr(0, width);
}

std::string plain_progress_line(const DisplayedState& state) {
  const CollectionProgress& progress = state.collection;
  std::string line =
      fmt::format("collected {} of about {} pull requests, {} of {} repositories",
                  with_thousands(progress.pull_requests),
                  with_thousands(std::max(progress.pull_requests_expected, progress.pull_requests)),
                  progress.repositories_done, progress.repositories);
  if (progress.repositories_failed > 0) {
    line += fmt::format(", {} failed", progress.repositories_failed);
  }
  if (state.points_left) {
    line += fmt::format(", {} points left", with_thousands(*state.points_left));
  }
  if (const std::string waited = waited_for(state.waiting); !waited.empty()) {
    return line + ", " + waited;
  }
  const std::string to_go = time_to_go(progress);
  return to_go.empty() ? line : line + ", " + to_go;
}

void ProgressDisplay::show(const DisplayedState& state) {
  const std::lock_guard lock(mutex_);
  if (mode_ == Mode::kTerminal) {
    draw(progress_line(state, terminal_width(stream_) - 1));
  } else if (mode_ == Mode::kPlain && state.collection.elapsed - last_plain_ >= kPlainInterval) {
    last_plain_ = state.collection.elapsed;
    fmt::print(stream_, "{}\n", plain_progress_line(state));
    std::fflush(stream_);
  }
}

void ProgressDisplay::show_text(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (mode_ == Mode::kTerminal) {
    draw(std::string(text.substr(0, terminal_width(stream_) - 1)));
  }
}

void ProgressDisplay::print_above(std::string_view lines) {
  const std::lock_guard lock(mutex_);
  const std::string line = drawn_;
  erase();
  std::fwrite(lines.data(), 1, lines.size(), stream_);
  if (!line.empty()) {
    draw(line);
  }
}

void ProgressDisplay::clear() {
  const std::lock_guard lock(mutex_);
  erase();
}

void ProgressDisplay::draw(const std::string& line) {
  if (line == drawn_) {
    return;
  }
  fmt::print(stream_, "\r{}\x1b[K", line);
  std::fflush(stream_);
  drawn_ = line;
}

void ProgressDisplay::erase() {
  if (!drawn_.empty()) {
    fmt::print(stream_, "\r\x1b[K");
    std::fflush(stream_);
    drawn_.clear();
  }
}

ProgressDisplay::Mode display_mode_for(const Settings& settings, std::FILE* stream) {
  if (settings.quiet || !settings.progress) {
    return ProgressDisplay::Mode::kSilent;
  }
  const char* terminal = std::getenv("TERM");
  const bool can_redraw =
      isatty(fileno(stream)) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
  if (can_redraw) {
    return ProgressDisplay::Mode::kTerminal;
  }
  // Whoever wants JSON wants nothing else.
  return settings.log_format == LogFormat::kJson ? ProgressDisplay::Mode::kSilent
                                                 : ProgressDisplay::Mode::kPlain;
}

}  // namespace github_stats
