// Everything that GitHub can do to a client, by chance and together: it costs time, never rows, and
// the program never asks while it has been told to wait.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { SEED } from './lib/random.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

// A minute passes in 0.15 seconds, for GitHub and for the program.
const RATE = '400';
const BACKFILL = ['backfill', '--days', '36500'];
const SETTINGS = { BATCH_SIZE: '3', MAX_WORKERS: '4', GITHUB_STATS_CLOCK_RATE: RATE };
// What there is to spend in a quarter of an hour: a fraction of what a backfill takes, soon used up on slow machines too.
const POINTS = 100;
const LEAST_FAULTS = 8;
const SEEDS = [1, 2, 3].map((n) => SEED * 100 + n);
const KINDS = ['bad_gateway', 'unavailable', 'gateway_timeout', 'server_error', 'drop_before', 'drop_mid', 'html', 'truncated_json',
  'went_wrong', 'went_wrong_partial', 'resource_limits', 'forbidden_told', 'forbidden_untold', 'too_many_told', 'too_many_untold',
  'rate_limited'];

const WORLD = ['--now', NOW, '--repositories', '3', '--pull-requests', '150'];

const simulator = await startSimulator([...WORLD, '--time-scale', RATE, '--points-per-hour', String(POINTS),
  '--rate-window-seconds', '900', '--points-per-minute', '2000']);
after(() => simulator.close());

/** How often each kind has happened, in all rounds. */
const happened = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
const said = (text, pattern) => text.split('\n').some((line) => pattern.test(line));

for (const seed of SEEDS) {
  const context = `(fault seed ${seed})`;
  test(`a backfill among faults of every kind ${context}`, () => withWorkspace(simulator, SETTINGS, async (workspace) => {
    await simulator.control({ reset: true, fault_rate: 0.05, fault_seed: seed });
    await workspace.expect(0, ['init']);
    const { stderr } = await workspace.expect(0, BACKFILL);
    const { faults, points, seededFaults, violations, recentViolations } = await simulator.stats();
    assert.equal(violations.total, 0, `${context} ${JSON.stringify(violations)} ${JSON.stringify(recentViolations)}\n${stderr}`);
    assert.doesNotMatch(stderr, /^(failed|incomplete|not shown by GitHub): /m, context);
    await workspace.assertTruth(simulator, {}, context);
    await workspace.assertStoreInOrder(context);

    assert.ok(faults >= LEAST_FAULTS, `${faults} faults ${context}`);
    assert.ok(points > POINTS, `${points} points ${context}`);
    assert.ok(said(stderr, /info waiting for GitHub's rate limit/), `no wait for the hour's points ${context}\n${stderr}`);
    assert.ok(said(stderr, /info waiting for GitHub's secondary limit/), `no wait for a secondary limit ${context}\n${stderr}`);
    for (const [kind, count] of Object.entries(seededFaults)) happened[kind] += count;
  }));
}

test('the kinds of faults that chance left out', async () => {
  const missing = KINDS.filter((kind) => happened[kind] === 0);
  if (missing.length === 0) return;
  const context = `(${missing}, fault seed ${SEED})`;
  await withWorkspace(simulator, SETTINGS, async (workspace) => {
    await simulator.control({ reset: true, fault_rate: 0.2, fault_seed: SEED, fault_kinds: missing });
    await workspace.expect(0, ['init']);
    await workspace.expect(0, BACKFILL);
    await workspace.assertTruth(simulator, {}, context);
    const { seededFaults, violations } = await simulator.stats();
    assert.equal(violations.total, 0, context);
    for (const kind of missing) assert.ok(seededFaults[kind] > 0, `${kind} ${context}`);
  });
});

// The program keeps to the limit that GitHub documents. A lower one it can only meet, and keeps the pause that comes of it.
test('a minute\'s limit that nobody told of', async () => {
  // Slow enough for any machine to ask so much within a minute.
  const rate = '50';
  const stricter = await startSimulator([...WORLD, '--time-scale', rate, '--points-per-hour', '100000', '--points-per-minute', '40']);
  try {
    await stricter.control({ fault_rate: 0.05, fault_seed: SEED });
    await withWorkspace(stricter, { ...SETTINGS, GITHUB_STATS_CLOCK_RATE: rate }, async (workspace) => {
      const { stderr } = await workspace.succeed(BACKFILL);
      const { violations: { total, per_minute: met }, recentViolations } = await stricter.stats();
      assert.ok(met > 0, 'the limit was met');
      assert.equal(total, met, `${JSON.stringify(recentViolations)}\n${stderr}`);
      await workspace.assertTruth(stricter);
    });
  } finally {
    await stricter.close();
  }
});
