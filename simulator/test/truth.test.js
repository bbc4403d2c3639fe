import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TABLE_NAMES } from '../model/truth.js';
import { start } from './helpers.js';
import { walk } from './walk.js';

const keyOf = (row) => [row.org, row.repo, row.number ?? row.pr_number, row.id ?? row.sha].join(' ');

/** What cannot be written as UTF-8 is U+FFFD in the truth; the walk still has it. */
const wellFormed = (rows) => JSON.parse(JSON.stringify(rows, (key, value) =>
  (typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value)));

const inOrder = (rows) => [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

for (const [owner, query, isWanted] of [
  ['acme', 'org=acme', undefined],
  ['acme', 'org=acme&include_archived=1&include_forks=1', () => true],
  ['solo-user', 'org=solo-user', undefined],
  ['empty-org', 'org=empty-org', undefined],
]) {
  test(`truth of ${query} is what a walk through GraphQL returns`, async (t) => {
    const simulator = await start(t);
    const walked = await walk(simulator.query, owner, isWanted);
    for (const table of TABLE_NAMES) {
      const truth = await simulator.truth(`table=${table}&${query}`);
      assert.equal(new Set(truth.map(keyOf)).size, truth.length, `${table}: rows are distinct`);
      assert.deepEqual(inOrder(wellFormed(walked[table])), inOrder(truth), table);
    }
    const counts = await simulator.get(`/_truth?${query}`);
    assert.deepEqual(counts, Object.fromEntries(TABLE_NAMES.map((table) => [table, walked[table].length])));
  });
}

test('truth can be cut to what changed since a time', async (t) => {
  const simulator = await start(t);
  const all = await simulator.truth('table=pull_requests');
  const since = all.map((row) => row.updated_at).sort().at(-50);
  const recent = await simulator.truth(`table=pull_requests&since=${since}`);
  assert.deepEqual(recent, all.filter((row) => row.updated_at >= since));
  const numbers = new Set(recent.map((row) => `${row.repo} ${row.number}`));
  const comments = await simulator.truth(`table=issue_comments&since=${since}`);
  assert.ok(comments.every((row) => numbers.has(`${row.repo} ${row.pr_number}`)));
});

test('an unknown table and a time that is none are refused', async (t) => {
  const simulator = await start(t);
  assert.equal((await simulator.send('/_truth?table=nonsense')).status, 400);
  assert.equal((await simulator.send('/_truth?table=commits&since=yesterday')).status, 400);
});
