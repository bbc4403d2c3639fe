// Random numbers that are the same everywhere for the same seed.

function hash(text) {
  let h = 2166136261;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  h = Math.imul(h ^ (h >>> 16), 2246822507);
  h = Math.imul(h ^ (h >>> 13), 3266489909);
  return (h ^ (h >>> 16)) >>> 0;
}

export class Random {
  #state;

  /** A stream of its own for each list of parts: a pull request's does not depend on its neighbours. */
  constructor(...parts) {
    this.#state = hash(parts.join('\u0000'));
  }

  /** In [0, 1): the mulberry32 generator. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from low to high, both included. */
  integer(low, high) {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability) {
    return this.next() < probability;
  }

  pick(list) {
    return list[Math.floor(this.next() * list.length)];
  }

  /** An element of a list whose early elements come up far more often than its late ones. */
  pickUneven(list) {
    return list[Math.floor(this.next() ** 2.5 * list.length)];
  }

  lognormal(median, sigma) {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * this.next()));
  }

  count(median, sigma, most) {
    return Math.min(most, Math.floor(this.lognormal(median, sigma)));
  }

  hex(length) {
    let text = '';
    while (text.length < length) text += Math.floor(this.next() * 0x100000000).toString(16).padStart(8, '0');
    return text.slice(0, length);
  }

  /** `count` whole seconds between two times in milliseconds, in order. */
  times(count, from, to) {
    const times = [];
    for (let i = 0; i < count; i += 1) {
      times.push(Math.floor((from + this.next() * Math.max(0, to - from)) / 1000) * 1000);
    }
    return times.sort((a, b) => a - b);
  }
}
