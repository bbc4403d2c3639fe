// A plain collector: reads everything there is through GraphQL and makes the
// tables' rows of it, to be held against `/_truth`.

import { coAuthors } from '../model/co_authors.js';

const PAGE = 'pageInfo { hasNextPage endCursor }';
const AUTHOR = 'author { __typename login } authorAssociation';
const COMMIT = `commit { oid message url authoredDate committedDate additions deletions changedFilesIfAvailable
  author { name email user { login } } committer { name email user { login } } parents(first: 1) { totalCount } }`;
const REVIEW_COMMENT = `id fullDatabaseId ${AUTHOR} body path line startLine originalLine diffHunk replyTo { id }
  commit { oid } outdated createdAt updatedAt url state pullRequestReview { id }`;
const REVIEW = `id fullDatabaseId ${AUTHOR} state body submittedAt url commit { oid }
  comments(first: 100) { totalCount ${PAGE} nodes { ${REVIEW_COMMENT} } }`;
const ISSUE_COMMENT = `id fullDatabaseId ${AUTHOR} body createdAt updatedAt url`;

/** The nested lists that can be longer than a page: type, field, what is read of a node. */
const LISTS = {
  commits: ['PullRequest', COMMIT],
  reviews: ['PullRequest', REVIEW],
  comments: ['PullRequest', ISSUE_COMMENT],
  reviewComments: ['PullRequestReview', REVIEW_COMMENT],
};
const nested = (field) => `${field}(first: 100) { totalCount ${PAGE} nodes { ${LISTS[field][1]} } }`;

export const PULL_REQUEST = `id fullDatabaseId number title body state isDraft ${AUTHOR} url baseRefName headRefName
  headRepository { nameWithOwner } isCrossRepository createdAt updatedAt closedAt mergedAt mergedBy { login }
  mergeCommit { oid } additions deletions changedFiles reviewDecision milestone { title }
  labels(first: 100) { nodes { name } } assignees(first: 100) { nodes { login } }
  reviewRequests(first: 100) { nodes { requestedReviewer { __typename
    ... on User { login } ... on Team { combinedSlug } ... on Bot { login } ... on Mannequin { login } } } }
  timelineItems(first: 100, itemTypes: [READY_FOR_REVIEW_EVENT, CONVERT_TO_DRAFT_EVENT]) { totalCount
    nodes { __typename ... on ReadyForReviewEvent { createdAt } ... on ConvertToDraftEvent { createdAt } } }
  ${nested('commits')} ${nested('reviews')} ${nested('comments')}`;

const PULL_REQUESTS = `query PullRequests($owner: String!, $name: String!, $after: String, $first: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequests(first: $first, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
      totalCount ${PAGE} nodes { ${PULL_REQUEST} } } } }`;

const REPOSITORIES = `query Repositories($login: String!, $after: String) {
  repositoryOwner(login: $login) { repositories(first: 20, after: $after) {
    ${PAGE} nodes { name isArchived isFork owner { login } } } } }`;

/** Runs a query and insists on an answer without errors. */
async function ask(query, text, variables) {
  const { data, errors } = await query(text, variables);
  if (errors) throw new Error(JSON.stringify(errors.slice(0, 3)));
  return data;
}

export async function repositoriesOf(query, login) {
  const found = [];
  for (let after = null, more = true; more;) {
    const page = (await ask(query, REPOSITORIES, { login, after })).repositoryOwner.repositories;
    found.push(...page.nodes);
    ({ hasNextPage: more, endCursor: after } = page.pageInfo);
  }
  return found;
}

async function completeList(query, id, list, connection) {
  const [type, selection] = LISTS[list];
  const field = list === 'reviewComments' ? 'comments' : list;
  const text = `query Rest($id: ID!, $after: String) { node(id: $id) { ... on ${type} {
    ${field}(first: 100, after: $after) { ${PAGE} nodes { ${selection} } } } } }`;
  let { hasNextPage, endCursor } = connection.pageInfo;
  while (hasNextPage) {
    const page = (await ask(query, text, { id, after: endCursor })).node[field];
    connection.nodes.push(...page.nodes);
    ({ hasNextPage, endCursor } = page.pageInfo);
  }
}

/** Every pull request of a repository, newest change first, complete. */
export async function pullRequestsOf(query, owner, name, first = 30) {
  const pulls = [];
  for (let after = null, more = true; more;) {
    const page = (await ask(query, PULL_REQUESTS, { owner, name, after, first })).repository.pullRequests;
    for (const pull of page.nodes) {
      for (const list of ['commits', 'reviews', 'comments']) await completeList(query, pull.id, list, pull[list]);
      for (const review of pull.reviews.nodes) await completeList(query, review.id, 'reviewComments', review.comments);
    }
    pulls.push(...page.nodes);
    ({ hasNextPage: more, endCursor: after } = page.pageInfo);
  }
  return pulls;
}

const login = (actor) => actor?.login ?? null;
const isMoreThanBlanks = (text) => text.replaceAll(/[ \t\r\n]/g, '').length > 0;
const logins = (connection) => connection.nodes.map(login);

function pullRequestRow(pull, reviews) {
  const events = pull.timelineItems.nodes;
  const ready = events.find((event) => event.__typename === 'ReadyForReviewEvent');
  return {
    id: pull.id, database_id: Number(pull.fullDatabaseId), number: pull.number, title: pull.title, body: pull.body,
    has_text: isMoreThanBlanks(pull.body), state: pull.state, is_draft: pull.isDraft,
    opened_as_draft: events.length ? events[0].__typename === 'ReadyForReviewEvent' : pull.isDraft,
    ready_for_review_at: ready?.createdAt ?? null,
    author: login(pull.author), author_type: pull.author?.__typename ?? null, author_association: pull.authorAssociation,
    url: pull.url, base_ref: pull.baseRefName, head_ref: pull.headRefName,
    head_repo: pull.headRepository?.nameWithOwner ?? null, is_cross_repository: pull.isCrossRepository,
    created_at: pull.createdAt, updated_at: pull.updatedAt, closed_at: pull.closedAt, merged_at: pull.mergedAt,
    merged_by: login(pull.mergedBy), merge_commit_sha: pull.mergeCommit?.oid ?? null, additions: pull.additions,
    deletions: pull.deletions, changed_files: pull.changedFiles, commit_count: pull.commits.totalCount,
    review_count: reviews.length, review_comment_count: reviews.reduce((sum, review) => sum + review.comments.totalCount, 0),
    issue_comment_count: pull.comments.totalCount, review_decision: pull.reviewDecision,
    labels: pull.labels.nodes.map((label) => label.name), assignees: logins(pull.assignees),
    requested_reviewers: pull.reviewRequests.nodes.map((node) => node.requestedReviewer).filter(Boolean)
      .map((reviewer) => reviewer.combinedSlug ?? reviewer.login),
    milestone: pull.milestone?.title ?? null,
  };
}

function commitRow({ commit }, number) {
  return {
    pr_number: number, sha: commit.oid, message: commit.message, has_text: isMoreThanBlanks(commit.message),
    author: login(commit.author?.user),
    author_name: commit.author?.name ?? null, author_email: commit.author?.email ?? null, author_date: commit.authoredDate,
    committer: login(commit.committer?.user), commit_date: commit.committedDate, additions: commit.additions,
    deletions: commit.deletions, changed_files: commit.changedFilesIfAvailable, parent_count: commit.parents.totalCount,
    co_authors: coAuthors(commit.message), url: commit.url,
  };
}

function reviewRow(review, number) {
  return {
    id: review.id, database_id: Number(review.fullDatabaseId), pr_number: number, reviewer: login(review.author),
    reviewer_type: review.author?.__typename ?? null, author_association: review.authorAssociation, state: review.state,
    body: review.body, has_text: isMoreThanBlanks(review.body), commit_sha: review.commit?.oid ?? null, submitted_at: review.submittedAt,
    comment_count: review.comments.totalCount, url: review.url,
  };
}

function commentRow(comment, number) {
  return {
    id: comment.id, database_id: Number(comment.fullDatabaseId), pr_number: number, author: login(comment.author),
    author_type: comment.author?.__typename ?? null, author_association: comment.authorAssociation, body: comment.body,
    has_text: isMoreThanBlanks(comment.body),
    created_at: comment.createdAt, updated_at: comment.updatedAt, url: comment.url,
  };
}

function reviewCommentRow(comment, number) {
  return {
    ...commentRow(comment, number), review_id: comment.pullRequestReview.id, path: comment.path, line: comment.line,
    start_line: comment.startLine, original_line: comment.originalLine, diff_hunk: comment.diffHunk,
    in_reply_to_id: comment.replyTo?.id ?? null, commit_sha: comment.commit?.oid ?? null, outdated: comment.outdated,
  };
}

/** The five tables of an owner, as a collector that leaves out pending reviews sees them. */
export async function walk(query, owner, isWanted = (repository) => !repository.isArchived && !repository.isFork) {
  const tables = { pull_requests: [], commits: [], reviews: [], review_comments: [], issue_comments: [] };
  for (const repository of (await repositoriesOf(query, owner)).filter(isWanted)) {
    const place = { org: repository.owner.login, repo: repository.name };
    const add = (table, rows) => tables[table].push(...rows.map((row) => ({ ...place, ...row })));
    for (const pull of await pullRequestsOf(query, owner, repository.name)) {
      const reviews = pull.reviews.nodes.filter((review) => review.submittedAt !== null);
      add('pull_requests', [pullRequestRow(pull, reviews)]);
      add('commits', pull.commits.nodes.map((node) => commitRow(node, pull.number)));
      add('reviews', reviews.map((review) => reviewRow(review, pull.number)));
      add('review_comments', reviews.flatMap((review) => review.comments.nodes.map((node) => reviewCommentRow(node, pull.number))));
      add('issue_comments', pull.comments.nodes.map((node) => commentRow(node, pull.number)));
    }
  }
  return tables;
}
