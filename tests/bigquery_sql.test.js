// Every statement that the program has for BigQuery, before Google's own analyser of GoogleSQL.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ANALYSE = fileURLToPath(new URL('./tools/analyse-sql', import.meta.url));
const { catalog, statements } = JSON.parse(execFileSync(process.env.GITHUB_STATS_STATEMENTS, { encoding: 'utf8', maxBuffer: 1 << 26 }));
const folder = mkdtempSync(join(tmpdir(), 'github-stats-sql-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function analyse(list) {
  const files = [['catalog', catalog], ['statements', list]].map(([name, value]) => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(value));
    return file;
  });
  return spawnSync(ANALYSE, files, { encoding: 'utf8' });
}

test('they are all there', () => {
  const names = statements.map(({ name }) => name);
  for (const name of ['create_views', 'update_metrics: kAll', 'update_metrics: kTouched', 'load: everything staged', 'load: in parts', 'inspect',
    'loaded_chunks', 'count_rows', 'export metrics', 'query: cycle-time', 'query: throughput']) assert.ok(names.includes(name), name);
  assert.ok(names.filter((name) => name.startsWith('report ')).length >= 3);
});

test('the analyser takes every one', () => {
  const { status, stdout, stderr } = analyse(statements);
  assert.equal(status, 0, stdout + stderr);
});

test('a column that is not there is named, in each statement that merges', () => {
  const views = statements.filter(({ name }) => name === 'create_views');
  const load = statements.find(({ name }) => name === 'load: everything staged');
  const wrong = [...load.sql.matchAll(/MERGE INTO `p\.d\.(\w+)`/g)].map(([, table]) => table);
  assert.deepEqual(wrong, ['pull_requests', 'commits', 'reviews', 'review_comments', 'issue_comments', '_loads']);
  const broken = wrong.map((table) => {
    const at = load.sql.indexOf(`MERGE INTO \`p.d.${table}\``);
    const sql = load.sql.slice(0, at) + load.sql.slice(at).replace('WHEN MATCHED THEN UPDATE SET', 'WHEN MATCHED THEN UPDATE SET colour = 1,');
    return { ...load, name: table, sql };
  });
  const { status, stdout } = analyse([...views, ...broken]);
  assert.equal(status, 1);
  for (const table of wrong) assert.match(stdout, new RegExp(`^${table}: .*colour`, 'm'));
});
