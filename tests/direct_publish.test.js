// PERSIST_TO_GCS=false: rows pass through a directory, from which chunks go once the warehouse has them.
// The same for either warehouse.

import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { startGoogle } from './lib/bigquery.js';
import { crashAt } from './lib/crash_story.js';
import { describeRun } from './lib/program.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const google = await startGoogle();
const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '40', '--points-per-hour', '100000']);
after(async () => {
  await simulator.close();
  await google.close();
});
afterEach(() => google.assertNoViolations());

const COLLECT = ['backfill', '--days', '36500', '--repo', 'api', '--repo', 'platform'];
const selected = { wanted: ({ repo }) => ['api', 'platform'].includes(repo) };
const WAREHOUSES = { BigQuery: { bigQuery: google.bigQuery }, DuckDB: {} };
const DIRECT = { PERSIST_TO_GCS: 'false', GCS_CHUNK_SIZE: '10' };
const KEPT = { env: { PERSIST_TO_GCS: 'true' } };

async function assertPassedOn(workspace) {
  const { chunks, checkpoints, watermarks, strangers } = await workspace.store();
  assert.deepEqual([chunks, strangers], [[], []]);
  assert.ok(checkpoints.length > 0 && checkpoints.every(({ finished }) => finished));
  assert.deepEqual(watermarks.map(({ name }) => name).sort(), ['api', 'platform']);
  await workspace.assertTruth(simulator, selected);
  // Nothing is left that could be loaded, and nothing is lost when it is tried.
  assert.match((await workspace.expect(0, ['load-gcs'])).stdout, /^0 chunks loaded$/m);
  await workspace.assertTruth(simulator, selected);
}

for (const [name, services] of Object.entries(WAREHOUSES)) {
  const direct = (use, env = {}) =>
    withWorkspace(simulator, { ...DIRECT, ...env }, use, services);

  test(`${name}: what is collected is loaded, and its chunks go`, () => direct(async (workspace) => {
    const { stdout } = await workspace.succeed(COLLECT);
    assert.match(stdout, /^removed \d+ chunks: their rows are in /m);
    await assertPassedOn(workspace);
  }));

  test(`${name}: an incomplete collection keeps its chunks until it is complete`, () => direct(async (workspace) => {
    await workspace.expect(0, ['init']);
    await workspace.expect(3, [...COLLECT, '--max-points', '8']);
    const { chunks, checkpoints: [{ collection_id: id }] } = await workspace.store();
    assert.ok(chunks.length > 0);
    await workspace.expect(0, ['load-gcs']);
    assert.deepEqual((await workspace.store()).chunks, chunks);
    await workspace.expect(0, ['resume', '--collection-id', id]);
    await assertPassedOn(workspace);
  }, { BATCH_SIZE: '5' }));

  test(`${name}: load-gcs loads what is left over, and removes it`, () => direct(async (workspace) => {
    await workspace.expect(0, ['init']);
    await workspace.expect(0, [...COLLECT, '--no-load'], KEPT);
    const { chunks } = await workspace.store();
    const { stdout } = await workspace.expect(0, ['load-gcs', '--repo', 'api']);
    assert.match(stdout, /^removed \d+ chunks/m);
    assert.deepEqual((await workspace.store()).chunks, chunks.filter(({ repo }) => repo !== 'api'));
    await workspace.expect(0, ['load-gcs']);
    await assertPassedOn(workspace);
  }));

  test(`${name}: killed between the load and the end of the removal, the next run ends it`, () => direct(async (workspace) => {
    await workspace.expect(0, ['init']);
    await workspace.expect(0, [...COLLECT, '--no-load'], KEPT);
    const all = (await workspace.store()).chunks.length;
    for (const [point, left] of [['warehouse.load.after_commit:1', all], ['load.passed.before:1', all], ['collect.removal.after:3', all - 3]]) {
      const result = await workspace.run(['load-gcs'], { env: { ...crashAt(point).env, MAX_WORKERS: '1' } });
      assert.equal(result.signal, 'SIGKILL', describeRun(['load-gcs'], result));
      assert.equal((await workspace.store()).chunks.length, left, point);
    }
    await workspace.expect(0, ['load-gcs']);
    await assertPassedOn(workspace);
  }));
}

// Of BigQuery: bigquery_refusals.test.js.
test('chunks that can not be loaded stay, with all of their collection', () => withWorkspace(simulator, DIRECT, async (workspace) => {
  await workspace.expect(0, ['init']);
  await workspace.expect(0, [...COLLECT, '--no-load'], KEPT);
  const { chunks } = await workspace.store();
  const bad = chunks.find(({ repo, stream }) => repo === 'api' && stream === 'reviews');
  await appendFile(join(workspace.storeDirectory, bad.key), '{"org":\n');
  const { stderr } = await workspace.expect(3, ['load-gcs']);
  assert.ok(stderr.includes(bad.key), stderr);
  assert.equal((await workspace.store()).chunks.length, chunks.length);
  await writeFile(join(workspace.storeDirectory, bad.key), bad.text);
  await workspace.expect(0, ['load-gcs']);
  await assertPassedOn(workspace);
}));

test('--no-load is refused: nothing would keep the rows', () =>
  withWorkspace(simulator, { PERSIST_TO_GCS: 'false' }, async (workspace) => {
    for (const args of [[...COLLECT, '--no-load'], ['collect', '--no-load'], ['resume', '--no-load', '--collection-id', '20260101T000000Z']]) {
      const { stderr } = await workspace.expect(2, args);
      assert.match(stderr, /--no-load[^]*PERSIST_TO_GCS/);
    }
  }));

test('a bucket is refused: there is to be none', () =>
  withWorkspace(simulator, { PERSIST_TO_GCS: 'false' }, async (workspace) => {
    for (const args of [['init'], COLLECT, ['load-gcs']]) {
      assert.match((await workspace.expect(2, args)).stderr, /gs:[^]*PERSIST_TO_GCS/);
    }
  }, google));
