// What the proxy is asked, and what it answers before a fault is done to that.

import { Refusal, failure } from './answers.js';
import { Buckets } from './buckets.js';
import { FaultPlan, NONE } from './faults.js';
import { chooseFields } from './fields.js';
import { Objects } from './objects.js';
import { SESSION, problemsOf } from './request_check.js';
import { Sessions, lossOf } from './uploads.js';

/** What is tried, the same at each try. */
function operationOf({ id, names = {}, query, session, body }) {
  if (session) return `${id} ${session.place}`;
  const object = names.object ?? query.get('name') ?? body?.name ?? `${query.get('prefix')} ${query.get('pageToken')}`;
  return `${id} ${names.bucket}/${object}`;
}

export class StorageService {
  #contract;
  #plan = new FaultPlan();
  #buckets;
  #objects;
  #sessions;
  #denied = new Set();
  #violations = [];
  #requests = {};

  constructor(emulator, contract) {
    this.#contract = contract;
    this.#buckets = new Buckets(emulator);
    this.#objects = new Objects(emulator, this.#buckets);
    this.#sessions = new Sessions(this.#objects);
  }

  /** What tests ask of the proxy itself; throws where it can't be done. */
  control(action, text) {
    const actions = {
      'POST faults': () => this.#plan.configure(JSON.parse(text)),
      'POST deny': () => void (this.#denied = new Set(JSON.parse(text).buckets)),
      'GET violations': () => this.#violations,
      'DELETE violations': () => void (this.#violations = []),
      'GET stats': () => ({ requests: this.#requests, faults: this.#plan.counts, violations: this.#violations.length }),
    };
    if (!actions[action]) throw new Error(`there is no ${action}`);
    return actions[action]() ?? {};
  }

  /** @returns {answer, fault}; no answer where the fault comes before */
  async answer({ verb, target, headers, body }) {
    const { pathname: path, searchParams: query } = new URL(target, 'http://storage');
    const call = { verb, target, path, query, headers, body, session: this.#sessions.find(query) };
    const problems = problemsOf(this.#contract, call, (id) => id in this.#actions);
    if (problems.length) {
      this.#violations.push(...problems.map((problem) => ({ request: `${verb} ${target}`, problem })));
      return { answer: failure(call.uncovered ? 501 : 400, `A violation: ${problems.join('; ')}`), fault: NONE };
    }
    this.#requests[call.id] = (this.#requests[call.id] ?? 0) + 1;
    if (this.#denied.has(call.names?.bucket ?? call.body?.name)) {
      return { answer: failure(403, 'The caller does not have permission to do that, or it may not exist.'), fault: NONE };
    }
    const nature = { download: query.get('alt') === 'media', list: call.id === 'objects.list', session: call.id === SESSION };
    const fault = this.#plan.next(operationOf(call), nature);
    return fault.kind.endsWith('_before') ? { fault } : { answer: await this.#do(call, fault), fault };
  }

  #actions = {
    'buckets.insert': (call) => this.#buckets.insert(call),
    'buckets.get': (call) => this.#buckets.get(call),
    'buckets.list': () => this.#buckets.list(),
    'buckets.patch': (call) => this.#buckets.patch(call),
    'buckets.delete': (call) => this.#buckets.remove(call),
    'objects.insert': (call) => this.#upload(call),
    'objects.get': (call) => this.#objects.get(call),
    'objects.delete': (call) => this.#objects.remove(call),
    'objects.list': (call, { kind, random }) => this.#objects.list(call, kind === 'short_page' ? random.integer(0, 1) : undefined),
    [SESSION]: (call, fault) => this.#continueSession(call, fault),
  };

  #upload(call) {
    if (call.query.get('uploadType') === 'resumable') return this.#sessions.start(call, call.body ?? {});
    return this.#objects.insert(call, this.#objects.describe(call, call.body ?? {}, call.contentType), call.bytes);
  }

  #continueSession({ session, verb, headers, body }, { kind, random }) {
    if (session && kind === 'forgotten') this.#sessions.forget(session);
    if (!session || kind === 'forgotten') throw new Refusal(410, 'The upload session is gone.');
    if (verb === 'DELETE') return this.#sessions.cancel(session);
    return this.#sessions.put(session, headers, body, kind === 'partial' ? lossOf(random) : undefined);
  }

  async #do(call, fault) {
    try {
      const answer = await this.#actions[call.id](call, fault);
      if (!answer.value) return answer;
      return { ...answer, body: Buffer.from(JSON.stringify(chooseFields(answer.value, call.query.get('fields')))) };
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }
}
