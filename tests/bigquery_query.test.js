// `query` in BigQuery: it may only read, and only as much as one allows. (What it prints: lib/read_back.js.)

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { startGoogle } from './lib/bigquery.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { TABLES } from './lib/tables.js';
import { withWorkspace } from './lib/workspace.js';

const google = await startGoogle();
const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '20', '--points-per-hour', '100000']);
after(async () => {
  await simulator.close();
  await google.close();
});
afterEach(() => google.assertNoViolations());

const COLLECT = ['backfill', '--days', '36500', '--repo', 'api', '--repo', 'platform'];
const inCloud = (env, use) => withWorkspace(simulator, env, use, google);

test('BIGQUERY_MAX_BYTES_BILLED goes along with every query', () => inCloud({ BIGQUERY_MAX_BYTES_BILLED: '123456789' }, async (workspace) => {
  await workspace.succeed(COLLECT, ['metrics'], ['query', 'throughput'], ['export', '--out', 'x', '--table', 'reviews']);
  const queries = (await workspace.bigQuery.jobs()).filter(({ configuration }) => configuration.query).map(({ configuration }) => configuration.query);
  assert.ok(queries.length > 10);
  assert.deepEqual([...new Set(queries.map(({ maximumBytesBilled: most }) => most))], ['123456789']);
}));

test('a query may only read', () => inCloud({}, async (workspace) => {
  await workspace.expect(0, ['init']);
  const before = await workspace.bigQuery.metadata();
  for (const sql of ['DROP TABLE reviews', 'DELETE FROM reviews WHERE TRUE', 'SELECT 1; DROP TABLE reviews', 'CREATE TABLE t AS SELECT 1 AS n',
    "INSERT INTO _loads (org, chunk_key, stream, loaded_at) VALUES ('a', 'b', 'c', CURRENT_TIMESTAMP())", 'BEGIN SELECT 1; END']) {
    for (const more of [[], ['--dry-run']]) {
      const { stdout, stderr } = await workspace.expect(2, ['query', sql, ...more]);
      assert.equal(stdout, '', sql);
      assert.match(stderr, /may only read/, sql);
    }
  }
  assert.deepEqual(await workspace.bigQuery.metadata(), before);
  assert.deepEqual(await workspace.query('SELECT * FROM _loads'), []);
}));

test('--dry-run tells what a query would read, and runs nothing', () => inCloud({}, async (workspace) => {
  await workspace.expect(0, ['init']);
  const jobs = (await workspace.bigQuery.jobs()).length;
  for (const query of ['SELECT * FROM reviews', 'throughput']) {
    assert.match((await workspace.expect(0, ['query', query, '--dry-run'])).stdout, /^it would read .* \([\d,]+ bytes\), which BigQuery bills for\n$/);
  }
  assert.equal((await workspace.bigQuery.jobs()).length, jobs);
  assert.deepEqual(await workspace.counts(), Object.fromEntries(TABLES.map((table) => [table, 0])));
}));

test('what is no query is refused in plain text', () => inCloud({}, async (workspace) => {
  await workspace.expect(0, ['init']);
  for (const [sql, pattern] of [['SELEC 1', /SELEC/i], ['SELECT * FROM nowhere', /nowhere/], ['', /NAME/], ["SELECT '\u001b[2J' FORM x", /\?\[2J|syntax/i]]) {
    const { code, stdout, stderr } = await workspace.run(['query', sql]);
    assert.ok(code === 1 || code === 2, `${code} ${stderr}`);
    assert.equal(stdout, '');
    assert.match(stderr, pattern);
    assert.doesNotMatch(stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u);
  }
}));
