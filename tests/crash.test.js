// Killed at the worst moments, a collection goes on and ends as if nothing had happened.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { BACKFILL, CrashStories, chooseManner, collectPoints, crashAt } from './lib/crash_story.js';
import { openGate } from './lib/gate.js';
import { Random, SEED } from './lib/random.js';

const AT_POINTS = 8;
const AT_REQUESTS = 3;
const AT_TIMES = 3;

const stories = await CrashStories.start();
const { simulator, whole } = stories;
const gate = await openGate(simulator.url);
after(async () => {
  await gate.close();
  await stories.close();
});

/** Named places in the program, with the last passage worth trying. */
const PLACES = {
  ...Object.fromEntries(Object.entries(collectPoints(whole)).map(([name, passages]) => [name, passages.at(-1)])),
  'collect.checkpoint.before': 2,
  'collect.checkpoint.after': 2,
  'local_store.put.before_write': whole.chunks + 1,
  'local_store.put.half_written': whole.chunks + 1,
  'local_store.put.before_rename': whole.chunks + 1,
  'local_store.put.after_rename': whole.chunks + 1,
};

function choosePoint(random) {
  const point = random.pick(Object.keys(PLACES));
  return `${point}:${random.integer(1, PLACES[point])}`;
}

// Every point by itself: crash_points.test.js.
test('killed at a crash point, and perhaps again', async (t) => {
  let died = 0;
  for (let i = 0; i < AT_POINTS; i += 1) {
    const random = new Random(SEED * 1000 + i);
    const point = choosePoint(random);
    const crashes = random.next() < 0.6 ? [choosePoint(random)] : [];
    const manner = { ...chooseManner(random), crashes };
    const context = `(seed ${SEED}, ${[point, ...crashes].join(', then ')}, ${manner.workers} workers)`;
    await t.test(context, async () => {
      died += await stories.tell(simulator, manner, context, (workspace) => workspace.run(BACKFILL, crashAt(point)));
    });
  }
  assert.ok(died >= AT_POINTS / 2, `only ${died} of ${AT_POINTS} runs came past their crash point`);
});

test('killed when a request is under way', async (t) => {
  for (let i = 0; i < AT_REQUESTS; i += 1) {
    const random = new Random(SEED * 1000 + 100 + i);
    const request = random.integer(1, whole.requests);
    const manner = chooseManner(random);
    const context = `(seed ${SEED}, request ${request} of ${whole.requests}, ${manner.workers} workers)`;
    await t.test(context, async () => {
      const died = await stories.tell(gate, manner, context, (workspace) => {
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
    await t.test(context, () => stories.tell(simulator, manner, context, (workspace) =>
      workspace.run(BACKFILL, { timeoutMs: milliseconds }).then((result) => ({ ...result, timedOut: false }))));
  }
});

test('killed while loading, at any time', () =>
  stories.withWorkspace(simulator, {}, async (workspace) => {
    await workspace.succeed([...BACKFILL, '--no-load']);
    const { startedAt, endedAt } = await workspace.expect(0, ['load-gcs']);
    for (let i = 0; i < AT_TIMES; i += 1) {
      const milliseconds = new Random(SEED * 1000 + 300 + i).integer(1, endedAt - startedAt);
      const context = `(seed ${SEED}, after ${milliseconds} ms)`;
      await workspace.run(['load-gcs', '--reload'], { timeoutMs: milliseconds });
      await stories.assertTruth(workspace, context);
    }
    await workspace.expect(0, ['load-gcs', '--reload']);
    await stories.assertAsIfNothingHappened(workspace, `(seed ${SEED})`);
  }));

test('an id that no collection has is refused by name', () =>
  stories.withWorkspace(simulator, {}, async (workspace) => {
    await workspace.expect(0, ['init']);
    const { stderr } = await workspace.expect(1, ['resume', '--collection-id', '20200101T000000Z']);
    assert.match(stderr, /20200101T000000Z/);
  }));
