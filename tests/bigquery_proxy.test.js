// The proxy that makes local-bigquery as strict as BigQuery: Google's own client gets along with it, it
// finds what is not as documented, refuses who may not, and fails on demand.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Storage } from '@google-cloud/storage';
import { startGoogle } from './lib/bigquery.js';
import { bigQueryClient } from './lib/bigquery_warehouse.js';
import { spawnChild } from './lib/program.js';
import { SEED } from './lib/random.js';
import { FIELDS, PROJECT, fresh, rawBigQuery, sqlName } from './lib/raw_bigquery.js';
import { rawClient } from './lib/raw_storage.js';

const { gcs, bigQuery, close } = await startGoogle();
after(close);
beforeEach(async () => {
  await bigQuery.faults({});
  await bigQuery.deny([]);
  await bigQuery.slowJobs(0);
  await bigQuery.forgetViolations();
});
const raw = rawBigQuery(bigQuery.url);
const problems = async () => (await bigQuery.violations()).map(({ problem }) => problem);

// --- Google's own client

const client = () => bigQueryClient(bigQuery.url, PROJECT);

test('Google\'s own client gets along', async () => {
  const [bucket] = await new Storage({ apiEndpoint: gcs.url, projectId: PROJECT }).createBucket('with-client');
  await bucket.file('rows.json').save('{"id":1,"name":"a"}\n{"id":2}\n', { resumable: false });
  const [dataset] = await client().createDataset('with_client', { location: 'EU', labels: { made_by: 'client' } });
  const [table] = await dataset.createTable('t', { schema: { fields: FIELDS }, clustering: { fields: ['id'] } });
  const [{ status }] = await table.load(bucket.file('rows.json'), { sourceFormat: 'NEWLINE_DELIMITED_JSON', writeDisposition: 'WRITE_APPEND' });
  assert.equal(status.state, 'DONE');
  const [rows] = await client().query({ query: 'SELECT * FROM with_client.t WHERE id >= @low ORDER BY id', params: { low: 1 }, location: 'EU' });
  assert.deepEqual(rows, [{ id: 1, name: 'a' }, { id: 2, name: null }]);
  const [job] = await client().createQueryJob({ query: 'SELECT id FROM with_client.t ORDER BY id', location: 'EU' });
  const ids = [];
  for (let page = { maxResults: 1 }; page;) {
    const [found, next] = await job.getQueryResults({ ...page, autoPaginate: false });
    ids.push(...found.map(({ id }) => id));
    page = next;
  }
  assert.deepEqual(ids, [1, 2]);
  const [metadata] = await table.getMetadata();
  assert.deepEqual([metadata.location, metadata.clustering.fields], ['EU', ['id']]);
  assert.deepEqual((await dataset.getTables())[0].map(({ id }) => id), ['t']);
  await table.delete();
  assert.deepEqual(await table.exists(), [false]);
  assert.deepEqual(await bigQuery.violations(), []);
});

test('Google\'s own client uploads', async () => {
  const table = await raw.newTable();
  const upload = client().dataset(table.datasetId).table(table.tableId).createWriteStream({ sourceFormat: 'NEWLINE_DELIMITED_JSON', schema: { fields: FIELDS } });
  upload.end('{"id":7,"name":"seven"}\n');
  const [job] = await once(upload, 'complete');
  assert.equal(job.metadata.status.state, 'DONE');
  assert.deepEqual(await raw.rows(table), [['7', 'seven']]);
  assert.deepEqual(await bigQuery.violations(), []);
});

// --- Violations

const query = (body) => ['POST', 'queries', { useLegacySql: false, ...body }];
const job = (configuration, more = {}) => ['POST', 'jobs', { configuration, ...more }];
const VIOLATIONS = {
  'a path that is none': [['GET', 'datasets/d/table'], /no method has the path/],
  'a method that is none': [['PUT', 'jobs', {}], /no method has the path/],
  'an unknown parameter': [['GET', 'datasets?perPage=3'], /no parameter perPage/],
  'a parameter that is no number': [['GET', 'datasets?maxResults=many'], /maxResults=many is no integer/],
  'a value that is not listed': [['GET', 'jobs?stateFilter=gone'], /stateFilter=gone is none of done, pending, running/],
  'an unknown field': [job({ load: { sourceUri: 'gs://b/o' } }), /no field Job.configuration.load.sourceUri/],
  'a field of another type': [job({ load: { sourceUris: 'gs://b/o' } }), /sourceUris is no array/],
  'a number that is to be a text': [job({ jobTimeoutMs: 1, load: {} }), /jobTimeoutMs is no string/],
  'a field far inside': [['POST', 'datasets/d/tables', { schema: { fields: [{ name: 'a', type: 'RECORD', fields: [{ title: 'b' }] }] } }],
    /no field Table.schema.fields\[0\].fields\[0\].title/],
  'what is for output only': [['POST', 'datasets/d/tables', { numRows: '3' }], /Table.numRows is for output only/],
  'a state that is given': [job({ load: {} }, { status: { state: 'DONE' } }), /Job.status is for output only/],
  'a value that is none of an enumeration': [query({ query: 'SELECT 1', jobCreationMode: 'SOON' }), /jobCreationMode is none of/],
  'legacy SQL, which is the default': [['POST', 'queries', { query: 'SELECT 1' }], /legacy SQL unless useLegacySql is false/],
  'a job of legacy SQL': [job({ query: { query: 'SELECT 1' } }), /legacy SQL/],
  'a view of legacy SQL': [['POST', 'datasets/d/tables', { view: { query: 'SELECT 1' } }], /legacy SQL/],
  'a body that is missing': [['POST', 'queries'], /needs a body/],
  'a body that is no JSON': [['POST', 'queries', '{'], /JSON/],
  'an upload with one part': [['POST', `/upload/bigquery/v2/projects/${PROJECT}/jobs?uploadType=multipart`, 'x'], /not multipart\/related/],
  'what nobody covers': [['GET', 'datasets/d/models'], /models.list is covered neither/],
};

for (const [what, [request, expected]] of Object.entries(VIOLATIONS)) {
  test(`a violation: ${what}`, async () => {
    const { status } = await raw.send(...request);
    assert.match((await problems()).join('\n'), expected);
    assert.equal(status, what.startsWith('what nobody') ? 501 : 400);
  });
}

test('a violation: credentials', async () => {
  await raw.send('GET', 'datasets', undefined, { headers: { authorization: 'Bearer x' } });
  assert.deepEqual(await problems(), ['credentials are sent to an emulator']);
});

test('a violation: a changed address of a session', async () => {
  const table = await raw.newTable();
  const { headers } = await raw.send('POST', `/upload/bigquery/v2/projects/${PROJECT}/jobs?uploadType=resumable`, { configuration: raw.loadOf(table) });
  const address = new URL(headers.get('location'));
  await raw.send('PUT', `${address.pathname}?upload_id=${address.searchParams.get('upload_id')}`, 'x');
  assert.match((await problems()).join('\n'), /a session's address was changed/);
});

// --- Permissions

const DENIALS = {
  'bigquery.jobs.create': [() => raw.insertJob({ query: { query: 'SELECT 1', useLegacySql: false } }), () => `Access Denied: Project ${PROJECT}: User does not have bigquery.jobs.create permission in project ${PROJECT}.`],
  'bigquery.datasets.get': [({ datasetId }) => raw.send('GET', `datasets/${datasetId}`),
    ({ datasetId }) => `Access Denied: Dataset ${PROJECT}:${datasetId}: Permission bigquery.datasets.get denied on dataset ${PROJECT}:${datasetId} (or it may not exist).`],
  'bigquery.datasets.create': [() => raw.send('POST', 'datasets', { datasetReference: { datasetId: 'x' } }), () => `Access Denied: Project ${PROJECT}: User does not have bigquery.datasets.create permission in project ${PROJECT}.`],
  'bigquery.tables.update': [({ datasetId, tableId }) => raw.send('PATCH', `datasets/${datasetId}/tables/${tableId}`, { description: 'x' }),
    ({ datasetId, tableId }) => `Access Denied: Table ${PROJECT}:${datasetId}.${tableId}: Permission bigquery.tables.update denied on table ${PROJECT}:${datasetId}.${tableId} (or it may not exist).`],
  'bigquery.tables.getData': [(table) => raw.send('POST', 'queries', { query: `SELECT * FROM ${sqlName(table)}`, useLegacySql: false }),
    ({ datasetId, tableId }) => `Access Denied: Table ${PROJECT}:${datasetId}.${tableId}: Permission bigquery.tables.getData denied on table ${PROJECT}:${datasetId}.${tableId} (or it may not exist).`],
};

for (const [permission, [ask, message]] of Object.entries(DENIALS)) {
  test(`who lacks ${permission} is told so`, async () => {
    const table = await raw.newTable();
    await bigQuery.deny([permission]);
    const { status, json } = await ask(table);
    assert.deepEqual([status, json.error.errors[0].reason, json.error.message], [403, 'accessDenied', message(table)]);
    await bigQuery.deny([]);
    assert.equal((await ask(table)).status, 200);
  });
}

test('a load fails that may not read the objects or write the table', async () => {
  const table = await raw.newTable();
  for (const [permission, message] of [['storage.objects.get', /Access Denied: File gs:\/\/b\/o/], ['bigquery.tables.updateData', /Permission bigquery.tables.updateData denied on table/]]) {
    await bigQuery.deny([permission]);
    const { status } = await raw.load(table, ['gs://b/o']);
    assert.equal(status.errorResult.reason, 'accessDenied');
    assert.match(status.errorResult.message, message);
  }
});

test('a permission that there is none of is refused', async () => {
  await assert.rejects(bigQuery.deny(['bigquery.tables.paint']), /there is no permission bigquery.tables.paint/);
});

// --- Faults

const FAULTS_ON_A_TABLE = {
  reset_before: { made: false, answer: /^none$/ },
  reset_after: { made: true, answer: /^none$/ },
  status_before: { made: false, answer: /^(408|429|50[0234])$/ },
  status_after: { made: true, answer: /^(408|429|50[0234])$/ },
  truncated: { made: true, answer: /^none$/ },
  rate_limited: { made: false, answer: /^403 rateLimitExceeded$/ },
  quota_exceeded: { made: false, answer: /^403 quotaExceeded$/ },
};

for (const [kind, { made, answer }] of Object.entries(FAULTS_ON_A_TABLE)) {
  test(`the fault ${kind}, at a new table`, async () => {
    const datasetId = await raw.newDataset();
    await bigQuery.faults({ seed: SEED, rates: { [kind]: 1 } });
    const path = `datasets/${datasetId}/tables`;
    const outcome = await raw.send('POST', path, { tableReference: { tableId: 't' }, schema: { fields: FIELDS } })
      .then(({ status, json }) => (status === 403 ? `403 ${json.error.errors[0].reason}` : String(status)), () => 'none');
    assert.match(outcome, answer);
    await bigQuery.faults({});
    assert.equal((await raw.send('GET', `${path}/t`)).status, made ? 200 : 404);
  });
}

test('the fault job_failed lets a job fail, and the next one that does the same succeed', async () => {
  const table = await raw.newTable();
  await bigQuery.faults({ seed: SEED, rates: { job_failed: 1 }, most_in_a_row: 1 });
  const insert = { query: { query: `INSERT INTO ${sqlName(table)} (id) VALUES (1)`, useLegacySql: false } };
  const [first, second] = [await raw.insertJob(insert), await raw.insertJob(insert)];
  assert.equal((await raw.done(first.json.jobReference)).status.errorResult.reason, 'backendError');
  assert.equal((await raw.done(second.json.jobReference)).status.errorResult, undefined);
  assert.deepEqual(await raw.rows(table), [['1', null]]);
  const { status, json } = await raw.send('GET', `queries/${first.json.jobReference.jobId}`);
  assert.deepEqual([status, json.error.errors[0].reason], [503, 'backendError']);
});

test('the fault short_page leaves rows for the next page', async () => {
  const { json } = await raw.insertJob({ query: { query: 'SELECT * FROM UNNEST([1, 2, 3]) ORDER BY 1', useLegacySql: false } });
  await raw.done(json.jobReference);
  await bigQuery.faults({ seed: SEED, rates: { short_page: 1 }, most_in_a_row: 1000 });
  const values = [];
  let token = '';
  let pages = 0;
  do {
    const { json: page } = await raw.send('GET', `queries/${json.jobReference.jobId}${token && `?pageToken=${token}`}`);
    values.push(...page.rows.map(({ f }) => f[0].v));
    token = page.pageToken ?? '';
    pages += 1;
  } while (token);
  assert.deepEqual([values, pages], [['1', '2', '3'], 3]);
});

test('an upload whose session is forgotten has loaded nothing', async () => {
  const table = await raw.newTable();
  const { headers } = await raw.send('POST', `/upload/bigquery/v2/projects/${PROJECT}/jobs?uploadType=resumable`, { configuration: raw.loadOf(table) });
  await bigQuery.faults({ seed: SEED, rates: { forgotten: 1 } });
  const { pathname, search } = new URL(headers.get('location'));
  assert.equal((await raw.send('PUT', pathname + search, '{"id":1}\n')).status, 410);
  await bigQuery.faults({});
  assert.equal((await raw.send('PUT', pathname + search, '{"id":1}\n')).status, 410);
  assert.deepEqual(await raw.rows(table), []);
});

test('the same seed does the same, whatever the jobs are called', async () => {
  const outcomesOf = async (seed) => {
    await bigQuery.faults({ seed, rate: 0.2 });
    const outcomes = [];
    for (let i = 0; i < 12; i += 1) {
      const sql = `SELECT ${i}`;
      outcomes.push(await raw.insertJob({ query: { query: sql, useLegacySql: false } }).then(({ status }) => status, () => 'none'));
    }
    await bigQuery.faults({});
    return outcomes;
  };
  assert.deepEqual(await outcomesOf(SEED), await outcomesOf(SEED));
  assert.notDeepEqual(await outcomesOf(SEED), await outcomesOf(SEED + 1));
});

/** Asks until there is an answer that is not to be tried again. */
async function persist(ask) {
  for (;;) {
    const answer = await ask().catch(() => undefined);
    const isLimit = answer?.status === 403 && answer.json.error.errors[0].reason === 'rateLimitExceeded';
    if (answer && !isLimit && ![408, 429, 500, 502, 503, 504].includes(answer.status)) return answer;
  }
}

/** Loads as a careful client does: a job that may be there is not begun again, a job that failed gets another id. */
async function loadForSure(table, uri, jobId, tries = 1) {
  const reference = { jobId: `${jobId}_${tries}` };
  const { status } = await persist(() => raw.insertJob(raw.loadOf(table, [uri]), reference));
  assert.ok([200, 409].includes(status), String(status));
  for (;;) {
    const { json } = await persist(() => raw.send('GET', `jobs/${reference.jobId}`));
    if (json.status.state !== 'DONE') continue;
    if (!json.status.errorResult) return;
    assert.equal(json.status.errorResult.reason, 'backendError');
    return loadForSure(table, uri, jobId, tries + 1);
  }
}

for (const seed of [SEED, SEED + 1, SEED + 2]) {
  test(`a careful client loads each object once, whatever faults there are (seed ${seed})`, async () => {
    const storage = rawClient(gcs.url);
    const bucket = await storage.newBucket();
    const table = await raw.newTable();
    const ids = Array.from({ length: 10 }, (_, i) => i);
    for (const i of ids) await storage.put(bucket, `${i}.json`, `{"id":${i}}\n`);
    await bigQuery.slowJobs(1);
    await bigQuery.faults({ seed, rate: 0.12 });
    const { faults: before } = await bigQuery.stats();
    await Promise.all(ids.map((i) => loadForSure(table, `gs://${bucket}/${i}.json`, fresh('sure'))));
    await bigQuery.faults({});
    await bigQuery.slowJobs(0);
    assert.deepEqual((await raw.query(`SELECT id FROM ${sqlName(table)} ORDER BY id`)).flat(), ids.map(String));
    assert.notDeepEqual((await bigQuery.stats()).faults, before);
  });
}

// --- The tool

/** Runs a program for Node with a BigQuery of its own: {code, text}. */
async function withBigQuery(program, options = []) {
  const tool = fileURLToPath(new URL('./tools/with-bigquery', import.meta.url));
  const child = spawnChild(tool, [...options, '--', process.execPath, '--input-type=module', '-e', program]);
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const [code] = await once(child, 'close');
  return { code, text: Buffer.concat(output).toString() };
}

test('with-bigquery gives a command both services, with faults, and fails at a violation', async () => {
  const { code, text } = await withBigQuery(`
    const { BIGQUERY_EMULATOR_HOST: bigQuery, STORAGE_EMULATOR_HOST: storage, GITHUB_STATS_BIGQUERY_PROXY: control } = process.env;
    const asked = async (url) => console.log(url.split('/').at(-1), (await fetch(url)).status);
    await asked(storage + '/storage/v1/b/none');
    await asked(bigQuery + '/bigquery/v2/projects/p/datasets/missing');
    await asked(bigQuery + '/bigquery/v2/projects/p/tables');
    console.log(await (await fetch(control + '/_proxy/stats')).text());
    process.exit(3);`);
  assert.equal(code, 3, text);
  assert.match(text, /none 404\nmissing 404\ntables 400\n.*"datasets.get":1/);
  assert.match(text, /violation: no method has the path GET \/bigquery\/v2\/projects\/p\/tables/);
});

test('who may not is not granted it on a table', async () => {
  const { datasetId, tableId } = await raw.newTable();
  const permissions = ['bigquery.tables.getData', 'bigquery.tables.updateData'];
  const test = (table) => raw.send('POST', `datasets/${datasetId}/tables/${table}:testIamPermissions`, { permissions });
  assert.deepEqual((await test(tableId)).json, { permissions });
  await bigQuery.deny(['bigquery.tables.updateData']);
  assert.deepEqual((await test(tableId)).json, { permissions: ['bigquery.tables.getData'] });
  await bigQuery.deny(permissions);
  assert.deepEqual((await test(tableId)).json, {});
  assert.equal((await test('no_such_table')).status, 404);
  assert.deepEqual(await problems(), []);
});
