#include "report/figures_markdown.h"

#include <fmt/format.h>

#include "base/log.h"

namespace github_stats {
namespace {

constexpr double kMinute = 60;

std::string duration_or_dash(const std::optional<int64_t>& seconds) {
  return seconds ? rough_duration(*seconds) : "–";
}

std::string number_or_dash(const std::optional<int64_t>& number) {
  return number ? std::to_string(*number) : "–";
}

std::string change(const std::optional<int64_t>& now, const std::optional<int64_t>& before) {
  if (!now || !before || *before == 0) {
    return "–";
  }
  const double part = static_cast<double>(*now - *before) / static_cast<double>(*before);
  return fmt::format("{:+.0f} %", part * 100);
}

void add_headline(std::string& out, const Figures& figures) {
  const Measures& now = figures.period;
  const std::optional<Measures>& then = figures.before;
  out += "| | period | before | change |\n|---|--:|--:|--:|\n";
  const auto number = [&](std::string_view name, const std::optional<int64_t>& a,
                          const std::optional<int64_t>& b) {
    out += fmt::format("| {} | {} | {} | {} |\n", name, number_or_dash(a), number_or_dash(b),
                       change(a, b));
  };
  const auto count = [&](std::string_view name, int64_t Measures::*of) {
    number(name, now.*of, then ? std::optional((*then).*of) : std::nullopt);
  };
  const auto duration = [&](std::string_view name, Phase phase, auto percentile) {
    const auto a = now.phases[static_cast<size_t>(phase)].*percentile;
    const auto b = then ? then->phases[static_cast<size_t>(phase)].*percentile : std::nullopt;
    out += fmt::format("| {} | {} | {} | {} |\n", name, duration_or_dash(a), duration_or_dash(b),
                       change(a, b));
  };
  count("Merged", &Measures::merged);
  count("Opened", &Measures::opened);
  count("Closed without merge", &Measures::closed);
  count("Open at the end", &Measures::open);
  count("Merged without review", &Measures::unreviewed);
  duration("Cycle time, median", Phase::kCycle, &Summary::p50);
  duration("Cycle time, 90 %", Phase::kCycle, &Summary::p90);
  duration("Coding, median", Phase::kCoding, &Summary::p50);
  duration("Pickup, median", Phase::kPickup, &Summary::p50);
  duration("Review, median", Phase::kReview, &Summary::p50);
  duration("Approval to merge, median", Phase::kMerge, &Summary::p50);
  number("Size, median lines", now.size.p50, then ? then->size.p50 : std::nullopt);
  count("Merged by bots", &Measures::bots_merged);
}

void add_measures(std::string& out, std::string_view name, const Measures& measures) {
  const auto of = [&](Phase phase) -> const Summary& {
    return measures.phases[static_cast<size_t>(phase)];
  };
  out += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", name, measures.opened,
                     measures.merged, measures.open, duration_or_dash(of(Phase::kCycle).p50),
                     duration_or_dash(of(Phase::kCycle).p90),
                     duration_or_dash(of(Phase::kPickup).p50));
}

constexpr std::string_view kMeasuresHeading =
    " | opened | merged | open | cycle, median | cycle, 90 % | pickup, median |\n"
    "|---|--:|--:|--:|--:|--:|--:|\n";

void add_listed(std::string& out, std::string_view heading, const Rows& rows,
                const std::vector<size_t>& listed) {
  if (listed.empty()) {
    return;
  }
  out += fmt::format("\n## {}\n\n", heading);
  for (const size_t i : listed) {
    const PullRequest& pull = rows.pull_requests[i];
    const auto age = std::chrono::floor<std::chrono::seconds>(
        rows.as_of - (pull.is_waiting() ? *pull.ready_at : pull.created_at));
    const std::string& repository = rows.repositories[static_cast<size_t>(pull.repository)];
    out += "- " + markdown_text(repository);
    if (rows.of_people != People::kAnonymous) {
      out += fmt::format("#{}", pull.number);
    }
    if (!pull.title.empty()) {
      out += " " + markdown_text(pull.title);
    }
    if (pull.author != kNobody) {
      out += ", " + markdown_text(rows.people[static_cast<size_t>(pull.author)]);
    }
    out += ", " + rough_duration(age.count()) + "\n";
  }
}

}  // namespace

std::string markdown_text(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_[]<>#|~&";
  const std::string plain = printable(text);
  std::string out;
  for (size_t i = 0; i < plain.size(); ++i) {
    const char c = plain[i];
    if (kMarkup.find(c) != std::string_view::npos) {
      out += '\\';
    }
    const bool links = c == '@' || plain.compare(i, 3, "://") == 0;
    out += links ? fmt::format("&#{};", static_cast<int>(c)) : std::string(1, c);
  }
  return out;
}

std::string rough_duration(int64_t seconds) {
  const auto value = static_cast<double>(seconds);
  if (value < kHour) {
    return fmt::format("{:.0f} min", value / kMinute);
  }
  if (value < 2 * kDaySeconds) {
    return fmt::format("{:.1f} h", value / kHour);
  }
  return fmt::format("{:.1f} days", value / kDaySeconds);
}

std::string figures_as_markdown(const Rows& rows, const Figures& figures) {
  std::string out =
      fmt::format("# Pull requests of {}\n\n{} to {} ({} days), as of {}", markdown_text(rows.org),
                  format_day(rows.period.first), format_day(rows.period.last), rows.period.days(),
                  format_time(rows.as_of));
  out += rows.before ? fmt::format("; before: {} to {}.\n\n", format_day(rows.before->first),
                                   format_day(rows.before->last))
                     : fmt::format("; the rows reach back to {}.\n\n", format_day(rows.rows_from));
  add_headline(out, figures);
  out += fmt::format("\n## By week\n\n| week of{}", kMeasuresHeading);
  for (const Week& week : figures.weeks) {
    add_measures(out, format_day(week.monday), week.measures);
  }
  if (!figures.repositories.empty()) {
    out += fmt::format("\n## By repository\n\n| repository{}", kMeasuresHeading);
    for (const auto& [index, measures] : figures.repositories) {
      add_measures(out, markdown_text(rows.repositories[static_cast<size_t>(index)]), measures);
    }
  }
  add_listed(out, "Waiting for a first review", rows, figures.open.longest_waiting);
  add_listed(out, "Oldest open", rows, figures.open.oldest);
  return out;
}

}  // namespace github_stats
