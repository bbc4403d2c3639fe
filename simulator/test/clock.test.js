import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../server/clock.js';
import { NOW, SMALL, start } from './helpers.js';

const LIMIT = '{ rateLimit { remaining resetAt } }';
const dateOf = (response) => Date.parse(response.headers.get('date'));
const resetOf = (response) => Number(response.headers.get('x-ratelimit-reset')) * 1000;

test('a clock begins at its present and runs at its pace', () => {
  const clock = new Clock({ now: 5000, timeScale: 1000, startedAt: performance.now() - 7 });
  assert.ok(clock.now() >= 12_000 && clock.now() < 5000 + 60_000, `${clock.now()}`);
});

test('Date, resets and changes go by the same clock, which starts at --now', async (t) => {
  const { post, control, truth } = await start(t, SMALL);
  const response = await post('/graphql', { query: LIMIT });
  const date = dateOf(response);
  assert.ok(date >= Date.parse(NOW) && date < Date.parse(NOW) + 60_000);
  assert.ok(resetOf(response) > date + 3_500_000 && resetOf(response) <= date + 3_602_000);
  assert.equal(Date.parse((await response.json()).data.rateLimit.resetAt), resetOf(response));
  await control({ mutate_now: { repo: 'same-second', number: 1, kind: 'touch' } });
  const touched = (await truth('table=pull_requests&repo=same-second')).find((row) => row.number === 1);
  assert.ok(Date.parse(touched.updated_at) >= date && Date.parse(touched.updated_at) < date + 60_000);
});

test('a scaled clock brings points back sooner, and delays end sooner', async (t) => {
  const { post, query } = await start(t, [...SMALL, '--points-per-hour', '1', '--time-scale', '2000', '--latency-ms', '20000']);
  const began = performance.now();
  const first = await post('/graphql', { query: LIMIT });
  assert.equal((await query(LIMIT)).errors?.[0].type, 'RATE_LIMITED');
  let last;
  do {
    last = await post('/graphql', { query: LIMIT });
  } while ((await last.json()).errors);
  assert.ok(dateOf(last) >= resetOf(first) - 1000);
  assert.ok(performance.now() - began < 10_000);
});

test("GitHub's clock may be wrong in both directions", async (t) => {
  for (const skew of [-3600, 7200]) {
    const { post } = await start(t, ['--repositories', '1', '--pull-requests', '1', '--clock-skew-seconds', `${skew}`]);
    const response = await post('/graphql', { query: LIMIT });
    const ahead = (dateOf(response) - Date.now()) / 1000;
    assert.ok(Math.abs(ahead - skew) < 5, `${ahead}`);
    assert.ok(Math.abs((resetOf(response) - Date.now()) / 1000 - 3600 - skew) < 5);
  }
});

test('a change is never older than the Date of an answer given before it', async (t) => {
  const { post, control, truth } = await start(t, [...SMALL, '--time-scale', '300']);
  for (let number = 1; number <= 20; number += 1) {
    const date = dateOf(await post('/graphql', { query: LIMIT }));
    await control({ mutate_now: { repo: 'same-second', number, kind: 'touch' } });
    const row = (await truth('table=pull_requests&repo=same-second')).find((each) => each.number === number);
    assert.ok(Date.parse(row.updated_at) >= date, `${row.updated_at} ${new Date(date).toISOString()}`);
  }
});
