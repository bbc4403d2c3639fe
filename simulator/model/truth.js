// What a perfect collector would have in its tables: rows calculated from the
// model alone, without GraphQL, so that the two can be held against each other.

import { coAuthors } from './co_authors.js';
import { submittedReviews } from './pull_request.js';

const login = (actor) => actor?.login ?? null;
const typename = (actor) => actor?.__typename ?? null;

const hasText = (text) => /[^ \t\r\n]/.test(text ?? '');

/** The first READY_FOR_REVIEW, and whether the draft history begins with one. */
function draftHistory(pull) {
  const events = pull.events
    .filter((e) => e.__typename === 'ReadyForReviewEvent' || e.__typename === 'ConvertToDraftEvent')
    .sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
  const ready = events.find((event) => event.__typename === 'ReadyForReviewEvent');
  return {
    opened_as_draft: events.length ? events[0] === ready : pull.isDraft,
    ready_for_review_at: ready?.createdAt ?? null,
  };
}

function pullRequestRows(pull) {
  const reviews = submittedReviews(pull);
  return [{
    id: pull.id,
    database_id: pull.databaseId,
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    has_text: hasText(pull.body),
    state: pull.state,
    is_draft: pull.isDraft,
    ...draftHistory(pull),
    author: login(pull.author),
    author_type: typename(pull.author),
    author_association: pull.authorAssociation,
    url: pull.url,
    base_ref: pull.baseRefName,
    head_ref: pull.headRefName,
    head_repo: pull.headRepository,
    is_cross_repository: pull.isCrossRepository,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    merged_by: login(pull.mergedBy),
    merge_commit_sha: pull.mergeCommitOid,
    additions: pull.additions,
    deletions: pull.deletions,
    changed_files: pull.changedFiles,
    commit_count: pull.commits.length,
    review_count: reviews.length,
    review_comment_count: reviews.reduce((sum, review) => sum + review.comments.length, 0),
    issue_comment_count: pull.comments.length,
    review_decision: pull.reviewDecision,
    labels: pull.labelNames,
    assignees: pull.assignees.map(login),
    requested_reviewers: pull.requestedReviewers.filter(Boolean).map((each) => each.combinedSlug ?? each.login),
    milestone: pull.milestoneTitle,
  }];
}

function commitRows(pull) {
  return pull.commits.map((commit) => ({
    pr_number: pull.number,
    sha: commit.oid,
    message: commit.message,
    has_text: hasText(commit.message),
    author: login(commit.author?.user),
    author_name: commit.author?.name ?? null,
    author_email: commit.author?.email ?? null,
    author_date: commit.authoredDate,
    committer: login(commit.committer?.user),
    commit_date: commit.committedDate,
    additions: commit.additions,
    deletions: commit.deletions,
    changed_files: commit.changedFilesIfAvailable,
    parent_count: commit.parentOids.length,
    co_authors: coAuthors(commit.message),
    url: commit.url,
  }));
}

function reviewRows(pull) {
  return submittedReviews(pull).map((review) => ({
    id: review.id,
    database_id: review.databaseId,
    pr_number: pull.number,
    reviewer: login(review.author),
    reviewer_type: typename(review.author),
    author_association: review.authorAssociation,
    state: review.state,
    body: review.body,
    has_text: hasText(review.body),
    commit_sha: review.commitOid,
    submitted_at: review.submittedAt,
    comment_count: review.comments.length,
    url: review.url,
  }));
}

function commentColumns(comment, pull) {
  return {
    id: comment.id,
    database_id: comment.databaseId,
    pr_number: pull.number,
    author: login(comment.author),
    author_type: typename(comment.author),
    author_association: comment.authorAssociation,
    body: comment.body,
    has_text: hasText(comment.body),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    url: comment.url,
  };
}

function reviewCommentRows(pull) {
  return submittedReviews(pull).flatMap((review) => review.comments.map((comment) => ({
    ...commentColumns(comment, pull),
    review_id: review.id,
    path: comment.path,
    line: comment.line,
    start_line: comment.startLine,
    original_line: comment.originalLine,
    diff_hunk: comment.diffHunk,
    in_reply_to_id: comment.replyTo?.id ?? null,
    commit_sha: comment.commitOid,
    outdated: comment.outdated,
  })));
}

function issueCommentRows(pull) {
  return pull.comments.map((comment) => commentColumns(comment, pull));
}

const TABLES = {
  pull_requests: pullRequestRows,
  commits: commitRows,
  reviews: reviewRows,
  review_comments: reviewCommentRows,
  issue_comments: issueCommentRows,
};

export const TABLE_NAMES = Object.keys(TABLES);

/** The pull requests that a collection with these options is about. */
function* selectedPullRequests(world, { org, repo, since, includeArchived, includeForks }) {
  const owner = world.owner(org ?? world.mainLogin);
  const from = since === undefined ? -Infinity : Date.parse(since);
  for (const repository of owner?.repositories ?? []) {
    if (repository.isArchived && !includeArchived) continue;
    if (repository.isFork && !includeForks) continue;
    if (repo !== undefined && repository.name.toLowerCase() !== repo.toLowerCase()) continue;
    for (const entry of repository.entries()) {
      if (entry.updatedAt >= from) yield world.pullRequest(repository, entry.number);
    }
  }
}

/** The rows of one table, with `org` and `repo` in front. */
export function* truthRows(world, table, selection = {}) {
  for (const pull of selectedPullRequests(world, selection)) {
    const place = { org: pull.repository.owner.login, repo: pull.repository.name };
    for (const row of TABLES[table](pull)) yield { ...place, ...row };
  }
}

export function truthCounts(world, selection = {}) {
  const counts = Object.fromEntries(TABLE_NAMES.map((name) => [name, 0]));
  for (const pull of selectedPullRequests(world, selection)) {
    const reviews = submittedReviews(pull);
    counts.pull_requests += 1;
    counts.commits += pull.commits.length;
    counts.reviews += reviews.length;
    for (const review of reviews) counts.review_comments += review.comments.length;
    counts.issue_comments += pull.comments.length;
  }
  return counts;
}

const wellFormed = (key, value) =>
  typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value;

/**
 * A row as a line of JSON. A lone surrogate cannot be stored as UTF-8 and becomes U+FFFD;
 * it shows in the text as an escape, which is cheaper to look for than to visit every string.
 */
export function truthLine(row) {
  const line = JSON.stringify(row);
  return line.includes('\\ud') ? JSON.stringify(row, wellFormed) : line;
}
