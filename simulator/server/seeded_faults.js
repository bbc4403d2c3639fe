// GitHub on a bad day: each GraphQL answer goes wrong with some probability, and the
// n-th one in the same way for the same seed.

import { Random } from '../synthetic/random.js';
import { UNTOLD_PAUSE_SECONDS } from './secondary.js';

const page = (status, title) => ({ status, body: `<!DOCTYPE html>\n<html><head><title>${title} &middot; GitHub</title></head>\n`
  + `<body><h1>${title}</h1><p>We had issues producing the response to your request.</p></body></html>\n` });

/** What comes of a query that takes too long. */
export const timedOut = { status: 502, text: page(502, 'Unicorn!').body, headers: { 'content-type': 'text/html; charset=utf-8' } };

const wentWrong = [{ message: 'Something went wrong while executing your query. This may be the result of a timeout, or it could be '
  + 'a GitHub bug. Please include `51A7:3B2C` when reporting this issue.' }];
const rateLimited = [{ type: 'RATE_LIMITED', message: 'API rate limit already exceeded for user ID 1.' }];
export const resourceLimitsExceeded = [{ type: 'RESOURCE_LIMITS_EXCEEDED', message: 'Resource limits for this query exceeded.' }];

const secondary = (status, isTold) => (seconds) => ({
  status, ...(isTold && { headers: { 'retry-after': String(seconds) } }),
  body: { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' },
  pause: { seconds: isTold ? seconds : UNTOLD_PAUSE_SECONDS, isTold },
});

/** Each kind as an action of faults.js; those that pause hold the secondary limit from then on. */
const KINDS = {
  bad_gateway: () => page(502, 'Unicorn!'),
  unavailable: () => page(503, 'Service unavailable'),
  gateway_timeout: () => page(504, 'Gateway timeout'),
  server_error: () => ({ status: 500, body: { message: 'Server Error' } }),
  drop_before: () => ({ drop: 'before' }),
  drop_mid: () => ({ drop: 'mid' }),
  html: () => page(200, 'Whoa there!'),
  truncated_json: () => ({ truncate: true }),
  went_wrong: () => ({ graphql_errors: wentWrong, data: null }),
  went_wrong_partial: () => ({ graphql_errors: wentWrong, data: 'partial' }),
  resource_limits: () => ({ graphql_errors: resourceLimitsExceeded, data: 'partial' }),
  forbidden_told: secondary(403, true),
  forbidden_untold: secondary(403, false),
  too_many_told: secondary(429, true),
  too_many_untold: secondary(429, false),
  rate_limited: () => ({ graphql_errors: rateLimited, pause: { seconds: UNTOLD_PAUSE_SECONDS, isTold: false } }),
};

export const FAULT_KINDS = Object.keys(KINDS);

export class SeededFaults {
  #serial = 0;
  counts = {};

  /**
   * @param settings.rate probability, 0 to 1
   * @param settings.pauseSeconds what `retry-after` says
   * @param settings.kinds those that happen, all of them when left out
   */
  constructor({ rate = 0, seed = 1, pauseSeconds = UNTOLD_PAUSE_SECONDS, kinds = FAULT_KINDS } = {}) {
    const unknown = kinds.filter((kind) => !FAULT_KINDS.includes(kind));
    if (unknown.length || kinds.length === 0) throw new Error(`unknown kind '${unknown[0]}'; known: ${FAULT_KINDS.join(', ')}`);
    if (!(rate >= 0 && rate <= 1)) throw new Error(`a fault rate is from 0 to 1; it is ${rate}`);
    if (!(pauseSeconds >= 0)) throw new Error(`a pause is a number of seconds; it is ${pauseSeconds}`);
    this.settings = { rate, seed, pauseSeconds, kinds };
  }

  /** The action for the next GraphQL request that no limit has refused, or undefined. */
  next() {
    const { rate, seed, pauseSeconds, kinds } = this.settings;
    this.#serial += 1;
    const random = new Random(seed, 'fault', this.#serial);
    if (!random.chance(rate)) return undefined;
    const kind = random.pick(kinds);
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    return KINDS[kind](pauseSeconds);
  }
}
