// The simulated GitHub's clock: it starts at its present and may run faster than
// real time. Budgets, windows, pauses, changes and the `Date` header all go by it.

import { setTimeout as wait } from 'node:timers/promises';

export class Clock {
  #present;
  #startedAt;
  #scale;

  /**
   * @param options.now the time that it shows at `startedAt`, milliseconds
   * @param options.timeScale how many times as fast as real time it runs
   * @param options.startedAt a reading of performance.now()
   */
  constructor({ now, timeScale = 1, startedAt = performance.now() }) {
    this.#present = now;
    this.#startedAt = startedAt;
    this.#scale = timeScale;
  }

  now() {
    return this.#present + (performance.now() - this.#startedAt) * this.#scale;
  }

  /** Waits for that much of its own time. */
  async sleep(milliseconds) {
    if (milliseconds > 0) await wait(milliseconds / this.#scale);
  }
}

/** As the `Date` header has it: whole seconds, rounded down. */
export const httpDate = (milliseconds) => new Date(milliseconds).toUTCString();
