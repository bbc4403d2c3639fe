import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULT_KINDS, SeededFaults } from '../server/seeded_faults.js';
import { client, SMALL, start } from './helpers.js';

const LIST = `query List { repository(owner: "acme", name: "same-second") {
  pullRequests(first: 10) { nodes { number } } } }`;
const draw = (settings, count) => {
  const faults = new SeededFaults(settings);
  return { actions: Array.from({ length: count }, () => faults.next()), counts: faults.counts };
};

test('faults follow from their seed, come as often as asked for and in all kinds evenly', () => {
  const { actions, counts } = draw({ rate: 0.5, seed: 7 }, 4000);
  assert.deepEqual(actions, draw({ rate: 0.5, seed: 7 }, 4000).actions);
  assert.notDeepEqual(actions, draw({ rate: 0.5, seed: 8 }, 4000).actions);
  const share = actions.filter(Boolean).length / actions.length;
  assert.ok(share > 0.46 && share < 0.54, `${share}`);
  assert.deepEqual(Object.keys(counts).sort(), [...FAULT_KINDS].sort());
  for (const [kind, count] of Object.entries(counts)) assert.ok(count > 80 && count < 180, `${kind} ${count}`);
  assert.deepEqual(draw({ rate: 0 }, 100).counts, {});
});

/** What one answer looks like from outside. */
async function outcome({ post }) {
  try {
    const response = await post('/graphql', { query: LIST });
    const text = await response.text();
    let body;
    try {
      body = JSON.parse(text);
    } catch {
      body = text.startsWith('<') ? 'html' : 'broken';
    }
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
  } catch {
    return 'dropped';
  }
}

const nodes = ({ body }) => body.data.repository.pullRequests.nodes.filter(Boolean).length;
const EXPECTED = {
  bad_gateway: (seen) => seen.status === 502 && seen.body === 'html',
  unavailable: (seen) => seen.status === 503 && seen.body === 'html',
  gateway_timeout: (seen) => seen.status === 504 && seen.body === 'html',
  server_error: (seen) => seen.status === 500,
  drop_before: (seen) => seen === 'dropped',
  drop_mid: (seen) => seen === 'dropped',
  html: (seen) => seen.status === 200 && seen.body === 'html',
  truncated_json: (seen) => seen.status === 200 && seen.body === 'broken',
  went_wrong: (seen) => seen.body.data === null && /^Something went wrong/.test(seen.body.errors[0].message),
  went_wrong_partial: (seen) => nodes(seen) === 5 && /^Something went wrong/.test(seen.body.errors[0].message),
  resource_limits: (seen) => nodes(seen) === 5 && seen.body.errors[0].type === 'RESOURCE_LIMITS_EXCEEDED',
  forbidden_told: (seen) => seen.status === 403 && seen.retryAfter === '2',
  forbidden_untold: (seen) => seen.status === 403 && seen.retryAfter === null,
  too_many_told: (seen) => seen.status === 429 && seen.retryAfter === '2',
  too_many_untold: (seen) => seen.status === 429 && seen.retryAfter === null,
  rate_limited: (seen) => seen.status === 200 && seen.body.errors[0].type === 'RATE_LIMITED' && seen.body.data === undefined,
};

test('each kind looks as GitHub makes it look', async (t) => {
  const simulator = await start(t);
  assert.deepEqual(Object.keys(EXPECTED).sort(), [...FAULT_KINDS].sort());
  for (const kind of FAULT_KINDS) {
    await simulator.control({ reset: true, fault_rate: 1, fault_kinds: [kind], fault_pause_seconds: 2 });
    const seen = await outcome(simulator);
    assert.ok(EXPECTED[kind](seen), `${kind}: ${JSON.stringify(seen)}`);
    assert.deepEqual((await simulator.get('/_stats')).seededFaults, { [kind]: 1 });
  }
});

test('what a limit says is meant, for every token, and for as long as it says', async (t) => {
  const simulator = await start(t, [...SMALL, '--token', 'one', '--token', 'two', '--time-scale', '20']);
  const [one, two] = ['one', 'two'].map((token) => client(simulator.url, token));
  for (const [kind, retryAfter] of [['too_many_told', /^([2-9]|10)$/], ['forbidden_untold', /^null$/], ['rate_limited', /^null$/]]) {
    await simulator.control({ reset: true, fault_rate: 1, fault_kinds: [kind], fault_pause_seconds: 10 });
    await outcome(one);
    await simulator.control({ fault_rate: 0 });
    const refused = await outcome(two);
    assert.equal(refused.status, 403);
    assert.match(`${refused.retryAfter}`, retryAfter, kind);
    await new Promise((resolve) => setTimeout(resolve, (kind === 'too_many_told' ? 10_000 : 60_000) / 20));
    assert.equal((await outcome(two)).status, 200, kind);
  }
});

test('a rate, seed and kinds that make no sense are refused', async (t) => {
  const { post } = await start(t);
  for (const request of [{ fault_rate: 2 }, { fault_rate: -1 }, { fault_kinds: ['nonsense'] }, { fault_kinds: [] }, { fault_pause_seconds: -1 }]) {
    assert.equal((await post('/_control', request)).status, 400, JSON.stringify(request));
  }
});
