// A repository and the index of its pull requests. The index is all that is
// kept for every pull request; the details are made or read when asked for.
//
// An index entry is {number, createdAt, updatedAt, state}, times in milliseconds.

/** Position in a list by time: earlier first, and by number within a second. */
const byCreation = (a, b) => a.createdAt - b.createdAt || a.number - b.number;
const byUpdate = (a, b) => a.updatedAt - b.updatedAt || a.number - b.number;

export class Repository {
  __typename = 'Repository';
  #entries = new Map();
  #orders = new Map();

  /**
   * @param fields what GitHub shows of a repository: id, databaseId, name, owner, isArchived, …
   * @param entries the index entries of its pull requests
   * @param loadPullRequest (entry) => details, see pull_request.js
   */
  constructor(fields, entries, loadPullRequest) {
    Object.assign(this, fields);
    this.formerNames = [];
    this.nameWithOwner = `${this.owner.login}/${this.name}`;
    this.loadPullRequest = loadPullRequest;
    for (const entry of entries) this.#entries.set(entry.number, entry);
  }

  /** Gives it another name or owner; its lists and its node id stay. */
  move(owner, name) {
    this.formerNames.push(this.nameWithOwner);
    Object.assign(this, { owner, name, nameWithOwner: `${owner.login}/${name}`, url: `https://github.com/${owner.login}/${name}` });
  }

  get size() {
    return this.#entries.size;
  }

  entry(number) {
    return this.#entries.get(number);
  }

  /** Every entry, oldest first. `field` is CREATED_AT or UPDATED_AT. */
  entries(field = 'CREATED_AT') {
    let list = this.#orders.get(field);
    if (!list) {
      list = [...this.#entries.values()].sort(field === 'UPDATED_AT' ? byUpdate : byCreation);
      this.#orders.set(field, list);
    }
    return list;
  }

  /** Puts an entry in, new or changed, and forgets the orders that it moves in. */
  putEntry(entry) {
    this.#entries.set(entry.number, entry);
    this.#orders.clear();
  }

  newestNumber() {
    let newest = 0;
    for (const number of this.#entries.keys()) if (number > newest) newest = number;
    return newest;
  }

  newestUpdate() {
    return this.entries('UPDATED_AT').at(-1)?.updatedAt ?? 0;
  }
}
