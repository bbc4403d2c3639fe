// The end of an assembly: late columns, and the rows in their streams.

#include "base/json_writer.h"
#include "extract/detail_assembly.h"

namespace github_stats {

std::string& DetailAssembly::open_line(RowLines& lines, const OpenRow& row) const {
  return lines.bytes().append(text_, row.begin, row.end - row.begin);
}

RowBatch DetailAssembly::finish() {
  RowBatch batch;
  for (const PullRequest& pull_request : pull_requests_) {
    batch.numbers.push_back(pull_request.number);
  }
  batch.vanished = vanished_;
  const std::vector<int64_t> review_comments = comments_per_review();
  finish_commits(batch);
  finish_reviews(batch, review_comments);
  finish_comments(batch);
  finish_pull_requests(batch, review_comments);
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
    if (reviews_[i].is_pending) {
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

void DetailAssembly::finish_pull_requests(RowBatch& batch,
                                          const std::vector<int64_t>& review_comments) const {
  const std::vector<Counts> counts = counts_per_pull_request(review_comments);
  RowLines& lines = batch[Stream::kPullRequests];
  for (size_t i = 0; i < pull_requests_.size(); ++i) {
    const PullRequest& pull_request = pull_requests_[i];
    const Counts& of = counts[i];
    std::string& line = open_line(lines, pull_request.row);
    JsonWriter json(line);
    json.key("commit_count").integer(of.commits).key("review_count").integer(of.reviews);
    json.key("review_comment_count").integer(of.review_comments);
    json.key("issue_comment_count").integer(of.issue_comments);
    line.append(frame_.tail());
    lines.end_line();
    if (of.commits != pull_request.commits_expected || !of.all_comments_came ||
        of.reviews + of.pending_reviews != pull_request.reviews_expected ||
        of.issue_comments != pull_request.issue_comments_expected) {
      batch.incomplete.push_back(pull_request.number);
    }
  }
}

}  // namespace github_stats
