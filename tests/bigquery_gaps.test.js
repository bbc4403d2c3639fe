// What local-bigquery does not do as Google documents it, and the proxy in front of it does.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { problemsOfRows } from './lib/bigquery_proxy/rows.js';
import { tablesOf } from './lib/bigquery_proxy/places.js';
import { startGoogle } from './lib/bigquery.js';
import { FIELDS, PROJECT, fresh, rawBigQuery, sqlName } from './lib/raw_bigquery.js';
import { rawClient, related } from './lib/raw_storage.js';

const { gcs, bigQuery, close } = await startGoogle();
after(async () => {
  const violations = [...await bigQuery.violations(), ...await gcs.violations()];
  await close();
  assert.deepEqual(violations, []);
});
const { send, newDataset, newTable, insertJob, done, loadOf, load, query, rows } = rawBigQuery(bigQuery.url);
const storage = rawClient(gcs.url);

const errorOf = ({ status, json }) => [status, json.error.errors[0].reason];
const sql = (text, more = {}) => ({ query: { query: text, useLegacySql: false, ...more } });

/** Objects of a new bucket by their names: their addresses. */
async function newObjects(contents) {
  const bucket = await storage.newBucket();
  for (const [name, bytes] of Object.entries(contents)) await storage.put(bucket, name, bytes);
  return Object.keys(contents).map((name) => `gs://${bucket}/${name}`);
}

// --- Values

const DATASET = { datasetReference: { datasetId: 'a' } };
const TABLE = { projectId: PROJECT, datasetId: 'd', tableId: 't' };
const inTable = (more) => ['POST', 'datasets/d/tables', { tableReference: TABLE, ...more }];
const inLoad = (more) => ['POST', 'jobs', { configuration: loadOf(TABLE, ['gs://b/o'], more) }];
const REFUSED = {
  "a job's id": [['POST', 'jobs', { jobReference: { jobId: 'a.b' }, configuration: sql('SELECT 1') }], /Invalid job ID "a.b"/],
  'a long id of a job': [['POST', 'jobs', { jobReference: { jobId: 'a'.repeat(1025) }, configuration: sql('SELECT 1') }], /Invalid job ID/],
  "a label's key": [['POST', 'jobs', { configuration: { ...sql('SELECT 1'), labels: { Team: 'a' } } }], /Label key "Team"/],
  "a label's value": [['POST', 'datasets', { ...DATASET, labels: { team: 'A b' } }], /Label value "A b"/],
  'a long label': [['POST', 'datasets', { ...DATASET, labels: { team: 'a'.repeat(64) } }], /Label value/],
  "a dataset's id": [['POST', 'datasets', { datasetReference: { datasetId: 'a-b' } }], /Invalid dataset ID "a-b"/],
  "a dataset's location": [['POST', 'datasets', { ...DATASET, location: 'the moon' }], /Invalid storage region: the moon/],
  "a table's id": [inTable({ tableReference: { ...TABLE, tableId: 'a.b' } }), /Invalid table ID "a.b"/],
  'a type of a column': [inTable({ schema: { fields: [{ name: 'a', type: 'TEXT' }] } }), /TEXT is not a valid value/],
  'a mode of a column': [inTable({ schema: { fields: [{ name: 'a', type: 'STRING', mode: 'OPTIONAL' }] } }), /OPTIONAL is not a valid value/],
  'a column that is there twice': [inTable({ schema: { fields: [{ name: 'a', type: 'STRING' }, { name: 'A', type: 'STRING' }] } }), /Field a already exists/],
  'a record without fields': [inTable({ schema: { fields: [{ name: 'a', type: 'RECORD' }] } }), /has no schema/],
  'a column to partition by': [inTable({ schema: { fields: FIELDS }, timePartitioning: { type: 'DAY', field: 'at' } }), /partitioning cannot be found/],
  "such a column's type": [inTable({ schema: { fields: FIELDS }, timePartitioning: { type: 'DAY', field: 'id' } }), /The type found is: INTEGER/],
  'a length of partitions': [inTable({ schema: { fields: FIELDS }, timePartitioning: { type: 'WEEK' } }), /WEEK is not a valid value/],
  'a column to cluster by': [inTable({ schema: { fields: FIELDS }, clustering: { fields: ['at'] } }), /Invalid field: at/],
  'clustering by five columns': [inTable({ schema: { fields: FIELDS }, clustering: { fields: ['a', 'b', 'c', 'd', 'e'] } }), /up to 4 fields/],
  'a format': [inLoad({ sourceFormat: 'JSON' }), /JSON is not a valid value/],
  'a disposition': [inLoad({ writeDisposition: 'APPEND' }), /APPEND is not a valid value/],
  'a local address': [inLoad({ sourceUris: ['file:///etc/passwd'] }), /must be a Google Cloud Storage location/],
  'two wildcards': [inLoad({ sourceUris: ['gs://b/*/*'] }), /must be a Google Cloud Storage location/],
  'too many addresses': [inLoad({ sourceUris: Array.from({ length: 10_001 }, (_, i) => `gs://b/${i}`) }), /Too many source URIs: 10001/],
  'no address': [inLoad({ sourceUris: [] }), /at least one source URI/],
  'two kinds of job at once': [['POST', 'jobs', { configuration: { ...sql('SELECT 1'), ...loadOf(TABLE, ['gs://b/o']) } }], /exactly one job-specific configuration/],
  'a type of a parameter': [['POST', 'queries', { query: 'SELECT @a', useLegacySql: false, queryParameters: [{ name: 'a', parameterType: { type: 'TEXT' }, parameterValue: { value: 'x' } }] }], /TEXT is not a valid value/],
};

for (const [what, [request, message]] of Object.entries(REFUSED)) {
  test(`refused: ${what}`, async () => {
    const answer = await send(...request);
    assert.deepEqual(errorOf(answer), [400, 'invalid']);
    assert.match(answer.json.error.message, message);
  });
}

// --- Places

test('the tables that a query names', () => {
  const named = (text, dataset) => tablesOf(text, 'p', dataset).map(({ projectId, datasetId, tableId }) => `${projectId}.${datasetId}.${tableId}`);
  assert.deepEqual(named('SELECT * FROM `p.d.t` JOIN q.e.u USING (x)'), ['p.d.t', 'q.e.u']);
  assert.deepEqual(named('MERGE `d`.`t` USING s ON TRUE', { datasetId: 'dflt' }), ['p.d.t', 'p.dflt.s']);
  assert.deepEqual(named("SELECT 'FROM a.b.c' -- FROM a.b.c\n/* FROM a.b.c */ FROM x.y"), ['p.x.y']);
  assert.deepEqual(named('SELECT 1 FROM d.INFORMATION_SCHEMA.COLUMNS'), ['p.d.INFORMATION_SCHEMA.COLUMNS']);
  assert.deepEqual(named('SELECT * FROM UNNEST([1])'), []);
});

test('a job runs where its datasets are, and is found there only', async () => {
  const table = await newTable({}, await newDataset({ location: 'europe-west3' }));
  const { json } = await insertJob(sql(`SELECT * FROM ${sqlName(table)}`));
  const { jobId, location } = json.jobReference;
  assert.equal(location, 'europe-west3');
  for (const kind of ['jobs', 'queries']) {
    assert.equal((await send('GET', `${kind}/${jobId}?location=europe-west3`)).status, 200);
    for (const place of ['', '?location=US']) assert.deepEqual(errorOf(await send('GET', `${kind}/${jobId}${place}`)), [404, 'notFound']);
  }
});

test('a job in US or EU is found without its location', async () => {
  const table = await newTable({}, await newDataset({ location: 'eu' }));
  const { json } = await insertJob(sql(`SELECT * FROM ${sqlName(table)}`));
  assert.equal(json.jobReference.location, 'EU');
  assert.equal((await send('GET', `jobs/${json.jobReference.jobId}`)).status, 200);
});

test('a dataset elsewhere is not found', async () => {
  const table = await newTable({}, await newDataset({ location: 'EU' }));
  const message = new RegExp(`Not found: Dataset ${PROJECT}:${table.datasetId} was not found in location US`);
  const text = `SELECT * FROM ${sqlName(table)}`;
  const refused = await send('POST', 'queries', { query: text, useLegacySql: false, location: 'US' });
  assert.deepEqual(errorOf(refused), [404, 'notFound']);
  assert.match(refused.json.error.message, message);
  const { json } = await insertJob(sql(text), { location: 'US' });
  assert.match((await done(json.jobReference)).status.errorResult.message, message);
  assert.match((await insertJob(loadOf(table, ['gs://b/o']), { location: 'US' })).json.error.message, message);
});

test('a table is where its dataset is, and a dataset stays where it is', async () => {
  const { datasetId, tableId } = await newTable({}, await newDataset({ location: 'EU' }));
  assert.equal((await send('GET', `datasets/${datasetId}/tables/${tableId}`)).json.location, 'EU');
  assert.deepEqual(errorOf(await send('PATCH', `datasets/${datasetId}`, { location: 'US' })), [400, 'invalid']);
  assert.equal((await send('PATCH', `datasets/${datasetId}`, { description: 'x' })).json.location, 'EU');
});

// --- Jobs

test('a job is not done when it is inserted, and its id is taken', async () => {
  const { json } = await insertJob(sql('SELECT 1'));
  assert.equal(json.status.state, 'RUNNING');
  const again = await insertJob(sql('SELECT 2'), json.jobReference);
  assert.deepEqual(errorOf(again), [409, 'duplicate']);
  assert.equal(again.json.error.message, `Already Exists: Job ${PROJECT}:US.${json.jobReference.jobId}`);
  assert.equal((await done(json.jobReference)).configuration.query.query, 'SELECT 1');
});

test('a slow job is pending, running and then done', async () => {
  await bigQuery.slowJobs(2);
  const { json } = await insertJob(sql('SELECT 1'));
  const slow = await send('POST', 'queries', { query: 'SELECT 2', useLegacySql: false });
  await bigQuery.slowJobs(0);
  const states = [json.status.state];
  for (let i = 0; i < 3; i += 1) states.push((await send('GET', `jobs/${json.jobReference.jobId}`)).json.status.state);
  assert.deepEqual(states, ['PENDING', 'PENDING', 'RUNNING', 'DONE']);
  assert.deepEqual([slow.json.jobComplete, slow.json.rows], [false, undefined]);
  const results = [];
  for (let i = 0; i < 3; i += 1) results.push((await send('GET', `queries/${slow.json.jobReference.jobId}`)).json);
  assert.deepEqual(results.map(({ jobComplete }) => jobComplete), [false, false, true]);
  assert.equal(results[2].rows[0].f[0].v, '2');
});

test('a request that is sent again gets the first one\'s results', async () => {
  const table = await newTable();
  const body = { query: `INSERT INTO ${sqlName(table)} (id) VALUES (1)`, useLegacySql: false, requestId: fresh('request') };
  const [first, again] = [await send('POST', 'queries', body), await send('POST', 'queries', body)];
  assert.deepEqual(again.json.jobReference, first.json.jobReference);
  assert.equal(again.json.numDmlAffectedRows, '1');
  assert.deepEqual(await rows(table), [['1', null]]);
});

test('jobs are listed, newest first, the failed ones too', async () => {
  const good = (await insertJob(sql('SELECT 1'))).json.jobReference;
  const bad = (await insertJob(sql('SELECT nothing'))).json.jobReference;
  await done(good);
  await done(bad);
  const { json } = await send('GET', 'jobs?maxResults=2&projection=full');
  assert.deepEqual(json.jobs.map(({ jobReference }) => jobReference.jobId), [bad.jobId, good.jobId]);
  assert.equal(json.jobs[0].errorResult.reason, 'invalidQuery');
  assert.ok(json.nextPageToken);
});

test('a query that is only tried out says what it would give, and makes no job', async () => {
  const answer = await send('POST', 'jobs', { configuration: { ...sql('SELECT 1 AS one'), dryRun: true } });
  assert.equal(answer.json.statistics.query.schema.fields[0].name, 'one');
  assert.equal(answer.json.jobReference.jobId, undefined);
  assert.deepEqual(errorOf(await send('POST', 'jobs', { configuration: { ...sql('SELECT nothing'), dryRun: true } })), [400, 'invalidQuery']);
});

test('a query that can\'t run is refused at once where that is asked for', async () => {
  await bigQuery.earlyErrors(true);
  const elsewhere = await newTable({}, await newDataset({ location: 'EU' }));
  const answers = [await insertJob(sql('SELECT nothing')), await insertJob(sql('SELECT 1 FROM d.missing')), await insertJob(sql(`SELECT 1 FROM ${sqlName(elsewhere)}`), { location: 'US' })];
  const fine = await insertJob(sql('SELECT 1'));
  await bigQuery.earlyErrors(false);
  assert.deepEqual(answers.map(errorOf), [[400, 'invalidQuery'], [404, 'notFound'], [404, 'notFound']]);
  assert.equal(fine.status, 200);
});

test('a script in a transaction does all of it or nothing', async () => {
  const table = await newTable();
  const transaction = (last) => `BEGIN TRANSACTION; CREATE TEMP TABLE fresh AS SELECT 1 AS id; INSERT INTO ${sqlName(table)} (id) SELECT id FROM fresh; ${last}; COMMIT TRANSACTION`;
  const run = async (text) => done((await insertJob(sql(text))).json.jobReference);
  assert.match((await run(transaction("SELECT ERROR('stop')"))).status.errorResult.message, /stop/);
  assert.deepEqual(await rows(table), []);
  assert.equal((await run(transaction('SELECT 1'))).status.errorResult, undefined);
  assert.deepEqual(await rows(table), [['1', null]]);
});

test('a script in a transaction may merge', async () => {
  const [table, other] = [await newTable(), await newTable()];
  const merge = (id) => `CREATE TEMP TABLE fresh AS SELECT ${id} AS id, 'x' AS name; BEGIN TRANSACTION;
    MERGE ${sqlName(table)} t USING fresh s ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT ROW;
    INSERT INTO ${sqlName(other)} (id) SELECT id FROM fresh; COMMIT TRANSACTION`;
  for (const id of [1, 1]) assert.equal((await done((await insertJob(sql(merge(id)))).json.jobReference)).status.errorResult, undefined);
  assert.deepEqual([await rows(table), await rows(other)], [[['1', 'x']], [['1', null], ['1', null]]]);
});

test('a script\'s statements are jobs where the script is', async () => {
  const table = await newTable({}, await newDataset({ location: 'EU' }));
  const { jobReference } = await done((await insertJob(sql(`CREATE TEMP TABLE fresh AS SELECT 1 AS id; INSERT INTO ${sqlName(table)} (id) SELECT id FROM fresh`))).json.jobReference);
  const { json } = await send('GET', `jobs?parentJobId=${jobReference.jobId}`);
  assert.deepEqual(json.jobs.map((each) => [each.statistics.query.statementType, each.jobReference.location]), [['INSERT', 'EU'], ['CREATE_TABLE_AS_SELECT', 'EU']]);
  const child = await send('GET', `jobs/${json.jobs[0].jobReference.jobId}?location=EU`);
  assert.equal(child.json.statistics.query.numDmlAffectedRows, '1');
});

test('a required column takes no NULL', async () => {
  const table = await newTable({ schema: { fields: [{ name: 'id', type: 'INTEGER', mode: 'REQUIRED' }] } });
  const { errorResult } = (await done((await insertJob(sql(`INSERT INTO ${sqlName(table)} (id) VALUES (NULL)`))).json.jobReference)).status;
  assert.equal(errorResult.message, 'Required field id cannot be null');
});

// --- Loads

test('a load reads its objects, gzip\'d ones and those of a wildcard too', async () => {
  const table = await newTable();
  const [first] = await newObjects({ 'a/1.json': '{"id":1,"name":"one"}\n', 'a/2.json': gzipSync('{"id":2,"name":"zwei"}\n'), 'a/3.txt': 'no row', 'b.json': 'no row' });
  const { status, statistics } = await load(table, [first.replace('1.json', '*.json')]);
  assert.equal(status.errorResult, undefined);
  assert.deepEqual([statistics.load.inputFiles, statistics.load.outputRows], ['2', '2']);
  assert.deepEqual((await rows(table)).sort(), [['1', 'one'], ['2', 'zwei']]);
});

test('many objects are one load', async () => {
  const table = await newTable();
  const contents = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i}.json`, `{"id":${i}}\n`]));
  const { configuration } = await load(table, await newObjects(contents));
  assert.equal(configuration.load.sourceUris.length, 300);
  assert.deepEqual(await query(`SELECT COUNT(*), SUM(id) FROM ${sqlName(table)}`), [['300', '44850']]);
});

test('a bad row is told with its object and its place', async () => {
  const table = await newTable();
  const [good, bad] = await newObjects({ 'good.json': '{"id":1}\n', 'bad.json': '{"id":2}\n{"id":"é"}\n{"id":3,"nmae":"x"}\n' });
  const { status } = await load(table, [good, bad]);
  const prefix = 'Error while reading data, error message:';
  assert.deepEqual(status.errorResult, { reason: 'invalid', location: bad,
    message: `${prefix} JSON table encountered too many errors, giving up. Rows: 4; errors: 2. Please look into the errors[] collection for more details. File: ${bad}` });
  assert.deepEqual(status.errors[0], status.errorResult);
  assert.deepEqual(status.errors.slice(1).map(({ location, message }) => [location, message]), [
    [undefined, `${prefix} JSON processing encountered too many errors, giving up. Rows: 4; errors: 2; max bad: 0; error percent: 0`],
    [bad, `${prefix} JSON parsing error in row starting at position 9: Could not convert value to integer. Field: id; Value: é File: ${bad}`],
    [bad, `${prefix} JSON parsing error in row starting at position 21: No such field: nmae. File: ${bad}`]]);
  assert.deepEqual(await rows(table), []);
});

const LOADS = {
  'a missing object': [() => ['gs://nowhere/o'], {}, { reason: 'notFound', message: 'Not found: URI gs://nowhere/o' }],
  'a wildcard for nothing': [() => ['gs://nowhere/*'], {}, { reason: 'notFound', message: 'Not found: URI gs://nowhere/*' }],
  'a new table without a schema': [() => newObjects({ o: '{"id":1}' }), { destinationTable: 'new' }, { reason: 'invalid', message: 'Schema has no fields. Table: new' }],
  'a missing table that is not to be made': [() => newObjects({ o: '{"id":1}' }), { destinationTable: 'new', schema: { fields: FIELDS }, createDisposition: 'CREATE_NEVER' }, { reason: 'notFound' }],
  'a field that the table has not': [() => newObjects({ o: '{"id":1}' }), { schema: { fields: [...FIELDS, { name: 'more', type: 'STRING' }] } }, { reason: 'invalid' }],
};

for (const [what, [uris, more, error]] of Object.entries(LOADS)) {
  test(`a load of ${what} fails`, async () => {
    const table = await newTable();
    const destinationTable = { ...table, tableId: more.destinationTable ?? table.tableId };
    const { errorResult } = (await load(table, await uris(), { ...more, destinationTable })).status;
    assert.equal(errorResult?.reason, error.reason);
    if (error.message) assert.equal(errorResult.message, error.message);
  });
}

test('what only the emulator finds wrong names the object, too', async () => {
  const table = await newTable();
  const [uri] = await newObjects({ 'o.csv': '1,a\n"2,b\n' });
  const { errorResult } = (await load(table, [uri], { sourceFormat: 'CSV' })).status;
  assert.match(errorResult.message, new RegExp(`^Error while reading data, error message: .*${uri}`, 's'));
});

test('bad rows and unknown fields are let through where that is asked for', async () => {
  const table = await newTable();
  const [uri] = await newObjects({ o: '{"id":"x"}\n{"id":1,"nmae":"x"}\n' });
  const { status, statistics } = await load(table, [uri], { ignoreUnknownValues: true, maxBadRecords: 1 });
  assert.equal(status.errorResult, undefined);
  assert.equal(statistics.load.badRecords, '1');
  assert.deepEqual(await rows(table), [['1', null]]);
});

test('a load into a missing dataset is refused', async () => {
  const answer = await insertJob(loadOf({ projectId: PROJECT, datasetId: 'missing', tableId: 't' }, ['gs://b/o']));
  assert.deepEqual([...errorOf(answer), answer.json.error.message], [404, 'notFound', `Not found: Dataset ${PROJECT}:missing`]);
});

test('loads are counted for each table, and are too many one day', async () => {
  const table = await newTable();
  const uris = await newObjects({ o: '{"id":1}' });
  await bigQuery.quotas({ loads_of_a_table: 2 });
  await load(table, uris);
  await load(table, uris);
  assert.deepEqual(errorOf(await insertJob(loadOf(table, uris))), [403, 'quotaExceeded']);
  await bigQuery.quotas({});
  assert.equal((await bigQuery.stats()).loads[`${PROJECT}:${table.datasetId}.${table.tableId}`], 2);
});

const uploadPath = (type) => `/upload/bigquery/v2/projects/${PROJECT}/jobs?uploadType=${type}`;

test('an upload in one request is a load', async () => {
  const table = await newTable();
  const { json } = await send('POST', uploadPath('multipart'), undefined, related({ configuration: loadOf(table) }, '{"id":1}\n{"id":"x"}'));
  const { errors } = (await done(json.jobReference)).status;
  assert.equal(errors.at(-1).message, 'Error while reading data, error message: JSON parsing error in row starting at position 9: Could not convert value to integer. Field: id; Value: x');
  assert.equal(errors.at(-1).location, undefined);
});

test('an upload in a session is a load once all has come', async () => {
  const table = await newTable();
  const bytes = Buffer.from(Array.from({ length: 40_000 }, (_, i) => `{"id":${i}}\n`).join(''));
  const { headers } = await send('POST', uploadPath('resumable'), { jobReference: { jobId: fresh('job') }, configuration: loadOf(table) });
  const { pathname, search } = new URL(headers.get('location'));
  const grain = 262_144;
  const put = (start, end, total) => send('PUT', pathname + search, bytes.subarray(start, end), { headers: { 'content-range': `bytes ${start}-${end - 1}/${total}` } });
  const first = await put(0, grain, '*');
  assert.deepEqual([first.status, first.headers.get('range')], [308, `bytes=0-${grain - 1}`]);
  assert.equal((await put(grain, grain + 5, '*')).status, 400);
  const last = await put(grain, bytes.length, bytes.length);
  assert.equal((await done(last.json.jobReference)).status.errorResult, undefined);
  assert.deepEqual(await query(`SELECT COUNT(*) FROM ${sqlName(table)}`), [['40000']]);
});

// --- Rows

const ROWS = [
  ['INTEGER', '1', '"1"', '-9223372036854775808', '1.0'], ['FLOAT', '1.5', '"NaN"', '1e3'], ['NUMERIC', '"1.25"'], ['BOOLEAN', 'true', '"false"'],
  ['STRING', '"x"', '1', 'true'], ['BYTES', '"aGk="'], ['JSON', '{"a":[1]}', '"x"'], ['DATE', '"2026-02-28"'], ['TIME', '"01:02:03.5"'],
  ['DATETIME', '"2026-01-02T03:04:05"'],
  ['TIMESTAMP', '"2026-01-02T03:04:05Z"', '"2026-01-02 03:04:05.123456+02:00"', '"2026-01-02"', '1700000000', '"2026-01-02 03:04:05 UTC"'],
];
const BAD_ROWS = [
  ['INTEGER', 'x', /Could not convert value to integer. Field: a; Value: x/], ['INTEGER', 1.5, /to integer/], ['INTEGER', '9223372036854775808', /to integer/],
  ['FLOAT', 'x', /to double/], ['BOOLEAN', 'maybe', /to boolean/], ['DATE', '2026-02-30', /to date/], ['TIMESTAMP', 'yesterday', /to timestamp/],
  ['STRING', [1], /Array specified for non-repeated field: a/], ['STRING', {}, /JSON object specified for non-record field: a/],
  ['RECORD', 'x', /Nonrecord value specified for record field: a/], ['RECORD', { c: 1 }, /No such field: a.c/], ['RECORD', { b: 'x' }, /Field: a.b; Value: x/],
];
const schemaOf = (type, more = {}) => [{ name: 'a', type, ...(type === 'RECORD' && { fields: [{ name: 'b', type: 'INTEGER' }] }), ...more }];
const problemOf = (row, fields) => problemsOfRows(Buffer.from(row), fields).problems[0]?.problem;

test('rows that Google takes', () => {
  for (const [type, ...values] of ROWS) {
    for (const value of [...values, 'null']) assert.equal(problemOf(`{"a":${value}}`, schemaOf(type)), undefined, `${type} ${value}`);
    assert.equal(problemOf(`{"A":[${values}]}`, schemaOf(type, { mode: 'REPEATED' })), undefined, type);
  }
  assert.deepEqual(problemsOfRows(Buffer.from('{}\n\n{}'), schemaOf('STRING')), { rows: 2, problems: [] });
});

test('rows that Google refuses', () => {
  for (const [type, value, message] of BAD_ROWS) assert.match(problemOf(JSON.stringify({ a: value }), schemaOf(type)) ?? 'none', message, `${type} ${value}`);
  assert.match(problemOf('{}', schemaOf('STRING', { mode: 'REQUIRED' })), /Missing required field: a/);
  assert.match(problemOf('{"a":null}', schemaOf('STRING', { mode: 'REQUIRED' })), /Only optional fields can be set to NULL/);
  assert.match(problemOf('{"a":"x"}', schemaOf('STRING', { mode: 'REPEATED' })), /Non-array value specified for repeated field/);
  assert.match(problemOf('{"a":[null]}', schemaOf('STRING', { mode: 'REPEATED' })), /Only optional fields/);
  assert.match(problemOf('{"a":1', schemaOf('INTEGER')), /Parser terminated before end of string/);
  assert.match(problemOf('[1]', schemaOf('INTEGER')), /without start of object/);
});

// --- Tables

const CHANGES = {
  'a column less': [[FIELDS[0]], /Field name is missing in new schema/],
  'another type': [[FIELDS[0], { name: 'name', type: 'INTEGER' }], /Field name has changed type from STRING to INTEGER/],
  'another mode': [[FIELDS[0], { name: 'name', type: 'STRING', mode: 'REPEATED' }], /Field name has changed mode from NULLABLE to REPEATED/],
  'a required column more': [[...FIELDS, { name: 'more', type: 'STRING', mode: 'REQUIRED' }], /Cannot add required fields to an existing schema/],
};

for (const [what, [fields, message]] of Object.entries(CHANGES)) {
  test(`a schema does not change to have ${what}`, async () => {
    const { datasetId, tableId } = await newTable();
    const { status, json } = await send('PATCH', `datasets/${datasetId}/tables/${tableId}`, { schema: { fields } });
    assert.equal(status, 400);
    assert.match(json.error.message, message);
  });
}

test('a schema grows, and a table keeps how it is partitioned', async () => {
  const { datasetId, tableId } = await newTable({ schema: { fields: [...FIELDS, { name: 'at', type: 'TIMESTAMP' }] }, timePartitioning: { type: 'DAY', field: 'at' } });
  const path = `datasets/${datasetId}/tables/${tableId}`;
  const { json } = await send('GET', path);
  const grown = await send('PATCH', path, { schema: { fields: [...json.schema.fields, { name: 'more', type: 'INT64' }] } });
  assert.deepEqual([grown.status, grown.json.schema.fields.length], [200, 4]);
  assert.equal((await send('PATCH', path, { timePartitioning: { type: 'MONTH', field: 'at' } })).status, 400);
  assert.deepEqual((await send('GET', path)).json.timePartitioning, { type: 'DAY', field: 'at' });
});

test('a view is given another query', async () => {
  const datasetId = await newDataset();
  const view = (query) => ({ view: { query, useLegacySql: false } });
  await send('POST', `datasets/${datasetId}/tables`, { tableReference: { projectId: PROJECT, datasetId, tableId: 'v' }, ...view('SELECT 1 AS a') });
  const { json } = await send('PATCH', `datasets/${datasetId}/tables/v`, view('SELECT 2 AS a, 3 AS b'));
  assert.deepEqual([json.type, json.view.query, json.schema.fields.length], ['VIEW', 'SELECT 2 AS a, 3 AS b', 2]);
  assert.deepEqual(await query(`SELECT * FROM ${datasetId}.v`), [['2', '3']]);
  assert.equal((await send('PATCH', `datasets/${datasetId}/tables/v`, view('SELECT nothing'))).status, 400);
});

test('a part of an answer is given where that is asked for', async () => {
  const { json } = await send('GET', `datasets/${await newDataset()}?fields=location,datasetReference(datasetId)`);
  assert.deepEqual([Object.keys(json).sort(), Object.keys(json.datasetReference)], [['datasetReference', 'location'], ['datasetId']]);
});
