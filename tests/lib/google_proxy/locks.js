/** One at a time for each name. */
export class Locks {
  #last = new Map();

  async hold(name, use) {
    const before = this.#last.get(name);
    const mine = Promise.resolve(before).then(use);
    const ended = mine.catch(() => {});
    this.#last.set(name, ended);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === ended) this.#last.delete(name);
    }
  }
}
