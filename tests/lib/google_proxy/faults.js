// What goes wrong between a client and one of Google's services, by chance that can be repeated: the n-th try
// of an operation meets the same fault whatever else is going on at the time.

import { createHash } from 'node:crypto';
import { Random } from '../random.js';

/** Kinds of faults that any request can meet, and which requests each can happen to; a service may have more. */
const COMMON_KINDS = {
  reset_before: () => true, // the connection is closed, nothing was done
  reset_after: () => true, // it was done, the connection is closed without an answer
  status_before: () => true, // one of STATUSES, nothing was done
  status_after: () => true, // one of STATUSES, though it was done
  truncated: () => true, // it was done, the answer breaks off
  slow: () => true, // it was done, the answer is held until the client hangs up
};

const STATUSES = [408, 429, 500, 502, 503, 504];
const LIMITS = { most_in_a_row: 3, most_slow: 2, slow_ms: 60_000 };
export const NONE = { kind: 'none' };

function seedOf(text) {
  return createHash('sha256').update(text).digest().readInt32LE(0);
}

export class FaultPlan {
  #kinds;
  #shares;
  #settings = { seed: 0, rates: {}, ...LIMITS };
  #tries = new Map();
  #inARow = new Map();
  #slow = 0;
  counts = {};

  /**
   * @param kinds more kinds of faults: the name, and (nature) => whether a request can meet it
   * @param shares of `rate` that a kind has, where not all of it
   */
  constructor(kinds, shares = {}) {
    this.#kinds = { ...COMMON_KINDS, ...kinds };
    this.#shares = { slow: 0, ...shares };
  }

  /**
   * @param settings {seed, rate, rates, most_in_a_row, most_slow, slow_ms}: `rate` in [0, 1] for every kind but
   *   slow, or the kind's share of it, `rates` by kind; no more than `most_in_a_row` for one operation, so that a client that tries again
   *   gets through; `most_slow` slow ones in all, held for `slow_ms` at most
   */
  configure({ seed = 0, rate = 0, rates = {}, ...limits }) {
    const unknown = [...Object.keys(rates).filter((kind) => !this.#kinds[kind]), ...Object.keys(limits).filter((name) => !(name in LIMITS))];
    if (unknown.length) throw new Error(`there is no kind or limit of faults ${unknown.join(', ')}`);
    const all = Object.fromEntries(Object.keys(this.#kinds).map((kind) => [kind, rate * (this.#shares[kind] ?? 1)]));
    this.#settings = { seed, rates: { ...all, ...rates }, ...LIMITS, ...limits };
    this.#tries.clear();
    this.#inARow.clear();
    this.#slow = 0;
  }

  /**
   * @param operation names what is being tried, the same at each try
   * @param nature what sort of request it is, as the kinds know it
   * @returns {kind, status?, ms?, random}
   */
  next(operation, nature) {
    const tries = (this.#tries.get(operation) ?? 0) + 1;
    this.#tries.set(operation, tries);
    const random = new Random(seedOf(`${this.#settings.seed} ${operation} ${tries}`));
    const inARow = this.#inARow.get(operation) ?? 0;
    const fault = inARow < this.#settings.most_in_a_row ? this.#draw(random, nature) : NONE;
    this.#inARow.set(operation, fault === NONE ? 0 : inARow + 1);
    if (fault !== NONE) this.counts[fault.kind] = (this.counts[fault.kind] ?? 0) + 1;
    return fault;
  }

  #draw(random, nature) {
    const { rates, most_slow: mostSlow, slow_ms: ms } = this.#settings;
    for (const [kind, canHappen] of Object.entries(this.#kinds)) {
      const chance = random.next();
      if (!canHappen(nature) || chance >= (rates[kind] ?? 0)) continue;
      if (kind === 'slow' && (this.#slow += 1) > mostSlow) continue;
      return { kind, status: random.pick(STATUSES), ms, random };
    }
    return NONE;
  }
}
