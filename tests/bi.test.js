// What docs/bi.md offers to other tools, held against a warehouse: dbt's sources and the queries.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { NOW, startSimulator } from './lib/simulator.js';
import { Workspace } from './lib/workspace.js';

const read = (path) => readFileSync(new URL(`../docs/${path}`, import.meta.url), 'utf8');

const { version, sources: [source] } = parse(read('dbt/sources.yml'), { strict: true, uniqueKeys: true });
const queries = [...read('bi.md').matchAll(/```sql\n(.*?)```/gs)].map(([, sql]) => sql);

const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '60', '--points-per-hour', '100000']);
let workspace;
before(async () => {
  workspace = await Workspace.create(simulator);
  await workspace.succeed(['backfill', '--days', '36500']);
});
after(async () => {
  await workspace.remove();
  await simulator.close();
});

/** The first value of the first row. */
const ask = async (sql) => Object.values((await workspace.query(sql))[0])[0];

test("dbt's sources are the tables and views, with their columns and descriptions", async () => {
  assert.equal(version, 2);
  const found = await workspace.query(`
    SELECT table_name, column_name, comment FROM duckdb_columns()
    WHERE schema_name = 'main' AND NOT internal AND NOT starts_with(table_name, '_') ORDER BY table_name, column_index`);
  const described = [...source.tables].sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, columns }) => columns.map((column) => ({ table_name: name, column_name: column.name, comment: column.description })));
  assert.deepEqual(described, found);
});

for (const { name, data_tests: tests, columns } of source.tables) {
  test(`dbt's tests hold in ${name}`, async () => {
    assert.ok(await ask(`SELECT count(*) FROM ${name}`) > 0);
    const [{ unique: { column_name: key } }] = tests;
    assert.equal(await ask(`SELECT count(*) - count(DISTINCT ${key}) FROM ${name}`), 0, key);
    const required = columns.filter((column) => column.data_tests?.includes('not_null'));
    assert.ok(required.length > 3);
    for (const column of required) assert.equal(await ask(`SELECT count(*) FROM ${name} WHERE ${column.name} IS NULL`), 0, column.name);
  });
}

test("the page's queries answer", async () => {
  assert.equal(queries.length, 3);
  for (const sql of queries) {
    const { stdout } = await workspace.expect(0, ['query', sql, '--format', 'json']);
    const rows = JSON.parse(stdout);
    assert.ok(rows.length > 0, sql);
    assert.ok(rows.some((row) => Object.values(row).every((value) => value !== null)), stdout);
  }
});
