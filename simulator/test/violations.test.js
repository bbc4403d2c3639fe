import assert from 'node:assert/strict';
import { test } from 'node:test';
import { client, SMALL, start } from './helpers.js';

const VIEWER = '{ viewer { login } }';
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const violations = async ({ get }) => (await get('/_stats')).violations;
const GRACE = 40;

test('a client that waits as told breaks nothing', async (t) => {
  const simulator = await start(t, [...SMALL, '--points-per-hour', '1', '--rate-window-seconds', '10', '--time-scale', '100']);
  await simulator.query(VIEWER);
  await pause(110);
  await simulator.query(VIEWER);
  await simulator.control({ fault_rate: 1, fault_kinds: ['forbidden_told'], fault_pause_seconds: 10 });
  await pause(110);
  await simulator.query(VIEWER);
  await pause(110);
  await simulator.get('/user');
  assert.deepEqual(await violations(simulator), { total: 0, secondary: 0, primary: 0, concurrent: 0, per_minute: 0 });
});

test('asking during a secondary limit is counted, whoever asks, but not at once', async (t) => {
  const simulator = await start(t, [...SMALL, '--token', 'one', '--token', 'two']);
  const [one, two] = ['one', 'two'].map((token) => client(simulator.url, token));
  await simulator.control({ fault_rate: 1, fault_kinds: ['too_many_untold'] });
  await one.query(VIEWER);
  await pause(GRACE);
  await one.query(VIEWER);
  await two.get('/rate_limit');
  await simulator.get('/_stats');
  assert.deepEqual(await violations(simulator), { total: 2, secondary: 2, primary: 0, concurrent: 0, per_minute: 0 });
});

test('the secondary limit of a scripted fault is counted too', async (t) => {
  const simulator = await start(t);
  const body = { message: 'You have exceeded a secondary rate limit.' };
  await simulator.control({ faults: [{ action: { status: 403, headers: { 'Retry-After': '30' }, body } }] });
  await simulator.query(VIEWER);
  await pause(GRACE);
  assert.ok((await simulator.query(VIEWER)).data);
  assert.equal((await violations(simulator)).secondary, 1);
});

test('asking with a token that has nothing left is counted, for that token and that budget', async (t) => {
  const simulator = await start(t, [...SMALL, '--token', 'one', '--token', 'two', '--points-per-hour', '1', '--rest-per-hour', '1']);
  const [one, two] = ['one', 'two'].map((token) => client(simulator.url, token));
  await one.query(VIEWER);
  await pause(GRACE);
  await two.query(VIEWER);
  await one.get('/user');
  assert.equal((await violations(simulator)).primary, 0);
  await one.query(VIEWER);
  await one.get('/rate_limit');
  assert.equal((await violations(simulator)).primary, 1);
  await pause(GRACE);
  await one.get('/user');
  assert.deepEqual(await violations(simulator), { total: 2, secondary: 0, primary: 2, concurrent: 0, per_minute: 0 });
  const { recentViolations } = await simulator.get('/_stats');
  assert.deepEqual(recentViolations.map(({ kind, seconds_left: left }) => [kind, left > 3500]), [['primary', true], ['primary', true]]);
});

test('too many at once and too many points a minute are counted, enforced or not', async (t) => {
  const many = (simulator, count) => Promise.all(Array.from({ length: count }, () => simulator.query(VIEWER)));
  const free = await start(t, [...SMALL, '--latency-ms', '1500']);
  await many(free, 104);
  assert.equal((await violations(free)).concurrent, 4);
  await free.control({ latency_ms: 0 });
  const strict = await start(t, [...SMALL, '--max-concurrent', '2', '--latency-ms', '300', '--no-rate-limit']);
  await many(strict, 3);
  assert.equal((await violations(strict)).concurrent, 1);
  const heavy = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Organization { a: repositories(first: 100) { nodes { b: pullRequests(first: 1) {
    nodes { c: commits(first: 1) { totalCount } } } } } } } }`;
  const ids = Array(10).fill('unknown');
  const each = 20; // 10 · (1 + 100 + 100) / 100 points
  for (let i = 0; i < 2000 / each; i += 1) await free.query(heavy, { ids });
  // The 104 points of before are within the same minute.
  assert.equal((await violations(free)).per_minute, Math.ceil(104 / each));
});

test('a minute moves along', async (t) => {
  const simulator = await start(t, [...SMALL, '--points-per-minute', '3', '--time-scale', '600', '--no-rate-limit']);
  for (let i = 0; i < 6; i += 1) {
    await simulator.query(VIEWER);
    await pause(60); // 36 seconds
  }
  assert.equal((await violations(simulator)).per_minute, 0);
});
