// The shape of a pull request's details, whoever made them (synthetic, recorded,
// a test), and the links between its parts.
//
// Everything is a plain object with a `__typename`, named as GitHub's GraphQL
// schema names it where the two agree, so that most fields need no resolver:
//
//   PullRequest    id databaseId number title body(null allowed) state isDraft author
//                  authorAssociation url baseRefName headRefName headRepository(name with owner | null)
//                  isCrossRepository createdAt updatedAt closedAt mergedAt mergedBy
//                  mergeCommitOid additions deletions changedFiles reviewDecision
//                  milestoneTitle labelNames[] assignees[actor] requestedReviewers[actor | team | null: hidden]
//                  events[] commits[] reviews[] comments[]
//   Commit         id oid message url authoredDate committedDate additions deletions
//                  changedFilesIfAvailable author committer ({name email user}|null) parentOids[]
//   PullRequestReview         id databaseId author authorAssociation state body submittedAt(null: pending)
//                             url commitOid comments[]
//   PullRequestReviewComment  id databaseId author authorAssociation body path line startLine originalLine
//                             diffHunk commitOid outdated createdAt updatedAt url replyToId
//   IssueComment              id databaseId author authorAssociation body createdAt updatedAt url
//   actor          __typename login id databaseId url; a team has slug and combinedSlug instead of a login
//
// Times are ISO 8601 texts. An author is null when the account was deleted.

const indexes = new WeakMap();

/** Gives every part its way back to the whole. Call after making or changing a pull request. */
export function linkPullRequest(pull, repository) {
  pull.repository = repository;
  indexes.delete(pull);
  const reviewComments = new Map();
  for (const review of pull.reviews) {
    review.pullRequest = pull;
    for (const comment of review.comments) {
      comment.pullRequest = pull;
      comment.pullRequestReview = review;
      reviewComments.set(comment.id, comment);
    }
  }
  for (const comment of reviewComments.values()) {
    comment.replyTo = reviewComments.get(comment.replyToId) ?? null;
  }
  for (const comment of pull.comments) comment.pullRequest = pull;
  for (const event of pull.events) event.pullRequest = pull;
  return pull;
}

/** The object with this node id inside a pull request, the pull request itself included. */
export function findNode(pull, id) {
  let index = indexes.get(pull);
  if (!index) {
    index = new Map([[pull.id, pull]]);
    for (const part of [pull.commits, pull.reviews, pull.comments, pull.events]) {
      for (const item of part) index.set(item.id, item);
    }
    for (const review of pull.reviews) {
      for (const comment of review.comments) index.set(comment.id, comment);
    }
    indexes.set(pull, index);
  }
  return index.get(id);
}

export const isPending = (review) => review.submittedAt === null;

export function submittedReviews(pull) {
  return pull.reviews.filter((review) => !isPending(review));
}
