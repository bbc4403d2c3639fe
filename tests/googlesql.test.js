// The analyser of GoogleSQL that the warehouse's statements are held against: it takes what BigQuery
// takes, and names what is wrong with the rest.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { spawnChild } from './lib/program.js';

const TOOL = fileURLToPath(new URL('./tools/analyse-sql', import.meta.url));

const CATALOG = {
  default_dataset: 'p.d',
  tables: [{
    name: 'p.d.INFORMATION_SCHEMA.TABLES', columns: [{ name: 'table_name', type: 'STRING' }],
  }, {
    name: 'p.d.pulls',
    columns: [
      { name: 'id', type: 'INTEGER', mode: 'REQUIRED' }, { name: 'title', type: 'STRING' }, { name: 'created_at', type: 'TIMESTAMP' },
      { name: 'labels', type: 'STRING', mode: 'REPEATED' }, { name: 'author', type: 'RECORD', fields: [{ name: 'login', type: 'STRING' }] },
      { name: 'files', type: 'ARRAY<STRUCT<path STRING>>' }],
  }],
};

const GOOD = [
  { name: 'a name quoted as one', sql: 'SELECT id FROM `p.d.pulls`' },
  { name: 'a name quoted in parts', sql: 'SELECT id FROM `p`.`d`.`pulls` UNION ALL SELECT id FROM `p.d`.pulls UNION ALL SELECT id FROM `d.pulls`' },
  { name: 'names without a project or dataset', sql: 'SELECT id FROM d.pulls UNION ALL SELECT id FROM pulls' },
  { name: 'what the dataset says of itself', sql: 'SELECT table_name FROM `p.d`.INFORMATION_SCHEMA.TABLES' },
  { name: 'a parameter', sql: 'SELECT id FROM pulls WHERE created_at > @since AND id IN UNNEST(@ids)', parameters: { since: 'TIMESTAMP', ids: 'ARRAY<INT64>' } },
  { name: 'nested columns', sql: 'SELECT author.login, l, f.path FROM pulls, UNNEST(labels) l, UNNEST(files) f' },
  { name: 'QUALIFY and analytic functions', sql: 'SELECT id, PERCENTILE_CONT(id, 0.5) OVER () FROM pulls QUALIFY ROW_NUMBER() OVER (PARTITION BY id ORDER BY created_at DESC) = 1' },
  { name: 'functions', sql: "SELECT TIMESTAMP_TRUNC(created_at, WEEK(MONDAY)), SAFE_DIVIDE(id, 2), GENERATE_DATE_ARRAY(DATE '2026-01-01', CURRENT_DATE()), JSON_VALUE(TO_JSON(author), '$.login') FROM pulls" },
  { name: 'MERGE', sql: 'MERGE `p.d.pulls` t USING (SELECT * FROM `p.d.pulls`) s ON t.id = s.id WHEN MATCHED AND s.created_at > t.created_at THEN UPDATE SET title = s.title WHEN NOT MATCHED THEN INSERT ROW WHEN NOT MATCHED BY SOURCE THEN DELETE' },
  { name: 'CREATE TABLE', sql: "CREATE TABLE IF NOT EXISTS `p.d.made` (a INT64 NOT NULL, t TIMESTAMP) PARTITION BY DATE(t) CLUSTER BY a OPTIONS (description = 'x')" },
  { name: 'a table that was made', sql: 'INSERT INTO `p.d.made` (a, t) VALUES (1, CURRENT_TIMESTAMP())' },
  { name: 'CREATE VIEW', sql: 'CREATE OR REPLACE VIEW `p.d.shown` AS SELECT id AS number FROM `p.d.pulls`' },
  { name: 'a view that was made', sql: 'SELECT number + 1 FROM `p.d.shown`' },
  { name: 'a view made of a query', sql: 'SELECT number AS n FROM `p.d.shown`', creates: 'p.d.by_request' },
  { name: 'a view that a query became', sql: 'SELECT n FROM `p.d.by_request`' },
  {
    name: 'a script',
    sql: `DECLARE most INT64 DEFAULT 3;
DECLARE now DEFAULT CURRENT_TIMESTAMP();
SET (most, now) = ((SELECT MAX(id) FROM \`p.d.pulls\`), CURRENT_TIMESTAMP());
BEGIN TRANSACTION;
CREATE TEMP TABLE fresh AS SELECT id, title FROM \`p.d.pulls\` WHERE id > most;
DELETE FROM \`p.d.pulls\` WHERE id IN (SELECT id FROM fresh) AND created_at < now;
INSERT INTO \`p.d.pulls\` (id, title) SELECT id, title FROM fresh;
SET most = @@row_count;
IF most > 3 THEN SELECT ERROR('too many'); ELSE SELECT 1; END IF;
COMMIT TRANSACTION;`,
  },
  {
    name: 'a script that undoes what failed',
    sql: "BEGIN\n  BEGIN TRANSACTION;\n  UPDATE `p.d.pulls` SET title = 'x' WHERE TRUE;\n  COMMIT TRANSACTION;\nEXCEPTION WHEN ERROR THEN\n  ROLLBACK TRANSACTION;\n  RAISE USING MESSAGE = @@error.message;\nEND",
  },
];

const BAD = [
  ['a column', { sql: 'SELECT id,\n  tilte FROM pulls' }, /Unrecognized name: tilte; Did you mean title\? \[at 2:3\]/],
  ['a table', { sql: 'SELECT 1 FROM `p.d.pull`' }, /Table not found: `?p\.d\.pull`?.* \[at 1:15\]/],
  ['a type', { sql: 'SELECT id + title FROM pulls' }, /No matching signature for operator \+.* \[at 1:8\]/],
  ['an assignment', { sql: 'UPDATE pulls SET title = id WHERE TRUE' }, /Value of type INT64 cannot be assigned to title/],
  ['a function', { sql: 'SELECT quantile_cont(id, 0.5) FROM pulls' }, /Function not found: quantile_cont \[at 1:8\]/],
  ['a parameter', { sql: 'SELECT @x' }, /Query parameter 'x' not found/],
  ["a parameter's type", { sql: 'SELECT id FROM pulls WHERE id = @x', parameters: { x: 'STRING' } }, /No matching signature for operator =/],
  ['syntax', { sql: 'SELECT id::text FROM pulls' }, /Syntax error.* \[at 1:10\]/],
  ['a type of another language', { sql: 'SELECT CAST(id AS INT32) FROM pulls' }, /Type not found: INT32/],
  ["a script's statement", { sql: 'BEGIN TRANSACTION;\nCREATE TEMP TABLE fresh AS SELECT id FROM pulls;\nSELECT title FROM fresh;\nCOMMIT TRANSACTION' }, /Unrecognized name: title \[at 3:8\]/],
  ["a script's branch", { sql: 'IF TRUE THEN\nSELECT nothing; END IF' }, /Unrecognized name: nothing \[at 2:8\]/],
  ['a variable', { sql: 'SET x = 1' }, /Unrecognized name: x/],
  ["a temporary table of another script", { sql: 'SELECT id FROM fresh' }, /Table not found: fresh/],
];

async function analyse(statements) {
  const folder = await mkdtemp(join(tmpdir(), 'googlesql-'));
  after(() => rm(folder, { recursive: true }));
  const files = [join(folder, 'catalog.json'), join(folder, 'statements.json')];
  await writeFile(files[0], JSON.stringify(CATALOG));
  await writeFile(files[1], JSON.stringify(statements));
  const child = spawnChild(TOOL, files);
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const [code] = await once(child, 'close');
  return { code, lines: Buffer.concat(output).toString().trim().split('\n') };
}

test('statements of BigQuery pass', async () => {
  assert.deepEqual(await analyse(GOOD), { code: 0, lines: [`${GOOD.length} statements analysed, 0 failed`] });
});

test('what is wrong is named, statement by statement', async () => {
  const { code, lines } = await analyse(BAD.map(([name, statement]) => ({ name, ...statement })));
  assert.equal(code, 1);
  assert.equal(lines.length, BAD.length + 1, lines.join('\n'));
  for (const [i, [name, , message]] of BAD.entries()) {
    assert.ok(lines[i].startsWith(`${name}: `), lines[i]);
    assert.match(lines[i], message);
  }
  assert.equal(lines.at(-1), `${BAD.length} statements analysed, ${BAD.length} failed`);
});
