// Makes the parts of one pull request with their ids and addresses, so that
// ordinary and awkward pull requests alike only say what is special to them.

import { makeNodeId } from './ids.js';
import { isoTime } from './time.js';

// Numeric ids: wide apart per pull request, and on both sides of 2^31, which
// GitHub's own ids crossed long ago.
const IDS_PER_PULL_REQUEST = 100_000;
const FIRST_ID = 1_900_000_000;

/** The first of the numeric ids kept for a pull request; `firstOrdinal` counts those of earlier repositories. */
const firstIdOf = (repository, number) => FIRST_ID + (repository.firstOrdinal + number) * IDS_PER_PULL_REQUEST;

export class Parts {
  #nextId;

  /** @param repository {databaseId, nameWithOwner, firstOrdinal} */
  constructor(repository, number, firstId = firstIdOf(repository, number)) {
    this.repository = repository;
    this.number = number;
    this.url = `https://github.com/${repository.nameWithOwner}/pull/${number}`;
    this.#nextId = firstId;
  }

  #id(prefix) {
    const databaseId = this.#nextId;
    this.#nextId += 1;
    return { id: makeNodeId(prefix, this.repository.databaseId, this.number, databaseId), databaseId };
  }

  pullRequest(createdAt, fields) {
    return {
      __typename: 'PullRequest', ...this.#id('PR'), number: this.number, title: '', body: '', state: 'OPEN',
      isDraft: false, author: null, authorAssociation: 'NONE', url: this.url, baseRefName: 'main', headRefName: 'topic',
      headRepository: this.repository.nameWithOwner, isCrossRepository: false,
      createdAt: isoTime(createdAt), updatedAt: isoTime(createdAt), closedAt: null, mergedAt: null, mergedBy: null,
      mergeCommitOid: null, additions: 0, deletions: 0, changedFiles: 0, reviewDecision: null, milestoneTitle: null,
      labelNames: [], assignees: [], requestedReviewers: [], events: [], commits: [], reviews: [], comments: [],
      ...fields,
    };
  }

  /** @param person the author with an account, or {name, email, user: null}, or null */
  commit(oid, time, person, fields) {
    const signature = person && (person.user !== undefined ? person
      : { name: person.name ?? person.login, email: person.email,
        user: person.__typename === 'User' && !person.commitsWithoutAccount ? person : null });
    return {
      __typename: 'Commit', id: makeNodeId('C', this.repository.databaseId, this.number, oid), oid,
      message: '', url: `https://github.com/${this.repository.nameWithOwner}/commit/${oid}`,
      authoredDate: isoTime(time), committedDate: isoTime(time), additions: 1, deletions: 0,
      changedFilesIfAvailable: 1, author: signature, committer: signature, parentOids: [],
      ...fields,
    };
  }

  /** A time of null makes a pending review. */
  review(time, author, fields) {
    const ids = this.#id('PRR');
    return {
      __typename: 'PullRequestReview', ...ids, author, authorAssociation: author?.association ?? 'NONE',
      state: time === null ? 'PENDING' : 'COMMENTED', body: '', submittedAt: time === null ? null : isoTime(time),
      url: `${this.url}#pullrequestreview-${ids.databaseId}`, commitOid: null, comments: [],
      ...fields,
    };
  }

  reviewComment(time, author, fields) {
    const ids = this.#id('PRRC');
    return {
      __typename: 'PullRequestReviewComment', ...ids, author, authorAssociation: author?.association ?? 'NONE', body: '',
      path: 'src/main.cc', line: 1, startLine: null, originalLine: fields?.line ?? 1, diffHunk: '@@ -1 +1 @@\n+x',
      commitOid: null, outdated: false, createdAt: isoTime(time), updatedAt: isoTime(time),
      url: `${this.url}#discussion_r${ids.databaseId}`, replyToId: null,
      ...fields,
    };
  }

  issueComment(time, author, fields) {
    const ids = this.#id('IC');
    return {
      __typename: 'IssueComment', ...ids, author, authorAssociation: author?.association ?? 'NONE', body: '',
      createdAt: isoTime(time), updatedAt: isoTime(time), url: `${this.url}#issuecomment-${ids.databaseId}`,
      ...fields,
    };
  }

  event(__typename, time, actor) {
    const { id } = this.#id('EV');
    return { __typename, id, createdAt: isoTime(time), actor };
  }
}
