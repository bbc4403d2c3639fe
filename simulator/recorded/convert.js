// A recorded pull request, as GitHub's REST API answered it, in the model's shape.

const BOT_SUFFIX = '[bot]';

/** REST calls a bot `name[bot]`; GraphQL calls it `name` and says that it is a Bot. */
export function convertActor(user) {
  if (!user) return null;
  const isBot = user.type === 'Bot';
  const login = isBot && user.login.endsWith(BOT_SUFFIX) ? user.login.slice(0, -BOT_SUFFIX.length) : user.login;
  return { __typename: user.type, id: user.node_id, databaseId: user.id, login, name: user.name ?? null,
    url: isBot ? `https://github.com/apps/${login}` : `https://github.com/${login}` };
}

function convertCommit(event) {
  // The record does not say which accounts the addresses belong to.
  const signature = (person) => person && { name: person.name, email: person.email, user: null };
  return {
    __typename: 'Commit', id: event.node_id, oid: event.sha, message: event.message, url: event.html_url,
    authoredDate: event.author.date, committedDate: event.committer.date,
    // The schema has Int! where the record has nothing.
    additions: 0, deletions: 0, changedFilesIfAvailable: null,
    author: signature(event.author), committer: signature(event.committer),
    parentOids: event.parents.map((parent) => parent.sha),
  };
}

function convertReview(event) {
  return {
    __typename: 'PullRequestReview', id: event.node_id, databaseId: event.id, author: convertActor(event.user),
    authorAssociation: event.author_association, state: event.state.toUpperCase(), body: event.body ?? '',
    submittedAt: event.submitted_at, url: event.html_url, commitOid: event.commit_id ?? null, comments: [],
  };
}

/**
 * The timeline leaves out reviews that were written as a reply; GraphQL's `reviews`
 * has them. Such a review has no text of its own and its comment's author and time.
 */
function impliedReview(comment, databaseId, pull) {
  return {
    __typename: 'PullRequestReview', id: `PRR_${Buffer.from(`implied:${databaseId}`).toString('base64url')}`,
    databaseId, author: convertActor(comment.user), authorAssociation: comment.author_association,
    state: 'COMMENTED', body: '', submittedAt: comment.created_at,
    url: `${pull.html_url}#pullrequestreview-${databaseId}`,
    commitOid: comment.original_commit_id ?? comment.commit_id ?? null, comments: [],
  };
}

function convertReviewComment(comment, idsByNumber) {
  return {
    __typename: 'PullRequestReviewComment', id: comment.node_id, databaseId: comment.id,
    author: convertActor(comment.user), authorAssociation: comment.author_association, body: comment.body,
    path: comment.path, line: comment.line ?? null, startLine: comment.start_line ?? null,
    originalLine: comment.original_line ?? null, diffHunk: comment.diff_hunk, commitOid: comment.commit_id ?? null,
    // A comment has lost its position when later commits changed its lines.
    outdated: comment.position == null, createdAt: comment.created_at, updatedAt: comment.updated_at,
    url: comment.html_url, replyToId: idsByNumber.get(comment.in_reply_to_id) ?? null,
  };
}

function convertIssueComment(event) {
  return {
    __typename: 'IssueComment', id: event.node_id, databaseId: event.id, author: convertActor(event.user),
    authorAssociation: event.author_association, body: event.body ?? '', createdAt: event.created_at,
    updatedAt: event.updated_at, url: event.html_url,
  };
}

function convertReviews({ pull, events, comments }) {
  const reviews = new Map();
  for (const event of events) {
    if (event.event === 'reviewed') reviews.set(event.id, convertReview(event));
  }
  const idsByNumber = new Map(comments.map((comment) => [comment.id, comment.node_id]));
  for (const comment of [...comments].sort((a, b) => a.id - b.id)) {
    const reviewId = comment.pull_request_review_id ?? comment.id;
    if (!reviews.has(reviewId)) reviews.set(reviewId, impliedReview(comment, reviewId, pull));
    reviews.get(reviewId).comments.push(convertReviewComment(comment, idsByNumber));
  }
  const place = (review) => review.submittedAt ?? '9'; // Pending reviews come last.
  return [...reviews.values()].sort((a, b) =>
    (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : a.databaseId - b.databaseId));
}

const EVENT_TYPES = { ready_for_review: 'ReadyForReviewEvent', convert_to_draft: 'ConvertToDraftEvent' };

function stateOf(pull) {
  if (pull.merged_at) return 'MERGED';
  return pull.state === 'closed' ? 'CLOSED' : 'OPEN';
}

function requestedReviewers(pull) {
  const organisation = pull.base.repo.owner.login;
  const teams = (pull.requested_teams ?? []).map((each) => ({
    __typename: 'Team', id: each.node_id, databaseId: each.id, name: each.name, slug: each.slug,
    combinedSlug: `${organisation}/${each.slug}` }));
  return [...(pull.requested_reviewers ?? []).map(convertActor), ...teams];
}

/** @param record {pull, events, comments} */
export function convertPullRequest(record) {
  const { pull, events } = record;
  const ofKind = (kind) => events.filter((event) => event.event === kind);
  const state = stateOf(pull);
  const headRepository = pull.head.repo?.full_name ?? null;
  return {
    __typename: 'PullRequest', id: pull.node_id, databaseId: pull.id, number: pull.number, title: pull.title,
    body: pull.body ?? null, state, isDraft: pull.draft ?? false, author: convertActor(pull.user),
    authorAssociation: pull.author_association, url: pull.html_url, baseRefName: pull.base.ref, headRefName: pull.head.ref,
    headRepository, isCrossRepository: headRepository !== pull.base.repo.full_name,
    createdAt: pull.created_at, updatedAt: pull.updated_at, closedAt: pull.closed_at ?? null, mergedAt: pull.merged_at ?? null,
    mergedBy: convertActor(pull.merged_by), mergeCommitOid: state === 'MERGED' ? pull.merge_commit_sha ?? null : null,
    additions: pull.additions ?? 0, deletions: pull.deletions ?? 0, changedFiles: pull.changed_files ?? 0,
    reviewDecision: null, milestoneTitle: pull.milestone?.title ?? null,
    labelNames: (pull.labels ?? []).map((label) => label.name), assignees: (pull.assignees ?? []).map(convertActor),
    requestedReviewers: requestedReviewers(pull),
    events: events.filter((event) => event.event in EVENT_TYPES).map((event) => ({
      __typename: EVENT_TYPES[event.event], id: event.node_id, createdAt: event.created_at, actor: convertActor(event.actor) })),
    commits: ofKind('committed').map(convertCommit),
    reviews: convertReviews(record),
    comments: ofKind('commented').map(convertIssueComment),
  };
}
