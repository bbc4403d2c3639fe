// The harness finds what it is there to find.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { makeApp } from './lib/app.js';
import { compareTable } from './lib/compare.js';
import { openGate } from './lib/gate.js';
import { findSecrets, forms, keyPieces } from './lib/secrets.js';
import { startSimulator } from './lib/simulator.js';
import { directoryFiles, readStore, storeProblems } from './lib/store.js';
import { queryWarehouse } from './lib/warehouse.js';

const TRUTH = [
  { org: 'acme', repo: 'api', id: 'A', pr_number: 1, body: 'one', labels: ['x', 'y'] },
  { org: 'acme', repo: 'api', id: 'B', pr_number: 2, body: null, labels: [] },
];
const PROVENANCE = { collected_at: '2026-01-31T12:00:00.25Z', collection_id: '20260131T120000Z' };
const rows = (change = () => {}) => {
  const copy = TRUTH.map((row) => ({ ...structuredClone(row), ...PROVENANCE }));
  change(copy);
  return copy;
};
const compare = (actual, when) => compareTable('reviews', actual, TRUTH, when);

test('equal tables compare equal, in any order', () => {
  assert.deepEqual(compare(rows()), []);
  assert.deepEqual(compare(rows((list) => list.reverse())), []);
});

test('each kind of difference between tables is found and named', () => {
  const differences = [
    [(list) => list.pop(), /1 rows missing/, /\["acme","api","B"\]/],
    [(list) => list.push({ ...list[0], id: 'C' }), /1 rows too many/, /"C"/],
    [(list) => list.push(list[0]), /1 rows twice/, /"A"/],
    [(list) => { list[0].body = 'two'; }, /1 fields differ/, /body is "two", but should be "one"/],
    [(list) => { list[1].body = ''; }, /1 fields differ/, /body is "", but should be null/],
    [(list) => { list[0].pr_number = '1'; }, /1 fields differ/, /pr_number is "1", but should be 1/],
    [(list) => list[0].labels.reverse(), /1 fields differ/, /labels is \["y","x"\]/],
    [(list) => { list[0].org = 'Acme'; }, /rows too many/, /rows missing/],
    [(list) => { delete list[0].labels; }, /columns missing/, /labels/],
    [(list) => { list[0].extra = 1; }, /columns too many/, /extra/],
    [(list) => { list[0].collected_at = null; }, /odd collected_at/, /null/],
    [(list) => { list[0].collection_id = ''; }, /odd collection_id/, /""/],
  ];
  for (const [change, ...patterns] of differences) {
    const text = compare(rows(change)).join('\n');
    for (const pattern of patterns) assert.match(text, pattern);
  }
});

test('rows collected at another time than the run are found', () => {
  const at = Date.parse(PROVENANCE.collected_at);
  assert.deepEqual(compare(rows(), { earliest: at, latest: at }), []);
  assert.match(compare(rows(), { earliest: at + 1, latest: at + 2 }).join('\n'), /odd collected_at/);
});

test('values come out of DuckDB as the truth writes them', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'github-stats-test-'));
  t.after(() => rm(directory, { recursive: true }));
  const file = join(directory, 'values.duckdb');
  const { DuckDBInstance } = createRequire(new URL('../.deps/duckdb/package.json', import.meta.url))('@duckdb/node-api');
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE v AS SELECT 9007199254740993::BIGINT AS big, -5::BIGINT AS small, true AS yes,
    TIMESTAMP '2008-03-01 10:00:00' AS seconds, TIMESTAMP '1969-12-31 23:59:59.000001' AS micros,
    '2026-01-31T23:59:59Z'::TIMESTAMPTZ AS zoned, DATE '2026-01-31' AS day,
    ['a', NULL, ''] AS list, NULL::VARCHAR AS nothing, 'a' || chr(0) || chr(27) || '😀' AS odd, 0.5::DOUBLE AS real`);
  connection.closeSync();
  instance.closeSync();
  assert.deepEqual(await queryWarehouse(file, 'SELECT * FROM v'), [{
    big: '9007199254740993', small: -5, yes: true, seconds: '2008-03-01T10:00:00Z', micros: '1969-12-31T23:59:59.000001Z',
    zoned: '2026-01-31T23:59:59Z', day: '2026-01-31', list: ['a', null, ''], nothing: null, odd: 'a\0\u001b😀', real: 0.5 }]);
});

const ID = '20260131T120000Z';
const row = (fields) => `${JSON.stringify({ org: 'acme', repo: 'api', collection_id: ID, ...fields })}\n`;
const counts = (commits) => ({ pull_requests: 0, commits, reviews: 0, review_comments: 0, issue_comments: 0 });

function checkpointOf(repositories) {
  return JSON.stringify({ version: 1, collection_id: ID, org: 'acme', repositories });
}

async function problemsOf(t, files) {
  const directory = await mkdtemp(join(tmpdir(), 'github-stats-test-'));
  t.after(() => rm(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return storeProblems(await readStore(await directoryFiles(directory)), { chunkSize: 2 });
}

test('each kind of disorder in a store is found', async (t) => {
  const chunk = (n) => `acme/api/commits/2026-01-31/${ID}_chunk_${n}.json`;
  const checkpoint = `acme/_checkpoints/${ID}.json`;
  const good = {
    [chunk(0)]: row({ sha: 'a' }) + row({ sha: 'b' }),
    [chunk(1)]: row({ sha: 'c' }),
    [checkpoint]: checkpointOf([{ name: 'api', chunks: counts(2), rows: counts(3) }]),
    '.github-stats/lock': '',
  };
  assert.deepEqual(await problemsOf(t, good), []);
  const bad = [
    [{ [chunk(0)]: row({}) + row({}) + row({}) }, /3 rows, more than 2/],
    [{ [chunk(0)]: row({}).trim() }, /does not end with a newline/],
    [{ [chunk(0)]: '{"org": "acme"\n' }, /JSON/],
    [{ [chunk(0)]: row({ repo: 'web' }) + row({}) }, /rows of another place/],
    [{ [chunk(2)]: row({}) }, /tells of 2 chunks, there are \[0,1,2\]/],
    [{ [chunk(1)]: row({}) + row({}) }, /tells of 3 rows, there are 4/],
    [{ [checkpoint]: checkpointOf([]) }, /no checkpoint explains/],
    [{ 'acme/api/commits/stranger.txt': '' }, /neither chunk nor checkpoint/],
    [{ [`acme/api/commits/2026-02-01/${ID}_chunk_2.json`]: row({}) }, /date is not the collection's/],
  ];
  for (const [files, pattern] of bad) assert.match((await problemsOf(t, { ...good, ...files })).join('\n'), pattern);
});

test('a gate lets through, answers by itself, and counts', async (t) => {
  const simulator = await startSimulator(['--repositories', '1', '--pull-requests', '5']);
  t.after(() => simulator.close());
  const gate = await openGate(simulator.url);
  t.after(() => gate.close());
  const ask = (init) => fetch(`${gate.url}/user`, { headers: { authorization: 'bearer sim-token' }, ...init });
  assert.equal((await (await ask()).json()).login, 'sim-viewer');
  gate.decide = ({ serial, text }) => ({ status: 418, json: { serial, text } });
  const answer = await ask({ method: 'POST', body: 'hello' });
  assert.equal(answer.status, 418);
  assert.deepEqual(await answer.json(), { serial: 2, text: 'hello' });
});

test('a secret is found wherever and in whatever form it is', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'github-stats-harness-'));
  t.after(() => rm(directory, { recursive: true }));
  const app = await makeApp();
  t.after(() => app.remove());
  const needles = { word: forms('p@ss word'), key: keyPieces(app.pkcs8) };
  await mkdir(join(directory, 'a/b'), { recursive: true });
  const file = join(directory, 'a/b/file');
  const line = app.pkcs8.split('\n')[7];
  for (const [content, expected] of [
    ['nothing', []], ['the p@ss word is', ['word']], ['p%40ss%20word', ['word']], [Buffer.from('p@ss word').toString('base64'), ['word']],
    [`\0\xff${line}\0`, ['key']], [Buffer.from(app.pkcs8).toString('base64'), ['key']],
  ]) {
    await writeFile(file, content);
    assert.deepEqual(await findSecrets(needles, { stderr: '' }, directory), expected.map((name) => `${name} in ${file}`));
    await writeFile(file, '');
    assert.deepEqual(await findSecrets(needles, { stderr: content }, directory), expected.map((name) => `${name} in stderr`));
  }
});
