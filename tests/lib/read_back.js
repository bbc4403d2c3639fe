// The same chunks loaded into BigQuery and into DuckDB: row by row the same in every table and view, and so
// are what `query` prints of them and what `export` writes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { startGoogle } from './bigquery.js';
import { startSimulator } from './simulator.js';
import { KEYS } from './tables.js';
import { queryWarehouse } from './warehouse.js';
import { Workspace } from './workspace.js';

const SIX_KEYS = { ...KEYS, metrics: ['org', 'repo', 'metric_date', 'author'] };
const ALL_KEYS = {
  ...SIX_KEYS,
  pull_request_facts: ['org', 'repo', 'number'],
  pull_request_events: ['org', 'repo', 'number', 'happened_at', 'kind', 'id'],
};

/** Rows by their keys, columns by name: neither has an order. */
const inOrder = (rows, keys) => rows
  .map((row) => Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))))
  .map((row) => [JSON.stringify(keys.map((key) => row[key])), row])
  .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** JSON allows \u000B and \u000b: DuckDB writes its lists with the one. */
const inLowerCase = (text) => text.replace(/\\u00[0-9A-F]{2}/g, (code) => code.toLowerCase());

/**
 * Both answers, of a moment in which the second one does not change: some questions are about the hours until now.
 */
async function atOneTime(ask, askTheOther) {
  for (;;) {
    const before = await askTheOther();
    const found = await ask();
    if (await askTheOther() === before) return { found, expected: before };
  }
}

/**
 * Tests of one world.
 *
 * @param options of the simulator
 * @param skip why not, if not
 */
export async function testReadBack({ options, skip = false }) {
  if (skip) process.stdout.write(`skipped: ${skip}\n`);
  const google = skip ? undefined : await startGoogle();
  afterEach(() => google?.assertNoViolations());

  let simulator;
  let workspace;
  const inDuckDb = { env: { GITHUB_STATS_WAREHOUSE: 'duckdb:same.duckdb' } };
  const duckDb = (sql) => queryWarehouse(join(workspace.directory, 'same.duckdb'), sql);

  before(async () => {
    if (skip) return;
    simulator = await startSimulator(options);
    const [first] = await simulator.truth('pull_requests');
    workspace = await Workspace.create(simulator, { GITHUB_ORG: first.org }, google);
    await workspace.succeed(['backfill', '--days', '36500']);
    await workspace.expect(0, ['load-gcs'], inDuckDb);
  });
  after(async () => {
    await workspace?.remove();
    await simulator?.close();
    await google?.close();
  });

  test('BigQuery holds the truth', { skip }, () => workspace.assertTruth(simulator));

  for (const [table, keys] of Object.entries(ALL_KEYS)) {
    test(`${table} is row by row that of DuckDB`, { skip }, async () => {
      const expected = inOrder(await duckDb(`SELECT * FROM ${table}`), keys);
      assert.ok(expected.length > 0);
      const found = inOrder(await workspace.query(`SELECT * FROM ${table}`), keys);
      assert.equal(found.length, expected.length);
      for (const [i, row] of expected.entries()) assert.deepEqual(found[i], row);
    });
  }

  test('what is asked by a name, or in SQL, is answered as by DuckDB, in every format', { skip }, async () => {
    const questions = JSON.parse((await workspace.expect(0, ['query', '--list', '--format', 'json'])).stdout).map((each) => each.name);
    assert.ok(questions.includes('throughput') && questions.includes('cycle-time'));
    const sql = 'SELECT repo, number, title, labels, additions, created_at, merged_at FROM pull_requests ORDER BY repo, number';
    for (const question of [...questions, sql]) {
      for (const format of ['table', 'json', 'csv']) {
        const args = ['query', question, '--format', format];
        const { found, expected } = await atOneTime(async () => (await workspace.expect(0, args)).stdout, async () => (await workspace.expect(0, args, inDuckDb)).stdout);
        assert.equal(inLowerCase(found), inLowerCase(expected), args.join(' '));
      }
    }
  });

  test('a report is the same, of whichever it is made', { skip }, async () => {
    for (const format of ['json', 'md', 'html']) {
      const args = ['report', '--format', format, '--out', '-'];
      const { stdout } = await workspace.expect(0, args);
      assert.ok(stdout.length > 500, format);
      assert.equal(stdout, (await workspace.expect(0, args, inDuckDb)).stdout, format);
    }
  });

  test('CSV files are those of DuckDB, byte for byte', { skip }, async () => {
    const args = ['export', '--format', 'csv', '--out'];
    await workspace.expect(0, [...args, 'from-bigquery']);
    await workspace.expect(0, [...args, 'from-duckdb'], inDuckDb);
    for (const table of Object.keys(SIX_KEYS)) {
      const [found, expected] = ['from-bigquery', 'from-duckdb'].map((folder) => readFileSync(join(workspace.directory, folder, `${table}.csv`)));
      assert.ok(found.equals(expected), table);
    }
  });

  test('Parquet files hold the rows and types that DuckDB\'s do', { skip }, async () => {
    await workspace.expect(0, ['export', '--out', 'from-bigquery']);
    await workspace.expect(0, ['export', '--out', 'from-duckdb'], inDuckDb);
    for (const [table, keys] of Object.entries(SIX_KEYS)) {
      const files = ['from-bigquery', 'from-duckdb'].map((folder) => `read_parquet('${join(workspace.directory, folder, `${table}.parquet`)}')`);
      const [found, expected] = await Promise.all(files.map((file) => duckDb(`SELECT * FROM ${file} ORDER BY ${keys}`)));
      assert.deepEqual(found, expected, table);
      const [types, expectedTypes] = await Promise.all(files.map((file) => duckDb(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${file})`)));
      assert.deepEqual(types, expectedTypes, table);
    }
  });
}
