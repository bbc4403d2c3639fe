// A load into BigQuery that is killed, and repeated, ends as if nothing had happened.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { startGoogle } from './lib/bigquery.js';
import { crashAt } from './lib/crash_story.js';
import { describeRun } from './lib/program.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { Workspace, withWorkspace } from './lib/workspace.js';

const MOST_HOURS = 24;

const google = await startGoogle();
const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '30', '--points-per-hour', '100000']);
afterEach(() => google.assertNoViolations());

const COLLECT = ['backfill', '--days', '36500', '--repo', 'api', '--repo', 'platform'];
const selected = { wanted: ({ repo }) => ['api', 'platform'].includes(repo) };
const METRICS = 'SELECT * EXCEPT (collected_at, collection_id) FROM metrics ORDER BY org, repo, metric_date, author';

// One collection in a bucket, which an undisturbed load brings into one dataset, and all others into others.
let whole;
let metrics;
let chunks;
before(async () => {
  whole = await Workspace.create(simulator, { GCS_CHUNK_SIZE: '10' }, google);
  await whole.succeed(COLLECT);
  metrics = await whole.query(METRICS);
  ({ chunks } = await whole.store());
  assert.ok(metrics.length > 0);
});
after(async () => {
  await whole.remove();
  await simulator.close();
  await google.close();
});

/** A workspace with the same store and a dataset of its own, of tables without rows. */
const empty = (use) => withWorkspace(simulator, { GITHUB_STATS_STORE: whole.env.GITHUB_STATS_STORE }, async (workspace) => {
  workspace.createdAt = whole.createdAt;
  await workspace.expect(0, ['init']);
  await use(workspace);
}, google);

async function assertAsIfNothingHappened(workspace) {
  await workspace.assertTruth(simulator, selected);
  assert.deepEqual(await workspace.query(METRICS), metrics);
  const recorded = await workspace.query('SELECT chunk_key FROM _loads ORDER BY chunk_key');
  assert.deepEqual(recorded.map(({ chunk_key: key }) => key), chunks.map(({ key }) => key).sort());
}

/** What a dead process has staged goes by itself: within a day. */
async function assertPassing(workspace) {
  const tables = await workspace.bigQuery.metadata();
  for (const [name, { expirationTime }] of Object.entries(tables).filter(([each]) => each.startsWith('_staging_'))) {
    const hours = (Number(expirationTime) - Date.now()) / 3_600_000;
    assert.ok(hours > 0 && hours <= MOST_HOURS, `${name} goes after ${hours} hours`);
  }
}

/**
 * Dies at each point in turn, then comes to an end.
 *
 * @param points {name: whether the load is in the tables by then}
 */
async function die(workspace, args, points) {
  for (const [point, isLoaded] of Object.entries(points)) {
    const result = await workspace.run(args, crashAt(`${point}:1`));
    assert.equal(result.signal, 'SIGKILL', describeRun(args, result));
    const [{ rows }] = await workspace.query('SELECT COUNT(*) AS `rows` FROM pull_requests');
    assert.equal(rows > 0, isLoaded, point);
    await assertPassing(workspace);
  }
  await workspace.expect(0, args);
  await assertAsIfNothingHappened(workspace);
}

test('killed while loading', () => empty((workspace) => die(workspace, ['load-gcs'],
  { 'warehouse.load.staging': false, 'warehouse.load.before_commit': false, 'warehouse.load.after_commit': true })));

test('killed while calculating metrics', () => empty((workspace) => die(workspace, ['load-gcs'],
  { 'warehouse.metrics.before_commit': true, 'warehouse.metrics.after_commit': true })));

test('killed while loading again', () => empty(async (workspace) => {
  await workspace.expect(0, ['load-gcs']);
  await die(workspace, ['load-gcs', '--reload'],
    { 'warehouse.load.staging': true, 'warehouse.load.before_commit': true, 'warehouse.load.after_commit': true });
  assert.match((await workspace.expect(0, ['load-gcs'])).stdout, /^0 chunks loaded$/m);
}));
