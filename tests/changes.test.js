// Pull requests that change between collections, and while one is under way.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Random, SEED } from './lib/random.js';
import { startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const ROUNDS = 8;
const CHANGES_PER_ROUND = 12;
const KINDS = ['touch', 'comment', 'commit', 'force_push', 'review', 'close', 'merge', 'delete_comment', 'open'];
const EVERYTHING = ['backfill', '--days', '36500'];
const AGAIN = ['collect', '--hours', '876000'];
// Many requests for few pull requests: many moments for a change to fall between two of them.
const SETTINGS = { BATCH_SIZE: '5', GCS_CHUNK_SIZE: '10' };

const simulator = await startSimulator(['--repositories', '3', '--pull-requests', '60', '--points-per-hour', '100000']);
after(() => simulator.close());
const pullRequests = await simulator.truth('pull_requests');
const pick = (repo) => pullRequests.filter((row) => row.repo === repo).map((row) => row.number);

const nameOf = ({ repo, number }) => `${repo}#${number}`;

/** Changes at random moments, some of them crowded on one repository or one pull request. */
function chooseChanges(random, requests) {
  const crowd = random.pick(pullRequests);
  return Array.from({ length: CHANGES_PER_ROUND }, () => {
    const chance = random.next();
    const among = chance < 0.3 ? pullRequests.filter(({ repo }) => repo === crowd.repo) : pullRequests;
    const { repo, number } = chance < 0.15 ? crowd : random.pick(among);
    const kind = random.pick(KINDS);
    return { after_requests: random.integer(1, requests), repo, kind, ...(kind !== 'open' && { number }) };
  });
}

/** What must hold after a run during which there were changes, whatever of them it has seen. */
async function assertSoundAfterChanges(workspace, { stderr }, changes, context) {
  const incomplete = new Set([...stderr.matchAll(/^incomplete: (\S+#\d+)/gm)].map(([, name]) => name));
  const inconsistent = (await workspace.incompletePullRequests()).filter((row) => !incomplete.has(nameOf(row)));
  assert.deepEqual(inconsistent, [], `details do not belong together ${context}`);

  const changed = new Set(changes.map(nameOf));
  const truth = new Map((await simulator.truth('pull_requests')).map((row) => [nameOf(row), row]));
  const { pull_requests: rows } = await workspace.tables();
  const seen = new Set(rows.map(nameOf));
  for (const { repo, number } of pullRequests) assert.ok(seen.has(nameOf({ repo, number })), `${repo}#${number} is missing ${context}`);
  for (const row of rows) {
    const now = truth.get(nameOf(row));
    if (changed.has(nameOf(row))) assert.ok(row.updated_at <= now.updated_at, `${nameOf(row)} comes from the future ${context}`);
    else assert.equal(row.updated_at, now.updated_at, `${nameOf(row)} ${context}`);
  }
}

let requests;

test('without changes each pull request is fetched once', () =>
  withWorkspace(simulator, SETTINGS, async (workspace) => {
    await simulator.control({ reset: true });
    await workspace.succeed(EVERYTHING);
    await workspace.assertTruth(simulator);
    requests = (await simulator.stats()).graphqlRequests;
    const [{ repositories }] = (await workspace.store()).checkpoints;
    const fetched = repositories.reduce((sum, { rows }) => sum + rows.pull_requests, 0);
    assert.equal(fetched, (await workspace.counts()).pull_requests);
  }));

test('a walk through pull requests that change meanwhile loses nothing', async (t) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const random = new Random(SEED * 1000 + round);
    const changes = chooseChanges(random, requests);
    const workers = random.pick(['1', '2', '8']);
    const context = `(seed ${SEED}, round ${round}, ${workers} workers)`;
    await t.test(`round ${round} ${context}`, () => withWorkspace(simulator, { ...SETTINGS, MAX_WORKERS: workers }, async (workspace) => {
      await simulator.control({ reset: true, mutations: changes });
      const result = await workspace.succeed(EVERYTHING);
      await assertSoundAfterChanges(workspace, result, changes, context);
      // What changed after its repository's end is left to the next collection.
      await simulator.control({ mutations: [] });
      await workspace.expect(0, AGAIN, { env: { BATCH_SIZE: '50' } });
      await workspace.assertTruth(simulator, {}, context);
      await workspace.assertStoreInOrder(context);
      await workspace.expect(0, ['load-gcs', '--reload']);
      await workspace.assertTruth(simulator, {}, `after a reload ${context}`);
    }));
  }
});

test('a long walk meets what changed behind it before it ends', () =>
  withWorkspace(simulator, { ...SETTINGS, MAX_WORKERS: '1' }, async (workspace) => {
    // All in the longest repository, in the middle of its many pages.
    const numbers = pick('same-second');
    const after = 30;
    const changes = [
      { kind: 'comment', number: numbers[0] }, { kind: 'force_push', number: numbers[100] },
      { kind: 'review', number: numbers.at(-1) }, { kind: 'comment', number: numbers[0] }, { kind: 'open' },
    ].map((change, i) => ({ repo: 'same-second', after_requests: after + i, ...change }));
    await simulator.control({ reset: true, mutations: changes });
    await workspace.succeed([...EVERYTHING, '--repo', 'same-second']);
    const { graphqlRequests, mutationsPending } = await simulator.stats();
    assert.deepEqual(mutationsPending, []);
    assert.ok(graphqlRequests > after + 10, `the walk took ${graphqlRequests} requests`);
    await workspace.assertTruth(simulator, { repo: 'same-second' });
  }));

async function collectAround(change, check) {
  await withWorkspace(simulator, {}, async (workspace) => {
    await simulator.control({ reset: true });
    const flags = ['--repo', 'awkward.cases_repo-1'];
    await workspace.succeed([...EVERYTHING, ...flags]);
    const before = await check(workspace);
    await simulator.control({ mutate_now: { repo: 'awkward.cases_repo-1', ...change } });
    await workspace.expect(0, [...AGAIN, ...flags]);
    await workspace.assertTruth(simulator, { repo: 'awkward.cases_repo-1' });
    const now = await check(workspace);
    // The chunks of before do not bring back what is gone.
    await workspace.expect(0, ['load-gcs', '--reload']);
    assert.deepEqual(await check(workspace), now);
    return { before, now };
  }).then(({ before, now }) => assert.notDeepEqual(before, now));
}

const rowsOf = (table, number) => async (workspace) =>
  (await workspace.query(`SELECT * EXCLUDE (collected_at, collection_id) FROM ${table} WHERE pr_number = ${number} ORDER BY ALL`));

test('a comment that was deleted disappears', () =>
  collectAround({ number: 16, kind: 'delete_comment' }, rowsOf('issue_comments', 16)));

test('commits that a force-push replaced disappear', () =>
  collectAround({ number: 14, kind: 'force_push' }, rowsOf('commits', 14)));

test('a review comment that was deleted disappears', () =>
  collectAround({ number: 17, kind: 'delete_comment' }, rowsOf('review_comments', 17)));

test('collecting some hours brings in what was updated since, and nothing else', () =>
  withWorkspace(simulator, {}, async (workspace) => {
    await simulator.control({ reset: true });
    await workspace.succeed(['collect', '--hours', '2400']);
    const [{ since }] = (await workspace.store()).checkpoints;
    await workspace.assertTruth(simulator, { since });
    const { pull_requests: collected } = await workspace.counts();
    assert.ok(collected > 0 && collected < pullRequests.length, `${collected} of ${pullRequests.length}`);
  }));
