// PERSIST_TO_GCS=false: rows pass through a directory, from which chunks go once the warehouse has them.
// The same stories for either warehouse.

import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { crashAt } from './crash_story.js';
import { describeRun } from './program.js';
import { NOW, startSimulator } from './simulator.js';
import { withWorkspace } from './workspace.js';

export const COLLECT = ['backfill', '--days', '36500', '--repo', 'api', '--repo', 'platform'];
const selected = { wanted: ({ repo }) => ['api', 'platform'].includes(repo) };
const DIRECT = { PERSIST_TO_GCS: 'false', GCS_CHUNK_SIZE: '10' };
const KEPT = { env: { PERSIST_TO_GCS: 'true' } };

export const startGitHub = () => startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '40', '--points-per-hour', '100000']);

async function assertPassedOn(workspace, simulator) {
  const { chunks, checkpoints, watermarks, strangers } = await workspace.store();
  assert.deepEqual([chunks, strangers], [[], []]);
  assert.ok(checkpoints.length > 0 && checkpoints.every(({ finished }) => finished));
  assert.deepEqual(watermarks.map(({ name }) => name).sort(), ['api', 'platform']);
  await workspace.assertTruth(simulator, selected);
  // Nothing is left that could be loaded, and nothing is lost when it is tried.
  assert.match((await workspace.expect(0, ['load-gcs'])).stdout, /^0 chunks loaded$/m);
  await workspace.assertTruth(simulator, selected);
}

/** Each: (workspace, simulator) => the story, and settings of its own. */
const STORIES = {
  'what is collected is loaded, and its chunks go': [async (workspace, simulator) => {
    const { stdout } = await workspace.succeed(COLLECT);
    assert.match(stdout, /^removed \d+ chunks: their rows are in /m);
    await assertPassedOn(workspace, simulator);
  }, {}],

  'an incomplete collection keeps its chunks until it is complete': [async (workspace, simulator) => {
    await workspace.expect(0, ['init']);
    await workspace.expect(3, [...COLLECT, '--max-points', '8']);
    const { chunks, checkpoints: [{ collection_id: id }] } = await workspace.store();
    assert.ok(chunks.length > 0);
    await workspace.expect(0, ['load-gcs']);
    assert.deepEqual((await workspace.store()).chunks, chunks);
    await workspace.expect(0, ['resume', '--collection-id', id]);
    await assertPassedOn(workspace, simulator);
  }, { BATCH_SIZE: '5' }],

  'load-gcs loads what is left over, and removes it': [async (workspace, simulator) => {
    await workspace.expect(0, ['init']);
    await workspace.expect(0, [...COLLECT, '--no-load'], KEPT);
    const { chunks } = await workspace.store();
    const { stdout } = await workspace.expect(0, ['load-gcs', '--repo', 'api', '--json']);
    const left = chunks.filter(({ repo }) => repo !== 'api');
    assert.equal(JSON.parse(stdout).removed, chunks.length - left.length);
    assert.deepEqual((await workspace.store()).chunks, left);
    await workspace.expect(0, ['load-gcs']);
    await assertPassedOn(workspace, simulator);
  }, {}],

  'killed between the load and the end of the removal, the next run ends it': [async (workspace, simulator) => {
    await workspace.expect(0, ['init']);
    await workspace.expect(0, [...COLLECT, '--no-load'], KEPT);
    const all = (await workspace.store()).chunks.length;
    for (const [point, left] of [['warehouse.load.after_commit:1', all], ['load.passed.before:1', all], ['collect.removal.after:3', all - 3]]) {
      const result = await workspace.run(['load-gcs'], { env: { ...crashAt(point).env, MAX_WORKERS: '1' } });
      assert.equal(result.signal, 'SIGKILL', describeRun(['load-gcs'], result));
      assert.equal((await workspace.store()).chunks.length, left, point);
    }
    await workspace.expect(0, ['load-gcs']);
    await assertPassedOn(workspace, simulator);
  }, {}],

  'chunks that can not be loaded stay, with all of their collection': [async (workspace, simulator) => {
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
    await assertPassedOn(workspace, simulator);
  }, {}],
};

/**
 * A test for each story.
 *
 * @param services with a BigQuery to have the warehouse there, as withWorkspace takes them
 * @param leftOut the beginnings of names of stories
 */
export function testDirectPublish(simulator, services = {}, leftOut = []) {
  for (const [name, [tell, env]] of Object.entries(STORIES).filter(([each]) => !leftOut.some((start) => each.startsWith(start)))) {
    test(name, () => withWorkspace(simulator, { ...DIRECT, ...env }, (workspace) => tell(workspace, simulator), services));
  }
}
