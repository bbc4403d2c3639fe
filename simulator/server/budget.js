// What a token may still ask for: one budget each for GraphQL points and REST requests.

export class Budget {
  #limit;
  #windowMs;
  #clock;
  #resetsAt = 0;
  #used = 0;

  /** @param clock {now(): milliseconds} */
  constructor(limit, windowSeconds, clock) {
    this.#limit = limit;
    this.#windowMs = windowSeconds * 1000;
    this.#clock = clock;
  }

  #roll() {
    const now = this.#clock.now();
    if (now < this.#resetsAt) return;
    this.#used = 0;
    this.#resetsAt = now + this.#windowMs;
  }

  /** Takes `cost` from what is left, however little that is; false when nothing is. */
  spend(cost) {
    this.#roll();
    if (this.#used >= this.#limit) return false;
    this.#used = Math.min(this.#limit, this.#used + cost);
    return true;
  }

  /** `reset` and `resetAt` are the end of the window, rounded up to seconds; `endsAt` is its very end, milliseconds. */
  state() {
    this.#roll();
    const reset = Math.ceil(this.#resetsAt / 1000);
    return {
      limit: this.#limit, used: this.#used, remaining: this.#limit - this.#used,
      resetAt: new Date(reset * 1000).toISOString().slice(0, 19) + 'Z', reset, endsAt: this.#resetsAt,
    };
  }
}

/** The points begun within the last minute, a window that moves along. */
export class SlidingMinute {
  #spent = [];
  #sum = 0;
  #clock;

  constructor(clock) {
    this.#clock = clock;
  }

  add(cost) {
    this.#spent.push({ time: this.#clock.now(), cost });
    this.#sum += cost;
  }

  points() {
    const from = this.#clock.now() - 60_000;
    while (this.#spent.length && this.#spent[0].time <= from) this.#sum -= this.#spent.shift().cost;
    return this.#sum;
  }
}

/** What belongs to one token (or whoever asks in its stead). */
export function makeAccount({ pointsPerHour, restPerHour, rateWindowSeconds }, clock) {
  return {
    graphql: new Budget(pointsPerHour, rateWindowSeconds, clock),
    core: new Budget(restPerHour, rateWindowSeconds, clock),
    minute: new SlidingMinute(clock),
  };
}

/** @param state of a budget */
export function rateLimitHeaders(resource, { limit, remaining, used, reset }) {
  return {
    'x-ratelimit-limit': limit, 'x-ratelimit-remaining': remaining, 'x-ratelimit-used': used,
    'x-ratelimit-reset': reset, 'x-ratelimit-resource': resource,
  };
}
