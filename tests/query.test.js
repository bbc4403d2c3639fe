// `query`: SQL and named queries on the warehouse, as a table, JSON and CSV; nothing that it is given changes anything.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseCsv } from './lib/csv.js';
import { PROGRAM } from './lib/program.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { holdWarehouse } from './lib/warehouse.js';
import { Workspace, withWorkspace } from './lib/workspace.js';

const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '40', '--points-per-hour', '100000']);
let workspace;
before(async () => {
  workspace = await Workspace.create(simulator);
  await workspace.succeed(['backfill', '--days', '36500', '--repo', 'platform', '--repo', 'api', '--repo', 'a.b_c-d']);
});
after(async () => {
  await workspace.remove();
  await simulator.close();
});

const ask = async (...args) => (await workspace.expect(0, ['query', ...args])).stdout;
const askJson = async (...args) => JSON.parse(await ask('--format', 'json', ...args));

/** Runs the program with a text on its standard input. */
function withInput(args, input) {
  return new Promise((resolve, reject) => {
    const child = spawn(PROGRAM, args, { cwd: workspace.directory, env: { PATH: process.env.PATH, HOME: workspace.directory, ...workspace.env } });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (chunk) => { output[name] += chunk; });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...output }));
    child.stdin.end(input);
  });
}

const EVERY_KIND = `SELECT title, number, number / 7 AS share, is_draft, labels, created_at, merged_at, body
  FROM pull_requests ORDER BY repo, number`;

test('JSON has what another client reads from the file', async () => {
  assert.deepEqual(await askJson(EVERY_KIND), await workspace.query(EVERY_KIND));
});

test('CSV has it too', async () => {
  const [names, ...rows] = parseCsv(await ask('--format', 'csv', EVERY_KIND));
  const expected = await workspace.query(EVERY_KIND);
  assert.deepEqual(names, Object.keys(expected[0]));
  const asText = (value) => (value === null || typeof value === 'string' ? value
    : Array.isArray(value) ? JSON.stringify(value) : String(value));
  const numbers = names.indexOf('share');
  const round = (row) => row.map((value, i) => (i === numbers ? Number(value) : value));
  assert.deepEqual(rows.map(round), expected.map((row) => round(Object.values(row).map(asText))));
});

test('a table has a line a row, numbers to the right', async () => {
  assert.equal(await ask("SELECT * FROM (VALUES ('a', 7), ('bcd', 1234), (NULL, NULL)) t(name, n)"),
    'name     n\na        7\nbcd   1234\nNULL  NULL\n');
});

test('nothing in an answer moves the terminal', async () => {
  const stdout = await ask("SELECT chr(27) || '[2J' || chr(8238) || chr(10) || '🎉' AS \"x\u001b[1m\"");
  assert.equal(stdout, 'x?[1m\n?[2J? 🎉\n');
});

test('an empty answer is empty in each format, and is said to be in a table', async () => {
  const sql = 'SELECT repo, number FROM pull_requests WHERE number < 0';
  const { stdout, stderr } = await workspace.expect(0, ['query', sql]);
  assert.deepEqual([stdout, stderr], ['repo  number\n', 'no rows\n']);
  assert.deepEqual(await askJson(sql), []);
  assert.equal(await ask('--format', 'csv', sql), 'repo,number\n');
});

test('SQL comes from an argument, standard input or a file', async () => {
  const sql = 'SELECT count(*) AS n\nFROM reviews; -- all of them\n';
  const expected = await askJson(sql);
  assert.ok(expected[0].n > 0);
  const { code, stdout, stderr } = await withInput(['query', '-', '--format', 'json'], sql);
  assert.deepEqual([code, stderr, JSON.parse(stdout)], [0, '', expected]);
  await writeFile(join(workspace.directory, 'some.sql'), sql);
  assert.deepEqual(await askJson('--file', 'some.sql'), expected);
});

test('SQL may follow a setting, and the last of two settings counts', async () => {
  const stdout = await ask('--warehouse', 'duckdb:none.duckdb', '--warehouse', `duckdb:${workspace.warehouseFile}`, 'SELECT 1 AS n');
  assert.equal(stdout, 'n\n1\n');
});

test('each named query runs, and shows its SQL', async () => {
  const list = await askJson('--list');
  for (const name of ['open-pull-requests', 'reviewers', 'size', 'slowest-reviews', 'throughput', 'waiting-for-review']) {
    assert.ok(list.some((each) => each.name === name && each.description), name);
  }
  for (const { name } of list) {
    const rows = await askJson(name);
    assert.deepEqual(rows, await askJson(await ask(name, '--show-sql')), name);
  }
});

test('open-pull-requests are those that are open, oldest first', async () => {
  const { pull_requests: all } = await workspace.tables();
  const open = all.filter(({ state }) => state === 'OPEN')
    .map((row) => ({ ...row, repository: `${row.org}/${row.repo}` }))
    .sort((a, b) => a.created_at.localeCompare(b.created_at) || a.repository.localeCompare(b.repository) || a.number - b.number);
  assert.ok(open.length > 0);
  assert.deepEqual((await askJson('open-pull-requests')).map(({ repository, number }) => [repository, number]),
    open.map(({ repository, number }) => [repository, number]));
});

/** Each [args, pattern]: ends with 2, says so in plain text. */
for (const [args, pattern] of [
  [[], /NAME/],
  [['SELECT 1', '--file', 'some.sql'], /one of/],
  [['--file', 'no-such.sql'], /no-such\.sql/],
  [['troughput'], /did you mean throughput\?/],
  [['bananas'], /--list/],
  [['SELEC 1'], /syntax error[^]*LINE 1: SELEC 1/],
  [['SELECT * FROM nowhere'], /nowhere[^]*SHOW TABLES/],
  [["SELECT '\u001b[2J' FORM x"], /\?\[2J/],
  [[''], /NAME/],
  [[' ; '], /empty/],
  [['SELECT 1 AS n, 2 AS n', '--format', 'json'], /'n'.*\n.*AS/],
  [['SELECT 1', '--format', 'xml'], /xml/],
  [['SELECT 1', '--for-spreadsheets'], /csv/],
  [['SELECT 1', '--repo', 'api'], /--repo/],
]) {
  test(`query ${JSON.stringify(args)} is refused`, async () => {
    const { stdout, stderr } = await workspace.expect(2, ['query', ...args]);
    assert.equal(stdout, '');
    assert.match(stderr, pattern);
    assert.doesNotMatch(stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/u);
  });
}

test('hostile SQL reads no file, writes none, and changes nothing', async () => {
  const tables = await workspace.tables();
  const files = readdirSync(workspace.directory, { recursive: true });
  const bytes = readFileSync(workspace.warehouseFile);
  for (const sql of [
    'DROP TABLE pull_requests',
    'SELECT 1; DROP TABLE pull_requests',
    "SELECT '1'); DROP TABLE pull_requests; --'",
    'DELETE FROM reviews RETURNING *',
    "COPY pull_requests TO 'stolen.csv'",
    "COPY reviews TO 'warehouse.duckdb.wal' (FORMAT csv, USE_TMP_FILE false)",
    "EXPLAIN ANALYZE COPY reviews TO 'warehouse.duckdb.wal' (FORMAT csv, USE_TMP_FILE false)",
    "EXPORT DATABASE 'stolen'",
    "ATTACH 'other.duckdb' AS other",
    'INSTALL httpfs',
    'LOAD httpfs',
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('*')",
    "SELECT * FROM enable_logging(storage = 'file', storage_path = '.')",
    "CALL enable_logging(storage = 'file', storage_path = '.')",
    "SET enable_external_access = true; SELECT * FROM read_text('/etc/passwd')",
    "CREATE PERSISTENT SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
  ]) {
    const { stdout, stderr } = await workspace.expect(2, ['query', sql]);
    assert.equal(stdout, '', sql);
    assert.doesNotMatch(stderr, /root:/, sql);
  }
  assert.deepEqual(readdirSync(workspace.directory, { recursive: true }), files);
  assert.ok(readFileSync(workspace.warehouseFile).equals(bytes));
  assert.deepEqual(await workspace.tables(), tables);
});

test('a warehouse that is missing is not created, and it is said how', () => withWorkspace(simulator, {}, async (empty) => {
  const { stderr } = await empty.expect(1, ['query', 'SELECT 1']);
  assert.match(stderr, /no warehouse[^]*init[^]*backfill/);
  assert.deepEqual(readdirSync(empty.directory), []);
}));

test('a warehouse that another process writes to is said to be in use', async () => {
  await holdWarehouse(workspace.warehouseFile, async () => {
    const { stderr } = await workspace.expect(1, ['query', 'SELECT 1']);
    assert.match(stderr, /in use[^]*close/);
  });
  await ask('SELECT 1');
});

test('queries run side by side', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => askJson('SELECT count(*) AS n FROM commits')));
  assert.deepEqual(answers, [answers[0], answers[0], answers[0]]);
});
