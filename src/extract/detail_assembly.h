// The rows of a few pull requests while their parts arrive over several answers.
//
// Some columns are known only when a later answer has come (how many comments a review has, how
// many parents a commit), so rows are kept open and are ended together by finish(). Everything is
// append-only: an answer that turns out to be broken half-way is undone by cutting back to a mark.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "extract/row_batch.h"
#include "extract/row_encoder.h"
#include "extract/row_fields.h"
#include "github/github_client.h"

namespace github_stats {

// A part that has still to be asked for.
struct PendingPart {
  enum class Kind {
    kCommits,         // the next page of a pull request's commits
    kReviews,         // … reviews
    kIssueComments,   // … issue comments
    kReviewComments,  // the next page of a review's comments; its first when the cursor is empty
    kCommitParents,   // how many parents a commit has
  };
  Kind kind;
  size_t parent;       // index of the pull request, review or commit in the assembly
  std::string id;      // its node id
  std::string cursor;  // to go on after; empty: from the start
};

class DetailAssembly {
 public:
  explicit DetailAssembly(const RowContext& context) : frame_(context) {}

  // Takes a pull request: the node at `path` of an answer's data. A null one is gone when `errors`
  // says NOT_FOUND of it; else it is permission_denied or, without a reason, data_loss.
  Status add_pull_request(std::span<const GraphQlError> errors,
                          const std::vector<std::string>& path,
                          simdjson::simdjson_result<simdjson::ondemand::value> node);

  // Takes the part that `part` asked for, likewise.
  Status add_part(const PendingPart& part, std::span<const GraphQlError> errors,
                  const std::vector<std::string>& path,
                  simdjson::simdjson_result<simdjson::ondemand::value> node);

  // What has still to be asked for, oldest first.
  std::vector<PendingPart>& pending() { return pending_; }
  const std::vector<PendingPart>& pending() const { return pending_; }

  // A state to come back to.
  struct Mark {
    size_t pull_requests, reviews, commits, rest, pending, text;
    int64_t vanished;
  };
  Mark mark() const;
  void cut_back(const Mark& mark);

  // The part does not come: its pull request is owed.
  void give_up(const PendingPart& part, const std::string& reason);

  // Ends all rows. Nothing may be pending. The assembly is spent afterwards. The rows of owed pull
  // requests are left out unless they are to be kept for want of better ones.
  enum class Owed { kKeep, kLeaveOut };
  RowBatch finish(Owed owed);

 private:
  using Value = simdjson::simdjson_result<simdjson::ondemand::value>;

  // A row in text_ that lacks its last columns.
  struct OpenRow {
    size_t begin = 0;
    size_t end = 0;
  };
  struct PullRequest {
    OpenRow row;
    std::string id;
    PullRequestHead head = {};
    int64_t commits_expected = 0;
    int64_t reviews_expected = 0;
    int64_t issue_comments_expected = 0;
    std::string owed = {};  // why something is lacking, if it is
  };
  struct Review {
    OpenRow row;
    size_t pull_request = 0;
    std::string id;
    bool is_pending = false;         // not submitted: counted, not kept
    int64_t comments_expected = -1;  // -1: not asked yet, or gone before it could be
  };
  struct Commit {
    OpenRow row;
    size_t pull_request = 0;
    int64_t parents = -1;  // -1: unknown
  };
  struct Comment {  // of a review or of the pull request
    OpenRow row;
    Stream stream;
    size_t parent = 0;  // index of the review or of the pull request
  };

  void add_pull_request(simdjson::ondemand::object node);
  size_t owner_of(const PendingPart& part) const;
  void add_commits(size_t pull_request, Value connection);
  void add_commit(size_t pull_request, simdjson::ondemand::object commit);
  void add_reviews(size_t pull_request, Value connection);
  void add_review(size_t pull_request, simdjson::ondemand::object node);
  void add_issue_comments(size_t pull_request, Value connection);
  void add_review_comments(size_t review, Value connection);
  void ask_for_more(PendingPart::Kind kind, size_t parent, const std::string& id, Value page_info);

  // How many of each part a pull request has got.
  struct Counts {
    int64_t commits = 0;
    int64_t reviews = 0;
    int64_t pending_reviews = 0;
    int64_t review_comments = 0;
    int64_t issue_comments = 0;
    bool all_comments_came = true;  // of each review as many as it says it has
  };
  std::vector<int64_t> comments_per_review() const;
  std::vector<Counts> counts_per_pull_request(const std::vector<int64_t>& review_comments) const;

  // Fills in why each pull request is owed, where its counts tell.
  void compare_counts(const std::vector<Counts>& counts);
  bool is_left_out(size_t pull_request) const {
    return leave_out_owed_ && !pull_requests_[pull_request].owed.empty();
  }

  void finish_pull_requests(RowBatch& batch, const std::vector<Counts>& counts) const;
  void finish_reviews(RowBatch& batch, const std::vector<int64_t>& review_comments) const;
  void finish_commits(RowBatch& batch) const;
  void finish_comments(RowBatch& batch) const;

  // Copies an open row to `lines`; the caller appends the late columns and ends it.
  std::string& open_line(RowLines& lines, const OpenRow& row) const;

  RowFrame frame_;
  std::string text_;  // open rows, one after the other
  std::vector<PullRequest> pull_requests_;
  std::vector<Review> reviews_;
  std::vector<Commit> commits_;
  std::vector<Comment> comments_;
  std::vector<PendingPart> pending_;
  int64_t vanished_ = 0;
  bool leave_out_owed_ = false;
};

}  // namespace github_stats
