// What goes wrong with BigQuery is said so that it can be put right: bad chunks, missing permissions, the
// wrong place, a quota.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { startGoogle } from './lib/bigquery.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { Workspace, withWorkspace } from './lib/workspace.js';

const google = await startGoogle();
const { bigQuery } = google;
const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '20', '--points-per-hour', '100000']);

const COLLECT = ['backfill', '--days', '36500', '--repo', 'api', '--repo', 'platform'];
const selected = { wanted: ({ repo }) => ['api', 'platform'].includes(repo) };

// A collection in a bucket that is not loaded.
let collected;
before(async () => {
  collected = await Workspace.create(simulator, { GCS_CHUNK_SIZE: '10' }, google);
  await collected.succeed([...COLLECT, '--no-load']);
});
after(async () => {
  await collected.remove();
  await simulator.close();
  await google.close();
});
afterEach(async () => {
  await bigQuery.deny([]);
  await bigQuery.quotas({});
  await google.assertNoViolations();
});

const inCloud = (env, use) => withWorkspace(simulator, env, use, google);

// --- Bad chunks

/** Each: how a chunk of reviews is spoilt, and what is said of it. */
const SPOILT = {
  'a row that is no JSON': [(text) => `${text}{"org":\n`, /row at byte \d+/],
  'a text where a number belongs': [(text) => text.replace(/"pr_number":\d+/, '"pr_number":"many"'), /pr_number/],
  'a row without its key': [(text) => text.replace(/"id":"[^"]+",/, ''), /is not what the table takes/],
};

test('a bad chunk is named and keeps back its repository only', () => inCloud({ GCS_CHUNK_SIZE: '10' }, async (workspace) => {
  await workspace.succeed([...COLLECT, '--no-load']);
  const { chunks } = await workspace.store();
  const bad = chunks.find(({ repo, stream }) => repo === 'api' && stream === 'reviews');
  const [, , , ...prefix] = workspace.env.GITHUB_STATS_STORE.split('/');
  const object = workspace.bucket.file([...prefix, bad.key].join('/'));
  const save = (text) => object.save(text, { resumable: false, contentType: 'application/x-ndjson' });
  for (const [kind, [spoil, reason]] of Object.entries(SPOILT)) {
    await save(spoil(bad.text));
    const { stderr } = await workspace.expect(3, ['load-gcs']);
    assert.ok(stderr.includes(`not loaded: api of collection ${bad.id}`) && stderr.includes(bad.key), `${kind}: ${stderr}`);
    assert.match(stderr, reason, kind);
    await workspace.assertTruth(simulator, { repo: 'platform' }, kind);
  }
  await save(bad.text);
  await workspace.expect(0, ['load-gcs']);
  await workspace.assertTruth(simulator, selected);
  assert.deepEqual(await workspace.bigQuery.stagingTables(), []);
}));

// --- Permissions

const JOB_USER = 'roles/bigquery.jobUser';
const DATA_EDITOR = 'roles/bigquery.dataEditor';
const loadCollected = ['load-gcs', '--store'];

for (const [permission, role, args] of [
  ['bigquery.datasets.create', DATA_EDITOR, ['init']],
  ['bigquery.tables.create', DATA_EDITOR, ['init']],
  ['bigquery.jobs.create', JOB_USER, ['init']],
  ['bigquery.jobs.create', JOB_USER, COLLECT],
  ['bigquery.tables.updateData', DATA_EDITOR, loadCollected],
]) {
  test(`without ${permission} ${args[0]} names it, and the role that has it`, () => inCloud({}, async (workspace) => {
    const isLoad = args === loadCollected;
    if (isLoad) await workspace.expect(0, ['init']);
    await bigQuery.deny([permission]);
    const { stderr } = await workspace.expect(1, isLoad ? [...args, collected.env.GITHUB_STATS_STORE] : args);
    assert.ok(stderr.includes(permission) && stderr.includes(role), stderr);
    assert.ok(stderr.includes('emulated-project'), stderr);
  }));
}

test('without bigquery.jobs.create nothing can be asked', () => inCloud({}, async (workspace) => {
  await workspace.expect(0, ['init']);
  await bigQuery.deny(['bigquery.jobs.create']);
  for (const args of [['query', 'SELECT 1'], ['query', 'throughput'], ['metrics'], ['export', '--out', 'x']]) {
    const { stderr } = await workspace.expect(1, args);
    assert.ok(stderr.includes('bigquery.jobs.create') && stderr.includes(JOB_USER), stderr);
  }
}));

// --- Places and quotas

test('a dataset in another place is named, and how to go on', () => inCloud({ BIGQUERY_LOCATION: 'EU' }, async (workspace) => {
  await workspace.expect(0, ['init']);
  const elsewhere = { env: { BIGQUERY_LOCATION: 'US' } };
  for (const args of [['init'], COLLECT, ['load-gcs']]) {
    const { stderr } = await workspace.expect(1, args, elsewhere);
    assert.match(stderr, new RegExp(`${workspace.bigQuery.dataset.id} is in EU, not in US[^]*BIGQUERY_LOCATION=EU`));
  }
  assert.match((await workspace.expect(1, ['query', 'SELECT COUNT(*) FROM reviews'], elsewhere)).stderr, /not found in location US/);
}));

test('a dataset that is not there is to be initialised', () => inCloud({}, async (workspace) => {
  for (const args of [['query', 'SELECT * FROM reviews'], ['export', '--out', 'x']]) {
    assert.match((await workspace.expect(1, args)).stderr, /init/, args[0]);
  }
}));

test('an emulator that is not there is named', () => inCloud({ BIGQUERY_EMULATOR_HOST: 'http://127.0.0.1:1', GITHUB_STATS_CLOCK_RATE: '1000' }, async (workspace) => {
  assert.match((await workspace.expect(1, ['init'])).stderr, /127\.0\.0\.1/);
}));

test('without an emulator and without credentials the program says how to sign in', () =>
  inCloud({ BIGQUERY_EMULATOR_HOST: undefined, GCE_METADATA_HOST: '127.0.0.1:1', GITHUB_STATS_CLOCK_RATE: '1000' }, async (workspace) => {
    for (const args of [['init'], ['query', 'SELECT 1'], ['export', '--out', 'x']]) {
      assert.match((await workspace.expect(1, args)).stderr, /credentials[^]*gcloud auth/);
    }
  }));

test('a quota that is used up is told, and what was collected is safe', () => inCloud({ GITHUB_STATS_CLOCK_RATE: '100' }, async (workspace) => {
  await bigQuery.quotas({ loads_of_a_table: 0 });
  const { stderr } = await workspace.expect(1, COLLECT);
  assert.match(stderr, /Quota exceeded[^]*quota[^]*load-gcs/);
  await bigQuery.quotas({});
  await workspace.expect(0, ['load-gcs']);
  await workspace.assertTruth(simulator, selected);
}));
