#include "extract/detail_work.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.h"
#include "extract/queries.h"

namespace github_stats {

DetailWork::DetailWork(RowContext context, std::vector<PullRequestRef> pull_requests, size_t page)
    : context_(std::move(context)),
      pull_requests_(std::move(pull_requests)),
      assembly_(context_),
      usual_depth_{.page = page, .sizes = true},
      depth_(usual_depth_) {
  done_ = pull_requests_.empty();
}

size_t DetailWork::Taken::connections() const {
  return pull_requests.size() * kConnectionsPerPullRequest + parts.size();
}

size_t DetailWork::smallest() const {
  return next_ < pull_requests_.size() ? kConnectionsPerPullRequest : 1;
}

size_t DetailWork::count_within(size_t room) const {
  const size_t left = pull_requests_.size() - next_;
  const size_t fits = alone() ? 1 : std::max<size_t>(room / smallest(), 1);
  return std::min(fits, left > 0 ? left : assembly_.pending().size());
}

size_t DetailWork::offer(size_t room) const { return count_within(room) * smallest(); }

DetailWork::Taken DetailWork::take(size_t room) {
  const size_t count = count_within(room);
  Taken taken;
  if (next_ < pull_requests_.size()) {
    taken.pull_requests = std::span<const PullRequestRef>(pull_requests_).subspan(next_, count);
    return taken;
  }
  auto& pending = assembly_.pending();
  const auto end = pending.begin() + static_cast<std::ptrdiff_t>(count);
  taken.parts.assign(std::move_iterator(pending.begin()), std::move_iterator(end));
  pending.erase(pending.begin(), end);
  return taken;
}

void DetailWork::accept(const Taken& taken) {
  if (!depth_.sizes) {
    log_warning("GitHub can't give the sizes of some commits: they stay empty",
                {{"repo", context_.repo}});
  }
  next_ += taken.pull_requests.size();
  depth_ = usual_depth_;
  end_round();
}

void DetailWork::put_back(Taken taken) {
  auto& pending = assembly_.pending();
  pending.insert(pending.begin(), std::move_iterator(taken.parts.begin()),
                 std::move_iterator(taken.parts.end()));
}

bool DetailWork::shrink() {
  if (can_shrink()) {
    depth_.page = std::max(depth_.page / 2, kSmallestPage);
    return true;
  }
  return std::exchange(depth_.sizes, false);
}

void DetailWork::give_up(const std::string& reason) {
  if (next_ < pull_requests_.size()) {
    const PullRequestRef& lost = pull_requests_[next_++];
    rows_.owed.push_back({lost.number, lost.id, reason});
  } else {
    auto& pending = assembly_.pending();
    assembly_.give_up(pending.front(), reason);
    pending.erase(pending.begin());
  }
  depth_ = usual_depth_;
  end_round();
}

void DetailWork::end_round() {
  if (next_ < pull_requests_.size() || !assembly_.pending().empty()) {
    return;
  }
  RowBatch came = assembly_.finish(second_round_ ? DetailAssembly::Owed::kKeep
                                                 : DetailAssembly::Owed::kLeaveOut);
  const std::vector<OwedPullRequest> lacking = std::move(came.owed);
  came.owed.clear();
  rows_.append_all(came);
  if (second_round_ || lacking.empty()) {
    rows_.owed.insert(rows_.owed.end(), lacking.begin(), lacking.end());
    done_ = true;
    return;
  }
  // Most likely they changed between two answers. A second look tells.
  log_debug("fetching pull requests again whose counts do not add up",
            {{"repo", context_.repo}, {"count", static_cast<int64_t>(lacking.size())}});
  std::erase_if(pull_requests_, [&](const PullRequestRef& ref) {
    return std::ranges::none_of(
        lacking, [&](const OwedPullRequest& owed) { return owed.number == ref.number; });
  });
  second_round_ = true;
  next_ = 0;
  assembly_ = DetailAssembly(context_);
}

}  // namespace github_stats
