// A busy organisation: after every k-th answer something changes on some pull request.

import { Random } from '../synthetic/random.js';
import { PULL_REQUEST_KINDS } from './mutations.js';

export class RandomMutations {
  #answers = 0;
  #made = 0;

  /**
   * @param settings {seed, every_requests, kinds, most}
   * @throws Error saying what makes no sense
   */
  constructor({ seed = 1, every_requests: every = 1, kinds = PULL_REQUEST_KINDS, most = Infinity }) {
    const unknown = kinds.filter((kind) => !PULL_REQUEST_KINDS.includes(kind));
    if (unknown.length || kinds.length === 0) throw new Error(`unknown kind '${unknown[0]}'; known: ${PULL_REQUEST_KINDS.join(', ')}`);
    if (!Number.isSafeInteger(every) || every < 1) throw new Error(`every_requests is a number from 1; it is ${every}`);
    Object.assign(this, { seed, every, kinds, most });
  }

  /** Counts an answer; gives the change that follows it, for a Mutator, or undefined. */
  next(world) {
    this.#answers += 1;
    if (this.#answers % this.every !== 0 || this.#made >= this.most) return undefined;
    this.#made += 1;
    return this.#choose(world, new Random(this.seed, 'mutation', this.#made));
  }

  #choose(world, random) {
    // Nothing changes in an archived repository.
    const repositories = world.owner(world.mainLogin).repositories.filter((each) => each.size > 0 && !each.isArchived);
    if (repositories.length === 0) return undefined;
    const repository = random.pick(repositories);
    const { number, state } = random.pick(repository.entries());
    const kind = random.pick(this.kinds);
    const isTooLate = ['close', 'merge'].includes(kind) && state !== 'OPEN';
    return { repo: repository.name, ...(kind !== 'open' && { number }), kind: isTooLate ? 'touch' : kind };
  }
}
