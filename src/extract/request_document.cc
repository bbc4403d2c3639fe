// The text and the variables of a planned request.

#include <fmt/format.h>

#include <set>

#include "base/json_writer.h"
#include "extract/queries.h"
#include "extract/request_plan.h"

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

constexpr std::string_view kListSelection = R"(  list{0}: node(id: $list{0}) {{
    ... on Repository {{
      pullRequests(first: $first{0}, after: $list_after{0},
                   orderBy: {{field: UPDATED_AT, direction: DESC}}) {{ ...PullRequestPage }}
    }}
  }}
)";

constexpr std::string_view kReviewsSelection = R"(  reviews{0}: nodes(ids: $reviews{0}) {{
    ... on PullRequestReview {{ comments(first: $page) {{ ...ReviewCommentPage }} }}
  }}
)";

constexpr std::string_view kCommitsSelection = R"(  commits{0}: nodes(ids: $commits{0}) {{
    ... on Commit {{ parents(first: 1) {{ totalCount }} }}
  }}
)";

constexpr std::string_view kPageSelection = R"(  page{0}: node(id: $id{0}) {{
    ... on {1} {{ {2}(first: $page, after: $after{0}) {{ ...{3} }} }}
  }}
)";

}  // namespace

std::string RequestPlan::operation() const {
  const bool has_parts =
      std::ranges::any_of(details_, [](const Details& d) { return !d.taken.parts.empty(); });
  return std::string(lists_.empty() ? "" : "PullRequests") +
         (has_pull_requests() ? "Details" : "") + (has_parts ? "FollowUp" : "");
}

std::string RequestPlan::document() const {
  std::set<std::string_view> fragments;
  std::string parameters;
  std::string selections;
  const auto use_details = [&](std::string_view fragment) {
    fragments.insert(fragment);
    if (fragment == kPullRequestFragment) {
      fragments.insert({kCommitPageFragment, kReviewPageFragment, kIssueCommentPageFragment});
    }
  };
  if (has_pull_requests()) {
    parameters += " $ids: [ID!]!";
    selections += "  nodes(ids: $ids) { ...PullRequestDetails }\n";
    use_details(kPullRequestFragment);
  }
  const size_t reviews = parts_by_list(Kind::kReviewComments).size();
  for (size_t i = 0; i < reviews; ++i) {
    parameters += fmt::format(" $reviews{}: [ID!]!", i);
    selections += fmt::format(kReviewsSelection, i);
    use_details(kReviewCommentPageFragment);
  }
  const size_t commits = parts_by_list(Kind::kCommitParents).size();
  for (size_t i = 0; i < commits; ++i) {
    parameters += fmt::format(" $commits{}: [ID!]!", i);
    selections += fmt::format(kCommitsSelection, i);
  }
  const Parts further = pages();
  for (size_t i = 0; i < further.size(); ++i) {
    const Selection selection = selection_of(further[i].part->kind);
    parameters += fmt::format(" $id{0}: ID! $after{0}: String!", i);
    selections += fmt::format(kPageSelection, i, selection.type, selection.connection,
                              selection.fragment_name);
    use_details(selection.fragment);
  }
  for (size_t i = 0; i < lists_.size(); ++i) {
    parameters += fmt::format(" $list{0}: ID! $first{0}: Int! $list_after{0}: String", i);
    selections += fmt::format(kListSelection, i);
    use_details(kPullRequestPageFragment);
  }
  // GitHub refuses variables that are not used.
  parameters += fragments.size() > (lists_.empty() ? 0 : 1) ? " $page: Int!" : "";
  parameters += fragments.contains(kCommitPageFragment) ? " $sizes: Boolean!" : "";
  std::string text =
      fmt::format("query {}({}) {{\n  rateLimit {{ cost remaining limit resetAt }}\n{}}}\n",
                  operation(), parameters, selections);
  for (const std::string_view fragment : fragments) {
    text += fragment;
  }
  return text;
}

std::string RequestPlan::variables() const {
  std::string text;
  JsonWriter json(text);
  const auto list = [&](const std::string& name, const Parts& parts) {
    json.key(name).begin_array();
    for (const Part& part : parts) {
      json.text(part.part->id);
    }
    json.end_array();
  };
  json.begin_object();
  json.key("page").integer(static_cast<int64_t>(depth().page));
  json.key("sizes").boolean(depth().sizes);
  if (has_pull_requests()) {
    json.key("ids").begin_array();
    for (const Details& details : details_) {
      for (const PullRequestRef& ref : details.taken.pull_requests) {
        json.text(ref.id);
      }
    }
    json.end_array();
  }
  size_t number = 0;
  for (const Parts& parts : parts_by_list(Kind::kReviewComments)) {
    list(fmt::format("reviews{}", number++), parts);
  }
  number = 0;
  for (const Parts& parts : parts_by_list(Kind::kCommitParents)) {
    list(fmt::format("commits{}", number++), parts);
  }
  number = 0;
  for (const Part& part : pages()) {
    json.key(fmt::format("id{}", number)).text(part.part->id);
    json.key(fmt::format("after{}", number++)).text(part.part->cursor);
  }
  number = 0;
  for (const List& wanted : lists_) {
    json.key(fmt::format("list{}", number)).text(wanted.work->repository_id);
    json.key(fmt::format("first{}", number)).integer(static_cast<int64_t>(wanted.work->first));
    json.key(fmt::format("list_after{}", number++));
    wanted.work->after.empty() ? json.null() : json.text(wanted.work->after);
  }
  json.end_object();
  return text;
}

}  // namespace github_stats
