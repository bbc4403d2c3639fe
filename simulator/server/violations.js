// What a client does although it has been told not to: requests that arrive while
// a limit says wait. GitHub bans those who keep doing it.

// An answer takes a moment to arrive, and requests may be on their way meanwhile.
const GRACE_REAL_MS = 25;
const MOST_RECENT = 20;

const DEFAULT_MOST_CONCURRENT = 100;
const DEFAULT_POINTS_PER_MINUTE = 2000;

/** A time until which a client knows that it must wait. */
class Ban {
  #knownFrom = Infinity; // Real time, milliseconds.
  #until = -Infinity;

  tell(until, now) {
    if (now >= this.#until) this.#knownFrom = performance.now() + GRACE_REAL_MS;
    this.#until = Math.max(this.#until, until);
  }

  isBroken(now) {
    return now < this.#until && performance.now() >= this.#knownFrom;
  }

  left(now) {
    return this.#until - now;
  }
}

export class Violations {
  #clock;
  #limits;
  #counts = { secondary: 0, primary: 0, concurrent: 0, per_minute: 0 };
  #secondary = new Ban();
  #primary = new WeakMap();
  recent = [];

  /** @param options {maxConcurrent, pointsPerMinute}: 0 means GitHub's own, which is counted though nothing enforces it */
  constructor(options, clock) {
    this.#clock = clock;
    this.#limits = {
      concurrent: options.maxConcurrent || DEFAULT_MOST_CONCURRENT,
      pointsPerMinute: options.pointsPerMinute || DEFAULT_POINTS_PER_MINUTE,
    };
  }

  /** An answer that goes out now says that nobody may ask until then. */
  tellSecondary(until) {
    this.#secondary.tell(until, this.#clock.now());
  }

  /** An answer that goes out now says that nothing is left of this budget until then. */
  tellPrimary(budget, until) {
    if (!this.#primary.has(budget)) this.#primary.set(budget, new Ban());
    this.#primary.get(budget).tell(until, this.#clock.now());
  }

  /**
   * A request arrives.
   * @param budget what it will be charged to, or undefined
   * @param concurrent requests under way, itself included
   */
  arrive(budget, concurrent) {
    const now = this.#clock.now();
    if (this.#secondary.isBroken(now)) this.#count('secondary', { seconds_left: this.#secondary.left(now) / 1000 });
    const primary = budget && this.#primary.get(budget);
    if (primary?.isBroken(now)) this.#count('primary', { seconds_left: primary.left(now) / 1000 });
    if (concurrent > this.#limits.concurrent) this.#count('concurrent', { concurrent });
  }

  /** @param points begun within the last minute, those of the request that begins now included */
  begin(points) {
    if (points > this.#limits.pointsPerMinute) this.#count('per_minute', { points });
  }

  #count(kind, detail) {
    this.#counts[kind] += 1;
    this.recent.push({ kind, at: new Date(this.#clock.now()).toISOString(), ...detail });
    if (this.recent.length > MOST_RECENT) this.recent.shift();
  }

  counts() {
    return { total: Object.values(this.#counts).reduce((sum, count) => sum + count, 0), ...this.#counts };
  }
}
