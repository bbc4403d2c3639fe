#include "cli/progress_display.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

DisplayedState example() {
  DisplayedState state;
  state.collection = {.repositories = 40,
                      .repositories_done = 12,
                      .pull_requests = 1234,
                      .pull_requests_expected = 5000,
                      .elapsed = 10s};
  state.points_left = 4812;
  return state;
}

TEST(ProgressLine, SaysHowFarAndHowLong) {
  EXPECT_EQ(progress_line(example(), 200),
            "[====                ] 12/40 repos  1,234 of ~5,000 PRs  about 31 s to go  123/s  "
            "4,812 points left");
}

TEST(ProgressLine, FitsTheTerminal) {
  for (size_t width = 10; width < 120; ++width) {
    EXPECT_LE(progress_line(example(), width).size(), width);
  }
  EXPECT_THAT(progress_line(example(), 80), Not(HasSubstr("points")));
}

TEST(ProgressLine, SaysWhatItWaitsFor) {
  DisplayedState state = example();
  state.collection.repositories_failed = 2;
  const std::pair<WaitReason, std::string> cases[] = {
      {WaitReason::kRateLimit, "waiting 2 min 5 s for GitHub's rate limit"},
      {WaitReason::kSecondaryLimit, "waiting 2 min 5 s for GitHub's secondary limit"},
      {WaitReason::kOutage, "GitHub is unavailable, asking again in 2 min 5 s"},
  };
  for (const auto& [reason, text] : cases) {
    state.waiting = {reason, 125s};
    EXPECT_THAT(progress_line(state, 200), HasSubstr(text));
    EXPECT_THAT(progress_line(state, 200), HasSubstr("2 failed"));
    EXPECT_THAT(plain_progress_line(state), HasSubstr(text));
  }
}

TEST(ProgressLine, StandsABeginningWithoutFigures) {
  EXPECT_EQ(progress_line({}, 200), "[====================] 0/0 repos  0 of ~0 PRs  0/s");
}

// What a display writes to a stream.
class Written {
 public:
  Written() : stream_(open_memstream(&text_, &size_)) {}
  ~Written() {
    std::fclose(stream_);
    std::free(text_);
  }
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;

  std::FILE* stream() { return stream_; }
  std::string text() {
    std::fflush(stream_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  size_t size_ = 0;
  std::FILE* stream_;
};

TEST(ProgressDisplay, WritesALineNowAndThenWhereNothingCanBeRedrawn) {
  Written written;
  ProgressDisplay display(written.stream(), ProgressDisplay::Mode::kPlain);
  for (int second = 0; second <= 25; ++second) {
    DisplayedState state = example();
    state.collection.elapsed = std::chrono::seconds(second);
    display.show(state);
  }
  const std::string text = written.text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(ProgressDisplay, KeepsItsLineBelowWhatIsPrinted) {
  Written written;
  ProgressDisplay display(written.stream(), ProgressDisplay::Mode::kTerminal);
  display.show_text("working");
  display.print_above("a warning\n");
  display.clear();
  EXPECT_EQ(written.text(),
            "\rworking\x1b[K"
            "\r\x1b[K"
            "a warning\n"
            "\rworking\x1b[K"
            "\r\x1b[K");
}

TEST(ProgressDisplay, CanBeSilent) {
  Written written;
  ProgressDisplay display(written.stream(), ProgressDisplay::Mode::kSilent);
  display.show(example());
  display.show_text("loading");
  EXPECT_EQ(written.text(), "");
}

}  // namespace
}  // namespace github_stats
