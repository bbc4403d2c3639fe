#include "extract/follow_up.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/json_writer.h"
#include "extract/queries.h"

namespace github_stats {
namespace {

using Kind = PendingPart::Kind;

// What a further page of each kind selects, and the fragment it needs.
struct Selection {
  std::string_view type;
  std::string_view connection;
  std::string_view fragment_name;
  std::string_view fragment;
};

Selection selection_of(Kind kind) {
  switch (kind) {
    case Kind::kCommits:
      return {"PullRequest", "commits", "CommitPage", kCommitPageFragment};
    case Kind::kReviews:
      return {"PullRequest", "reviews", "ReviewPage", kReviewPageFragment};
    case Kind::kIssueComments:
      return {"PullRequest", "comments", "IssueCommentPage", kIssueCommentPageFragment};
    case Kind::kReviewComments:
    case Kind::kCommitParents:
      break;
  }
  return {"PullRequestReview", "comments", "ReviewCommentPage", kReviewCommentPageFragment};
}

void append_ids(JsonWriter& json, std::string_view name, const std::vector<PendingPart>& parts) {
  if (parts.empty()) {
    return;
  }
  json.key(name).begin_array();
  for (const PendingPart& part : parts) {
    json.text(part.id);
  }
  json.end_array();
}

// Moves the parts that fit into the query's three lists; the others stay.
void take_parts(std::vector<PendingPart>& pending, size_t most, FollowUpQuery& query) {
  std::vector<PendingPart> rest;
  for (PendingPart& part : pending) {
    const bool is_first_page = part.kind == Kind::kReviewComments && part.cursor.empty();
    const bool is_commit = part.kind == Kind::kCommitParents;
    auto& list = is_commit ? query.commits : is_first_page ? query.reviews : query.pages;
    const size_t room = &list == &query.pages ? std::min(most, kMostPages) : most;
    (list.size() < room ? list : rest).push_back(std::move(part));
  }
  pending = std::move(rest);
}

// Reads `name: nodes(ids:)`: one element for each part, in their order.
Status read_list(const std::string& name, const std::vector<PendingPart>& parts,
                 simdjson::ondemand::object& data, std::span<const GraphQlError> errors,
                 DetailAssembly& assembly) {
  if (parts.empty()) {
    return {};
  }
  size_t index = 0;
  for (auto element : data[name].get_array()) {
    if (index < parts.size()) {
      RETURN_IF_ERROR(
          assembly.add_part(parts[index], errors, {name, std::to_string(index)}, element));
    }
    ++index;
  }
  if (index != parts.size()) {
    return fail(ErrorCode::kDataLoss,
                fmt::format("{} {} came, {} were asked for", index, name, parts.size()));
  }
  return {};
}

std::string parameters_of(const FollowUpQuery& query) {
  std::string text;
  if (!query.reviews.empty() || !query.pages.empty()) {
    text += " $page: Int!";
  }
  if (!query.reviews.empty()) {
    text += " $reviews: [ID!]!";
  }
  if (!query.commits.empty()) {
    text += " $commits: [ID!]!";
  }
  for (size_t i = 0; i < query.pages.size(); ++i) {
    text += fmt::format(" $id{0}: ID! $after{0}: String!", i);
  }
  return text;
}

std::string document_of(const FollowUpQuery& query) {
  std::set<std::string_view> fragments;
  std::string text =
      fmt::format("query {}({}) {{\n  rateLimit {{ cost remaining limit resetAt }}\n",
                  kFollowUpOperation, parameters_of(query));
  if (!query.reviews.empty()) {
    fragments.insert(kReviewCommentPageFragment);
    text +=
        "  reviews: nodes(ids: $reviews) {\n"
        "    ... on PullRequestReview { comments(first: $page) { ...ReviewCommentPage } }\n  }\n";
  }
  if (!query.commits.empty()) {
    text +=
        "  commits: nodes(ids: $commits) {\n"
        "    ... on Commit { parents(first: 1) { totalCount } }\n  }\n";
  }
  for (size_t i = 0; i < query.pages.size(); ++i) {
    const Selection selection = selection_of(query.pages[i].kind);
    fragments.insert(selection.fragment);
    text += fmt::format(
        "  p{0}: node(id: $id{0}) {{\n"
        "    ... on {1} {{ {2}(first: $page, after: $after{0}) {{ ...{3} }} }}\n  }}\n",
        i, selection.type, selection.connection, selection.fragment_name);
  }
  text += "}\n";
  for (const std::string_view fragment : fragments) {
    text += fragment;
  }
  return text;
}

}  // namespace

FollowUpQuery take_follow_up(std::vector<PendingPart>& pending, const RequestSize& size) {
  FollowUpQuery query;
  take_parts(pending, size.items, query);
  query.document = document_of(query);
  JsonWriter json(query.variables);
  json.begin_object();
  if (!query.reviews.empty() || !query.pages.empty()) {
    json.key("page").integer(static_cast<int64_t>(size.page));
  }
  append_ids(json, "reviews", query.reviews);
  append_ids(json, "commits", query.commits);
  for (size_t i = 0; i < query.pages.size(); ++i) {
    json.key(fmt::format("id{}", i)).text(query.pages[i].id);
    json.key(fmt::format("after{}", i)).text(query.pages[i].cursor);
  }
  json.end_object();
  return query;
}

void give_back(const FollowUpQuery& query, std::vector<PendingPart>& pending) {
  for (const auto* parts : {&query.reviews, &query.commits, &query.pages}) {
    pending.insert(pending.end(), parts->begin(), parts->end());
  }
}

Status read_follow_up(const FollowUpQuery& query, simdjson::ondemand::object& data,
                      std::span<const GraphQlError> errors, DetailAssembly& assembly) {
  RETURN_IF_ERROR(read_list("reviews", query.reviews, data, errors, assembly));
  RETURN_IF_ERROR(read_list("commits", query.commits, data, errors, assembly));
  for (size_t i = 0; i < query.pages.size(); ++i) {
    const std::string name = fmt::format("p{}", i);
    RETURN_IF_ERROR(assembly.add_part(query.pages[i], errors, {name}, data[name]));
  }
  return {};
}

}  // namespace github_stats
