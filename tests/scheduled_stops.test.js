// `scheduled` told to stop at any moment of a run: it ends in time and with 0, and nothing is lost.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random, SEED } from './lib/random.js';
import { change, logged, starts, stop } from './lib/service.js';
import { startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const IN_REAL_TIME = { DEFAULT_LOOKBACK_DAYS: '36500', BATCH_SIZE: '5', GCS_CHUNK_SIZE: '10', MAX_WORKERS: '3' };
const LEFT_OUT = 'same-second';
const STOPS = Number(process.env.GITHUB_STATS_STOPS ?? 50);

const simulator = await startSimulator(['--repositories', '3', '--pull-requests', '60', '--points-per-hour', '1000000']);
after(() => simulator.close());
const SMALLER = { wanted: ({ repo }) => repo !== LEFT_OUT };
const pullRequests = await simulator.truth('pull_requests', SMALLER);

/** A story in a workspace in which `init` has been run, in a world as it was at the start. */
async function story(tell) {
  await simulator.control({ reset: true });
  await withWorkspace(simulator, IN_REAL_TIME, async (workspace) => {
    await workspace.expect(0, ['init']);
    await tell(workspace);
  });
}

test('told to stop at any moment of a run it ends with 0, and nothing is lost', async (t) => {
  const of = (...args) => [...args, '--exclude-repo', LEFT_OUT];
  const args = of('scheduled', '--log-format', 'json');
  let whole;
  await story(async (workspace) => {
    const { startedAt, endedAt } = await workspace.expect(0, of('scheduled', '--once'));
    whole = endedAt - startedAt;
    await workspace.assertTruth(simulator, SMALLER);
  });
  let interrupted = 0;
  for (let i = 0; i < STOPS; i += 1) {
    const random = new Random(SEED * 1000 + i);
    const milliseconds = random.integer(1, whole);
    const context = `(seed ${SEED}, stop ${i}, ${milliseconds} of about ${whole} ms after the start)`;
    await t.test(context, () => story(async (workspace) => {
      const service = workspace.start(args);
      await logged(service, (events) => starts(events)[0]);
      await sleep(milliseconds);
      await stop(service, args, context, random.pick(['SIGTERM', 'SIGINT']));
      const isOpen = ({ finished }) => !finished;
      interrupted += (await workspace.store()).checkpoints.some(isOpen);
      await change(simulator, random, pullRequests, 3);
      // Half of them go on by hand, the others as a service does, which leaves nothing open.
      const byHand = i % 2 === 1;
      await workspace.expect(0, byHand ? of('collect') : of('scheduled', '--once'));
      await workspace.assertTruth(simulator, SMALLER, context);
      if (!byHand) {
        assert.ok(!(await workspace.store()).checkpoints.some(isOpen), context);
        await workspace.assertStoreInOrder(context);
      }
    }));
  }
  assert.ok(interrupted > 0, `seed ${SEED}: no stop interrupted a collection`);
  t.diagnostic(`seed ${SEED}: ${interrupted} of ${STOPS} stops interrupted a collection`);
});
