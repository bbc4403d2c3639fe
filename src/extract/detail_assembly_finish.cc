// The end of an assembly: late columns, and the rows in their streams.

#include <fmt/format.h>

#include "base/json_writer.h"
#include "extract/detail_assembly.h"

namespace github_stats {

std::string& DetailAssembly::open_line(RowLines& lines, const OpenRow& row) const {
  return lines.bytes().append(text_, row.begin, row.end - row.begin);
}

RowBatch DetailAssembly::finish(Owed owed) {
  leave_out_owed_ = owed == Owed::kLeaveOut;
  const std::vector<int64_t> review_comments = comments_per_review();
  const std::vector<Counts> counts = counts_per_pull_request(review_comments);
  compare_counts(counts);
  RowBatch batch;
  batch.vanished = vanished_;
  finish_commits(batch);
  finish_reviews(batch, review_comments);
  finish_comments(batch);
  finish_pull_requests(batch, counts);
  return batch;
}

std::vector<int64_t> DetailAssembly::comments_per_review() const {
  std::vector<int64_t> counts(reviews_.size());
  for (const Comment& comment : comments_) {
    if (comment.stream == Stream::kReviewComments) {
      ++counts[comment.parent];
    }
  }
  return counts;
}

void DetailAssembly::finish_commits(RowBatch& batch) const {
  RowLines& lines = batch[Stream::kCommits];
  for (const Commit& commit : commits_) {
    if (is_left_out(commit.pull_request)) {
      continue;
    }
    std::string& line = open_line(lines, commit.row);
    JsonWriter json(line);
    json.key("parent_count");
    commit.parents < 0 ? json.null() : json.integer(commit.parents);
    line.append(frame_.tail());
    lines.end_line();
  }
}

void DetailAssembly::finish_reviews(RowBatch& batch,
                                    const std::vector<int64_t>& review_comments) const {
  RowLines& lines = batch[Stream::kReviews];
  for (size_t i = 0; i < reviews_.size(); ++i) {
    if (reviews_[i].is_pending || is_left_out(reviews_[i].pull_request)) {
      continue;
    }
    std::string& line = open_line(lines, reviews_[i].row);
    JsonWriter(line).key("comment_count").integer(review_comments[i]);
    line.append(frame_.tail());
    lines.end_line();
  }
}

void DetailAssembly::finish_comments(RowBatch& batch) const {
  for (const Comment& comment : comments_) {
    const bool of_review = comment.stream == Stream::kReviewComments;
    if (is_left_out(of_review ? reviews_[comment.parent].pull_request : comment.parent)) {
      continue;
    }
    RowLines& lines = batch[comment.stream];
    open_line(lines, comment.row).append(frame_.tail());
    lines.end_line();
  }
}

std::vector<DetailAssembly::Counts> DetailAssembly::counts_per_pull_request(
    const std::vector<int64_t>& review_comments) const {
  std::vector<Counts> counts(pull_requests_.size());
  for (const Commit& commit : commits_) {
    ++counts[commit.pull_request].commits;
  }
  for (size_t i = 0; i < reviews_.size(); ++i) {
    Counts& of = counts[reviews_[i].pull_request];
    ++(reviews_[i].is_pending ? of.pending_reviews : of.reviews);
    of.review_comments += review_comments[i];
    of.all_comments_came =
        of.all_comments_came &&
        (reviews_[i].is_pending || review_comments[i] == reviews_[i].comments_expected);
  }
  for (const Comment& comment : comments_) {
    if (comment.stream == Stream::kIssueComments) {
      ++counts[comment.parent].issue_comments;
    }
  }
  return counts;
}

void DetailAssembly::compare_counts(const std::vector<Counts>& counts) {
  for (size_t i = 0; i < pull_requests_.size(); ++i) {
    PullRequest& pull_request = pull_requests_[i];
    const auto compare = [&](std::string_view what, int64_t came, int64_t expected) {
      if (came != expected && pull_request.owed.empty()) {
        pull_request.owed =
            fmt::format("GitHub says it has {} {} and gave {}", expected, what, came);
      }
    };
    compare("commits", counts[i].commits, pull_request.commits_expected);
    compare("reviews", counts[i].reviews + counts[i].pending_reviews,
            pull_request.reviews_expected);
    compare("issue comments", counts[i].issue_comments, pull_request.issue_comments_expected);
    if (!counts[i].all_comments_came && pull_request.owed.empty()) {
      pull_request.owed = "GitHub gave other counts of a review's comments than it says there are";
    }
  }
}

void DetailAssembly::finish_pull_requests(RowBatch& batch,
                                          const std::vector<Counts>& counts) const {
  RowLines& lines = batch[Stream::kPullRequests];
  for (size_t i = 0; i < pull_requests_.size(); ++i) {
    const PullRequest& pull_request = pull_requests_[i];
    if (!pull_request.owed.empty()) {
      batch.owed.push_back({pull_request.head.number, pull_request.id, pull_request.owed});
    }
    if (is_left_out(i)) {
      continue;
    }
    batch.numbers.push_back(pull_request.head.number);
    std::string& line = open_line(lines, pull_request.row);
    JsonWriter json(line);
    json.key("commit_count")
        .integer(counts[i].commits)
        .key("review_count")
        .integer(counts[i].reviews);
    json.key("review_comment_count").integer(counts[i].review_comments);
    json.key("issue_comment_count").integer(counts[i].issue_comments);
    line.append(frame_.tail());
    lines.end_line();
  }
}

}  // namespace github_stats
