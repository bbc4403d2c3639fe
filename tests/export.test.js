// `export`: the tables as files, read back with DuckDB's own client and held against the tables row by row.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseCsv } from './lib/csv.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { KEYS } from './lib/tables.js';
import { holdWarehouse } from './lib/warehouse.js';
import { Workspace, withWorkspace } from './lib/workspace.js';

const SIX_KEYS = { ...KEYS, metrics: ['org', 'repo', 'metric_date', 'author'] };
const SIX = Object.keys(SIX_KEYS);

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

let folders = 0;
const newFolder = () => join(workspace.directory, `export ${folders += 1}`, "it's");

const inOrder = (table) => `SELECT * FROM "${table}" ORDER BY ${SIX_KEYS[table].map((key) => `"${key}"`).join(', ')}`;

test('Parquet files hold the tables, row by row and in the order of their keys', async () => {
  const folder = newFolder();
  const { stdout } = await workspace.expect(0, ['export', '--out', folder, '--json']);
  const { tables } = JSON.parse(stdout);
  assert.deepEqual(tables.map(({ table }) => table), SIX);
  assert.deepEqual(readdirSync(folder).sort(), SIX.map((table) => `${table}.parquet`).sort());
  for (const { table, file, rows, bytes } of tables) {
    assert.equal(file, join(folder, `${table}.parquet`));
    assert.equal(bytes, statSync(file).size);
    const from = `read_parquet('${file.replaceAll("'", "''")}')`;
    const expected = await workspace.query(inOrder(table));
    assert.deepEqual(await workspace.query(`SELECT * FROM ${from}`), expected, table);
    assert.equal(rows, expected.length, table);
    assert.ok(rows > 0, table);
    const types = (of) => workspace.query(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${of})`);
    assert.deepEqual(await types(from), await types(`"${table}"`), table);
  }
});

test('CSV files hold them too, nulls apart from empty texts', async () => {
  const folder = newFolder();
  await workspace.expect(0, ['export', '--out', folder, '--format', 'csv']);
  assert.deepEqual(readdirSync(folder).sort(), SIX.map((table) => `${table}.csv`).sort());
  for (const table of SIX) {
    const [names, ...rows] = parseCsv(readFileSync(join(folder, `${table}.csv`), 'utf8'));
    const expected = await workspace.query(inOrder(table));
    const columns = await workspace.query(`SELECT column_name, column_type FROM (DESCRIBE "${table}")`);
    assert.deepEqual(names, columns.map((column) => column.column_name), table);
    const asText = (value) => (value === null || typeof value === 'string' ? value
      : Array.isArray(value) ? JSON.stringify(value) : String(value));
    // A double has a decimal point, also where it is whole.
    const isDouble = columns.map((column) => column.column_type === 'DOUBLE');
    const plain = (row) => row.map((cell, i) => (cell !== null && isDouble[i] ? String(Number(cell)) : cell));
    assert.deepEqual(rows.map(plain), expected.map((row) => Object.values(row).map(asText)), table);
  }
});

test('--table exports those tables only, and says what it wrote', async () => {
  const folder = newFolder();
  const { stdout } = await workspace.expect(0, ['export', '--out', folder, '--table', 'reviews', '--table', 'commits']);
  assert.deepEqual(readdirSync(folder).sort(), ['commits.parquet', 'reviews.parquet']);
  const counts = await workspace.counts();
  const lines = stdout.trimEnd().split('\n').slice(1).map((line) => line.split(/ {2,}/));
  assert.deepEqual(lines.map(([file, rows]) => [file, rows]), ['commits', 'reviews'].map((table) =>
    [join(folder, `${table}.parquet`), counts[table].toLocaleString('en-US')]));
  assert.equal((await workspace.expect(0, ['export', '--out', folder, '--quiet'])).stdout, '');
});

test('a file that is there is replaced, and others are left alone', async () => {
  const folder = newFolder();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'reviews.csv'), 'old');
  await writeFile(join(folder, 'notes.txt'), 'mine');
  // What a killed export left, or a trap: it must not be written through.
  await writeFile(join(folder, 'target'), 'untouched');
  symlinkSync('target', join(folder, '.reviews.csv.part'));
  await workspace.expect(0, ['export', '--out', folder, '--format', 'csv', '--table', 'reviews']);
  assert.match(await readFile(join(folder, 'reviews.csv'), 'utf8'), /^org,repo,pr_number/);
  assert.equal(await readFile(join(folder, 'notes.txt'), 'utf8'), 'mine');
  assert.equal(await readFile(join(folder, 'target'), 'utf8'), 'untouched');
  assert.deepEqual(readdirSync(folder).sort(), ['notes.txt', 'reviews.csv', 'target']);
});

test('an export that is killed leaves each file old or new, and the next one finishes', async () => {
  const folder = newFolder();
  const args = ['export', '--out', folder, '--table', 'reviews', '--table', 'commits'];
  await workspace.run(args, { env: { GITHUB_STATS_CRASH_AT: 'export.file.before_rename:1' } });
  assert.deepEqual(readdirSync(folder), ['.commits.parquet.part']);
  await workspace.run(args, { env: { GITHUB_STATS_CRASH_AT: 'export.file.before_rename:2' } });
  assert.deepEqual(readdirSync(folder).sort(), ['.reviews.parquet.part', 'commits.parquet']);
  await workspace.expect(0, args);
  assert.deepEqual(readdirSync(folder).sort(), ['commits.parquet', 'reviews.parquet']);
});

test('--for-spreadsheets puts a quote in front of formulas, and only of those', async () => {
  const folder = newFolder();
  const args = ['export', '--out', folder, '--format', 'csv', '--table', 'commits'];
  const read = () => parseCsv(readFileSync(join(folder, 'commits.csv'), 'utf8'));
  await workspace.expect(0, args);
  const plain = read();
  await workspace.expect(0, [...args, '--for-spreadsheets']);
  const texts = new Set((await workspace.query("SELECT column_name FROM (DESCRIBE commits) WHERE column_type = 'VARCHAR'"))
    .map((column) => column.column_name));
  assert.deepEqual(read(), plain.map((row, i) => (i === 0 ? row : row.map((value, column) =>
    (texts.has(plain[0][column]) && /^[=+\-@\t\r\n]/.test(value ?? '') ? `'${value}` : value)))));
});

for (const [args, code, pattern] of [
  [[], 2, /--out/],
  [['--out', 'x', '--format', 'json'], 2, /json/],
  [['--out', 'x', '--table', 'people'], 2, /people/],
  [['--out', 'x', '--for-spreadsheets'], 2, /csv/],
  [['--out', 'x', '--repo', 'api'], 2, /--repo/],
  [['--out', 'x', '--warehouse', 'duckdb:none.duckdb'], 1, /no warehouse[^]*init/],
]) {
  test(`export ${args.join(' ')} is refused, and creates nothing`, async () => {
    const { stderr } = await workspace.expect(code, ['export', ...args]);
    assert.match(stderr, pattern);
    assert.ok(!existsSync(join(workspace.directory, 'x')));
    assert.ok(!existsSync(join(workspace.directory, 'none.duckdb')));
  });
}

test('where it cannot write it says so', async () => {
  await writeFile(join(workspace.directory, 'a-file'), '');
  assert.match((await workspace.expect(2, ['export', '--out', 'a-file/below'])).stderr, /a-file[^]*--out/);
  await mkdir(join(workspace.directory, 'taken/reviews.parquet'), { recursive: true });
  const { stderr } = await workspace.expect(2, ['export', '--out', 'taken', '--table', 'reviews']);
  assert.match(stderr, /taken\/reviews\.parquet/);
  assert.deepEqual(readdirSync(join(workspace.directory, 'taken')), ['reviews.parquet']);
});

test('a warehouse without tables is to be initialised, one in use to be closed', () => withWorkspace(simulator, {}, async (other) => {
  await holdWarehouse(other.warehouseFile, async () => {
    assert.match((await other.expect(1, ['export', '--out', 'x'])).stderr, /in use/);
  });
  assert.match((await other.expect(1, ['export', '--out', 'x'])).stderr, /init/);
  assert.deepEqual(readdirSync(join(other.directory, 'x')), []);
}));
