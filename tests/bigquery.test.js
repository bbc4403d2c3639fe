// A warehouse in BigQuery, loaded from a store in Cloud Storage: the same program, the same truth. All that
// is there is read back by Google's own client.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { startGoogle } from './lib/bigquery.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { TABLES } from './lib/tables.js';
import { withWorkspace } from './lib/workspace.js';

const google = await startGoogle();
const { bigQuery } = google;
const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '40', '--points-per-hour', '100000']);
after(async () => {
  await simulator.close();
  await google.close();
});
afterEach(async () => {
  await bigQuery.slowJobs(0);
  await google.assertNoViolations();
});

const REPOSITORIES = ['a.b_c-d', 'api', 'platform'];
const COLLECT = ['backfill', '--days', '36500', ...REPOSITORIES.flatMap((repo) => ['--repo', repo])];
const selected = { wanted: ({ repo }) => REPOSITORIES.includes(repo) };
const inCloud = (env, use) => withWorkspace(simulator, { GCS_CHUNK_SIZE: '10', ...env }, use, google);

/** A workspace where three repositories are collected into a bucket but not loaded. */
const collected = (env, use) => inCloud(env, async (workspace) => {
  await workspace.succeed([...COLLECT, '--no-load']);
  await use(workspace);
});

const chunksIn = async (workspace) => (await workspace.store()).chunks.length;
const recorded = async (workspace) => (await workspace.query('SELECT COUNT(*) AS chunks FROM _loads'))[0].chunks;

test('what is collected into a bucket, and loaded from it, is the truth', () => inCloud({}, async (workspace) => {
  const { stdout } = await workspace.succeed(COLLECT);
  assert.match(stdout, /^metrics: \d+ rows of \d+ days$/m);
  await workspace.assertStoreInOrder();
  await workspace.assertTruth(simulator, selected);
  assert.deepEqual(await workspace.bigQuery.stagingTables(), []);
  // The second time nothing is left to be done.
  assert.match((await workspace.expect(0, ['load-gcs'])).stdout, /^0 chunks loaded$/m);
}));

test('--no-load collects only; load-gcs brings it in, again without a row twice', () => collected({}, async (workspace) => {
  const chunks = await chunksIn(workspace);
  assert.deepEqual(await workspace.counts(), Object.fromEntries(TABLES.map((table) => [table, 0])));
  for (const args of [['load-gcs'], ['load-gcs', '--reload']]) {
    const { stdout } = await workspace.expect(0, args);
    assert.match(stdout, new RegExp(`^${chunks} chunks loaded$`, 'm'));
    await workspace.assertTruth(simulator, selected);
    assert.equal(await recorded(workspace), chunks);
  }
}));

test('load-gcs --repo loads one repository, and another call the rest', () => collected({}, async (workspace) => {
  await workspace.expect(0, ['load-gcs', '--repo', 'api']);
  await workspace.assertTruth(simulator, { repo: 'api' });
  await workspace.expect(0, ['load-gcs']);
  await workspace.assertTruth(simulator, selected);
}));

test('compressed chunks are loaded as well', () => inCloud({ GCS_COMPRESS: 'true' }, async (workspace) => {
  await workspace.succeed(COLLECT);
  assert.ok((await workspace.store()).chunks.every(({ key }) => key.endsWith('.gz')));
  await workspace.assertTruth(simulator, selected);
}));

test('a load makes one job a table, and every job says whose it is', () => collected({}, async (workspace) => {
  await bigQuery.slowJobs(1);
  await workspace.expect(0, ['load-gcs']);
  const [{ collection_id: id }] = (await workspace.store()).checkpoints;
  const jobs = await workspace.bigQuery.jobs();
  const loads = jobs.filter(({ configuration }) => configuration.load);
  assert.deepEqual(loads.map(({ configuration }) => configuration.load.destinationTable.tableId.replace(/^_staging_(.*)_[0-9a-f]{32}$/, '$1')).sort(), [...TABLES].sort());
  assert.equal(new Set(loads.flatMap(({ configuration }) => configuration.load.sourceUris)).size, await chunksIn(workspace));
  for (const { configuration } of loads) assert.deepEqual(configuration.labels, { app: 'github-stats', collection: id.toLowerCase() });
  const others = jobs.filter(({ configuration }) => !configuration.load && configuration.labels);
  assert.ok(others.length > 0 && others.every(({ configuration }) => configuration.labels.app === 'github-stats'));
  const before = (await bigQuery.stats()).jobs.load;
  await workspace.expect(0, ['load-gcs']);
  assert.equal((await bigQuery.stats()).jobs.load, before, 'nothing new needs no job');
}));

test('a later collection changes what it has collected, and nothing else', () => inCloud({}, async (workspace) => {
  await workspace.succeed([...COLLECT, '--no-load'], [...COLLECT, '--no-load']);
  const [older, newer] = (await workspace.store()).checkpoints.map(({ collection_id: id }) => id).sort();
  const date = `${newer.slice(0, 4)}-${newer.slice(4, 6)}-${newer.slice(6, 8)}`;
  await workspace.expect(0, ['load-gcs', '--date', date]);
  const ids = await workspace.query('SELECT DISTINCT collection_id FROM pull_requests');
  assert.deepEqual(ids, [{ collection_id: newer }], `not ${older}`);
  await workspace.assertTruth(simulator, selected);
}));
