// `scheduled`: collects again and again, bears what goes wrong, and ends in good order when it is told to.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openGate } from './lib/gate.js';
import { describeRun } from './lib/program.js';
import { Random, SEED } from './lib/random.js';
import { change, ends, eventsOf, logged, starts, stop } from './lib/service.js';
import { startSimulator } from './lib/simulator.js';
import { TOKEN, withWorkspace } from './lib/workspace.js';

// Seventy-two seconds from run to run, of which a hundred pass in one.
const OFTEN = ['scheduled', '--interval', '0.02', '--log-format', 'json'];
const IN_HASTE = { DEFAULT_LOOKBACK_DAYS: '36500', GITHUB_STATS_CLOCK_RATE: '100' };
const IN_REAL_TIME = { DEFAULT_LOOKBACK_DAYS: '36500', BATCH_SIZE: '5', GCS_CHUNK_SIZE: '10', MAX_WORKERS: '3' };
const LEFT_OUT = 'same-second';

const simulator = await startSimulator(['--repositories', '3', '--pull-requests', '60', '--points-per-hour', '1000000']);
const gate = await openGate(simulator.url);
after(async () => {
  await gate.close();
  await simulator.close();
});
const SMALLER = { wanted: ({ repo }) => repo !== LEFT_OUT };
const pullRequests = await simulator.truth('pull_requests', SMALLER);

/** Waits for the end of a run that begins after this moment. */
async function nextRun(service) {
  const begun = starts(await logged(service, (events) => events)).length;
  return logged(service, (events) => ends(events)[begun]);
}

/** A story in a workspace in which `init` has been run, in a world as it was at the start. */
async function story(env, tell, github = simulator) {
  await simulator.control({ reset: true });
  await withWorkspace(github, env, async (workspace) => {
    await workspace.expect(0, ['init']);
    await tell(workspace);
  });
  gate.decide = () => {};
}

test('runs come one after the other and bring what has changed', () => story(IN_HASTE, async (workspace) => {
  const random = new Random(SEED);
  const service = workspace.start(OFTEN);
  assert.equal((await logged(service, (events) => ends(events)[0])).exit_code, 0);
  for (let i = 0; i < 3; i += 1) {
    await change(simulator, random, pullRequests, 5);
    const { exit_code: code, collection_id: id } = await nextRun(service);
    // 3: a pull request changed each time it was looked at.
    assert.ok([0, 3].includes(code), service.stderrSoFar());
    assert.match(id, /^\d{8}T\d{6}Z$/);
  }
  assert.equal((await nextRun(service)).exit_code, 0);
  const { stderr } = await stop(service, OFTEN);
  await workspace.assertTruth(simulator, {}, `(seed ${SEED})`);
  const events = eventsOf(stderr);
  const due = events.filter(({ event }) => event === 'next run');
  assert.deepEqual([due[0].reason, ...new Set(due.slice(1).map(({ reason }) => reason))], ['start', 'schedule']);
  const [, first, ...slots] = due.map(({ due: at }) => Date.parse(at));
  for (const slot of slots) assert.equal((slot - first) % 72_000, 0, 'the slots do not drift');
  // A run begins when the one before has ended.
  const order = events.map(({ event }) => event).filter((event) => /^run (started|ended)$/.test(event));
  order.forEach((event, i) => assert.equal(event, i % 2 ? 'run ended' : 'run started'));
  assert.deepEqual(events.at(-1).event, 'service stopped');
  assert.ok((await workspace.store()).checkpoints.every(({ command }) => command === 'scheduled'));
}));

test('told to stop while GitHub does not answer, it goes on with that collection the next time', () =>
  story(IN_REAL_TIME, async (workspace) => {
    const args = ['scheduled', '--log-format', 'json'];
    const from = gate.serial + 15;
    const service = workspace.start(args);
    await new Promise((resolve) => {
      gate.decide = ({ serial }) => {
        if (serial >= from) resolve();
        return serial >= from ? 'hold' : undefined;
      };
    });
    await stop(service, args);
    gate.decide = () => {};
    const [{ collection_id: id, finished }] = (await workspace.store()).checkpoints;
    assert.equal(finished, false);
    const { stderr } = await workspace.expect(0, ['scheduled', '--once', '--log-format', 'json']);
    assert.equal(eventsOf(stderr).find(({ event }) => /going on/.test(event)).collection_id, id);
    const { checkpoints } = await workspace.store();
    assert.deepEqual(checkpoints.map((checkpoint) => checkpoint.finished), [true, true]);
    await workspace.assertTruth(simulator);
    await workspace.assertStoreInOrder();
  }, gate));

test('a collection that can not be gone on with is left, and the run is done all the same', () =>
  story({ ...IN_REAL_TIME, GITHUB_API_URL: gate.url }, async (workspace) => {
    await workspace.run(['scheduled', '--once'], { env: { GITHUB_STATS_CRASH_AT: 'collect.chunk.after:20' } });
    const elsewhere = { env: { GITHUB_API_URL: simulator.url } };
    const { stderr } = await workspace.expect(0, ['scheduled', '--once'], elsewhere);
    assert.match(stderr, /error failed collection_id=\d{8}T\d{6}Z code=invalid_argument reason=.*begun/);
    await workspace.assertTruth(simulator);
    const { stdout } = await workspace.expect(0, ['resume']);
    assert.match(stdout, / scheduled /);
  }));

test('SIGHUP reads the settings again, and keeps the old ones when they are wrong', () =>
  story({ ...IN_HASTE, GITHUB_TOKEN: undefined }, async (workspace) => {
    const settings = (text) => writeFile(join(workspace.directory, '.env'), text);
    const told = (service, pattern, count = 1) =>
      logged(service, (events) => events.filter(({ event }) => pattern.test(event)).length >= count);
    await settings('GITHUB_TOKEN=wrong-token\n');
    const service = workspace.start(OFTEN);
    assert.equal((await logged(service, (events) => ends(events)[0])).exit_code, 1);
    await settings(`GITHUB_TOKEN=${TOKEN}\n`);
    service.kill('SIGHUP');
    await told(service, /settings were read again/);
    assert.equal((await nextRun(service)).exit_code, 0);
    for (const [i, wrong] of ['MAX_WORKERS=nonsense\n', '# no token\n'].entries()) {
      await settings(wrong);
      service.kill('SIGHUP');
      await told(service, /settings stay as they were/, i + 1);
      assert.equal((await nextRun(service)).exit_code, 0);
    }
    const { stderr } = await stop(service, OFTEN);
    const reasons = eventsOf(stderr).filter(({ event }) => /stay as they were/.test(event)).map(({ reason }) => reason);
    assert.match(reasons[0], /MAX_WORKERS.*nonsense/);
    assert.match(reasons[1], /GITHUB_TOKEN/);
    assert.ok(!stderr.includes(TOKEN) && !stderr.includes('wrong-token'));
    await workspace.assertTruth(simulator);
  }));

test('an outage of GitHub is said once and outlived', () => story(IN_HASTE, async (workspace) => {
  gate.decide = () => ({ status: 502, json: {} });
  const service = workspace.start(OFTEN);
  await logged(service, (events) => ends(events).length >= 3);
  gate.decide = () => {};
  await logged(service, (events) => ends(events).some(({ exit_code: code }) => code === 0));
  const events = eventsOf((await stop(service, OFTEN)).stderr);
  const failed = ends(events).slice(0, ends(events).findIndex(({ exit_code: code }) => code === 0));
  assert.ok(failed.every(({ exit_code: code }) => code === 1));
  const waits = events.filter(({ event }) => event === 'next run').map(({ failed_in_a_row: count }) => count ?? 0);
  assert.deepEqual(waits.slice(0, failed.length + 2), [...failed.map((_, i) => i), failed.length, 0]);
  assert.equal(events.filter(({ event }) => event === 'failed').length, 1);
  assert.equal(events.filter(({ event }) => /failed again/.test(event)).length, failed.length - 1);
  await workspace.assertTruth(simulator);
}, gate));

test('--once runs once, with the exit code of that run', () => story(IN_REAL_TIME, async (workspace) => {
  const { stderr } = await workspace.expect(0, ['scheduled', '--once']);
  assert.match(stderr, /info run ended org=acme collection_id=\d{8}T\d{6}Z exit_code=0/);
  assert.doesNotMatch(stderr, /next run/);
  await workspace.assertTruth(simulator);
  await workspace.expect(1, ['scheduled', '--once'], { env: { GITHUB_TOKEN: 'wrong-token' } });
}));

test('runs that may spend little get through a large collection one after the other', () =>
  story(IN_REAL_TIME, async (workspace) => {
    const args = ['scheduled', '--once', '--max-points', '100'];
    let result = await workspace.run(args);
    for (let runs = 1; result.code === 3 && runs < 20; runs += 1) {
      assert.equal((await workspace.store()).checkpoints.length, 1, 'it goes on with the one there is');
      assert.deepEqual(await workspace.incompletePullRequests(), []);
      result = await workspace.run(args);
    }
    assert.equal(result.code, 0, describeRun(args, result));
    assert.match(result.stderr, /going on with a collection/);
    await workspace.assertTruth(simulator);
    await workspace.assertStoreInOrder();
  }));

test('wrong usage is refused before anything begins', () => story(IN_REAL_TIME, async (workspace) => {
  const { requests } = await simulator.stats();
  for (const [args, env, named] of [
    [[], { GITHUB_TOKEN: undefined }, /GITHUB_TOKEN/],
    [['--once'], { GITHUB_TOKEN: undefined }, /GITHUB_TOKEN/],
    [[], { MAX_WORKERS: 'nonsense' }, /MAX_WORKERS/],
    [[], { PRIVACY: 'hashed' }, /PRIVACY_KEY/],
    [['--interval', '0'], {}, /--interval/],
    [['--interval', 'often'], {}, /--interval/],
    [['--interval', 'nan'], {}, /--interval/],
    [['--cron', '0 25 * * *'], {}, /--cron.*'25' can't be the hour.*0 to 23/s],
    [['--cron', '0 0 * * *', '--interval', '6'], {}, /--interval/],
    [['--once', '--jitter', '3'], {}, /--once/],
  ]) {
    const { stdout, stderr } = await workspace.expect(2, ['scheduled', ...args], { env });
    assert.match(stdout + stderr, named);
  }
  assert.equal((await simulator.stats()).requests, requests);
}));
