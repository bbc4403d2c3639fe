// `collect` goes on from watermarks: whatever changes between and during collections, and wherever
// one dies, nothing is lost.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { describeRun } from './lib/program.js';
import { Random, SEED } from './lib/random.js';
import { startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const ROUNDS = 3;
const COLLECTIONS = 4;
const KINDS = ['touch', 'comment', 'commit', 'force_push', 'review', 'close', 'merge', 'delete_comment', 'open'];
const BACKFILL = ['backfill', '--days', '36500'];
const COLLECT = ['collect'];
// Many requests for few pull requests: many moments for a change to fall between two of them.
const SETTINGS = { BATCH_SIZE: '5', GCS_CHUNK_SIZE: '10', DEFAULT_LOOKBACK_DAYS: '36500' };

const simulator = await startSimulator(['--repositories', '3', '--pull-requests', '60', '--points-per-hour', '100000']);
after(() => simulator.close());
const pullRequests = await simulator.truth('pull_requests');
const crashAt = (point) => ({ env: { GITHUB_STATS_CRASH_AT: point } });

function chooseChange(random) {
  const { repo, number } = random.pick(pullRequests);
  const kind = random.pick(KINDS);
  return { repo, kind, ...(kind !== 'open' && { number }) };
}

async function changeNow(random, count) {
  for (let i = 0; i < count; i += 1) await simulator.control({ mutate_now: chooseChange(random) });
}

/** The next collection meets these changes while it is under way. */
async function changeDuring(random, count, requests) {
  const { graphqlRequests } = await simulator.stats();
  const mutations = Array.from({ length: count }, () =>
    ({ after_requests: graphqlRequests + random.integer(1, requests), ...chooseChange(random) }));
  await simulator.control({ mutations });
}

const requestsOf = async (run) => {
  const before = (await simulator.stats()).graphqlRequests;
  await run();
  return (await simulator.stats()).graphqlRequests - before;
};

const watermarksOf = async (workspace) =>
  Object.fromEntries((await workspace.store()).watermarks.map((watermark) => [watermark.name, watermark]));

test('collections by watermark miss nothing of what changes between and during them', async (t) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const random = new Random(SEED * 1000 + round);
    const workers = random.pick(['1', '2', '8']);
    const context = `(seed ${SEED}, round ${round}, ${workers} workers)`;
    await t.test(context, () => withWorkspace(simulator, { ...SETTINGS, MAX_WORKERS: workers }, async (workspace) => {
      await simulator.control({ reset: true });
      await workspace.succeed(BACKFILL);
      for (let i = 0; i < COLLECTIONS; i += 1) {
        await changeNow(random, random.integer(0, 6));
        await changeDuring(random, random.integer(0, 6), 25);
        // 3: a pull request changed each time it was looked at.
        const result = await workspace.run(COLLECT);
        assert.ok([0, 3].includes(result.code), `${context}\n${describeRun(COLLECT, result)}`);
      }
      await simulator.control({ mutations: [] });
      await workspace.expect(0, COLLECT);
      await workspace.assertTruth(simulator, {}, context);
      await workspace.assertStoreInOrder(context);
    }));
  }
});

test('the first collect goes back the lookback and says so', () =>
  withWorkspace(simulator, SETTINGS, async (workspace) => {
    await simulator.control({ reset: true });
    const { stderr } = await workspace.succeed(COLLECT);
    assert.match(stderr, /without a watermark.*repositories=\d+ since=/);
    await workspace.assertTruth(simulator);
  }));

test('what has not changed costs the listing of repositories', () =>
  withWorkspace(simulator, { ...SETTINGS, BATCH_SIZE: '100' }, async (workspace) => {
    await simulator.control({ reset: true });
    await workspace.succeed(BACKFILL);
    const { 'same-second': before } = await watermarksOf(workspace);
    const { stdout } = await workspace.expect(0, ['collect', '--repo', 'same-second']);
    assert.match(stdout, /1 without changes/);
    assert.equal(await requestsOf(() => workspace.expect(0, ['collect', '--repo', 'same-second'])), 1);
    const { 'same-second': now } = await watermarksOf(workspace);
    assert.equal(now.newest, before.newest);
  }));

test('a window of some hours begins no history', () =>
  withWorkspace(simulator, SETTINGS, async (workspace) => {
    await simulator.control({ reset: true });
    await workspace.succeed(['collect', '--hours', '1', '--no-load']);
    assert.deepEqual(await watermarksOf(workspace), {});
    await workspace.expect(0, COLLECT);
    await workspace.assertTruth(simulator);
  }));

test('what has been wiped is collected again', () =>
  withWorkspace(simulator, SETTINGS, async (workspace) => {
    await simulator.control({ reset: true });
    await workspace.succeed([...BACKFILL, '--no-load'], ['wipe-gcs', '--repo', 'same-second', '--confirm'], COLLECT);
    await workspace.assertTruth(simulator);
  }));

test('killed around the write of the watermarks, nothing is lost', async (t) => {
  for (const point of ['collect.watermarks.before', 'collect.watermarks.after']) {
    for (const dying of [BACKFILL, COLLECT]) {
      const random = new Random(SEED * 1000 + 500);
      const context = `(${point} of ${dying[0]}, seed ${SEED})`;
      await t.test(context, () => withWorkspace(simulator, SETTINGS, async (workspace) => {
        await simulator.control({ reset: true });
        await workspace.succeed(...(dying === COLLECT ? [BACKFILL] : []));
        await changeNow(random, 5);
        const before = await watermarksOf(workspace);
        const result = await workspace.run(dying, crashAt(`${point}:1`));
        assert.equal(result.signal, 'SIGKILL', describeRun(dying, result));
        const moved = JSON.stringify(await watermarksOf(workspace)) !== JSON.stringify(before);
        assert.equal(moved, point.endsWith('after'));
        assert.ok((await workspace.store()).checkpoints.every(({ finished }) => finished), 'the checkpoint tells of it already');
        await changeNow(random, 5);
        await workspace.expect(0, COLLECT);
        await workspace.assertTruth(simulator, {}, context);
        await workspace.assertStoreInOrder(context);
      }));
    }
  }
});

test('a collection that is resumed moves the watermarks to where it began', () =>
  withWorkspace(simulator, SETTINGS, async (workspace) => {
    await simulator.control({ reset: true });
    const random = new Random(SEED * 1000 + 600);
    await workspace.expect(0, ['init']);
    const died = await workspace.run(BACKFILL, crashAt('collect.chunk.after:20'));
    assert.equal(died.signal, 'SIGKILL', describeRun(BACKFILL, died));
    assert.deepEqual(await watermarksOf(workspace), {});
    const [{ collection_id: id }] = (await workspace.store()).checkpoints;
    await changeNow(random, 10);
    await workspace.expect(0, ['resume', '--collection-id', id]);
    const { checkpoints: [{ until, repositories }] } = await workspace.store();
    const watermarks = await watermarksOf(workspace);
    for (const { name, newest } of repositories) assert.deepEqual([watermarks[name].until, watermarks[name].newest], [until, newest]);
    await workspace.expect(0, COLLECT);
    await workspace.assertTruth(simulator);
  }));
