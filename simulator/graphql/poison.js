// Pull requests that GitHub chokes on: a query that asks too much of one gets no answer at all.
//
// A poison is {org?, repo, number, fields?}. With `fields` (of commits) only a query chokes that
// selects one of them below the pull request's commits; without, every query that asks for more
// than what LISTED names.

import { selectsAny } from './selection.js';

/** What a list of pull requests can say without looking into them. */
const LISTED = new Set(['id', 'number', 'updatedAt']);
const HOLDS_COMMITS = new Set(['commits', 'timelineItems']);

const keyOf = (repository, number) => `${repository.databaseId}:${number}`;

export class Poison {
  #poisons;

  /** @throws Error naming a pull request that there is not */
  constructor(list = [], world = undefined) {
    this.#poisons = new Map(list.map(({ org = world.mainLogin, repo, number, fields }) => {
      const repository = world.repository(org, repo ?? '');
      if (!repository?.entry(number)) throw new Error(`no pull request ${number} in ${org}/${repo}`);
      return [keyOf(repository, number), fields];
    }));
  }

  get isEmpty() {
    return this.#poisons.size === 0;
  }

  /** Whether resolving the field of this pull request chokes. */
  #chokesOnField(pull, info) {
    const key = keyOf(pull.repository, pull.number);
    if (!this.#poisons.has(key)) return false;
    const fields = this.#poisons.get(key);
    return fields ? HOLDS_COMMITS.has(info.fieldName) && selectsAny(info, fields) : !LISTED.has(info.fieldName);
  }

  /** Whether a part of a pull request that was found by its id chokes. */
  #chokesOnPart(node, place, info) {
    const key = place && `${place.repositoryId}:${place.number}`;
    if (node.__typename === 'PullRequest' || !this.#poisons.has(key)) return false;
    const fields = this.#poisons.get(key);
    return !fields || (node.__typename === 'Commit' && selectsAny(info, fields));
  }

  /** Ends the whole query where it chokes. */
  checkField(pull, context, info) {
    if (this.#chokesOnField(pull, info)) choke(context);
  }

  checkPart(node, id, context, info) {
    if (this.#chokesOnPart(node, context.world.locate(id), info)) choke(context);
  }
}

function choke(context) {
  context.hasChoked = true;
  throw new Error('This query has choked.');
}
