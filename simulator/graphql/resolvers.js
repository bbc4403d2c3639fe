// How the fields of GitHub's schema are answered from the model. Fields named in
// the model as in the schema need no entry here.

import { GraphQLError } from 'graphql';
import { byKey, byPosition, Connection } from './connection.js';
import { gitHubError } from './errors.js';
import { pullRequestCommit, timelineItems } from './timeline.js';

const MAX_INT = 2 ** 31 - 1;

/**
 * The default for every field. A field that the model lacks is an error rather than
 * null: a test must not pass because the simulator is silent.
 */
export function resolveField(source, args, context, info) {
  const value = source[info.fieldName];
  if (value === undefined) {
    throw new GraphQLError(`The simulator does not serve ${info.parentType.name}.${info.fieldName}.`,
      { extensions: { type: 'NOT_SIMULATED' } });
  }
  return value;
}

/** The numeric ids outgrew GraphQL's Int; `databaseId` is null for those, `fullDatabaseId` is not. */
const databaseIds = {
  databaseId: (item) => (item.databaseId <= MAX_INT ? item.databaseId : null),
  fullDatabaseId: (item) => String(item.databaseId),
};

const list = (itemsOf) => (source, args, context) => new Connection(itemsOf(source), args, context);
/** A stream of a pull request, as far as the simulator tells the truth about it. */
function stream(name, source, shown, args, context, convert = (item) => item) {
  const { items, totalCount } = context.trouble.lies.about(source, name, shown);
  return new Connection(items.map(convert), args, context).claim(totalCount);
}

const commitOf = (oid) => (oid ? { __typename: 'Commit', oid } : null);

function comparator(field, direction) {
  const sign = direction === 'DESC' ? -1 : 1;
  const key = {
    NAME: (repository) => repository.name.toLowerCase(),
    CREATED_AT: (repository) => repository.createdAt,
    UPDATED_AT: (repository) => repository.updatedAt,
    PUSHED_AT: (repository) => repository.pushedAt ?? '',
    STARGAZERS: () => 0,
  }[field];
  return (a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) || a.databaseId - b.databaseId;
}

function repositories(owner, args, context) {
  let found = owner.repositories;
  for (const filter of ['isArchived', 'isFork']) {
    if (args[filter] != null) found = found.filter((each) => each[filter] === args[filter]);
  }
  const visibility = args.privacy ?? args.visibility;
  if (visibility) found = found.filter((each) => each.isPrivate === (visibility === 'PRIVATE'));
  if (args.ownerAffiliations && !args.ownerAffiliations.includes('OWNER')) found = [];
  const { field, direction } = args.orderBy ?? { field: 'CREATED_AT', direction: 'ASC' };
  // In a list, an Error is reported at its place, which is null.
  const load = (repository) => context.trouble.access.denial(repository.databaseId, repository.id) ?? repository;
  return new Connection([...found].sort(comparator(field, direction)), args, context, byPosition, load);
}

function pullRequests(repository, args, context) {
  const { field, direction } = args.orderBy ?? { field: 'CREATED_AT', direction: 'ASC' };
  const isDescending = direction === 'DESC';
  let entries = repository.entries(field);
  if (isDescending) entries = descending(entries);
  if (args.states) entries = entries.filter((entry) => args.states.includes(entry.state));
  const time = field === 'UPDATED_AT' ? 'updatedAt' : 'createdAt';
  const order = byKey((entry) => [entry[time], entry.number], isDescending);
  const load = (entry) => context.world.pullRequest(repository, entry.number);
  const { items, totalCount } = context.trouble.lies.aboutPullRequests(repository, entries);
  return new Connection(items, args, context, order, load).claim(totalCount);
}

const reversed = new WeakMap();

/** The list backwards; remembered, as the lists of the index stay the same between changes. */
function descending(entries) {
  if (!reversed.has(entries)) reversed.set(entries, [...entries].reverse());
  return reversed.get(entries);
}

function reviews(pull, args, context) {
  let found = pull.reviews;
  if (args.states) found = found.filter((review) => args.states.includes(review.state));
  if (args.author) found = found.filter((review) => review.author?.login === args.author);
  return stream('reviews', pull, found, args, context);
}

function reviewThreads(pull) {
  const threads = new Map();
  for (const comment of pull.reviews.flatMap((review) => review.comments)) {
    const opening = comment.replyTo ?? comment;
    if (!threads.has(opening.id)) {
      threads.set(opening.id, {
        __typename: 'PullRequestReviewThread', id: `PRRT_${opening.id}`, pullRequest: pull,
        isResolved: false, isCollapsed: false, isOutdated: opening.outdated, path: opening.path,
        line: opening.line, startLine: opening.startLine, originalLine: opening.originalLine, comments: [],
      });
    }
    threads.get(opening.id).comments.push(comment);
  }
  return [...threads.values()];
}

function findNode(id, context, info) {
  const { world, trouble } = context;
  const node = world.node(id);
  const repositoryId = node?.__typename === 'Repository' ? node.databaseId : world.locate(id)?.repositoryId;
  const denial = node && trouble.access.denial(repositoryId, id);
  if (denial) throw denial;
  if (node) trouble.poison.checkPart(node, id, context, info);
  if (!node) throw gitHubError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
  return node;
}

function findOwner(typename) {
  return (root, { login }, { world }) => {
    const owner = world.owner(login);
    if (owner?.__typename === typename) return owner;
    const article = typename === 'Organization' ? 'an' : 'a';
    throw gitHubError('NOT_FOUND', `Could not resolve to ${article} ${typename} with the login of '${login}'.`);
  };
}

function findRepository(root, { owner, name, followRenames }, { world, trouble }) {
  const repository = world.repository(owner, name, followRenames ?? true);
  const denial = repository && trouble.access.denial(repository.databaseId, repository.id);
  if (denial) throw denial;
  if (repository) return repository;
  throw gitHubError('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
}

const ownerFields = {
  repositories,
  repository: (owner, args, context) => findRepository(null, { ...args, owner: owner.login }, context),
};

export const resolvers = {
  Query: {
    rateLimit: (root, args, context) => context.rateLimit,
    viewer: (root, args, { world }) => world.viewer,
    repositoryOwner: (root, { login }, { world }) => world.owner(login) ?? null,
    organization: findOwner('Organization'),
    user: findOwner('User'),
    repository: findRepository,
    node: (root, { id }, context, info) => findNode(id, context, info),
    // An unknown id spoils only its own place in the list: executing an element
    // that is an Error reports it with its path and serves null there.
    nodes: (root, { ids }, context, info) => ids.map((id) => {
      try {
        context.nodesServed += 1;
        return findNode(id, context, info);
      } catch (error) {
        return error;
      }
    }),
  },
  Organization: ownerFields,
  User: ownerFields,
  Repository: {
    pullRequests,
    pullRequest: (repository, { number }, { world }) => {
      const pull = world.pullRequest(repository, number);
      if (pull) return pull;
      throw gitHubError('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`);
    },
  },
  PullRequest: {
    ...databaseIds,
    body: (pull) => pull.body ?? '',
    headRepository: (pull) => headRepository(pull),
    baseRepository: (pull) => pull.repository,
    mergeCommit: (pull) => commitOf(pull.mergeCommitOid),
    merged: (pull) => pull.state === 'MERGED',
    closed: (pull) => pull.state !== 'OPEN',
    milestone: (pull) => pull.milestoneTitle === null ? null
      : { __typename: 'Milestone', title: pull.milestoneTitle },
    labels: list((pull) => pull.labelNames.map((name) => ({ __typename: 'Label', id: `LA_${name}`, name }))),
    assignees: list((pull) => pull.assignees),
    reviewRequests: list((pull) => pull.requestedReviewers.map((requestedReviewer, i) => (
      { __typename: 'ReviewRequest', id: `RR_${pull.id}_${i}`, requestedReviewer, pullRequest: pull }))),
    timelineItems,
    commits: (pull, args, context) => stream('commits', pull, pull.commits, args, context,
      (commit) => pullRequestCommit(commit, pull)),
    reviews,
    reviewThreads: list(reviewThreads),
    comments: (pull, args, context) => stream('issue_comments', pull, pull.comments, args, context),
    totalCommentsCount: (pull) => pull.comments.length
      + pull.reviews.reduce((sum, review) => sum + review.comments.length, 0),
  },
  Commit: {
    parents: list((commit) => commit.parentOids.map((oid) => ({ __typename: 'Commit', id: oid, oid }))),
    // The schema insists on numbers; a record without them answers 0.
    additions: (commit) => commit.additions ?? 0,
    deletions: (commit) => commit.deletions ?? 0,
    abbreviatedOid: (commit) => commit.oid.slice(0, 7),
    messageHeadline: (commit) => commit.message.split('\n', 1)[0],
  },
  PullRequestReview: {
    ...databaseIds,
    commit: (review) => commitOf(review.commitOid),
    comments: (review, args, context) => stream('review_comments', review.pullRequest, review.comments, args, context),
    repository: (review) => review.pullRequest.repository,
  },
  PullRequestReviewThread: {
    comments: list((thread) => thread.comments),
  },
  PullRequestReviewComment: {
    ...databaseIds,
    commit: (comment) => commitOf(comment.commitOid),
    state: (comment) => (comment.pullRequestReview.submittedAt === null ? 'PENDING' : 'SUBMITTED'),
    repository: (comment) => comment.pullRequest.repository,
  },
  IssueComment: {
    ...databaseIds,
    repository: (comment) => comment.pullRequest.repository,
  },
};

function headRepository(pull) {
  if (pull.headRepository === null) return null;
  const { owner } = pull.repository;
  if (pull.headRepository === pull.repository.nameWithOwner) return pull.repository;
  const [login, name] = pull.headRepository.split('/');
  return { __typename: 'Repository', name, nameWithOwner: pull.headRepository,
    owner: login === owner.login ? owner : { __typename: 'User', login }, isFork: true };
}
