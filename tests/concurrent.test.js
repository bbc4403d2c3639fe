// Several processes at once on one store.

import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { openGate } from './lib/gate.js';
import { describeRun } from './lib/program.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const BACKFILL = ['backfill', '--days', '36500'];
const REFUSAL = /another collector is at work on acme: process \d+ on \S+ since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/;
// So fast runs the clock of whoever waits for a lease, which lasts a minute.
const HASTE = { GITHUB_STATS_CLOCK_RATE: '20' };
const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '40', '--points-per-hour', '100000']);
const gate = await openGate(simulator.url);
after(async () => {
  await gate.close();
  await simulator.close();
});

/** Ends when `isSo` says so or `done` is settled, looking now and then. */
async function until(isSo, done) {
  let over = false;
  done.finally(() => { over = true; });
  while (!over && !await isSo()) await new Promise((resolve) => { setTimeout(resolve, 20); });
}

/** Runs the program, over and over while another process holds the lease; whatever else happens is given. */
async function runInTurn(workspace, args) {
  for (;;) {
    const result = await workspace.run(args);
    if (result.code !== 1 || !REFUSAL.test(result.stderr)) return result;
  }
}

/** Lets the clocks of all that is started here from now on run fast. */
function makeHaste(workspace) {
  Object.assign(workspace.env, HASTE);
}

/** Holds the program at its `nth` request from now on: gives a promise of a function that lets it, and all others, through. */
function holdAtRequest(nth) {
  const held = [];
  const first = gate.serial + nth;
  return new Promise((isHeld) => {
    const letThrough = () => {
      gate.decide = () => {};
      for (const release of held) release();
    };
    gate.decide = ({ serial }) => {
      if (serial < first) return undefined;
      isHeld(letThrough);
      return new Promise((release) => { held.push(release); });
    };
  });
}

test('collections that run at once have ids of their own and do not mix', () =>
  withWorkspace(simulator, { GCS_CHUNK_SIZE: '10', BATCH_SIZE: '20', MAX_WORKERS: '3' }, async (workspace) => {
    await workspace.expect(0, ['init']);
    const args = [...BACKFILL, '--no-load'];
    for (const result of await Promise.all([1, 2, 3].map(() => runInTurn(workspace, args)))) {
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
    const results = await Promise.all([1, 2].map(() => runInTurn(workspace, BACKFILL)));
    for (const result of results) assert.ok([0, 1].includes(result.code), describeRun(BACKFILL, result));
    for (const { code, stderr } of results) if (code === 1) assert.match(stderr, /load-gcs|warehouse/);
    await workspace.assertStoreInOrder();
    await workspace.expect(0, ['load-gcs']);
    await workspace.assertTruth(simulator);
  }));

test('a second collector is refused at once, and told of the first', () =>
  withWorkspace(gate, { GCS_CHUNK_SIZE: '10', BATCH_SIZE: '10', MAX_WORKERS: '1' }, async (workspace) => {
    await workspace.expect(0, ['init']);
    const isHeld = holdAtRequest(20);
    const first = workspace.start(BACKFILL);
    const letThrough = await isHeld;
    const [{ collection_id: id }] = (await workspace.store()).checkpoints;
    const requests = gate.serial;
    for (const args of [BACKFILL, ['collect'], ['collect', '--hours', '3'], ['resume', '--collection-id', id], ['wipe-gcs', '--all', '--confirm']]) {
      const { stderr, startedAt, endedAt } = await workspace.expect(1, args);
      assert.match(stderr, REFUSAL);
      assert.match(stderr, /\(backfill\)\n {2}wait for it, or end it/);
      assert.ok(endedAt - startedAt < 20_000, `${args.join(' ')} waited`);
    }
    assert.equal(gate.serial, requests, 'GitHub was asked before the lease was held');
    // What only reads does not ask for it.
    await workspace.expect(0, ['resume']);
    await workspace.expect(0, ['gcs-summary']);
    await workspace.expect(0, ['load-gcs']);
    await workspace.expect(2, ['wipe-gcs', '--all']);
    assert.equal((await workspace.store()).leases.length, 1);
    letThrough();
    const result = await first.result;
    assert.equal(result.code, 0, describeRun(BACKFILL, result));
    assert.deepEqual((await workspace.store()).leases, []);
    await workspace.assertStoreInOrder();
    await workspace.assertTruth(simulator);
  }));

test('a lease that a process of another machine left behind is taken over when nobody renews it', () =>
  withWorkspace(simulator, { ...HASTE }, async (workspace) => {
    await workspace.expect(0, ['init']);
    const file = join(workspace.storeDirectory, 'acme', '_checkpoints', 'lease.json');
    const leave = async (text) => {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    };
    const lease = (age) => JSON.stringify({
      version: 1, holder: 'h', host: 'elsewhere', machine: 'm', process: 7, process_started: 8, command: 'backfill',
      taken_at: new Date(Date.now() - age).toISOString(), renewed_at: new Date(Date.now() - age).toISOString(),
      expires_at: new Date(Date.now() - age + 60_000).toISOString(), term: 3,
    });
    const args = [...BACKFILL, '--no-load', '--repo', 'same-second'];
    for (const [text, waits] of [[lease(0), true], [lease(-3_600_000), true], ['{', true], [lease(3_600_000), false]]) {
      await leave(text);
      const { stderr, startedAt, endedAt } = await workspace.expect(0, args);
      assert.equal(/waiting whether the holder/.test(stderr), waits, stderr);
      assert.ok(!waits || endedAt - startedAt >= 60_000 / Number(HASTE.GITHUB_STATS_CLOCK_RATE), text);
      assert.deepEqual((await workspace.store()).leases, []);
    }
    const newer = '{"version":2}';
    await leave(newer);
    assert.match((await workspace.expect(2, args)).stderr, /lease\.json: this lease has version 2/);
    assert.equal(await readFile(file, 'utf8'), newer);
  }));

test('SIGINT ends the wait for a lease with 130', () =>
  withWorkspace(gate, {}, async (workspace) => {
    await workspace.expect(0, ['init']);
    const isHeld = holdAtRequest(5);
    const first = workspace.start([...BACKFILL, '--no-load']);
    const letThrough = await isHeld;
    first.kill('SIGSTOP');
    for (const args of [BACKFILL, ['wipe-gcs', '--all', '--confirm']]) {
      const second = workspace.start(args);
      await until(() => /waiting whether the holder/.test(second.stderrSoFar()), second.result);
      second.kill('SIGINT');
      const result = await second.result;
      assert.equal(result.code, 130, describeRun(args, result));
    }
    letThrough();
    first.kill('SIGCONT');
    const result = await first.result;
    assert.equal(result.code, 0, describeRun(BACKFILL, result));
    await workspace.assertStoreInOrder();
    await workspace.expect(0, ['load-gcs']);
    await workspace.assertTruth(simulator);
  }));

function takeUpWhatIsUnderWay(env) {
  return withWorkspace(gate, { GCS_CHUNK_SIZE: '10', BATCH_SIZE: '10', MAX_WORKERS: '2', ...env }, async (workspace) => {
    await workspace.expect(0, ['init']);
    // The first falls asleep in the middle until the second has come to its end.
    const isHeld = holdAtRequest(20);
    const first = workspace.start(BACKFILL);
    const letThrough = await isHeld;
    first.kill('SIGSTOP');
    gate.decide = () => {};
    makeHaste(workspace);
    const [{ collection_id: id }] = (await workspace.store()).checkpoints;
    const second = await workspace.run(['resume', '--collection-id', id]);
    letThrough();
    first.kill('SIGCONT');
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
  });
}

test('a collection that is under way is not taken up by a second process unnoticed', () => takeUpWhatIsUnderWay({}));

test('a collector that wakes up late enough knows by its own clock that its lease is over', () => takeUpWhatIsUnderWay(HASTE));

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
    first.kill('SIGSTOP');
    makeHaste(workspace);
    const [{ collection_id: id }] = (await workspace.store()).checkpoints;
    await workspace.expect(0, ['resume', '--no-load', '--collection-id', id]);
    const finished = await workspace.store();
    // Now the first goes on, and dies when it has written something.
    isHeld = holdDetailsWhen(async () => !isDeepStrictEqual((await workspace.store()).chunks, finished.chunks));
    letThrough();
    first.kill('SIGCONT');
    await Promise.race([isHeld, first.result]);
    first.kill('SIGKILL');
    await first.result;
    gate.decide = () => {};
    await workspace.expect(0, ['load-gcs']);
    await workspace.assertTruth(simulator, { repo: 'awkward.cases_repo-1' });
    assert.deepEqual((await workspace.store()).chunks, finished.chunks);
  }));

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
    makeHaste(workspace);

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
