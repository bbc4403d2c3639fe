// A store in Cloud Storage: the same program, the same truth. Everything written is read back by
// Google's own client.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { compareTable } from './lib/compare.js';
import { startGcs } from './lib/gcs.js';
import { SEED } from './lib/random.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { figuresOf, rowsOf } from './lib/store.js';
import { TABLES } from './lib/tables.js';
import { withWorkspace } from './lib/workspace.js';

const gcs = await startGcs();
const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '40', '--points-per-hour', '100000']);
after(async () => {
  await simulator.close();
  await gcs.close();
});
afterEach(async () => {
  const violations = await gcs.violations();
  await gcs.forgetViolations();
  assert.deepEqual(violations, []);
});

const REPOSITORIES = ['a.b_c-d', 'api', 'platform'];
const COLLECT = ['backfill', '--days', '36500', ...REPOSITORIES.flatMap((repo) => ['--repo', repo])];
const selected = { wanted: ({ repo }) => REPOSITORIES.includes(repo) };
const SETTINGS = { GCS_CHUNK_SIZE: '10' };
const CLOCK_RATE = 100;

const inGcs = (env, use) => withWorkspace(simulator, { ...SETTINGS, ...env }, use, { gcs });

/** A workspace where three repositories are collected into a bucket but not loaded. */
const collected = (use) => inGcs({}, async (workspace) => {
  await workspace.succeed([...COLLECT, '--no-load']);
  await use(workspace);
});

/** The rows of all chunks, each table against the truth. */
async function assertChunksTell(workspace, { rate = 1 } = {}) {
  const { chunks } = await workspace.store();
  const when = { earliest: workspace.createdAt - 1, latest: workspace.createdAt + (Date.now() - workspace.createdAt) * rate + 1 };
  const lines = [];
  for (const table of TABLES) {
    const truth = await simulator.truth(table, selected);
    // What a row does not have is null.
    const nothing = Object.fromEntries(Object.keys(truth[0]).map((column) => [column, null]));
    const rows = chunks.filter(({ stream }) => stream === table).flatMap(rowsOf).map((row) => ({ ...nothing, ...row }));
    lines.push(...compareTable(table, rows, truth, when));
  }
  assert.ok(lines.length === 0, `the chunks differ from the truth\n${lines.join('\n')}`);
}

test('init creates the bucket where it is told to, for uniform access and never public', () =>
  inGcs({ BIGQUERY_LOCATION: 'europe-west3' }, async (workspace) => {
    await workspace.expect(0, ['init']);
    const [metadata] = await workspace.bucket.getMetadata();
    const { uniformBucketLevelAccess: { enabled }, publicAccessPrevention } = metadata.iamConfiguration;
    assert.deepEqual([metadata.location, enabled, publicAccessPrevention], ['EUROPE-WEST3', true, 'enforced']);
    await workspace.expect(0, ['init']);
    assert.deepEqual((await workspace.bucket.getMetadata())[0].metageneration, metadata.metageneration);
  }));

test('init takes a bucket that is there as it is', () => inGcs({}, async (workspace) => {
  await workspace.bucket.create({ location: 'ASIA' });
  await workspace.expect(0, ['init']);
  const [{ location, metageneration }] = await workspace.bucket.getMetadata();
  assert.deepEqual([location, metageneration], ['ASIA', '1']);
}));

test('what is collected into a bucket, and loaded from it, is the truth', () => inGcs({}, async (workspace) => {
  await workspace.succeed(COLLECT);
  await workspace.assertStoreInOrder();
  await assertChunksTell(workspace);
  await workspace.assertTruth(simulator, selected);
}));

test('compressed chunks in a bucket are loaded as well', () => inGcs({ GCS_COMPRESS: 'true' }, async (workspace) => {
  await workspace.succeed(COLLECT);
  await workspace.assertStoreInOrder();
  assert.ok((await workspace.store()).chunks.every(({ key }) => key.endsWith('.gz')));
  await workspace.assertTruth(simulator, selected);
}));

test('an object says what it is, and objects of others are left alone', () => collected(async (workspace) => {
  const [files] = await workspace.bucket.getFiles();
  assert.deepEqual([...new Set(files.map(({ metadata }) => metadata.contentType))].sort(), ['application/json', 'application/x-ndjson']);
  await workspace.bucket.file('somebody-else').save('x', { resumable: false });
  await workspace.expect(0, ['wipe-gcs', '--all', '--confirm']);
  const [left] = await workspace.bucket.getFiles();
  assert.deepEqual(left.map(({ name }) => name), ['somebody-else']);
}));

test('a collection that ended early is taken up again', () => inGcs({}, async (workspace) => {
  await workspace.expect(0, ['init']);
  await workspace.expect(3, [...COLLECT, '--max-points', '2']);
  const [{ collection_id: id }] = (await workspace.store()).checkpoints;
  await workspace.expect(0, ['resume', '--collection-id', id]);
  await workspace.assertStoreInOrder();
  await workspace.assertTruth(simulator, selected);
}));

// Names of objects hold the time, so that every run meets other faults: these are frequent enough
// that each of them happens in every run, some twenty times.
const OFTEN = { reset_after: 0.1, status_after: 0.1, truncated: 0.1, corrupted: 0.2 };

for (const seed of [SEED, SEED + 1, SEED + 2]) {
  test(`through faults (seed ${seed}) everything is the same`, () =>
    inGcs({ GITHUB_STATS_CLOCK_RATE: String(CLOCK_RATE) }, async (workspace) => {
      const before = (await gcs.stats()).faults;
      await gcs.faults({ seed, rate: 0.03, rates: OFTEN });
      try {
        await workspace.succeed(COLLECT, ['load-gcs', '--reload'], ['gcs-summary']);
      } finally {
        await gcs.faults({});
      }
      const after = (await gcs.stats()).faults;
      for (const kind of Object.keys(OFTEN)) {
        assert.ok((after[kind] ?? 0) > (before[kind] ?? 0), `no fault of the kind ${kind}`);
      }
      await workspace.assertStoreInOrder();
      await assertChunksTell(workspace, { rate: CLOCK_RATE });
      await workspace.assertTruth(simulator, selected);
    }));
}

test('gcs-summary has the figures of the objects', () => collected(async (workspace) => {
  const summary = JSON.parse((await workspace.expect(0, ['gcs-summary', '--json'])).stdout);
  assert.deepEqual(Object.fromEntries(summary.repositories.map(({ repo, streams }) => [repo, streams])), figuresOf(await workspace.store()));
}));

test('wipe-gcs shows what would go, and takes it when told so', () => collected(async (workspace) => {
  const before = await workspace.store();
  await workspace.expect(2, ['wipe-gcs', '--repo', 'api']);
  assert.deepEqual((await workspace.store()).chunks, before.chunks);
  await workspace.expect(0, ['wipe-gcs', '--repo', 'api', '--confirm']);
  const { chunks, watermarks, checkpoints } = await workspace.store();
  assert.deepEqual(chunks, before.chunks.filter(({ repo }) => repo !== 'api'));
  assert.deepEqual(watermarks, before.watermarks.filter(({ name }) => name !== 'api'));
  assert.deepEqual(checkpoints, before.checkpoints);
  await workspace.expect(0, ['load-gcs']);
  await workspace.assertTruth(simulator, { wanted: ({ repo }) => repo !== 'api' && selected.wanted({ repo }) });
}));

test('a bucket that is not there has nothing, and collecting creates it', () => inGcs({ BIGQUERY_LOCATION: 'EU' }, async (workspace) => {
  assert.match((await workspace.expect(0, ['gcs-summary'])).stdout, new RegExp(workspace.bucket.name));
  assert.match((await workspace.expect(0, ['load-gcs'])).stdout, /^0 chunks loaded$/m);
  await workspace.expect(0, ['wipe-gcs', '--all', '--confirm']);
  assert.deepEqual(await workspace.bucket.exists(), [false]);
  await workspace.expect(0, COLLECT);
  assert.equal((await workspace.bucket.getMetadata())[0].location, 'EU');
  await workspace.assertTruth(simulator, selected);
}));

test('a bucket that one may not use is named, and the role that is missing', () => collected(async (workspace) => {
  await gcs.deny([workspace.bucket.name]);
  try {
    for (const args of [['init'], COLLECT, ['load-gcs'], ['gcs-summary'], ['wipe-gcs', '--all', '--confirm']]) {
      const { stderr } = await workspace.expect(1, args);
      assert.ok(stderr.includes(workspace.bucket.name), stderr);
      assert.match(stderr, /roles\/storage/);
    }
  } finally {
    await gcs.deny([]);
  }
  await workspace.assertStoreInOrder();
}));

test('an emulator that is not there is named', () => inGcs({ STORAGE_EMULATOR_HOST: 'http://127.0.0.1:1', GITHUB_STATS_CLOCK_RATE: '1000' }, async (workspace) => {
  const { stderr } = await workspace.expect(1, ['init']);
  assert.match(stderr, /127\.0\.0\.1/);
}));

test('without an emulator and without credentials the program says how to sign in', () =>
  inGcs({ STORAGE_EMULATOR_HOST: undefined, GCE_METADATA_HOST: '127.0.0.1:1', GITHUB_STATS_CLOCK_RATE: '1000' }, async (workspace) => {
    const { code, stderr } = await workspace.run(['init']);
    assert.ok(code === 1 || code === 2, String(code));
    assert.match(stderr, /credentials/);
  }));
