// Several processes at once on one store.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { openGate } from './lib/gate.js';
import { describeRun } from './lib/program.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const BACKFILL = ['backfill', '--days', '36500'];
const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '40', '--points-per-hour', '100000']);
const gate = await openGate(simulator.url);
after(async () => {
  await gate.close();
  await simulator.close();
});

test('collections that run at once have ids of their own and do not mix', () =>
  withWorkspace(simulator, { GCS_CHUNK_SIZE: '10', BATCH_SIZE: '20', MAX_WORKERS: '3' }, async (workspace) => {
    await workspace.expect(0, ['init']);
    const args = [...BACKFILL, '--no-load'];
    for (const result of await Promise.all([1, 2, 3].map(() => workspace.run(args)))) {
      assert.equal(result.code, 0, describeRun(args, result));
    }
    const ids = (await workspace.store()).checkpoints.map((checkpoint) => checkpoint.collection_id);
    assert.equal(new Set(ids).size, 3);
    await workspace.assertStoreInOrder();
    await workspace.expect(0, ['load-gcs']);
    await workspace.assertTruth(simulator);
  }));

test('a warehouse that another process holds costs no rows', () =>
  withWorkspace(simulator, {}, async (workspace) => {
    await workspace.expect(0, ['init']);
    const results = await Promise.all([1, 2].map(() => workspace.run(BACKFILL)));
    for (const result of results) assert.ok([0, 1].includes(result.code), describeRun(BACKFILL, result));
    for (const { code, stderr } of results) if (code === 1) assert.match(stderr, /load-gcs|warehouse/);
    await workspace.assertStoreInOrder();
    await workspace.expect(0, ['load-gcs']);
    await workspace.assertTruth(simulator);
  }));

test('a collection that is under way is not taken up by a second process unnoticed', () =>
  withWorkspace(gate, { GCS_CHUNK_SIZE: '10', BATCH_SIZE: '10', MAX_WORKERS: '2' }, async (workspace) => {
    await workspace.expect(0, ['init']);
    // The first is held in the middle until the second has come to its end.
    const held = [];
    const middle = gate.serial + 20;
    let reached;
    const isThere = new Promise((resolve) => { reached = resolve; });
    gate.decide = ({ serial }) => {
      if (serial < middle) return undefined;
      reached();
      return new Promise((resolve) => { held.push(resolve); });
    };
    const first = workspace.start(BACKFILL);
    await isThere;
    gate.decide = () => {};
    const [{ collection_id: id }] = (await workspace.store()).checkpoints;
    const second = await workspace.run(['resume', '--collection-id', id]);
    for (const letThrough of held) letThrough();
    const results = [await first.result, second];
    const loser = results.find(({ code }) => code === 1);
    assert.ok(loser, results.map((result) => describeRun([], result)).join('\n'));
    assert.match(loser.stderr, /another process|under way|in use/);
    // Whoever won: what is left can be resumed, and nothing is lost or doubled, in the store neither.
    const { stdout } = await workspace.expect(0, ['resume']);
    if (stdout.includes(id)) await workspace.expect(0, ['resume', '--collection-id', id]);
    await workspace.assertStoreInOrder();
    await workspace.expect(0, ['load-gcs', '--warehouse', 'duckdb:fresh.duckdb']);
    workspace.warehouseFile = join(workspace.directory, 'fresh.duckdb');
    await workspace.assertTruth(simulator);
  }));

test('a process that wakes up after another has finished its collection spoils none of its chunks', () =>
  withWorkspace(gate, { GCS_CHUNK_SIZE: '5', MAX_WORKERS: '1' }, async (workspace) => {
    await workspace.expect(0, ['init']);
    // The first is held before its first details; the second does all the work.
    const holdDetailsWhen = (isTime) => new Promise((isHeld) => {
      gate.decide = async ({ text }) => {
        if (!JSON.parse(text).operationName.includes('Details') || !await isTime()) return undefined;
        return new Promise((letThrough) => { isHeld(letThrough); });
      };
    });
    const flags = ['--no-load', '--repo', 'awkward.cases_repo-1'];
    let isHeld = holdDetailsWhen(() => true);
    const first = workspace.start([...BACKFILL, ...flags]);
    const letThrough = await isHeld;
    gate.decide = () => {};
    const [{ collection_id: id }] = (await workspace.store()).checkpoints;
    await workspace.expect(0, ['resume', '--no-load', '--collection-id', id]);
    const finished = await workspace.store();
    // Now the first goes on, and dies when it has written something.
    isHeld = holdDetailsWhen(async () => !isDeepStrictEqual((await workspace.store()).chunks, finished.chunks));
    letThrough();
    await Promise.race([isHeld, first.result]);
    first.kill('SIGKILL');
    await first.result;
    gate.decide = () => {};
    await workspace.expect(0, ['load-gcs']);
    await workspace.assertTruth(simulator, { repo: 'awkward.cases_repo-1' });
    assert.deepEqual((await workspace.store()).chunks, finished.chunks);
  }));

/** Ends when `isSo` says so or `done` is settled, looking now and then. */
async function until(isSo, done) {
  let over = false;
  done.finally(() => { over = true; });
  while (!over && !await isSo()) await new Promise((resolve) => { setTimeout(resolve, 20); });
}

test('a process that was only asleep when another took its collection for dead does not lose what that removed', () =>
  withWorkspace(gate, { GCS_CHUNK_SIZE: '5', BATCH_SIZE: '5', MAX_WORKERS: '1' }, async (workspace) => {
    await workspace.expect(0, ['init']);
    const flags = ['--no-load', '--repo', 'same-second'];
    const repository = async () => (await workspace.store()).checkpoints[0]?.repositories[0];
    const isUnexplained = async () => {
      const { chunks, checkpoints: [{ repositories: [{ chunks: explained }] }] } = await workspace.store();
      return chunks.some(({ stream, number }) => number >= explained[stream]);
    };
    // The first is let go on when its checkpoint tells of some chunks, and falls asleep when there are more.
    const middle = gate.serial + 12;
    let letThrough;
    const isAllowed = new Promise((resolve) => { letThrough = resolve; });
    gate.decide = ({ serial }) => (serial === middle ? isAllowed : undefined);
    const first = workspace.start([...BACKFILL, ...flags]);
    await until(async () => (await repository())?.chunks.pull_requests > 0, first.result);
    letThrough();
    await until(isUnexplained, first.result);
    first.kill('SIGSTOP');

    // The second clears up and dies when it asks for the next page.
    const [{ collection_id: id }] = (await workspace.store()).checkpoints;
    const second = workspace.start(['resume', '--no-load', '--collection-id', id]);
    gate.decide = () => {
      second.kill('SIGKILL');
      return 'hold';
    };
    await second.result;
    gate.decide = () => {};
    first.kill('SIGCONT');
    const { code, stderr } = await first.result;
    if (code !== 0) {
      assert.match(stderr, /another process/);
      await workspace.expect(0, ['resume', '--collection-id', id]);
    }
    await workspace.expect(0, ['load-gcs']);
    await workspace.assertStoreInOrder();
    await workspace.assertTruth(simulator, { repo: 'same-second' });
  }));
