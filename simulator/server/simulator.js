// The state of a running simulator: the world, what tokens have left, what is to
// go wrong next, and what has been counted.

import { Access } from '../graphql/access.js';
import { Lies } from '../graphql/lies.js';
import { Poison } from '../graphql/poison.js';
import { Mutator } from '../model/mutations.js';
import { RandomMutations } from '../model/random_mutations.js';
import { Apps } from './apps.js';
import { makeAccount } from './budget.js';
import { Clock } from './clock.js';
import { Faults } from './faults.js';
import { SecondaryLimit } from './secondary.js';
import { SeededFaults } from './seeded_faults.js';
import { Stats } from './stats.js';
import { Tokens } from './tokens.js';
import { Violations } from './violations.js';

const FAULT_SETTINGS = { fault_rate: 'rate', fault_seed: 'seed', fault_pause_seconds: 'pauseSeconds', fault_kinds: 'kinds' };
const CONTROL_KEYS = ['latency_ms', 'faults', ...Object.keys(FAULT_SETTINGS), 'poison', 'lies', 'access', 'mutations', 'mutate_now', 'random_mutations', 'tokens', 'app', 'reset'];

export class Simulator {
  #makeWorld;

  /** @param makeWorld () => World; called again by a reset, so it must give the same world each time */
  constructor(options, makeWorld) {
    this.options = options;
    this.#makeWorld = makeWorld;
    this.clock = new Clock(options);
    this.#begin();
  }

  #begin() {
    this.world = this.#makeWorld();
    this.mutator = new Mutator(this.world, this.clock);
    this.mutations = [];
    this.randomMutations = undefined;
    this.faults = new Faults();
    this.seededFaults = new SeededFaults({ rate: this.options.faultRate, seed: this.options.faultSeed });
    this.trouble = { poison: new Poison(), lies: new Lies(), access: new Access() };
    this.secondary = new SecondaryLimit(this.clock);
    this.tokens = new Tokens();
    this.violations = new Violations(this.options, this.clock);
    this.stats = new Stats();
    this.latencyMs = this.options.latencyMs;
    const newAccount = () => makeAccount(this.options, this.clock);
    this.accounts = new Map(this.options.tokens.map((token) => [token, newAccount()]));
    this.apps = new Apps(this.options.apps, this.options.appTokenSeconds, newAccount, () => this.clock.now());
  }

  /** The budgets behind a request's `authorization` header, or undefined. */
  account(authorization, method, path) {
    if (Apps.signs(method, path)) return this.apps.signingAccount();
    const match = /^(?:bearer|token) +(\S+)$/i.exec(authorization ?? '');
    return match ? this.accounts.get(match[1]) ?? this.apps.account(match[1]) : undefined;
  }

  /** Carries out a request to `/_control`. Throws without having changed anything it can tell in advance. */
  control(request) {
    const unknown = Object.keys(request).filter((key) => !CONTROL_KEYS.includes(key));
    if (unknown.length) throw new Error(`unknown: ${unknown.join(', ')}; known: ${CONTROL_KEYS.join(', ')}`);
    if (request.reset) this.#begin();
    if (request.latency_ms !== undefined) this.latencyMs = request.latency_ms;
    if (request.faults) this.faults.set(request.faults);
    this.#setFaultRate(request);
    if (request.poison) this.trouble.poison = new Poison(request.poison, this.world);
    if (request.access) this.trouble.access = new Access(request.access, this.world, () => this.stats.graphqlAnswered);
    if (request.tokens) this.tokens = new Tokens(request.tokens);
    if (request.app) this.apps.change(request.app);
    if (request.lies) this.trouble.lies = new Lies(request.lies, this.world);
    if (request.mutate_now) this.mutator.apply(request.mutate_now);
    if (request.random_mutations !== undefined) {
      this.randomMutations = request.random_mutations ? new RandomMutations(request.random_mutations) : undefined;
    }
    if (request.mutations) {
      this.mutations = [...request.mutations].sort((a, b) => (a.after_requests ?? 0) - (b.after_requests ?? 0));
      this.applyDueMutations();
    }
    return { ok: true };
  }

  /** Settings that are not named stay; the requests are counted from 1 again. */
  #setFaultRate(request) {
    const named = Object.keys(FAULT_SETTINGS).filter((key) => request[key] !== undefined);
    if (named.length === 0) return;
    const changes = Object.fromEntries(named.map((key) => [FAULT_SETTINGS[key], request[key]]));
    this.seededFaults = new SeededFaults({ ...this.seededFaults.settings, ...changes });
  }

  /** Counts an answer to a GraphQL request, and makes the changes that follow it. */
  graphqlAnswered() {
    this.stats.graphqlAnswered += 1;
    this.applyDueMutations();
    const change = this.randomMutations?.next(this.world);
    if (change) this.mutator.apply(change);
  }

  /** Applies the changes whose time has come, counted in GraphQL requests answered. */
  applyDueMutations() {
    while (this.mutations.length && (this.mutations[0].after_requests ?? 0) <= this.stats.graphqlAnswered) {
      this.mutator.apply(this.mutations.shift());
    }
  }
}
