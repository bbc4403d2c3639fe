// Chance that can be repeated: GITHUB_STATS_TEST_SEED is a number, or `random` for a new one.

const { GITHUB_STATS_TEST_SEED: wanted } = process.env;

/** The seed of this run; tests name it when they fail. */
export const SEED = wanted === 'random' ? Date.now() % 1_000_000 : Number(wanted || 1);

export class Random {
  #state;

  constructor(seed) {
    this.#state = Math.imul(seed, 2654435761) | 0;
  }

  /** In [0, 1): the mulberry32 generator. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** From low to high, both included. */
  integer(low, high) {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick(list) {
    return list[this.integer(0, list.length - 1)];
  }
}
