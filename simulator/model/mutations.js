// Changes to the world while a client is walking through it.

import { Parts } from './parts.js';
import { submittedReviews } from './pull_request.js';
import { isoTime } from './time.js';

// Far above every id that was there before.
const FIRST_NEW_ID = 90_000_000_000;
const IDS_PER_CHANGE = 10;

const oid = (n) => n.toString(16).padStart(40, 'c');

const KINDS = {
  touch() {},
  comment(pull, { parts, time, actor }) {
    pull.comments.push(parts.issueComment(time, actor, { body: 'A remark made meanwhile.' }));
  },
  commit(pull, { parts, time, actor, serial }) {
    const parentOids = pull.commits.slice(-1).map((commit) => commit.oid);
    pull.commits.push(parts.commit(oid(serial), time, actor, { message: 'Pushed meanwhile', parentOids }));
  },
  force_push(pull, { parts, time, actor, serial }) {
    pull.commits = [parts.commit(oid(serial), time, actor, { message: 'Everything again, squashed' })];
  },
  review(pull, { parts, time, actor }) {
    const review = parts.review(time, actor, { state: 'CHANGES_REQUESTED', body: 'Looked at meanwhile.' });
    review.comments.push(parts.reviewComment(time, actor, { body: 'This line.' }));
    pull.reviews.push(review);
  },
  close(pull, { time }) {
    Object.assign(pull, { state: 'CLOSED', closedAt: isoTime(time) });
  },
  merge(pull, { time, actor, serial }) {
    const closedAt = isoTime(time);
    Object.assign(pull, { state: 'MERGED', closedAt, mergedAt: closedAt, mergedBy: actor, mergeCommitOid: oid(serial) });
  },
  delete_comment(pull) {
    if (pull.comments.length) pull.comments.pop();
    else submittedReviews(pull).findLast((review) => review.comments.length)?.comments.pop();
  },
  delete_review(pull) {
    const last = submittedReviews(pull).at(-1);
    pull.reviews = pull.reviews.filter((review) => review !== last);
  },
  edit_comment(pull, { time, serial }) {
    const comment = pull.comments.at(-1) ?? submittedReviews(pull).findLast((review) => review.comments.length)?.comments.at(-1);
    if (comment) Object.assign(comment, { body: `Said otherwise (${serial}).`, updatedAt: isoTime(time) });
  },
};

const REPOSITORY_KINDS = {
  remove_repository: (world, repository) => world.removeRepository(repository),
  rename_repository: (world, repository, to) => world.moveRepository(repository, repository.owner.login, to),
  transfer_repository: (world, repository, to) => world.moveRepository(repository, ...to.split('/')),
};
const TARGETS = { rename_repository: /^[\w.-]+$/, transfer_repository: /^[\w-]+\/[\w.-]+$/ };

/** What can happen to pull requests, the opening of one included. */
export const PULL_REQUEST_KINDS = [...Object.keys(KINDS), 'open'];
export const MUTATION_KINDS = [...PULL_REQUEST_KINDS, ...Object.keys(REPOSITORY_KINDS)];

/**
 * Makes changes one after the other. Each happens at the present second, or a second after
 * everything that went before where that is later: `updatedAt` tells the order of changes, and none
 * is older than the `Date` of an answer that was given before it.
 */
export class Mutator {
  #serial = 0;
  #lastTime;
  /** Every change made: {org, repo, number, kind, time}, as its repository was called before. */
  log = [];

  /** @param clock {now(): milliseconds} */
  constructor(world, clock) {
    this.world = world;
    this.clock = clock;
    this.#lastTime = 0;
    for (const owner of world.owners()) {
      for (const repository of owner.repositories) this.#lastTime = Math.max(this.#lastTime, repository.newestUpdate());
    }
  }

  #nextTime() {
    this.#lastTime = Math.floor(Math.max(this.clock.now(), this.#lastTime + 1000) / 1000) * 1000;
    return this.#lastTime;
  }

  /**
   * @param change {org?, repo, number, kind, to?}; `number` is not needed to open a pull request
   *               or for a repository; `to` is a name, or owner/name to transfer to
   * @throws Error saying what was not found
   */
  apply({ org = this.world.mainLogin, repo, number, kind, to = '' }) {
    if (!MUTATION_KINDS.includes(kind)) throw new Error(`unknown kind '${kind}'; known: ${MUTATION_KINDS.join(', ')}`);
    const repository = this.world.repository(org, repo ?? '');
    if (!repository) throw new Error(`no repository ${org}/${repo}`);
    if (Object.hasOwn(REPOSITORY_KINDS, kind)) this.#applyToRepository(repository, kind, to);
    else this.#applyToPullRequest(repository, number, kind);
  }

  #note({ owner, name }, number, kind, time) {
    this.log.push({ org: owner.login, repo: name, number, kind, time: isoTime(time) });
  }

  #applyToRepository(repository, kind, to) {
    if (TARGETS[kind] && !TARGETS[kind].test(to)) throw new Error(`${kind} needs "to"; it is '${to}'`);
    const time = this.#nextTime();
    const before = { owner: repository.owner, name: repository.name };
    REPOSITORY_KINDS[kind](this.world, repository, to);
    repository.updatedAt = isoTime(time);
    this.#note(before, null, kind, time);
  }

  #applyToPullRequest(repository, number, kind) {
    const target = kind === 'open' ? repository.newestNumber() + 1 : number;
    this.#serial += 1;
    const time = this.#nextTime();
    const parts = new Parts(repository, target, FIRST_NEW_ID + this.#serial * IDS_PER_CHANGE);
    const actor = { ...this.world.viewer, association: 'MEMBER' };
    const pull = kind === 'open'
      ? parts.pullRequest(time, { title: 'Opened meanwhile', author: actor, authorAssociation: 'MEMBER' })
      : this.world.pullRequest(repository, target);
    if (!pull) throw new Error(`no pull request ${target} in ${repository.nameWithOwner}`);
    if (kind !== 'open') KINDS[kind](pull, { parts, time, actor, serial: this.#serial });
    pull.updatedAt = isoTime(time);
    if (['commit', 'force_push', 'open'].includes(kind)) repository.pushedAt = isoTime(time);
    this.world.keep(repository, pull);
    this.#note(repository, target, kind, time);
  }
}
