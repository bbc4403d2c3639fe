// Jobs: where they run, what becomes of them, and when a client gets to know.

import { randomBytes } from 'node:crypto';
import { Refusal, jsonAnswer } from '../google_proxy/answers.js';
import { Locks } from '../google_proxy/locks.js';
import { answerOf, passedQuery, projectPath, tablePath } from './pass.js';
import { Places, isSearched, tablesOf } from './places.js';
import { LoadFailure } from './sources.js';
import { Transactions } from './transactions.js';
import { checkConfiguration, checkJobId, checkLabels, checkLoad } from './values.js';

const TYPES = ['query', 'load', 'copy', 'extract'];
// How a failed job is told by getQueryResults.
const STATUSES = { notFound: 404, accessDenied: 403, backendError: 503 };
const NOT_WRITING = /^(?!.*\b(INSERT|MERGE|UPDATE|DELETE|TRUNCATE)\b)/is;
const SELF_DESCRIBING = ['PARQUET', 'AVRO', 'ORC'];
// How the emulator's engine says that two transactions changed the same rows, and how Google does.
const CONFLICT = /Conflict on (?:tuple deletion|update)!|Transaction conflict - [^"]*/g;
const CONCURRENT_UPDATE = 'Transaction is aborted due to concurrent update against table.';
const BACKEND_ERROR = { reason: 'backendError', message: 'Error encountered during execution. Retrying may solve the problem.' };

const hidden = (state) => ({ state });

/** The status of a load that the emulator let fail: Google names the file, at least where there is only one. */
function withFile(status, [uri, ...others] = []) {
  const { errorResult } = status;
  if (!errorResult?.message.startsWith('Error while reading data') || !uri || others.length > 0 || errorResult.message.includes(uri)) return status;
  const named = { ...errorResult, location: uri, message: `${errorResult.message} File: ${uri}` };
  return { ...status, errorResult: named, errors: [named] };
}

function typeOf(configuration) {
  const types = TYPES.filter((type) => configuration?.[type]);
  if (types.length !== 1) throw new Refusal(400, `Job configuration must contain exactly one job-specific configuration object (e.g., query, load, extract, spark), but there were ${types.length}: ${types.join(', ')}`);
  return types[0];
}

export class Jobs {
  #backend;
  #sources;
  #places;
  #permissions;
  #quotas;
  #transactions;
  #locks = new Locks();
  #records = new Map();
  #requests = new Map();
  #polls = 0;
  #isEarly = false;

  constructor(backend, sources, permissions, quotas) {
    this.#backend = backend;
    this.#sources = sources;
    this.#places = new Places(backend);
    this.#permissions = permissions;
    this.#quotas = quotas;
    this.#transactions = new Transactions(backend);
  }

  /** A dataset has gone. */
  forgetPlaces() {
    this.#places.forget();
  }

  /** From now on a job answers `polls` times that it is not done. */
  slowDown({ polls }) {
    this.#polls = polls;
  }

  /** From now on a query that can't run is refused when it is inserted, as Google does at times; else its job fails. */
  refuseEarly({ early }) {
    this.#isEarly = early;
  }

  /** What a job does, the same for each job that does it. */
  operationOf({ projectId, jobId }) {
    return this.#records.get(`${projectId}.${jobId}`)?.operation ?? jobId;
  }

  // --- Beginning

  /**
   * Begins a job.
   *
   * @param about.operation names what it does
   * @param about.fault job_failed lets it fail
   * @param about.upload the bytes that came with it
   */
  async insert(call, { operation, fault, upload }) {
    const { projectId } = call.names;
    const { jobReference = {}, configuration } = call.body ?? {};
    const type = typeOf(configuration);
    const jobId = jobReference.jobId ?? `job_${randomBytes(12).toString('base64url')}`;
    checkJobId(jobId);
    checkLabels(configuration.labels);
    checkConfiguration(configuration[type]);
    if (type === 'load') checkLoad(configuration.load, upload !== undefined);
    else if (upload) throw new Refusal(400, 'Only a load can be uploaded.');
    const record = { projectId, jobId, type, configuration, operation, upload, created: Date.now(), polls: this.#polls };
    if (configuration.dryRun) return this.#dryRun(record, jobReference.location);
    return this.#locks.hold(`${projectId}.${jobId}`, () => this.#begin(record, jobReference.location, fault));
  }

  async #begin(record, wanted, fault) {
    const { projectId, jobId, type, configuration } = record;
    if (type === 'load') await this.#place(record, wanted);
    if (this.#records.has(`${projectId}.${jobId}`)) throw new Refusal(409, `Already Exists: Job ${projectId}:${record.location ?? 'US'}.${jobId}`, 'duplicate');
    this.#quotas.count(type, configuration.load?.destinationTable);
    try {
      if (type !== 'load') await this.#place(record, wanted);
      const denial = await this.#denialOf(record);
      if (denial) throw new LoadFailure({ reason: 'accessDenied', message: denial });
      if (fault?.kind === 'job_failed') throw new LoadFailure(BACKEND_ERROR);
      const sql = configuration.query?.query ?? '';
      const refusal = await this.#transactions.begin({ projectId, jobId, sql }, () => this.#run(record));
      if (refusal) return refusal;
    } catch (error) {
      if (!(error instanceof LoadFailure) && !(error instanceof Refusal)) throw error;
      if (this.#isEarly && error instanceof Refusal) throw error;
      const problem = error.answer?.value.error.errors[0];
      record.location ??= wanted ?? 'US';
      record.failed = error.status ?? { errorResult: { reason: problem.reason, message: problem.message }, errors: [{ reason: problem.reason, message: problem.message }] };
    }
    this.#records.set(`${projectId}.${jobId}`, record);
    return jsonAnswer(200, await this.#resource(record, record.polls > 0 ? 'PENDING' : 'RUNNING'));
  }

  async #dryRun(record, wanted) {
    await this.#place(record, wanted);
    const answer = await this.#backend.sendJson('POST', `${projectPath(record.projectId)}/jobs`, { configuration: record.configuration });
    return answerOf(answer, (value) => ({ ...value, id: undefined, jobReference: { projectId: record.projectId, location: record.location } }));
  }

  /** The tables that a job names. */
  #tablesOf({ projectId, type, configuration }) {
    const { destinationTable, defaultDataset, query, sourceTable, sourceTables = [] } = configuration[type];
    const named = type === 'query' ? tablesOf(query, projectId, defaultDataset) : [];
    return [...[destinationTable, sourceTable, ...sourceTables].filter(Boolean), ...named];
  }

  async #place(record, wanted) {
    const { type, configuration: { load } } = record;
    record.location = await this.#places.placeJob(this.#tablesOf(record), wanted);
    if (type !== 'load' || await this.#places.locationOf(load.destinationTable)) return;
    throw new Refusal(404, `Not found: Dataset ${load.destinationTable.projectId}:${load.destinationTable.datasetId}`);
  }

  async #denialOf(record) {
    const { type, configuration } = record;
    const tables = this.#tablesOf(record);
    const [first] = tables;
    if (type === 'query') {
      const writes = !NOT_WRITING.test(configuration.query.query);
      return (first && this.#permissions.of('bigquery.tables.getData', first))
        ?? (first && writes ? this.#permissions.of('bigquery.tables.updateData', first) : undefined);
    }
    if (type !== 'load') return undefined;
    const [uri] = configuration.load.sourceUris ?? [];
    if (uri && this.#permissions.of('storage.objects.get', {})) return `Access Denied: File ${uri}: Access Denied`;
    const { status } = await this.#backend.send('GET', tablePath(first));
    const creates = status === 404 && this.#permissions.of('bigquery.tables.create', { ...first, tableId: undefined });
    return creates || this.#permissions.of('bigquery.tables.updateData', first);
  }

  /** Has the emulator do a job; @returns its answer where that is a refusal */
  async #run(record) {
    const { projectId, jobId, type, configuration, upload } = record;
    const passed = type === 'load' ? { ...configuration, load: await this.#readyLoad(record, configuration.load, upload) } : configuration;
    const answer = await this.#backend.sendJson('POST', `${projectPath(projectId)}/jobs`, { jobReference: { projectId, jobId }, configuration: passed });
    if (answer.status !== 200) return answerOf(answer);
    if (this.#isEarly && type === 'query') await this.#refuseFailed(record);
    return undefined;
  }

  /** Waits for a query's end, and throws a Refusal when it failed. */
  async #refuseFailed(record) {
    const { status } = await this.#resource(record);
    if (status.state !== 'DONE') return this.#refuseFailed(record);
    if (!status.errorResult) return undefined;
    const { reason, message } = status.errorResult;
    throw new Refusal(STATUSES[reason] ?? 400, message, reason);
  }

  /** A load as the emulator can do it: its objects staged, its schema said. */
  async #readyLoad(record, load, upload) {
    const { status, json } = await this.#backend.send('GET', tablePath(load.destinationTable));
    const table = status === 200 && json.schema?.fields?.length ? json.schema : undefined;
    const schema = load.schema?.fields?.length ? load.schema : table;
    const describes = SELF_DESCRIBING.includes(load.sourceFormat);
    if (!schema && !load.autodetect && !describes) {
      throw new LoadFailure({ reason: 'invalid', message: `Schema has no fields. Table: ${load.destinationTable.tableId}` });
    }
    const staged = await this.#sources.stage(load, upload, schema?.fields);
    record.staged = staged;
    record.upload = undefined;
    return { ...load, sourceUris: staged.uris, ...(schema && !describes && { schema }) };
  }

  // --- Telling

  async #find({ names: { projectId, jobId }, query }) {
    const record = this.#records.get(`${projectId}.${jobId}`) ?? await this.#findChild(projectId, jobId);
    if (record && isSearched(record.location, query.get('location'))) return record;
    const location = query.get('location');
    throw new Refusal(404, `Not found: Job ${projectId}:${location ? `${location}.` : ''}${jobId}`);
  }

  /** The job that one of a script's statements is. */
  async #findChild(projectId, jobId) {
    const { status, json } = await this.#backend.send('GET', `${projectPath(projectId)}/jobs/${encodeURIComponent(jobId)}`);
    const parent = status === 200 && this.#records.get(`${projectId}.${json.statistics.parentJobId}`);
    return parent ? { ...parent, jobId, operation: jobId, configuration: json.configuration, created: Number(json.statistics.creationTime), polls: 0 } : undefined;
  }

  #reference({ projectId, jobId, location }) {
    return {
      id: `${projectId}:${location}.${jobId}`,
      selfLink: `https://bigquery.googleapis.com/bigquery/v2/projects/${projectId}/jobs/${jobId}?location=${location}`,
      jobReference: { projectId, jobId, location },
    };
  }

  /** A job's resource, as far as the client may know when it is in `state`; undefined is the state that it is in. */
  async #resource(record, state) {
    const { projectId, jobId, type, configuration, created, failed } = record;
    const own = {
      kind: 'bigquery#job', ...this.#reference(record), user_email: 'test@example.com',
      configuration: { jobType: type.toUpperCase(), ...configuration }, statistics: { creationTime: String(created), startTime: String(created) } };
    if (state) return { ...own, status: hidden(state) };
    if (failed) return { ...own, status: { state: 'DONE', ...failed }, statistics: { ...own.statistics, endTime: String(created) } };
    const { body } = await this.#backend.send('GET', `${projectPath(projectId)}/jobs/${encodeURIComponent(jobId)}`);
    const done = JSON.parse(this.#inPlace(record, body.toString()));
    if (done.status.state === 'DONE') await record.staged?.remove();
    if (type === 'load') done.status = withFile(done.status, configuration.load.sourceUris);
    const destination = done.configuration.query?.destinationTable;
    return { ...done, ...this.#reference(record),
      configuration: { ...own.configuration, ...(destination && { query: { ...configuration.query, destinationTable: destination } }) } };
  }

  /** What the emulator says, in Google's words. */
  #inPlace({ location, staged }, text) {
    const written = staged ? staged.written(text) : text;
    return written.replaceAll('was not found in location US', `was not found in location ${location}`)
      .replaceAll(/NOT NULL constraint failed: [^.]+\.(\w+)/g, 'Required field $1 cannot be null')
      .replaceAll(CONFLICT, CONCURRENT_UPDATE);
  }

  /** The state that a slow job pretends to be in; undefined once it is slow no more. */
  #pretended(record) {
    if (record.polls === 0) return undefined;
    record.polls -= 1;
    return record.polls > 0 ? 'PENDING' : 'RUNNING';
  }

  async get(call) {
    const record = await this.#find(call);
    return jsonAnswer(200, await this.#resource(record, this.#pretended(record)));
  }

  async cancel(call) {
    const record = await this.#find(call);
    record.polls = 0;
    if (!record.failed) await this.#backend.send('POST', `${projectPath(record.projectId)}/jobs/${encodeURIComponent(record.jobId)}/cancel`);
    return jsonAnswer(200, { kind: 'bigquery#jobCancelResponse', job: await this.#resource(record) });
  }

  async list({ names: { projectId }, query }, fault) {
    if (query.has('parentJobId')) return this.#children(projectId, query);
    const records = [...this.#records.values()].filter((each) => each.projectId === projectId).reverse();
    const [low, high] = [Number(query.get('minCreationTime') ?? 0), Number(query.get('maxCreationTime') ?? Infinity)];
    const states = query.getAll('stateFilter').map((state) => state.toUpperCase());
    const all = [];
    for (const record of records.filter(({ created }) => created >= low && created <= high)) {
      const job = await this.#resource(record, record.polls > 0 ? 'RUNNING' : undefined);
      if (states.length === 0 || states.includes(job.status.state)) all.push({ ...job, state: job.status.state, errorResult: job.status.errorResult });
    }
    const start = Number(query.get('pageToken') ?? 0);
    const end = start + Math.min(Number(query.get('maxResults') ?? 1000), fault?.kind === 'short_page' ? 1 : 1000);
    const shown = query.get('projection') === 'full' ? all : all.map(({ configuration, ...job }) => job);
    return jsonAnswer(200, { kind: 'bigquery#jobList', jobs: shown.slice(start, end), ...(end < all.length && { nextPageToken: String(end) }) });
  }

  async #children(projectId, query) {
    const parent = this.#records.get(`${projectId}.${query.get('parentJobId')}`);
    const answer = await this.#backend.send('GET', `${projectPath(projectId)}/jobs${passedQuery(query)}`);
    return answerOf(answer, (value) => ({ ...value,
      jobs: value.jobs.map((each) => ({ ...each, ...this.#reference({ ...parent, jobId: each.jobReference.jobId }) })) }));
  }

  // --- Queries

  /** @param operation names what the query does */
  async query({ names: { projectId }, body }, operation) {
    const { requestId, location: wanted, labels } = body;
    checkLabels(labels);
    checkConfiguration(body);
    const before = requestId && this.#requests.get(`${projectId} ${requestId}`);
    if (before) return this.#results(before, `?${new URLSearchParams(body.maxResults ? { maxResults: body.maxResults } : {})}`, 'bigquery#queryResponse');
    const jobId = `job_${randomBytes(12).toString('base64url')}`;
    const record = { projectId, jobId, type: 'query', configuration: { labels, query: body }, operation, created: Date.now(), polls: this.#polls };
    await this.#place(record, wanted);
    const denial = await this.#denialOf(record);
    if (denial) throw new Refusal(403, denial, 'accessDenied');
    const { location, ...passed } = body;
    const answer = await this.#backend.sendJson('POST', `${projectPath(projectId)}/queries`, { ...passed, requestId: jobId });
    if (!body.dryRun) {
      this.#quotas.count('query');
      this.#records.set(`${projectId}.${jobId}`, record);
      if (requestId) this.#requests.set(`${projectId} ${requestId}`, record);
    }
    if (answer.status === 200 && record.polls > 0) return this.#incomplete(record, 'bigquery#queryResponse');
    return this.#told(record, answer);
  }

  #told(record, { status, body }, more = {}) {
    return answerOf({ status, body: Buffer.from(this.#inPlace(record, body.toString())) }, (value) => ({
      ...value, ...more, ...(value.location && { location: record.location }),
      jobReference: value.jobReference?.jobId ? this.#reference(record).jobReference : { projectId: record.projectId, location: record.location } }));
  }

  #incomplete(record, kind) {
    return jsonAnswer(200, { kind, jobReference: this.#reference(record).jobReference, jobComplete: false });
  }

  async #results(record, query, kind) {
    if (this.#pretended(record)) return this.#incomplete(record, kind);
    if (record.failed) {
      const { reason, message } = record.failed.errorResult;
      throw new Refusal(STATUSES[reason] ?? 400, message, reason);
    }
    const answer = await this.#backend.send('GET', `${projectPath(record.projectId)}/queries/${encodeURIComponent(record.jobId)}${query}`);
    return this.#told(record, answer, { kind });
  }

  async results(call, fault) {
    const record = await this.#find(call);
    if (record.type !== 'query') throw new Refusal(400, `Cannot get query results of a ${record.type} job: ${record.jobId}`);
    return this.#results(record, passedQuery(call.query, fault.kind === 'short_page' ? 1 : undefined), 'bigquery#getQueryResultsResponse');
  }
}
