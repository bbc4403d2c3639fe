// `scheduled`: collects again and again, bears what goes wrong, and ends in good order when it is told to.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openGate } from './lib/gate.js';
import { describeRun } from './lib/program.js';
import { Random, SEED } from './lib/random.js';
import { startSimulator } from './lib/simulator.js';
import { TOKEN, withWorkspace } from './lib/workspace.js';

// Seventy-two seconds from run to run, of which a hundred pass in one.
const OFTEN = ['scheduled', '--interval', '0.02', '--log-format', 'json'];
const IN_HASTE = { DEFAULT_LOOKBACK_DAYS: '36500', GITHUB_STATS_CLOCK_RATE: '100' };
const IN_REAL_TIME = { DEFAULT_LOOKBACK_DAYS: '36500', BATCH_SIZE: '5', GCS_CHUNK_SIZE: '10', MAX_WORKERS: '3' };
const LEFT_OUT = 'same-second';
const STOPS = 20;
const LONGEST_STOP_MS = 10_000;
// Far longer than anything here takes.
const LONGEST_WAIT_MS = 120_000;

const simulator = await startSimulator(['--repositories', '3', '--pull-requests', '60', '--points-per-hour', '1000000']);
const gate = await openGate(simulator.url);
after(async () => {
  await gate.close();
  await simulator.close();
});
const SMALLER = { wanted: ({ repo }) => repo !== LEFT_OUT };
const pullRequests = await simulator.truth('pull_requests', SMALLER);

const eventsOf = (text) => text.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));

/** Waits until the service has logged what `wanted(events)` looks for, and gives that. */
async function logged(service, wanted) {
  for (const begun = Date.now(); Date.now() - begun < LONGEST_WAIT_MS;) {
    const text = service.stderrSoFar();
    const found = wanted(eventsOf(text.slice(0, text.lastIndexOf('\n') + 1)));
    if (found) return found;
    await sleep(10);
  }
  return assert.fail(`waited in vain:\n${service.stderrSoFar().slice(-4000)}`);
}

const ends = (events) => events.filter(({ event }) => event === 'run ended');
const starts = (events) => events.filter(({ event }) => event === 'run started');

/** Waits for the end of a run that begins after this moment. */
async function nextRun(service) {
  const begun = starts(await logged(service, (events) => events)).length;
  return logged(service, (events) => ends(events)[begun]);
}

/** Tells the service to stop, which it must do in time and with 0. */
async function stop(service, args, context = '', signal = 'SIGTERM') {
  const told = Date.now();
  service.kill(signal);
  const result = await service.result;
  assert.equal(result.code, 0, `${context}\n${describeRun(args, result)}`);
  assert.ok(result.endedAt - told < LONGEST_STOP_MS, `${context}: took ${result.endedAt - told} ms to stop`);
  return result;
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

async function change(random, count) {
  for (let i = 0; i < count; i += 1) {
    const { repo, number } = random.pick(pullRequests);
    const kind = random.pick(['touch', 'comment', 'commit', 'review', 'close', 'open']);
    await simulator.control({ mutate_now: { repo, kind, ...(kind !== 'open' && { number }) } });
  }
}

test('runs come one after the other and bring what has changed', () => story(IN_HASTE, async (workspace) => {
  const random = new Random(SEED);
  const service = workspace.start(OFTEN);
  assert.equal((await logged(service, (events) => ends(events)[0])).exit_code, 0);
  for (let i = 0; i < 3; i += 1) {
    await change(random, 5);
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

test('told to stop at any moment of a run it ends with 0, and nothing is lost', async (t) => {
  const of = (...args) => [...args, '--exclude-repo', LEFT_OUT];
  const args = of('scheduled', '--log-format', 'json');
  let whole;
  await story(IN_REAL_TIME, async (workspace) => {
    const { startedAt, endedAt } = await workspace.expect(0, of('scheduled', '--once'));
    whole = endedAt - startedAt;
    await workspace.assertTruth(simulator, SMALLER);
  });
  let interrupted = 0;
  for (let i = 0; i < STOPS; i += 1) {
    const random = new Random(SEED * 1000 + i);
    const milliseconds = random.integer(1, whole);
    const context = `(seed ${SEED}, stop ${i}, ${milliseconds} of about ${whole} ms after the start)`;
    await t.test(context, () => story(IN_REAL_TIME, async (workspace) => {
      const service = workspace.start(args);
      await logged(service, (events) => starts(events)[0]);
      await sleep(milliseconds);
      await stop(service, args, context, random.pick(['SIGTERM', 'SIGINT']));
      const isOpen = ({ finished }) => !finished;
      interrupted += (await workspace.store()).checkpoints.some(isOpen);
      await change(random, 3);
      // Half of them go on by hand, the others as a service does, which leaves nothing open.
      const byHand = i % 2 === 1;
      await workspace.expect(0, byHand ? of('collect') : of('scheduled', '--once'));
      await workspace.assertTruth(simulator, SMALLER, context);
      if (!byHand) {
        assert.ok(!(await workspace.store()).checkpoints.some(isOpen), context);
        await workspace.assertStoreInOrder(context);
      }
    }));
  }
  t.diagnostic(`seed ${SEED}: ${interrupted} of ${STOPS} stops interrupted a collection`);
});

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
    assert.match(stderr, /error failed code=invalid_argument reason=.*begun/);
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
  assert.match(stderr, /info run ended collection_id=\d{8}T\d{6}Z exit_code=0/);
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
