// The GraphQL queries, readable as GraphQL. A request's document is put together from these parts
// (request_plan.h); it holds just those fragments that it uses, as GitHub refuses others.
//
// What is asked where, and why, is in docs/adr/0002-fetch-plan.md: every connection costs a
// hundredth of a point per parent, so connections below connections are asked by id instead.
// The fields of an answer come in the order of the query; the decoder reads them in that order.
#pragma once

#include <cstddef>
#include <string_view>

namespace github_stats {

// One page of an owner's repositories with the newest change to a pull request of each: about one
// point per hundred repositories tells which of them have anything to collect.
inline constexpr std::string_view kRepositoriesQuery = R"(
query Repositories($login: String!, $first: Int!, $after: String) {
  rateLimit { cost remaining limit resetAt }
  repositoryOwner(login: $login) {
    __typename
    login
    repositories(first: $first, after: $after, ownerAffiliations: [OWNER],
                 orderBy: {field: NAME, direction: ASC}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        name
        isArchived
        isFork
        pullRequests(first: 1, orderBy: {field: UPDATED_AT, direction: DESC}) {
          totalCount
          nodes { updatedAt }
        }
      }
    }
  }
}
)";

// One page of a repository's pull requests, newest change first: only what tells which to fetch.
inline constexpr std::string_view kPullRequestPageFragment = R"(
fragment PullRequestPage on PullRequestConnection {
  totalCount
  pageInfo { hasNextPage endCursor }
  nodes { id number updatedAt }
}
)";

// A pull request with the first page of each of its connections.
inline constexpr std::string_view kPullRequestFragment = R"(
fragment PullRequestDetails on PullRequest {
  id
  fullDatabaseId
  number
  title
  body
  state
  isDraft
  author { __typename login }
  authorAssociation
  url
  baseRefName
  headRefName
  headRepository { nameWithOwner }
  isCrossRepository
  createdAt
  updatedAt
  closedAt
  mergedAt
  mergedBy { __typename login }
  mergeCommit { oid }
  additions
  deletions
  changedFiles
  reviewDecision
  milestone { title }
  timelineItems(first: 10, itemTypes: [READY_FOR_REVIEW_EVENT, CONVERT_TO_DRAFT_EVENT]) {
    nodes { __typename ... on ReadyForReviewEvent { createdAt } }
  }
  labels(first: 100) { nodes { name } }
  assignees(first: 100) { nodes { login } }
  reviewRequests(first: 100) {
    nodes {
      requestedReviewer {
        ... on User { login }
        ... on Bot { bot: login }
        ... on Mannequin { login }
        ... on Team { combinedSlug }
      }
    }
  }
  commits(first: $page) { ...CommitPage }
  reviews(first: $page) { ...ReviewPage }
  comments(first: $page) { ...IssueCommentPage }
}
)";

// Connections in PullRequestDetails: what one pull request costs, in hundredths of a point.
inline constexpr size_t kConnectionsPerPullRequest = 7;

// Pages of a pull request's connections. $sizes is false when GitHub can't work out the sizes of
// some commit in time: it compares trees for them.
inline constexpr std::string_view kCommitPageFragment = R"(
fragment CommitPage on PullRequestCommitConnection {
  totalCount
  pageInfo { hasNextPage endCursor }
  nodes {
    commit {
      id
      oid
      message
      author { name email user { login } }
      authoredDate
      committer { user { login } }
      committedDate
      additions @include(if: $sizes)
      deletions @include(if: $sizes)
      changedFilesIfAvailable @include(if: $sizes)
      url
    }
  }
}
)";

inline constexpr std::string_view kReviewPageFragment = R"(
fragment ReviewPage on PullRequestReviewConnection {
  totalCount
  pageInfo { hasNextPage endCursor }
  nodes {
    id
    fullDatabaseId
    author { __typename login }
    authorAssociation
    state
    body
    commit { oid }
    submittedAt
    url
  }
}
)";

inline constexpr std::string_view kIssueCommentPageFragment = R"(
fragment IssueCommentPage on IssueCommentConnection {
  totalCount
  pageInfo { hasNextPage endCursor }
  nodes {
    id
    fullDatabaseId
    author { __typename login }
    authorAssociation
    body
    createdAt
    updatedAt
    url
  }
}
)";

inline constexpr std::string_view kReviewCommentPageFragment = R"(
fragment ReviewCommentPage on PullRequestReviewCommentConnection {
  totalCount
  pageInfo { hasNextPage endCursor }
  nodes {
    id
    fullDatabaseId
    author { __typename login }
    authorAssociation
    body
    path
    line
    startLine
    originalLine
    diffHunk
    replyTo { id }
    commit { oid }
    outdated
    createdAt
    updatedAt
    url
  }
}
)";

}  // namespace github_stats
