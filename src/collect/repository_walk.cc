#include "collect/repository_walk.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace github_stats {
namespace {

// A repository that changes faster than it is read is left to the next collection's window.
constexpr int kMostPasses = 10;

}  // namespace

RepositoryWalk::RepositoryWalk(RepositoryProgress progress, ObjectStore& store,
                               const ChunkTarget& target, Clock& clock, WalkOptions options)
    : progress_(std::move(progress)),
      writer_(store, target, progress_.chunks),
      clock_(clock),
      options_(options),
      listed_(progress_.position),
      last_flush_(clock.elapsed()),
      rows_per_chunk_(target.rows_per_chunk),
      rows_before_(progress_.rows) {
  progress_.state = RepositoryState::kInProgress;
  progress_.error.clear();
}

void RepositoryWalk::drop_seen(std::vector<PullRequestRef>& pull_requests) {
  const auto is_seen = [&](const PullRequestRef& found) {
    return std::ranges::any_of(seen_front_, [&](const PullRequestRef& seen) {
      return seen.id == found.id && seen.updated_at == found.updated_at;
    });
  };
  std::erase_if(pull_requests, is_seen);
}

void RepositoryWalk::remember_front(const std::vector<PullRequestRef>& pull_requests) {
  if (listed_.pages == 0 && !pull_requests.empty()) {
    listed_.front = pull_requests.front().updated_at;
  }
  std::ranges::copy_if(pull_requests, std::back_inserter(front_), [&](const PullRequestRef& found) {
    return found.updated_at == listed_.front;
  });
}

std::vector<RepositoryWalk::Batch> RepositoryWalk::cut_into_batches(
    const std::vector<PullRequestRef>& pull_requests) {
  std::vector<Batch> batches;
  for (size_t first = 0; first < pull_requests.size(); first += options_.batch_size) {
    const size_t count = std::min(options_.batch_size, pull_requests.size() - first);
    const auto begin = pull_requests.begin() + static_cast<std::ptrdiff_t>(first);
    batches.push_back({next_batch_++, {begin, begin + static_cast<std::ptrdiff_t>(count)}});
  }
  return batches;
}

Result<std::vector<RepositoryWalk::Batch>> RepositoryWalk::add_page(PullRequestPage page) {
  count_listed(page);
  std::vector<PullRequestRef>& found = page.pull_requests;
  const auto older = std::ranges::find_if(
      found, [&](const PullRequestRef& ref) { return ref.updated_at < listed_.stop_before; });
  pass_listed_ = !page.next || older != found.end();
  found.erase(older, found.end());
  remember_front(found);
  drop_seen(found);
  found_new_ = found_new_ || !found.empty();
  ++listed_.pages;
  listed_.cursor = page.next.value_or("");
  listed_count_ += static_cast<int64_t>(found.size());
  if (!found.empty() && listed_.pass == 0) {
    listed_down_to_ = found.back().updated_at;
  }
  std::vector<Batch> batches = cut_into_batches(found);
  pages_.push_back({next_batch_, listed_, pass_listed_});
  RETURN_IF_ERROR(advance());
  return batches;
}

// What GitHub counts and does not list would be missing without anybody knowing. It can be told
// where a walk has seen the whole list and nothing moved meanwhile.
void RepositoryWalk::count_listed(const PullRequestPage& page) {
  if (listed_.pass > 0) {
    return;
  }
  if (listed_.pages == 0) {
    total_ = page.total;
  }
  listed_whole_ += std::ssize(page.pull_requests);
  if (!page.next && total_ == page.total) {
    unlisted_ = std::max<int64_t>(page.total - listed_whole_, 0);
  }
}

Status RepositoryWalk::add_rows(uint64_t batch_number, RowBatch rows) {
  waiting_.emplace(batch_number, std::move(rows));
  return advance();
}

Status RepositoryWalk::advance() {
  if (broken_) {
    return tl::unexpected<Error>(*broken_);
  }
  Status status = advance_pages();
  if (!status) {
    broken_ = status.error();
  }
  return status;
}

Status RepositoryWalk::advance_pages() {
  // Page by page, so that at a page's end the writer holds nothing of the next one.
  while (!pages_.empty()) {
    while (next_to_write_ < pages_.front().end_batch) {
      const auto ready = waiting_.find(next_to_write_);
      if (ready == waiting_.end()) {
        return {};
      }
      RETURN_IF_ERROR(write_batch(ready->second));
      waiting_.erase(ready);
      ++next_to_write_;
    }
    const ListedPage page = std::move(pages_.front());
    pages_.pop_front();
    RETURN_IF_ERROR(finish_page(page));
  }
  return {};
}

Status RepositoryWalk::write_batch(const RowBatch& rows) {
  RETURN_IF_ERROR(writer_.append(rows));
  unsafe_pull_requests_ += rows.pull_requests();
  unsafe_vanished_ += rows.vanished;
  for (const int64_t number : rows.numbers) {
    unsafe_whole_.insert(number);
    unsafe_owed_.erase(number);
  }
  for (const OwedPullRequest& owed : rows.owed) {
    unsafe_owed_[owed.number] = owed;
    unsafe_whole_.erase(owed.number);
  }
  return {};
}

Status RepositoryWalk::finish_page(const ListedPage& page) {
  const bool due = page.ends_pass ||
                   unsafe_pull_requests_ >= static_cast<int64_t>(rows_per_chunk_) ||
                   clock_.elapsed() - last_flush_ >= options_.longest_unsafe;
  if (due) {
    RETURN_IF_ERROR(flush_to(page.after));
  }
  if (page.ends_pass) {
    end_pass(page);
  }
  return {};
}

Status RepositoryWalk::flush_to(const WalkPosition& position) {
  RETURN_IF_ERROR(writer_.flush());
  last_flush_ = clock_.elapsed();
  progress_.position = position;
  progress_.chunks = writer_.chunks();
  for (size_t i = 0; i < progress_.rows.size(); ++i) {
    progress_.rows[i] = rows_before_[i] + writer_.rows()[i];
  }
  progress_.vanished += std::exchange(unsafe_vanished_, 0);
  std::erase_if(progress_.owed, [&](const OwedPullRequest& owed) {
    return unsafe_whole_.contains(owed.number) || unsafe_owed_.contains(owed.number);
  });
  for (auto& [number, owed] : unsafe_owed_) {
    progress_.owed.push_back(std::move(owed));
  }
  unsafe_owed_.clear();
  unsafe_whole_.clear();
  unsafe_pull_requests_ = 0;
  return {};
}

void RepositoryWalk::end_pass(const ListedPage& page) {
  // One page is a picture of one moment; and what changes during a pass that found nothing new has
  // changed since the last one that did, which is as good as after the walk.
  const bool may_have_missed = page.after.pages > 1 && page.after.front && found_new_;
  if (page.after.pass > 0 && found_new_) {
    unlisted_ = 0;  // the list changed while it was read
  }
  if (!may_have_missed || page.after.pass + 1 >= kMostPasses) {
    progress_.state = RepositoryState::kDone;
    progress_.unlisted = unlisted_;
    return;
  }
  listed_ = {.pass = page.after.pass + 1, .stop_before = *page.after.front};
  progress_.position = listed_;
  seen_front_ = std::exchange(front_, {});
  found_new_ = false;
  pass_listed_ = false;
}

Written RepositoryWalk::written() const {
  Written written{.chunks = writer_.chunks_written(), .bytes = writer_.bytes_written()};
  for (size_t i = 0; i < written.rows.size(); ++i) {
    written.rows[i] = progress_.rows[i] - rows_before_[i];
  }
  return written;
}

void RepositoryWalk::mark_failed(std::string error) {
  progress_.state = RepositoryState::kFailed;
  progress_.error = std::move(error);
}

}  // namespace github_stats
