// Killed at the worst moments, a collection goes on and ends as if nothing had happened.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openGate } from './lib/gate.js';
import { describeRun } from './lib/program.js';
import { Random, SEED } from './lib/random.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { TABLES } from './lib/tables.js';
import { withWorkspace } from './lib/workspace.js';

const AT_POINTS = 12;
const AT_REQUESTS = 3;
const AT_TIMES = 3;
const MOST_RECOVERIES = 5;

const LEFT_OUT = 'same-second';
const FLAGS = ['--exclude-repo', LEFT_OUT];
const BACKFILL = ['backfill', '--days', '36500', ...FLAGS];
// Many chunks for few rows.
const SETTINGS = { BATCH_SIZE: '10', GCS_CHUNK_SIZE: '15' };

const simulator = await startSimulator(['--now', NOW, '--repositories', '4', '--pull-requests', '60', '--points-per-hour', '1000000']);
// Nothing changes here: what every table must hold is asked for once.
const truth = new Map();
for (const table of TABLES) truth.set(table, await simulator.truth(table, { wanted: ({ repo }) => repo !== LEFT_OUT }));
const expected = { truth: (table) => truth.get(table) };
const gate = await openGate(simulator.url);
after(async () => {
  await gate.close();
  await simulator.close();
});

/** What an undisturbed run does: how many chunks and requests, how long. */
const whole = await withWorkspace(simulator, SETTINGS, async (workspace) => {
  const { startedAt, endedAt } = await workspace.succeed(BACKFILL);
  const { chunks } = await workspace.store();
  return { chunks: chunks.length, requests: (await simulator.stats()).graphqlRequests, milliseconds: endedAt - startedAt };
});

/** Named places in the program, with the last passage worth trying. */
const POINTS = {
  'collect.chunk.before': whole.chunks,
  'collect.chunk.after': whole.chunks,
  'collect.checkpoint.before': 2,
  'collect.checkpoint.after': 2,
  'collect.watermarks.before': 1,
  'collect.watermarks.after': 1,
  'local_store.put.before_write': whole.chunks + 1,
  'local_store.put.half_written': whole.chunks + 1,
  'local_store.put.before_rename': whole.chunks + 1,
  'local_store.put.after_rename': whole.chunks + 1,
  'warehouse.load.before_commit': 1,
  'warehouse.load.after_commit': 1,
};

function choosePoint(random) {
  const point = random.pick(Object.keys(POINTS));
  return `${point}:${random.integer(1, POINTS[point])}`;
}

const crashAt = (point) => ({ env: { GITHUB_STATS_CRASH_AT: point } });

/** The collection that `resume` lists, held against the checkpoints; undefined when there is none. */
async function listedCollection(workspace, context) {
  const { stdout } = await workspace.expect(0, ['resume']);
  const [listed] = /\b\d{8}T\d{6}Z\b/.exec(stdout) ?? [];
  const unfinished = (await workspace.store()).checkpoints.filter((checkpoint) => !checkpoint.finished);
  assert.deepEqual(listed ? [listed] : [], unfinished.map((checkpoint) => checkpoint.collection_id), `${context}\n${stdout}`);
  return listed;
}

/** What a user would do next, until nothing is left to do. `crashes` says where the first tries die. */
async function recover(workspace, crashes, context) {
  for (let tries = 0; tries < MOST_RECOVERIES; tries += 1) {
    const id = await listedCollection(workspace, context);
    const { checkpoints } = await workspace.store();
    const args = id ? ['resume', '--collection-id', id] : checkpoints.length ? ['load-gcs'] : BACKFILL;
    const point = crashes.shift();
    const result = await workspace.run(args, point && crashAt(point));
    if (result.code === 0) return;
    assert.ok(point && result.signal === 'SIGKILL', `${context}\n${describeRun(args, result)}`);
  }
  assert.fail(`still not done after ${MOST_RECOVERIES} tries ${context}`);
}

/** What is in the warehouse before anything is resumed is whole, as far as it goes. */
async function assertLoadablePart(workspace, context) {
  await workspace.expect(0, ['load-gcs']);
  assert.deepEqual(await workspace.incompletePullRequests(), [], context);
}

async function assertAsIfNothingHappened(workspace, context) {
  await workspace.assertTruth(expected, {}, context);
  await workspace.assertStoreInOrder(context);
  assert.equal(await listedCollection(workspace, context), undefined, context);
}

/**
 * @param run (workspace) => the result of a backfill that is meant to die
 * @returns whether it did
 */
function story(github, { workers, crashes = [], loadFirst }, context, run) {
  return withWorkspace(github, { ...SETTINGS, MAX_WORKERS: workers }, async (workspace) => {
    await workspace.expect(0, ['init']);
    const result = await run(workspace);
    const died = result.signal === 'SIGKILL' && !result.timedOut;
    assert.ok(died || result.code === 0, `${context}\n${describeRun(BACKFILL, result)}`);
    if (died) {
      if (loadFirst) await assertLoadablePart(workspace, context);
      await recover(workspace, [...crashes], context);
    }
    await assertAsIfNothingHappened(workspace, context);
    return died;
  });
}

const chooseManner = (random) => ({ workers: random.pick(['1', '3', '8']), loadFirst: random.next() < 0.5 });

test('killed at a crash point', async (t) => {
  let died = 0;
  for (let i = 0; i < AT_POINTS; i += 1) {
    const random = new Random(SEED * 1000 + i);
    const point = choosePoint(random);
    const crashes = random.next() < 0.4 ? [choosePoint(random)] : [];
    const manner = { ...chooseManner(random), crashes };
    const context = `(seed ${SEED}, ${[point, ...crashes].join(', then ')}, ${manner.workers} workers)`;
    await t.test(context, async () => {
      died += await story(simulator, manner, context, (workspace) => workspace.run(BACKFILL, crashAt(point)));
    });
  }
  assert.ok(died >= AT_POINTS / 2, `only ${died} of ${AT_POINTS} runs came past their crash point`);
});

test('killed at every kind of crash point when it is passed first', async (t) => {
  for (const point of Object.keys(POINTS)) {
    await t.test(point, async () => {
      const died = await story(simulator, { workers: '3' }, `(${point})`, (workspace) => workspace.run(BACKFILL, crashAt(`${point}:1`)));
      assert.ok(died, `${point} was not passed`);
    });
  }
});

test('killed when a request is under way', async (t) => {
  for (let i = 0; i < AT_REQUESTS; i += 1) {
    const random = new Random(SEED * 1000 + 100 + i);
    const request = random.integer(1, whole.requests);
    const manner = chooseManner(random);
    const context = `(seed ${SEED}, request ${request} of ${whole.requests}, ${manner.workers} workers)`;
    await t.test(context, async () => {
      const died = await story(gate, manner, context, (workspace) => {
        const program = workspace.start(BACKFILL);
        const last = gate.serial + request;
        gate.decide = ({ serial }) => void (serial === last && program.kill('SIGKILL'));
        return program.result;
      });
      gate.decide = () => {};
      assert.ok(died, context);
    });
  }
});

test('killed at any time', async (t) => {
  for (let i = 0; i < AT_TIMES; i += 1) {
    const random = new Random(SEED * 1000 + 200 + i);
    const milliseconds = random.integer(1, whole.milliseconds);
    const manner = chooseManner(random);
    const context = `(seed ${SEED}, after ${milliseconds} of about ${whole.milliseconds} ms, ${manner.workers} workers)`;
    await t.test(context, () => story(simulator, manner, context, (workspace) =>
      workspace.run(BACKFILL, { timeoutMs: milliseconds }).then((result) => ({ ...result, timedOut: false }))));
  }
});

test('killed while loading, at any time', () =>
  withWorkspace(simulator, SETTINGS, async (workspace) => {
    await workspace.succeed([...BACKFILL, '--no-load']);
    const { startedAt, endedAt } = await workspace.expect(0, ['load-gcs']);
    for (let i = 0; i < AT_TIMES; i += 1) {
      const milliseconds = new Random(SEED * 1000 + 300 + i).integer(1, endedAt - startedAt);
      const context = `(seed ${SEED}, after ${milliseconds} ms)`;
      await workspace.run(['load-gcs', '--reload'], { timeoutMs: milliseconds });
      await workspace.assertTruth(expected, {}, context);
    }
    await workspace.expect(0, ['load-gcs', '--reload']);
    await assertAsIfNothingHappened(workspace, `(seed ${SEED})`);
  }));

test('an id that no collection has is refused by name', () =>
  withWorkspace(simulator, SETTINGS, async (workspace) => {
    await workspace.expect(0, ['init']);
    const { stderr } = await workspace.expect(1, ['resume', '--collection-id', '20200101T000000Z']);
    assert.match(stderr, /20200101T000000Z/);
  }));
