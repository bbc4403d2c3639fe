// What a token may still ask for: one budget each for GraphQL points and REST requests.

export class Budget {
  #limit;
  #windowMs;
  #clock;
  #resetsAt = 0;
  #used = 0;

  /** @param clock () => milliseconds */
  constructor(limit, windowSeconds, clock = Date.now) {
    this.#limit = limit;
    this.#windowMs = windowSeconds * 1000;
    this.#clock = clock;
  }

  #roll() {
    if (this.#clock() < this.#resetsAt) return;
    this.#used = 0;
    this.#resetsAt = this.#clock() + this.#windowMs;
  }

  /** Takes `cost` from what is left, however little that is; false when nothing is. */
  spend(cost) {
    this.#roll();
    if (this.#used >= this.#limit) return false;
    this.#used = Math.min(this.#limit, this.#used + cost);
    return true;
  }

  state() {
    this.#roll();
    return {
      limit: this.#limit, used: this.#used, remaining: this.#limit - this.#used,
      resetAt: new Date(Math.ceil(this.#resetsAt / 1000) * 1000).toISOString().slice(0, 19) + 'Z',
      reset: Math.ceil(this.#resetsAt / 1000),
    };
  }
}

export function rateLimitHeaders(resource, budget) {
  const { limit, remaining, used, reset } = budget.state();
  return {
    'x-ratelimit-limit': limit, 'x-ratelimit-remaining': remaining, 'x-ratelimit-used': used,
    'x-ratelimit-reset': reset, 'x-ratelimit-resource': resource,
  };
}
