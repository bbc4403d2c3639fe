// Limits that cost time or end a run in good order: nothing is lost, and it says what it waits for.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openGate } from './lib/gate.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const LEFT_OUT = 'same-second';
const BACKFILL = ['backfill', '--days', '36500', '--exclude-repo', LEFT_OUT];
const TRUTH = { wanted: ({ repo }) => repo !== LEFT_OUT };
// Half an hour of waiting passes in two seconds.
const SETTINGS = { BATCH_SIZE: '10', MAX_WORKERS: '10', GITHUB_STATS_CLOCK_RATE: '1000' };

const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '60', '--points-per-hour', '100000']);
const gate = await openGate(simulator.url);
after(async () => {
  await gate.close();
  await simulator.close();
});

const unavailable = { status: 502, json: {} };
const slowDown = { status: 403, json: { message: 'You have exceeded a secondary rate limit.' } };

/** A story behind the gate, which does `decide` with requests counted from the run's first. */
async function story(decide, tell) {
  await simulator.control({ reset: true });
  const before = gate.serial;
  gate.decide = (request) => decide({ ...request, serial: request.serial - before });
  await withWorkspace(gate, SETTINGS, tell);
  gate.decide = () => {};
}

const times = (text, pattern) => text.split('\n').filter((line) => pattern.test(line)).length;

test('points that a run may spend end it in good order', () => story(() => {}, async (workspace) => {
  await workspace.expect(0, ['init']);
  const { stdout, stderr } = await workspace.expect(3, [...BACKFILL, '--max-points', '12']);
  assert.ok((await simulator.stats()).points <= 12, 'no more than that');
  assert.match(stderr, /12 points that this run may spend/);
  assert.match(stderr, /--max-points/);
  assert.match(stdout, /^pull_requests +\d/m);
  assert.deepEqual(await workspace.incompletePullRequests(), []);
  const [, id] = /resume --collection-id (\S+)/.exec(stderr);
  await workspace.expect(0, ['resume', '--collection-id', id]);
  await workspace.assertTruth(simulator, TRUTH);
  await workspace.assertStoreInOrder();
}));

test('an outage is waited for, and no repository fails', () => story(
  ({ serial }) => (serial > 6 && serial < 24 ? unavailable : undefined), async (workspace) => {
    await workspace.expect(0, ['init']);
    const { stderr } = await workspace.expect(0, BACKFILL);
    assert.ok(times(stderr, /GitHub is unavailable: waiting/) > 0, stderr);
    await workspace.assertTruth(simulator, TRUTH);
  }));

test('an address that never answered fails at once', () => story(() => unavailable, async (workspace) => {
  const { stderr } = await workspace.expect(1, BACKFILL);
  assert.doesNotMatch(stderr, /is unavailable: waiting/);
}));

/** Tells everybody to slow down who asks within 20 ms of the first; the pause lasts three times as long. */
function slowDownTogether() {
  let first;
  return ({ serial }) => {
    if (serial <= 4) return undefined;
    first ??= performance.now();
    return performance.now() - first < 20 ? slowDown : undefined;
  };
}

test('workers that hit a secondary limit together wait once', () => story(
  slowDownTogether(), async (workspace) => {
    await workspace.expect(0, ['init']);
    const { stderr } = await workspace.expect(0, BACKFILL);
    const waits = times(stderr, /waiting for GitHub's secondary limit/);
    assert.equal(waits, 1, stderr);
    assert.match(stderr, /collection ended .*points=\d+/);
    await workspace.assertTruth(simulator, TRUTH);
  }));

test('a limit that lasts longer than the longest wait ends the run, which can be resumed', () => {
  let limited = true;
  return story(({ serial }) => (limited && serial > 6 ? { ...slowDown, headers: { 'retry-after': '900' } } : undefined),
    async (workspace) => {
      await workspace.expect(0, ['init']);
      const { stderr } = await workspace.expect(1, [...BACKFILL, '--max-wait', '10']);
      assert.match(stderr, /secondary limit.*10 minutes/);
      limited = false;
      const [, id] = /resume --collection-id (\S+)/.exec(stderr);
      await workspace.expect(0, ['resume', '--collection-id', id]);
      await workspace.assertTruth(simulator, TRUTH);
    });
});
