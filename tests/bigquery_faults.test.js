// Whatever goes wrong on the way to Google and back, by chance that can be repeated: everything ends the same.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGoogle } from './lib/bigquery.js';
import { SEED } from './lib/random.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const google = await startGoogle();
const { gcs, bigQuery } = google;
const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '20', '--points-per-hour', '100000']);
after(async () => {
  await simulator.close();
  await google.close();
});

const COLLECT = ['backfill', '--days', '36500', '--repo', 'api', '--repo', 'platform'];
const selected = { wanted: ({ repo }) => ['api', 'platform'].includes(repo) };
const METRICS = 'SELECT * EXCEPT (collected_at, collection_id) FROM metrics ORDER BY org, repo, metric_date, author';
const CLOCK_RATE = '100';

// Names of jobs hold the time, so that every run meets other faults: these are frequent enough that each of
// them happens in the three runs together.
const OFTEN = { reset_after: 0.1, status_before: 0.1, status_after: 0.1, truncated: 0.1, rate_limited: 0.1, job_failed: 0.3, short_page: 0.3 };
const OF_UPLOADS = { forgotten: 0.5, partial: 0.5 };

/** What the tables are without faults. */
const undisturbed = await withWorkspace(simulator, {}, async (workspace) => {
  await workspace.succeed(COLLECT);
  return workspace.query(METRICS);
}, google);

async function underFaults(settings, use) {
  await gcs.faults({ seed: settings.seed, rate: 0.03 });
  await bigQuery.faults(settings);
  try {
    await use();
  } finally {
    await gcs.faults({});
    await bigQuery.faults({});
  }
}

async function assertSame(workspace) {
  await workspace.assertTruth(simulator, selected);
  assert.deepEqual(await workspace.query(METRICS), undisturbed);
  await workspace.assertStoreInOrder();
  await google.assertNoViolations();
}

for (const seed of [SEED, SEED + 1, SEED + 2]) {
  test(`from a bucket, through faults (seed ${seed})`, () => withWorkspace(simulator, { GITHUB_STATS_CLOCK_RATE: CLOCK_RATE }, async (workspace) => {
    await underFaults({ seed, rates: OFTEN }, () => workspace.succeed(COLLECT, ['query', 'throughput']));
    await assertSame(workspace);
  }, google));
}

test(`from a directory, through faults (seed ${SEED})`, () => withWorkspace(simulator, { GITHUB_STATS_CLOCK_RATE: CLOCK_RATE }, async (workspace) => {
  await underFaults({ seed: SEED, rates: { ...OFTEN, ...OF_UPLOADS } }, () => workspace.succeed(COLLECT, ['load-gcs', '--reload']));
  await assertSame(workspace);
}, { bigQuery }));

test('there were faults of each kind', async () => {
  const { faults } = await bigQuery.stats();
  for (const kind of Object.keys(OFTEN)) assert.ok(faults[kind] > 0, `none of the kind ${kind}`);
  assert.ok(Object.keys(OF_UPLOADS).some((kind) => faults[kind] > 0), 'none of the kinds of uploads');
});
