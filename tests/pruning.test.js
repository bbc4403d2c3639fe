// wipe-gcs --older-than, and that everything goes on afterwards.

import assert from 'node:assert/strict';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { NOW, startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '40', '--points-per-hour', '100000']);
after(() => simulator.close());

const REPOSITORIES = ['a.b_c-d', 'api', 'platform'];
const COLLECT = ['backfill', '--days', '36500', '--no-load', ...REPOSITORIES.flatMap((name) => ['--repo', name])];
const PRUNE = ['wipe-gcs', '--older-than', '365'];
const OLD = '20200101T000000Z';
const selected = { wanted: ({ repo }) => REPOSITORIES.includes(repo) };

/** Makes the store's only collection one that began in 2020. */
async function age(workspace, { finished = true } = {}) {
  const { chunks, checkpoints: [checkpoint] } = await workspace.store();
  const id = checkpoint.collection_id;
  const aged = (text) => text.replaceAll(id, OLD);
  for (const { key, date, text } of chunks) {
    const path = join(workspace.storeDirectory, aged(key).replace(date, '2020-01-01'));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, aged(text));
    await rm(join(workspace.storeDirectory, key));
  }
  const folder = join(workspace.storeDirectory, 'acme/_checkpoints');
  await rename(join(folder, `${id}.json`), join(folder, `${OLD}.json`));
  const old = { ...checkpoint, collection_id: OLD, started_at: '2020-01-01T00:00:00Z', finished };
  if (!finished) old.repositories[0].state = 'failed';
  await writeFile(join(folder, `${OLD}.json`), JSON.stringify(old));
}

/** A workspace with an old collection and, if `newer`, one of today; nothing is loaded. */
const pruned = (options, use) => withWorkspace(simulator, { GCS_CHUNK_SIZE: '5' }, async (workspace) => {
  await workspace.succeed(COLLECT);
  await age(workspace, options);
  if (options.newer) await workspace.expect(0, COLLECT);
  await use(workspace);
});

const isOld = ({ id, collection_id: ofCheckpoint }) => (id ?? ofCheckpoint) === OLD;
const withoutOld = (store) => ({ ...store,
  chunks: store.chunks.filter((each) => !isOld(each)), checkpoints: store.checkpoints.filter((each) => !isOld(each)) });

async function assertGoesOn(workspace) {
  await workspace.expect(0, ['gcs-summary']);
  await workspace.expect(0, ['resume']);
  await workspace.expect(0, ['load-gcs']);
  await workspace.expect(0, ['collect', ...COLLECT.slice(4)]);
}

test('--older-than shows what would go and removes nothing without --confirm', () => pruned({ newer: true }, async (workspace) => {
  const before = await workspace.store();
  const { stderr } = await workspace.expect(2, PRUNE);
  const objects = before.chunks.filter(isOld).length + 1;
  assert.match(stderr, new RegExp(`would remove ${objects} objects`));
  assert.match(stderr, /1 checkpoint/);
  assert.match(stderr, /load-gcs.* first/);
  assert.match(stderr, /watermarks stay/);
  assert.ok(stderr.includes(OLD) && !stderr.includes('not finished'), stderr);
  assert.deepEqual(await workspace.store(), before);
}));

test('--older-than removes old collections and keeps newer ones and the watermarks', () => pruned({ newer: true }, async (workspace) => {
  const before = await workspace.store();
  await workspace.expect(0, [...PRUNE, '--confirm']);
  assert.deepEqual(await workspace.store(), withoutOld(before));
  assert.ok(before.watermarks.length > 0);
  await assertGoesOn(workspace);
  await workspace.assertTruth(simulator, selected);
  await workspace.assertStoreInOrder();
  assert.match((await workspace.expect(0, PRUNE)).stdout, /nothing to remove/);
}));

test('what was loaded before stays, and nothing is collected again', () => pruned({}, async (workspace) => {
  await workspace.expect(0, ['load-gcs']);
  const before = await workspace.store();
  await workspace.expect(0, [...PRUNE, '--confirm']);
  assert.deepEqual(await workspace.store(), withoutOld(before));
  await assertGoesOn(workspace);
  assert.equal((await workspace.store()).chunks.length, 0);
  await workspace.assertTruth(simulator, selected);
}));

test('--older-than counts from today', () => pruned({}, async (workspace) => {
  const before = await workspace.store();
  await workspace.expect(0, ['wipe-gcs', '--older-than', '36500', '--confirm']);
  assert.deepEqual(await workspace.store(), before);
}));

test('a collection that is not finished is named', () => pruned({ finished: false }, async (workspace) => {
  const { stderr } = await workspace.expect(2, PRUNE);
  assert.match(stderr, new RegExp(`not finished: ${OLD} \\(2 done, 1 failed, 0 to go\\)`));
  const { stdout } = await workspace.expect(2, [...PRUNE, '--json']);
  assert.deepEqual(JSON.parse(stdout).unfinished, [OLD]);
  await workspace.expect(0, [...PRUNE, '--confirm']);
  await assertGoesOn(workspace);
}));

test('with --repo the checkpoints stay, and can be resumed', () => pruned({ finished: false }, async (workspace) => {
  const before = await workspace.store();
  await workspace.expect(0, [...PRUNE, '--repo', '*', '--confirm']);
  const left = await workspace.store();
  assert.deepEqual(left, { ...before, chunks: [] });
  await workspace.expect(0, ['resume', '--collection-id', OLD]);
  await assertGoesOn(workspace);
  assert.deepEqual((await workspace.store()).checkpoints.map(({ finished }) => finished).filter((each) => !each), []);
}));

for (const count of [1, 7, 12, 40]) {
  test(`a crash after ${count} removals leaves no pull request with half its details`, () => pruned({}, async (workspace) => {
    const env = { GITHUB_STATS_CRASH_AT: `collect.removal.after:${count}` };
    const before = await workspace.store();
    const { code } = await workspace.run([...PRUNE, '--confirm', '--max-workers', '1'], { env });
    assert.notEqual(code, 0);
    const left = await workspace.store();
    assert.equal(left.chunks.length, before.chunks.length - count);
    assert.deepEqual(left.checkpoints, before.checkpoints);
    await workspace.expect(0, ['load-gcs']);
    assert.deepEqual(await workspace.incompletePullRequests(), []);
    await assertGoesOn(workspace);
    await workspace.expect(0, [...PRUNE, '--confirm']);
    assert.deepEqual((await workspace.store()).checkpoints.filter(isOld), []);
  }));
}

test('a crash after the chunks leaves a checkpoint, which the next time takes', () => pruned({}, async (workspace) => {
  const { chunks } = await workspace.store();
  const env = { GITHUB_STATS_CRASH_AT: `collect.removal.after:${chunks.length}` };
  await workspace.run([...PRUNE, '--confirm', '--max-workers', '1'], { env });
  const left = await workspace.store();
  assert.deepEqual([left.chunks.length, left.checkpoints.length], [0, 1]);
  await assertGoesOn(workspace);
  await workspace.expect(0, [...PRUNE, '--confirm']);
  assert.deepEqual((await workspace.store()).checkpoints.filter(isOld), []);
}));
