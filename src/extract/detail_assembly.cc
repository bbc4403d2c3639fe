#include "extract/detail_assembly.h"

#include <fmt/format.h>

#include "extract/answer_reading.h"

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;

// Why the part of the data at `path` is null: nothing when it is gone.
Status reason_of_null(std::span<const GraphQlError> errors, const std::vector<std::string>& path) {
  const GraphQlError* reason = error_at(errors, path);
  if (reason == nullptr) {
    return fail(ErrorCode::kDataLoss,
                fmt::format("{} is null without a reason", fmt::join(path, ".")));
  }
  if (reason->type == "NOT_FOUND") {
    return {};
  }
  return fail(ErrorCode::kPermissionDenied, "GitHub answered: " + reason->message,
              "give the token access (scopes, single sign-on) and try again");
}

std::string string_of(ondemand::object& node, std::string_view field) {
  return std::string(std::string_view(node[field]));
}

}  // namespace

Status DetailAssembly::add_pull_request(std::span<const GraphQlError> errors,
                                        const std::vector<std::string>& path, Value node) {
  ondemand::object object;
  if (node.get_object().get(object) != simdjson::SUCCESS) {
    RETURN_IF_ERROR(reason_of_null(errors, path));
    ++vanished_;
    return {};
  }
  add_pull_request(object);
  return {};
}

void DetailAssembly::add_pull_request(ondemand::object node) {
  const size_t index = pull_requests_.size();
  PullRequest& added = pull_requests_.emplace_back();
  added.row.begin = text_.size();
  added.id = string_of(node, "id");
  RowEncoder row(text_, frame_);
  row.text("id", added.id);
  encode_pull_request(row, node, added.head);
  added.row.end = text_.size();
  add_commits(index, node["commits"]);
  add_reviews(index, node["reviews"]);
  add_issue_comments(index, node["comments"]);
}

void DetailAssembly::ask_for_more(PendingPart::Kind kind, size_t parent, const std::string& id,
                                  Value page_info) {
  ondemand::object info = page_info.get_object();
  if (bool(info["hasNextPage"])) {
    pending_.push_back({kind, parent, id, string_of(info, "endCursor")});
  }
}

void DetailAssembly::add_commits(size_t pull_request, Value connection) {
  ondemand::object page = connection.get_object();
  PullRequest& owner = pull_requests_[pull_request];
  owner.commits_expected = page["totalCount"];
  ask_for_more(PendingPart::Kind::kCommits, pull_request, owner.id, page["pageInfo"]);
  for (auto node : page["nodes"].get_array()) {
    ondemand::object commit = node["commit"].get_object();
    add_commit(pull_request, commit);
  }
}

void DetailAssembly::add_commit(size_t pull_request, ondemand::object commit) {
  const size_t index = commits_.size();
  Commit added{.row = {.begin = text_.size()}, .pull_request = pull_request};
  pending_.push_back(
      {PendingPart::Kind::kCommitParents, index, string_of(commit, "id"), std::string()});
  RowEncoder row(text_, frame_);
  encode_commit(row, pull_requests_[pull_request].head, commit);
  added.row.end = text_.size();
  commits_.push_back(added);
}

void DetailAssembly::add_reviews(size_t pull_request, Value connection) {
  ondemand::object page = connection.get_object();
  PullRequest& owner = pull_requests_[pull_request];
  owner.reviews_expected = page["totalCount"];
  ask_for_more(PendingPart::Kind::kReviews, pull_request, owner.id, page["pageInfo"]);
  for (auto node : page["nodes"].get_array()) {
    add_review(pull_request, node.get_object());
  }
}

void DetailAssembly::add_review(size_t pull_request, ondemand::object node) {
  const size_t index = reviews_.size();
  Review added{.row = {.begin = text_.size()}, .pull_request = pull_request};
  added.id = string_of(node, "id");
  RowEncoder row(text_, frame_);
  row.text("id", added.id);
  added.is_pending = !encode_review(row, pull_requests_[pull_request].head.number, node);
  if (added.is_pending) {
    text_.resize(added.row.begin);
  } else {
    pending_.push_back({PendingPart::Kind::kReviewComments, index, added.id, std::string()});
  }
  added.row.end = text_.size();
  reviews_.push_back(std::move(added));
}

void DetailAssembly::add_issue_comments(size_t pull_request, Value connection) {
  ondemand::object page = connection.get_object();
  PullRequest& owner = pull_requests_[pull_request];
  owner.issue_comments_expected = page["totalCount"];
  ask_for_more(PendingPart::Kind::kIssueComments, pull_request, owner.id, page["pageInfo"]);
  for (auto element : page["nodes"].get_array()) {
    ondemand::object node = element.get_object();
    Comment added{{.begin = text_.size()}, Stream::kIssueComments, pull_request};
    RowEncoder row(text_, frame_);
    encode_issue_comment(row, owner.head.number, node);
    added.row.end = text_.size();
    comments_.push_back(added);
  }
}

void DetailAssembly::add_review_comments(size_t review, Value connection) {
  ondemand::object page = connection.get_object();
  Review& owner = reviews_[review];
  const int64_t number = pull_requests_[owner.pull_request].head.number;
  owner.comments_expected = page["totalCount"];
  ask_for_more(PendingPart::Kind::kReviewComments, review, owner.id, page["pageInfo"]);
  for (auto element : page["nodes"].get_array()) {
    ondemand::object node = element.get_object();
    Comment added{{.begin = text_.size()}, Stream::kReviewComments, review};
    RowEncoder row(text_, frame_);
    encode_review_comment(row, number, owner.id, node);
    added.row.end = text_.size();
    comments_.push_back(added);
  }
}

Status DetailAssembly::add_part(const PendingPart& part, std::span<const GraphQlError> errors,
                                const std::vector<std::string>& path, Value node) {
  ondemand::object object;
  if (node.get_object().get(object) != simdjson::SUCCESS) {
    return reason_of_null(errors, path);  // when it is gone it has no more parts
  }
  switch (part.kind) {
    case PendingPart::Kind::kCommits:
      add_commits(part.parent, object["commits"]);
      break;
    case PendingPart::Kind::kReviews:
      add_reviews(part.parent, object["reviews"]);
      break;
    case PendingPart::Kind::kIssueComments:
      add_issue_comments(part.parent, object["comments"]);
      break;
    case PendingPart::Kind::kReviewComments:
      add_review_comments(part.parent, object["comments"]);
      break;
    case PendingPart::Kind::kCommitParents:
      commits_[part.parent].parents = object["parents"]["totalCount"];
      break;
  }
  return {};
}

size_t DetailAssembly::owner_of(const PendingPart& part) const {
  switch (part.kind) {
    case PendingPart::Kind::kReviewComments:
      return reviews_[part.parent].pull_request;
    case PendingPart::Kind::kCommitParents:
      return commits_[part.parent].pull_request;
    default:
      return part.parent;
  }
}

void DetailAssembly::give_up(const PendingPart& part, const std::string& reason) {
  pull_requests_[owner_of(part)].owed = reason;
}

DetailAssembly::Mark DetailAssembly::mark() const {
  return {pull_requests_.size(), reviews_.size(), commits_.size(), comments_.size(),
          pending_.size(),       text_.size(),    vanished_};
}

void DetailAssembly::cut_back(const Mark& mark) {
  pull_requests_.resize(mark.pull_requests);
  reviews_.resize(mark.reviews);
  commits_.resize(mark.commits);
  comments_.erase(comments_.begin() + static_cast<std::ptrdiff_t>(mark.rest), comments_.end());
  pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(mark.pending), pending_.end());
  text_.resize(mark.text);
  vanished_ = mark.vanished;
}

}  // namespace github_stats
