// The made-up organisation and its neighbours.

import { parseNodeId } from '../model/ids.js';
import { Repository } from '../model/repository.js';
import { isoTime } from '../model/time.js';
import { World } from '../model/world.js';
import { AWKWARD_REPOSITORY, makeAwkwardPullRequests } from './awkward.js';
import { makeDetails } from './details.js';
import { HISTORY, makeOutline, makeOutlines } from './outline.js';
import { actor, makePeople } from './people.js';

const NAMES = ['platform', 'web-app', 'api', 'ingest', 'search', 'billing', 'mobile', 'infra', 'docs', 'tools', 'design', 'ml'];

/** Repositories that exist whatever the options, with the number of their pull requests. */
export const FIXED_REPOSITORIES = [
  { name: '.github', pullRequests: 3 },
  { name: 'a.b_c-d', pullRequests: 7 },
  { name: 'Mixed.Case', pullRequests: 5 },
  { name: '-dash', pullRequests: 4 },
  { name: 'archived-service', pullRequests: 25, isArchived: true },
  { name: 'forked-tool', pullRequests: 15, isFork: true },
  { name: 'private-notes', pullRequests: 2, isPrivate: true },
  { name: 'empty-repository', pullRequests: 0, isEmpty: true },
  { name: 'no-pull-requests', pullRequests: 0 },
];

export const SAME_SECOND_REPOSITORY = 'same-second';
const SAME_SECOND = { pullRequests: 220, group: 40 };

// Before the first pull request, the one of 2008 aside.
const FIRST_REPOSITORY_AGE = 2 * HISTORY;

/** `total` split so that the k-th gets 1/k as much as the first: with 40 the first has about a quarter. */
function unevenShares(total, parts) {
  const weights = Array.from({ length: parts }, (_, i) => 1 / (i + 1));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => Math.floor((total * weight) / whole));
  for (let i = 0, left = total - shares.reduce((a, b) => a + b, 0); left > 0; i += 1, left -= 1) shares[i % parts] += 1;
  return shares;
}

class Builder {
  #nextRepositoryId = 100_001;
  #nextOrdinal = 0;

  constructor(options) {
    this.options = options;
    const viewer = { ...actor('User', 'sim-viewer', 9), association: 'MEMBER' };
    this.world = new World({ now: options.now, viewer, mainLogin: options.org, locate: parseNodeId });
    this.people = makePeople(options.seed, options.org, options.pullRequests);
  }

  #fields(owner, { name, pullRequests, ...flags }) {
    const databaseId = this.#nextRepositoryId++;
    return {
      id: `R_${databaseId}`, databaseId, name, owner, firstOrdinal: this.#nextOrdinal,
      description: null, url: `https://github.com/${owner.login}/${name}`,
      createdAt: isoTime(this.options.now - FIRST_REPOSITORY_AGE + databaseId * 60_000), pushedAt: null, updatedAt: null,
      isArchived: false, isFork: false, isPrivate: false, isEmpty: false, isDisabled: false, ...flags,
    };
  }

  /** @param make (fields) => {entries, load} */
  add(owner, specification, make) {
    const fields = this.#fields(owner, specification);
    fields.nameWithOwner = `${owner.login}/${fields.name}`;
    const { entries, load } = make(fields);
    this.#nextOrdinal += entries.reduce((most, entry) => Math.max(most, entry.number), 0);
    const repository = this.world.addRepository(new Repository(fields, entries, load));
    // As on GitHub, a comment does not count as a push: pull requests can be newer than this.
    const newest = repository.entries().at(-1);
    if (newest) repository.pushedAt = isoTime(newest.createdAt);
    repository.updatedAt = repository.pushedAt ?? repository.createdAt;
  }

  addOrdinary(owner, specification) {
    this.add(owner, specification, (fields) => ({
      entries: makeOutlines(this.options, fields.name, specification.pullRequests),
      load: (entry) => makeDetails(this.options, this.people, fields, entry),
    }));
  }

  addAwkward(owner) {
    this.add(owner, { name: AWKWARD_REPOSITORY }, (fields) => {
      const pulls = makeAwkwardPullRequests({ ...this.options, viewer: this.world.viewer }, fields);
      const entries = [...pulls.values()].map((pull) => ({
        number: pull.number, state: pull.state,
        createdAt: Date.parse(pull.createdAt), updatedAt: Date.parse(pull.updatedAt),
      }));
      return { entries, load: (entry) => pulls.get(entry.number) };
    });
  }

  /** Groups of pull requests updated within one second, one of them across the border of a page of 100. */
  addSameSecond(owner) {
    const { now } = this.options;
    const day = 24 * 3600 * 1000;
    const entries = Array.from({ length: SAME_SECOND.pullRequests }, (_, i) => {
      const createdAt = Math.floor((now - 400 * day) / 1000 + i * 3600) * 1000;
      const outline = makeOutline(this.options, SAME_SECOND_REPOSITORY, i + 1, createdAt);
      const second = Math.floor(now / 1000) * 1000 - (1 + Math.floor(i / SAME_SECOND.group)) * day;
      return { ...outline, updatedAt: second, closedAt: outline.closedAt && Math.min(outline.closedAt, second) };
    });
    this.add(owner, { name: SAME_SECOND_REPOSITORY }, (fields) => ({
      entries, load: (entry) => makeDetails(this.options, this.people, fields, entry) }));
  }

  addFixed(owner) {
    this.addAwkward(owner);
    this.addSameSecond(owner);
    for (const specification of FIXED_REPOSITORIES) this.addOrdinary(owner, specification);
  }
}

/** @param options {seed, now, org, repositories, pullRequests, plain}; plain leaves the organisation without the fixed repositories */
export function makeSyntheticWorld(options) {
  const builder = new Builder(options);
  const { world } = builder;
  const owner = (typename, login, id) => world.addOwner({ ...actor(typename, login, id, login), createdAt: '2015-01-01T00:00:00Z' });
  const main = owner('Organization', options.org, 77_001);
  unevenShares(options.pullRequests, options.repositories).forEach((pullRequests, i) => {
    const name = i < NAMES.length ? NAMES[i] : `service-${String(i).padStart(3, '0')}`;
    builder.addOrdinary(main, { name, pullRequests });
  });
  if (!options.plain) builder.addFixed(main);
  const solo = owner('User', 'solo-user', 77_002);
  builder.addOrdinary(solo, { name: 'dotfiles', pullRequests: 6 });
  builder.addOrdinary(solo, { name: 'side.project', pullRequests: 12 });
  owner('Organization', 'empty-org', 77_003);
  return world;
}
