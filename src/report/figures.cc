#include "report/figures.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace github_stats {
namespace {

// Measures in the making: the values whose percentiles come last.
class Tally {
 public:
  // Counts what `pull` did in the period.
  void add(const PullRequest& pull, const Period& period) {
    if (period.contains(day_of(pull.created_at))) {
      add_opened(pull);
    }
    if (pull.closed_at && period.contains(day_of(*pull.closed_at))) {
      add_closed(pull);
    }
    if (pull.is_open_after(period.last)) {
      add_open(pull);
    }
  }

  void add_opened(const PullRequest& pull) { measures_.opened += pull.is_bot ? 0 : 1; }
  void add_open(const PullRequest& pull) { measures_.open += pull.is_bot ? 0 : 1; }
  void add_review() { ++measures_.reviews; }

  void add_closed(const PullRequest& pull) {
    if (pull.is_bot) {
      measures_.bots_merged += pull.is_merged ? 1 : 0;
      return;
    }
    if (!pull.is_merged) {
      ++measures_.closed;
      return;
    }
    ++measures_.merged;
    measures_.unreviewed += pull.is_unreviewed ? 1 : 0;
    measures_.self_merged += pull.is_self_merged ? 1 : 0;
    for (size_t i = 0; i < phases_.size(); ++i) {
      if (pull.seconds[i]) {
        phases_[i].push_back(*pull.seconds[i]);
      }
    }
    if (pull.size) {
      sizes_.push_back(*pull.size);
    }
  }

  Measures finish() {
    for (size_t i = 0; i < phases_.size(); ++i) {
      measures_.phases[i] = summarize(phases_[i]);
    }
    measures_.size = summarize(sizes_);
    return measures_;
  }

 private:
  Measures measures_;
  std::array<std::vector<int64_t>, kPhaseNames.size()> phases_;
  std::vector<int64_t> sizes_;
};

bool has_something(const Measures& measures) {
  return measures.opened + measures.merged + measures.closed + measures.open +
             measures.bots_merged + measures.reviews >
         0;
}

std::map<int32_t, Measures> finished(std::map<int32_t, Tally>& tallies) {
  std::map<int32_t, Measures> out;
  for (auto& [key, tally] : tallies) {
    const Measures measures = tally.finish();
    if (has_something(measures)) {
      out.emplace(key, measures);
    }
  }
  return out;
}

// The class below the first bound that is larger.
template <size_t Size>
size_t class_of(const std::array<int64_t, Size>& bounds, int64_t value) {
  return static_cast<size_t>(std::ranges::upper_bound(bounds, value) - bounds.begin());
}

int32_t binary_digits(int64_t value) {
  return static_cast<int32_t>(std::bit_width(static_cast<uint64_t>(std::max<int64_t>(value, 0))));
}

Measures measures_of(const Rows& rows, const Period& period) {
  Tally tally;
  for (const PullRequest& pull : rows.pull_requests) {
    tally.add(pull, period);
  }
  for (const FirstReview& review : rows.reviews) {
    if (period.contains(review.day)) {
      tally.add_review();
    }
  }
  return tally.finish();
}

std::vector<Week> weeks_of(const Rows& rows) {
  const Period& period = rows.period;
  const Day first = week_of(period.first);
  const auto index = [&](Day day) { return static_cast<size_t>((day - first).count() / 7); };
  std::vector<Tally> tallies(index(period.last) + 1);
  for (const PullRequest& pull : rows.pull_requests) {
    if (const Day day = day_of(pull.created_at); period.contains(day)) {
      tallies[index(day)].add_opened(pull);
    }
    if (pull.closed_at && period.contains(day_of(*pull.closed_at))) {
      tallies[index(day_of(*pull.closed_at))].add_closed(pull);
    }
    for (size_t i = index(std::max(day_of(pull.created_at), period.first)); i < tallies.size();
         ++i) {
      const Day end = std::min(first + std::chrono::days(7 * i + 6), period.last);
      if (!pull.is_open_after(end)) {
        break;
      }
      tallies[i].add_open(pull);
    }
  }
  for (const FirstReview& review : rows.reviews) {
    if (period.contains(review.day)) {
      tallies[index(review.day)].add_review();
    }
  }
  std::vector<Week> weeks;
  for (size_t i = 0; i < tallies.size(); ++i) {
    weeks.push_back({first + std::chrono::days(7 * i), tallies[i].finish()});
  }
  return weeks;
}

std::vector<SizeClass> sizes_of(const Rows& rows) {
  std::array<Tally, kSizeBounds.size() + 1> tallies;
  for (const PullRequest& pull : rows.pull_requests) {
    if (pull.size) {
      tallies[class_of(kSizeBounds, *pull.size)].add(pull, rows.period);
    }
  }
  for (const FirstReview& review : rows.reviews) {
    const auto& size = rows.pull_requests[review.pull_request].size;
    if (size && rows.period.contains(review.day)) {
      tallies[class_of(kSizeBounds, *size)].add_review();
    }
  }
  std::vector<SizeClass> classes;
  for (size_t i = 0; i < tallies.size(); ++i) {
    SizeClass each{.from = i == 0 ? 0 : kSizeBounds.at(i - 1), .to = {}, .measures = {}};
    if (i < kSizeBounds.size()) {
      each.to = kSizeBounds.at(i) - 1;
    }
    each.measures = tallies[i].finish();
    classes.push_back(each);
  }
  return classes;
}

// What only those merged in the period are in.
void add_merged(const Rows& rows, Figures& figures) {
  std::map<std::pair<int32_t, int32_t>, int64_t> cells;
  for (const PullRequest& pull : rows.pull_requests) {
    if (pull.is_bot || !pull.is_merged || !rows.period.contains(day_of(*pull.closed_at))) {
      continue;
    }
    for (size_t i = 0; i < pull.seconds.size(); ++i) {
      if (pull.seconds[i]) {
        ++figures.distribution[i][class_of(kDurationBounds, *pull.seconds[i])];
      }
    }
    if (pull.size && pull.in(Phase::kCycle)) {
      ++cells[{binary_digits(*pull.size), binary_digits(*pull.in(Phase::kCycle) / 60)}];
    }
  }
  for (const auto& [cell, count] : cells) {
    figures.size_time.push_back({cell.first, cell.second, count});
  }
}

void add_groups(const Rows& rows, Figures& figures) {
  std::map<int32_t, Tally> repositories;
  std::map<int32_t, Tally> people;
  std::map<std::pair<int32_t, int32_t>, int64_t> pairs;
  for (const PullRequest& pull : rows.pull_requests) {
    repositories[pull.repository].add(pull, rows.period);
    if (pull.author != kNobody) {
      people[pull.author].add(pull, rows.period);
    }
  }
  for (const FirstReview& review : rows.reviews) {
    if (!rows.period.contains(review.day)) {
      continue;
    }
    const PullRequest& pull = rows.pull_requests[review.pull_request];
    repositories[pull.repository].add_review();
    if (review.reviewer != kNobody) {
      people[review.reviewer].add_review();
      if (pull.author != kNobody) {
        ++pairs[{review.reviewer, pull.author}];
      }
    }
  }
  figures.repositories = finished(repositories);
  figures.people = finished(people);
  for (const auto& [pair, count] : pairs) {
    figures.review_pairs.push_back({pair.first, pair.second, count});
  }
}

OpenWork open_work(const Rows& rows) {
  OpenWork open;
  for (size_t i = 0; i < rows.pull_requests.size(); ++i) {
    const PullRequest& pull = rows.pull_requests[i];
    if (!pull.is_open() || pull.is_bot) {
      continue;
    }
    const auto age = std::chrono::floor<std::chrono::seconds>(rows.as_of - pull.created_at);
    ++open.count;
    ++open.ages[class_of(kAgeBounds, age.count())];
    open.drafts += pull.is_draft ? 1 : 0;
    open.stale += pull.is_stale ? 1 : 0;
    open.oldest.push_back(i);
    if (pull.is_waiting()) {
      ++open.waiting;
      open.longest_waiting.push_back(i);
    }
  }
  std::ranges::stable_sort(open.longest_waiting, {},
                           [&](size_t i) { return *rows.pull_requests[i].ready_at; });
  open.oldest.resize(std::min(open.oldest.size(), kMostListed));
  open.longest_waiting.resize(std::min(open.longest_waiting.size(), kMostListed));
  return open;
}

}  // namespace

Summary summarize(std::vector<int64_t>& values) {
  Summary summary{.count = static_cast<int64_t>(values.size()), .p50 = {}, .p75 = {}, .p90 = {}};
  if (values.empty()) {
    return summary;
  }
  std::ranges::sort(values);
  const auto at = [&](double part) {
    const double place = part * static_cast<double>(values.size() - 1);
    const auto below = static_cast<size_t>(place);
    const auto low = static_cast<double>(values[below]);
    const auto high = static_cast<double>(values[std::min(below + 1, values.size() - 1)]);
    return static_cast<int64_t>(std::floor(low + (high - low) * (place - std::floor(place)) + 0.5));
  };
  summary.p50 = at(0.5);
  summary.p75 = at(0.75);
  summary.p90 = at(0.9);
  return summary;
}

Figures calculate_figures(const Rows& rows) {
  Figures figures;
  figures.period = measures_of(rows, rows.period);
  if (rows.before) {
    figures.before = measures_of(rows, *rows.before);
  }
  figures.weeks = weeks_of(rows);
  figures.sizes = sizes_of(rows);
  figures.open = open_work(rows);
  add_merged(rows, figures);
  add_groups(rows, figures);
  return figures;
}

}  // namespace github_stats
