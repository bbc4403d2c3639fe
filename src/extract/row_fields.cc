#include "extract/row_fields.h"

#include <optional>

#include "extract/co_authors.h"

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;

// `timelineItems`: when the pull request was first marked ready, and whether it began as a draft:
// the first of its READY_FOR_REVIEW and CONVERT_TO_DRAFT events tells, or, without any, today's
// state.
void encode_draft_history(RowEncoder& row, ondemand::object& node, bool is_draft) {
  std::optional<bool> opened_as_draft;
  std::optional<std::string> ready_at;
  for (auto item : node["timelineItems"]["nodes"].get_array()) {
    ondemand::object event;
    if (item.get_object().get(event) != simdjson::SUCCESS) {
      continue;
    }
    const bool became_ready = std::string_view(event["__typename"]) == "ReadyForReviewEvent";
    opened_as_draft = opened_as_draft.value_or(became_ready);
    if (became_ready && !ready_at) {
      ready_at = std::string(std::string_view(event["createdAt"]));
    }
  }
  row.boolean("opened_as_draft", opened_as_draft.value_or(is_draft));
  if (ready_at) {
    row.text("ready_for_review_at", *ready_at);
  }
}

void encode_requested_reviewers(RowEncoder& row, ondemand::object& node) {
  std::vector<std::string> reviewers;
  ondemand::object connection;
  // Null when the viewer may not see them.
  if (node["reviewRequests"].get_object().get(connection) == simdjson::SUCCESS) {
    for (auto request : connection["nodes"].get_array()) {
      ondemand::object reviewer;
      if (request["requestedReviewer"].get_object().get(reviewer) != simdjson::SUCCESS) {
        continue;  // a deleted account
      }
      for (auto field : reviewer) {  // the one that its type has: login, bot or combinedSlug
        const bool is_person = field.key() == "login";
        const std::string_view name(field.value());
        const Pseudonyms* const pseudonyms = row.pseudonyms();
        reviewers.push_back(is_person && pseudonyms != nullptr ? pseudonyms->login(name)
                                                               : std::string(name));
      }
    }
  }
  row.texts("requested_reviewers", reviewers);
}

bool may_have_co_authors(std::string_view message) {
  return message.find("uthored-") != std::string_view::npos ||
         message.find("UTHORED-") != std::string_view::npos;
}

}  // namespace

void encode_pull_request(RowEncoder& row, ondemand::object& node, PullRequestHead& head) {
  row.big_integer("database_id", node["fullDatabaseId"]);
  head.number = node["number"];
  row.integer("number", head.number);
  row.title("title", node["title"]).body("body", node["body"]).value("state", node["state"]);
  const bool is_draft = node["isDraft"];
  row.boolean("is_draft", is_draft).actor("author", "author_type", node["author"], &head.bot);
  row.value("author_association", node["authorAssociation"]).address("url", node["url"]);
  row.branch("base_ref", node["baseRefName"]).branch("head_ref", node["headRefName"]);
  row.fork("head_repo", node["headRepository"], "nameWithOwner");
  row.value("is_cross_repository", node["isCrossRepository"]);
  row.value("created_at", node["createdAt"]).value("updated_at", node["updatedAt"]);
  row.value("closed_at", node["closedAt"]).value("merged_at", node["mergedAt"]);
  row.untyped_actor("merged_by", node["mergedBy"]);
  row.member("merge_commit_sha", node["mergeCommit"], "oid");
  row.value("additions", node["additions"]).value("deletions", node["deletions"]);
  row.value("changed_files", node["changedFiles"]);
  row.value("review_decision", node["reviewDecision"]);
  row.member("milestone", node["milestone"], "title");
  encode_draft_history(row, node, is_draft);
  row.members("labels", node["labels"], "name").accounts("assignees", node["assignees"]);
  encode_requested_reviewers(row, node);
}

void encode_commit(RowEncoder& row, const PullRequestHead& head, ondemand::object& commit) {
  row.integer("pr_number", head.number).value("sha", commit["oid"]);
  RowEncoder::Value message = commit["message"];
  row.body("message", message);
  const std::string_view token = message.raw_json_token();
  row.co_authors("co_authors", may_have_co_authors(token) ? co_authors_of(text_of_token(token))
                                                          : std::vector<std::string>{});
  ondemand::object author;
  if (commit["author"].get_object().get(author) == simdjson::SUCCESS) {
    row.person("author_name", author["name"]).person("author_email", author["email"]);
    row.account("author", author["user"], head.bot);
  }
  row.value("author_date", commit["authoredDate"]);
  ondemand::object committer;
  if (commit["committer"].get_object().get(committer) == simdjson::SUCCESS) {
    row.account("committer", committer["user"], head.bot);
  }
  row.value("commit_date", commit["committedDate"]);
  row.value("additions", commit["additions"]).value("deletions", commit["deletions"]);
  row.value("changed_files", commit["changedFilesIfAvailable"]).address("url", commit["url"]);
}

bool encode_review(RowEncoder& row, int64_t pr_number, ondemand::object& node) {
  row.big_integer("database_id", node["fullDatabaseId"]).integer("pr_number", pr_number);
  row.actor("reviewer", "reviewer_type", node["author"]);
  row.value("author_association", node["authorAssociation"]);
  row.value("state", node["state"]).body("body", node["body"]);
  row.member("commit_sha", node["commit"], "oid");
  RowEncoder::Value submitted_at = node["submittedAt"];
  if (bool(submitted_at.is_null())) {
    return false;
  }
  row.value("submitted_at", submitted_at).address("url", node["url"]);
  return true;
}

void encode_review_comment(RowEncoder& row, int64_t pr_number, std::string_view review_id,
                           ondemand::object& node) {
  row.value("id", node["id"]).big_integer("database_id", node["fullDatabaseId"]);
  row.text("review_id", review_id).integer("pr_number", pr_number);
  row.actor("author", "author_type", node["author"]);
  row.value("author_association", node["authorAssociation"]).body("body", node["body"]);
  row.value("path", node["path"]).value("line", node["line"]);
  row.value("start_line", node["startLine"]).value("original_line", node["originalLine"]);
  row.quotation("diff_hunk", node["diffHunk"]).member("in_reply_to_id", node["replyTo"], "id");
  row.member("commit_sha", node["commit"], "oid").value("outdated", node["outdated"]);
  row.value("created_at", node["createdAt"]).value("updated_at", node["updatedAt"]);
  row.address("url", node["url"]);
}

void encode_issue_comment(RowEncoder& row, int64_t pr_number, ondemand::object& node) {
  row.value("id", node["id"]).big_integer("database_id", node["fullDatabaseId"]);
  row.integer("pr_number", pr_number).actor("author", "author_type", node["author"]);
  row.value("author_association", node["authorAssociation"]).body("body", node["body"]);
  row.value("created_at", node["createdAt"]).value("updated_at", node["updatedAt"]);
  row.address("url", node["url"]);
}

}  // namespace github_stats
