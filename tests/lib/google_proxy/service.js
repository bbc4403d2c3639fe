// What a proxy is asked, and what it answers before a fault is done to that.

import { Refusal, failure } from './answers.js';
import { FaultPlan, NONE } from './faults.js';
import { chooseFields } from './fields.js';
import { SESSION, problemsOf } from './request_check.js';
import { Sessions, lossOf } from './sessions.js';

/**
 * One of Google's services. Who extends it fills `actions`, (call, fault) => a promise of the answer by the
 * method's id, and says the rest of what is left open below.
 */
export class Service {
  #contract;
  #violations = [];
  #requests = {};
  sessions = new Sessions();
  actions = {};

  /**
   * @param contract a Contract
   * @param kinds, shares as FaultPlan takes them
   */
  constructor(contract, kinds, shares) {
    this.#contract = contract;
    this.plan = new FaultPlan(kinds, shares);
  }

  /** What is tried, the same at each try. */
  operationOf({ id }) {
    return id;
  }

  /** What sort of request it is, for the kinds of faults. */
  natureOf() {
    return {};
  }

  /** Whether a method is answered here. */
  covers({ id }) {
    return id in this.actions;
  }

  /** What is wrong with a request besides what the discovery document says: a list of texts. */
  moreProblems() {
    return [];
  }

  /** The answer to who may not do that; undefined to those who may. */
  denialOf() {
    return undefined;
  }

  /** Answers a request of a session; the faults forgotten and partial happen to it. */
  continueSession({ session, verb, headers, body }, fault) {
    if (session && fault.kind === 'forgotten') this.sessions.forget(session);
    if (!session || fault.kind === 'forgotten') throw new Refusal(410, 'The upload session is gone.');
    if (verb === 'DELETE') return this.sessions.cancel(session);
    session.fault = fault;
    return this.sessions.put(session, headers, body, fault.kind === 'partial' ? lossOf(fault.random) : undefined);
  }

  /** What a fault of the service's own is answered with, nothing being done; undefined for the common ones. */
  answerInstead() {
    return undefined;
  }

  /** What tests can ask of the proxy itself: the action, and (text) => the answer. */
  controls() {
    return {
      'POST faults': (text) => this.plan.configure(JSON.parse(text)),
      'GET violations': () => this.#violations,
      'DELETE violations': () => void (this.#violations = []),
      'GET stats': () => this.stats(),
    };
  }

  stats() {
    return { requests: this.#requests, faults: this.plan.counts, violations: this.#violations.length };
  }

  /** Does what tests ask of the proxy itself; throws where it can't be done. */
  control(action, text) {
    const controls = this.controls();
    if (!controls[action]) throw new Error(`there is no ${action}`);
    return controls[action](text) ?? {};
  }

  /** @returns {answer, fault}; no answer where the fault comes before */
  async answer({ verb, target, headers, body }) {
    const { pathname: path, searchParams: query } = new URL(target, 'http://google');
    const call = { verb, target, path, query, headers, body, session: this.sessions.find(query) };
    const problems = problemsOf(this.#contract, call, (each) => this.covers(each));
    if (problems.length === 0) problems.push(...this.moreProblems(call));
    if (problems.length) {
      this.#violations.push(...problems.map((problem) => ({ request: `${verb} ${target}`, problem })));
      return { answer: failure(call.uncovered ? 501 : 400, `A violation: ${problems.join('; ')}`), fault: NONE };
    }
    this.#requests[call.id] = (this.#requests[call.id] ?? 0) + 1;
    const denial = this.denialOf(call);
    if (denial) return { answer: denial, fault: NONE };
    const fault = this.plan.next(this.operationOf(call), { ...this.natureOf(call), session: call.id === SESSION });
    const instead = this.answerInstead(fault);
    if (instead) return { answer: instead, fault: NONE };
    return fault.kind.endsWith('_before') ? { fault } : { answer: await this.#do(call, fault), fault };
  }

  async #do(call, fault) {
    try {
      const answer = await this.actions[call.id](call, fault);
      if (!answer.value) return answer;
      return { ...answer, body: Buffer.from(JSON.stringify(chooseFields(answer.value, call.query.get('fields')))) };
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }
}
