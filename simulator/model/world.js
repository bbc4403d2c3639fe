// Everything the simulated GitHub holds: owners, their repositories, and their
// pull requests, which are loaded when asked for and kept for a while.

import { LruCache } from './lru.js';
import { findNode, linkPullRequest } from './pull_request.js';
import { relocate } from './relocate.js';

// A few kilobytes each; enough for the pages that a busy client has in hand.
const CACHED_PULL_REQUESTS = 2000;

export class World {
  #owners = new Map();
  #repositories = new Map();
  #nodes = new Map();
  #cache = new LruCache(CACHED_PULL_REQUESTS);
  #changed = new Map();
  #formerNames = new Map();

  /**
   * @param options.now the simulated present, milliseconds
   * @param options.viewer the actor that the token belongs to
   * @param options.mainLogin the owner that control requests mean when they name none
   * @param options.locate (node id) => {repositoryId, number} | null
   */
  constructor({ now, viewer, mainLogin, locate }) {
    this.now = now;
    this.viewer = { repositories: [], ...viewer };
    this.mainLogin = mainLogin;
    this.locate = locate;
  }

  /** Adds an Organization or User: {__typename, id, databaseId, login, name, url}. */
  addOwner(owner) {
    owner.repositories = [];
    this.#owners.set(owner.login.toLowerCase(), owner);
    this.#nodes.set(owner.id, owner);
    return owner;
  }

  addRepository(repository) {
    repository.owner.repositories.push(repository);
    this.#repositories.set(repository.databaseId, repository);
    this.#nodes.set(repository.id, repository);
    return repository;
  }

  owners() {
    return [...this.#owners.values()];
  }

  /** Logins and repository names are found whatever their case, as on GitHub, and a repository by its former names. */
  owner(login) {
    return this.#owners.get(login.toLowerCase());
  }

  repository(login, name, followRenames = true) {
    const wanted = name.toLowerCase();
    const found = this.owner(login)?.repositories.find((each) => each.name.toLowerCase() === wanted);
    return found ?? (followRenames ? this.#repositories.get(this.#formerNames.get(`${login}/${name}`.toLowerCase())) : undefined);
  }

  /** The details of a pull request, or undefined where there is none of that number. */
  pullRequest(repository, number) {
    const entry = repository.entry(number);
    if (!entry) return undefined;
    const key = `${repository.databaseId}:${number}`;
    let pull = this.#changed.get(key) ?? this.#cache.get(key);
    if (!pull) {
      pull = relocate(linkPullRequest(repository.loadPullRequest(entry), repository), repository);
      this.#cache.set(key, pull);
    }
    return pull;
  }

  node(id) {
    const known = this.#nodes.get(id);
    if (known) return known;
    const place = this.locate(id);
    const repository = place && this.#repositories.get(place.repositoryId);
    const pull = repository && this.pullRequest(repository, place.number);
    return pull && findNode(pull, id);
  }

  /** Keeps a changed or new pull request from now on, and moves it to its new place in the lists. */
  keep(repository, pull) {
    linkPullRequest(pull, repository);
    this.#changed.set(`${repository.databaseId}:${pull.number}`, pull);
    repository.putEntry({
      number: pull.number,
      createdAt: Date.parse(pull.createdAt),
      updatedAt: Date.parse(pull.updatedAt),
      state: pull.state,
    });
  }

  #leaveOwner(repository) {
    const siblings = repository.owner.repositories;
    siblings.splice(siblings.indexOf(repository), 1);
  }

  /** Renames a repository, or transfers it to an owner, who is made where there is none of that login. */
  moveRepository(repository, login, name) {
    const other = this.repository(login, name, false);
    if (other && other !== repository) throw new Error(`there is a repository ${login}/${name} already`);
    const owner = this.owner(login) ?? this.addOwner({ ...repository.owner, id: `O_${login}`, login,
      databaseId: repository.owner.databaseId + 1000 + this.#owners.size, url: `https://github.com/${login}` });
    this.#leaveOwner(repository);
    owner.repositories.push(repository);
    this.#formerNames.set(repository.nameWithOwner.toLowerCase(), repository.databaseId);
    repository.move(owner, name);
    this.#cache = new LruCache(CACHED_PULL_REQUESTS);
    for (const pull of this.#changed.values()) if (pull.repository === repository) relocate(pull, repository);
  }

  removeRepository(repository) {
    this.#leaveOwner(repository);
    this.#repositories.delete(repository.databaseId);
    this.#nodes.delete(repository.id);
  }
}
