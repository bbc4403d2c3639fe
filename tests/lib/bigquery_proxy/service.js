// BigQuery as the proxy answers for it.

import { createHash } from 'node:crypto';
import { failure, jsonAnswer } from '../google_proxy/answers.js';
import { SESSION } from '../google_proxy/request_check.js';
import { Service } from '../google_proxy/service.js';
import { Jobs } from './jobs.js';
import { tablePath } from './pass.js';
import { Permissions } from './permissions.js';
import { Quotas } from './quotas.js';
import { Tables } from './tables.js';

/** Faults that BigQuery has besides the common ones. */
const KINDS = {
  rate_limited: () => true, // 403 rateLimitExceeded, nothing was done: to be tried again
  quota_exceeded: () => true, // 403 quotaExceeded, nothing was done: not to be tried again soon
  job_failed: ({ job }) => job, // the job fails with backendError, nothing was done: to be tried under another id
  short_page: ({ page }) => page, // at most one result, and a token for the next page
  forgotten: ({ session }) => session, // a resumable upload's session is gone: 410
  partial: ({ session }) => session, // a resumable upload keeps only a part of what came
};
const SHARES = { quota_exceeded: 0, forgotten: 0.25 };
const INSTEAD = {
  rate_limited: () => failure(403, 'Exceeded rate limits: too many api requests per user per method for this user_method. For more information, see https://cloud.google.com/bigquery/docs/troubleshoot-quotas', 'rateLimitExceeded'),
  quota_exceeded: () => failure(403, 'Quota exceeded: Your project exceeded quota for this. For more information, see https://cloud.google.com/bigquery/docs/troubleshoot-quotas', 'quotaExceeded'),
};
const PAGED = ['jobs.getQueryResults', 'tabledata.list', 'tables.list', 'datasets.list', 'jobs.list'];

const digest = (value) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

export class BigQueryService extends Service {
  #jobs;
  #tables;
  #permissions = new Permissions();
  #quotas = new Quotas();

  /**
   * @param backend a Backend to the emulator
   * @param sources Sources of loads
   */
  constructor(backend, sources, contract) {
    super(contract, KINDS, SHARES);
    this.#jobs = new Jobs(backend, sources, this.#permissions, this.#quotas);
    this.#tables = new Tables(backend);
  }

  controls() {
    return {
      ...super.controls(),
      'POST deny': (text) => this.#permissions.deny(JSON.parse(text).permissions),
      'POST slow_jobs': (text) => this.#jobs.slowDown(JSON.parse(text)),
      'POST errors': (text) => this.#jobs.refuseEarly(JSON.parse(text)),
      'POST quotas': (text) => this.#quotas.limit(JSON.parse(text)),
    };
  }

  stats() {
    return { ...super.stats(), ...this.#quotas.counts };
  }

  covers({ id, protocol }) {
    return id in this.actions && protocol !== 'resumable';
  }

  moreProblems({ id, body }) {
    const queries = { 'jobs.insert': body?.configuration?.query, 'jobs.query': body, 'tables.insert': body?.view, 'tables.patch': body?.view, 'tables.update': body?.view };
    return queries[id]?.query && queries[id].useLegacySql !== false ? ['a query is legacy SQL unless useLegacySql is false'] : [];
  }

  /** A job that is tried again has another id: what it does names it. */
  operationOf({ id, names = {}, query, session, body }) {
    if (session) return `${id} ${session.place}`;
    if (id === 'jobs.insert') return `${id} ${digest(body?.configuration)}`;
    if (id === 'jobs.query') return `${id} ${digest([body.query, body.queryParameters])}`;
    const rest = names.jobId ? this.#jobs.operationOf(names) : Object.values(names).join('/');
    return `${id} ${rest} ${body?.tableReference?.tableId ?? ''} ${query.get('pageToken') ?? ''}`;
  }

  natureOf({ id, body }) {
    return { job: id === SESSION || (id === 'jobs.insert' && !body?.configuration?.dryRun), page: PAGED.includes(id) };
  }

  denialOf(call) {
    const message = this.#permissions.ofMethod(call);
    return message && failure(403, message, 'accessDenied');
  }

  answerInstead({ kind }) {
    return INSTEAD[kind]?.();
  }

  actions = {
    'jobs.insert': (call, fault) => this.#insertJob(call, fault),
    'jobs.get': (call) => this.#jobs.get(call),
    'jobs.list': (call, fault) => this.#jobs.list(call, fault),
    'jobs.cancel': (call) => this.#jobs.cancel(call),
    'jobs.query': (call) => this.#jobs.query(call, digest([call.body.query, call.body.queryParameters])),
    'jobs.getQueryResults': (call, fault) => this.#jobs.results(call, fault),
    'datasets.insert': (call) => this.#tables.insertDataset(call),
    'datasets.get': (call) => this.#tables.pass(call),
    'datasets.list': (call, fault) => this.#tables.pass(call, fault),
    'datasets.patch': (call) => this.#tables.changeDataset(call),
    'datasets.update': (call) => this.#tables.changeDataset(call),
    'datasets.delete': (call) => this.#deleteDataset(call),
    'tables.insert': (call) => this.#tables.insert(call),
    'tables.get': (call) => this.#tables.pass(call),
    'tables.list': (call, fault) => this.#tables.pass(call, fault),
    'tables.patch': (call) => this.#tables.change(call),
    'tables.update': (call) => this.#tables.change(call),
    'tables.delete': (call) => this.#tables.pass(call),
    'tables.testIamPermissions': (call) => this.#testPermissions(call),
    'tabledata.list': (call, fault) => this.#tables.pass(call, fault),
    [SESSION]: (call, fault) => this.continueSession(call, fault),
  };

  /** Of those that are asked for on a table, those that there are; left out when there are none. */
  async #testPermissions({ names: { projectsId, datasetsId, tablesId }, body }) {
    const names = { projectId: projectsId, datasetId: datasetsId, tableId: tablesId };
    const known = await this.#tables.pass({ verb: 'GET', path: tablePath(names), query: new URLSearchParams(), headers: {}, names });
    const granted = this.#permissions.granted(body.permissions);
    return known.status === 200 ? jsonAnswer(200, granted.length ? { permissions: granted } : {}) : known;
  }

  async #deleteDataset(call) {
    const answer = await this.#tables.pass(call);
    this.#jobs.forgetPlaces();
    return answer;
  }

  #insertJob(call, fault) {
    const place = digest(call.body?.configuration);
    if (call.protocol === 'plain') return this.#jobs.insert(call, { operation: place, fault });
    if (call.query.get('uploadType') !== 'resumable') return this.#jobs.insert(call, { operation: place, fault, upload: call.bytes });
    return this.sessions.start({
      host: call.headers.host,
      path: `/upload/bigquery/v2/projects/${call.names.projectId}/jobs?uploadType=resumable`,
      place,
      receive: (bytes, session) => this.#jobs.insert(call, { operation: place, fault: session.fault, upload: bytes }),
    });
  }
}
