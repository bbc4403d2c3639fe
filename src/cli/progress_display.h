// What a person sees while a collection runs: one line that is drawn anew on a terminal, a line now
// and then elsewhere.
#pragma once

#include <cstddef>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "collect/collector.h"
#include "config/settings.h"
#include "github/rate_limiter.h"

namespace github_stats {

// How a collection and GitHub stand at one moment.
struct DisplayedState {
  CollectionProgress collection;
  std::optional<int64_t> points_left;
  RateLimiter::Waiting waiting;
};

// One line of at most `width` columns for a terminal.
std::string progress_line(const DisplayedState& state, size_t width);

// One line for a log or a pipe.
std::string plain_progress_line(const DisplayedState& state);

// Columns of the terminal that `stream` is, or a usual number of them.
size_t terminal_width(std::FILE* stream);

class ProgressDisplay {
 public:
  enum class Mode { kTerminal, kPlain, kSilent };

  // Writes to `stream`, which stays open.
  ProgressDisplay(std::FILE* stream, Mode mode) : stream_(stream), mode_(mode) {}
  ~ProgressDisplay() { clear(); }
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  void show(const DisplayedState& state);

  // Says what is being done now, where there are no figures: "loading".
  void show_text(std::string_view text);

  // Prints finished lines, the newline included, above the progress line. Thread-safe, as all.
  void print_above(std::string_view lines);

  // Removes the progress line.
  void clear();

 private:
  void draw(const std::string& line);
  void erase();

  std::FILE* const stream_;
  const Mode mode_;
  std::mutex mutex_;
  std::string drawn_;       // on the terminal now
  Duration last_plain_{0};  // of the collection's time
};

// kSilent when the settings ask for that; kTerminal when `stream` can redraw a line; else kPlain.
ProgressDisplay::Mode display_mode_for(const Settings& settings, std::FILE* stream);

}  // namespace github_stats
