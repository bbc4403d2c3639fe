// The secondary limit: while it holds, everybody is refused, whatever the token.

const MESSAGE = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
const DOCUMENTATION = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits';

/** How long GitHub asks to wait where an answer does not say it. */
export const UNTOLD_PAUSE_SECONDS = 60;

export class SecondaryLimit {
  #clock;
  #until = -Infinity;
  #isTold = true;

  constructor(clock) {
    this.#clock = clock;
  }

  /** @param isTold whether refusals have a `retry-after` */
  hold(seconds, isTold = true) {
    this.#until = Math.max(this.#until, this.#clock.now() + seconds * 1000);
    this.#isTold = isTold;
    return this.#until;
  }

  /** The answer to who asks now, with the time until which it forbids to ask; undefined while there is no limit. */
  refusal() {
    const left = this.#until - this.#clock.now();
    if (left <= 0) return undefined;
    const headers = this.#isTold ? { 'retry-after': String(Math.ceil(left / 1000)) } : {};
    return { status: 403, headers, json: { message: MESSAGE, documentation_url: DOCUMENTATION }, forbidsUntil: this.#until };
  }
}

/** Until when an answer made up by a test forbids to ask, or undefined where it speaks of no secondary limit. */
export function forbiddenUntil({ status, headers, text = '' }, now) {
  if (![403, 429].includes(status) || !/secondary rate limit/i.test(text)) return undefined;
  return now + Number(headers['retry-after'] ?? UNTOLD_PAUSE_SECONDS) * 1000;
}
