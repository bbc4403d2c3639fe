// A GitHub that does not show everything, or counts wrongly: it is noticed and said, and what is
// lacking comes in once GitHub shows it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { compareTable } from './lib/compare.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { KEYS, TABLES } from './lib/tables.js';
import { withWorkspace } from './lib/workspace.js';

const BACKFILL = ['backfill', '--days', '36500'];
const COLLECT = ['collect'];
const AWKWARD = 'awkward.cases_repo-1';
const SETTINGS = { DEFAULT_LOOKBACK_DAYS: '36500' };

const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '60', '--points-per-hour', '100000']);
after(() => simulator.close());

const nameOf = ({ repo, number }) => `${repo}#${number}`;
const keyOf = (table, row) => JSON.stringify(KEYS[table].map((column) => row[column]));
const numberOf = (row) => row.number ?? row.pr_number;
const incompleteIn = (stderr) => [...stderr.matchAll(/^incomplete: (\S+#\d+): (.*)$/gm)].map(([, name]) => name).sort();

async function assertOwed(workspace, names) {
  const { checkpoints } = await workspace.store();
  const owed = checkpoints.at(-1).repositories.flatMap(({ name, owed: list }) => list.map(({ number }) => nameOf({ repo: name, number })));
  assert.deepEqual(owed.sort(), names);
}

/** All but the pull requests that are lied about equals the truth; those have nothing that is not true. */
async function assertOthersTrue(workspace, names) {
  const tables = await workspace.tables();
  const isAbout = (row) => names.includes(nameOf({ repo: row.repo, number: numberOf(row) }));
  for (const table of TABLES) {
    const truth = await simulator.truth(table);
    const others = tables[table].filter((row) => !isAbout(row));
    assert.deepEqual(compareTable(table, others, truth.filter((row) => !isAbout(row))), []);
    const keys = new Set(truth.map((row) => keyOf(table, row)));
    assert.deepEqual(tables[table].filter((row) => !keys.has(keyOf(table, row))), [], `${table} has rows that are not true`);
  }
  assert.deepEqual(await workspace.incompletePullRequests(), [], 'counts are those of the rows there are');
}

/** Lies that a backfill notices, and the collection after their end. */
async function survive(lies, { showsAll = false } = {}) {
  const names = [...new Set(lies.map(nameOf))].sort();
  await simulator.control({ reset: true, lies });
  await withWorkspace(simulator, SETTINGS, async (workspace) => {
    await workspace.expect(0, ['init']);
    const { stderr } = await workspace.expect(3, BACKFILL);
    assert.deepEqual(incompleteIn(stderr), names, stderr);
    assert.doesNotMatch(stderr, /^failed: /m);
    await assertOwed(workspace, names);
    await assertOthersTrue(workspace, names);
    if (showsAll) await workspace.assertTruth(simulator);

    await simulator.control({ lies: [] });
    const { stderr: then } = await workspace.expect(0, COLLECT);
    assert.deepEqual(incompleteIn(then), []);
    await assertOwed(workspace, []);
    await workspace.assertTruth(simulator);
    await workspace.assertStoreInOrder();
  });
}

const STREAMS = { commits: 14, reviews: 15, review_comments: 18, issue_comments: 16 };

for (const [stream, long] of Object.entries(STREAMS)) {
  test(`${stream} that are withheld, of a short list and of a long one`, async (t) => {
    for (const withhold of [1, 4]) {
      await t.test(`${withhold}`, () => survive([{ repo: AWKWARD, number: 1, stream, withhold }, { repo: AWKWARD, number: long, stream, withhold }]));
    }
  });
}

test('counts that are wrong', async (t) => {
  const about = (stream, number, difference) => ({ repo: AWKWARD, number, stream, total_count: difference });
  for (const difference of [1, 2, -1]) {
    await t.test(`by ${difference}`, () => survive(Object.entries(STREAMS).flatMap(
      ([stream, long], i) => [about(stream, long, difference), about(stream, i + 1, difference)]), { showsAll: true }));
  }
});

test('all streams of a pull request and several pull requests at once', () => survive([
  ...Object.keys(STREAMS).map((stream) => ({ repo: 'same-second', number: 5, stream, withhold: 1 })),
  { repo: AWKWARD, number: 1, stream: 'commits', withhold: 1 },
  { repo: AWKWARD, number: 17, stream: 'review_comments', withhold: 150 },
]));

test('a lie that lasts is told of by two collections', () =>
  withWorkspace(simulator, SETTINGS, async (workspace) => {
    const lies = [{ repo: AWKWARD, number: 15, stream: 'reviews', withhold: 3 }];
    await simulator.control({ reset: true, lies });
    await workspace.expect(0, ['init']);
    for (const args of [BACKFILL, COLLECT]) {
      const { stderr } = await workspace.expect(3, args);
      assert.deepEqual(incompleteIn(stderr), [nameOf(lies[0])], stderr);
      await assertOthersTrue(workspace, [nameOf(lies[0])]);
    }
    // A change of the pull request brings it in, as anything does that asks for all of it.
    await simulator.control({ lies: [], mutate_now: { repo: AWKWARD, number: 15, kind: 'touch' } });
    await workspace.expect(0, COLLECT);
    await workspace.assertTruth(simulator);
  }));

test('pull requests that are counted and not listed', () => withWorkspace(simulator, SETTINGS, async (workspace) => {
  await simulator.control({ reset: true, lies: [{ repo: AWKWARD, stream: 'pull_requests', withhold: 1 },
    { repo: 'same-second', stream: 'pull_requests', withhold: 2 }] });
  await workspace.expect(0, ['init']);
  const { stderr } = await workspace.expect(3, BACKFILL);
  assert.match(stderr, /^incomplete: awkward\.cases_repo-1: GitHub counts 1 pull request more than it lists$/m);
  assert.match(stderr, /^incomplete: same-second: GitHub counts 2 pull requests more than it lists$/m);
  const [{ repositories }] = (await workspace.store()).checkpoints;
  const unlisted = repositories.filter((repository) => repository.unlisted > 0).map(({ name, unlisted: count }) => [name, count]);
  assert.deepEqual(unlisted.sort(), [[AWKWARD, 1], ['same-second', 2]]);

  await simulator.control({ lies: [] });
  await workspace.expect(0, BACKFILL);
  await workspace.assertTruth(simulator);
}));
