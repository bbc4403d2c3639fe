// GitHub in trouble: what passes by itself costs time, never rows.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openGate } from './lib/gate.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

// Enough pages without it, and each test waits for its faults as it is.
const LEFT_OUT = 'same-second';
const BACKFILL = ['backfill', '--days', '36500', '--exclude-repo', LEFT_OUT];
const TRUTH = { wanted: ({ repo }) => repo !== LEFT_OUT };
const SETTINGS = { BATCH_SIZE: '10', MAX_WORKERS: '4' };
const SMALL = ['--now', NOW, '--repositories', '2', '--pull-requests', '30'];

const simulator = await startSimulator([...SMALL, '--points-per-hour', '100000']);
const gate = await openGate(simulator.url);
after(async () => {
  await gate.close();
  await simulator.close();
});

/** Points that are too few for a backfill, but more than half of what it takes. */
async function tooFewPoints() {
  await simulator.control({ reset: true });
  await withWorkspace(simulator, SETTINGS, (workspace) => workspace.succeed(BACKFILL));
  return Math.ceil((await simulator.stats()).points * 0.6);
}

const fewPoints = await tooFewPoints();
/** A backfill during which `faults` happen ends well and complete. */
async function survive(faults) {
  await simulator.control({ reset: true, faults });
  await withWorkspace(simulator, SETTINGS, async (workspace) => {
    await workspace.succeed(BACKFILL);
    await workspace.assertTruth(simulator, TRUTH);
    await workspace.assertStoreInOrder();
  });
  assert.ok((await simulator.stats()).faults > 0, 'the faults did happen');
}

const secondaryLimit = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' };
const rateLimited = { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit already exceeded for user ID 1.' }] };
const page502 = { status: 502, body: '<html><head><title>502 Bad Gateway</title></head></html>' };
const wentWrong = { message: 'Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug.' };
const tooMuch = { type: 'RESOURCE_LIMITS_EXCEEDED', message: 'Resource limits for this query exceeded.' };

const FAULTS = {
  'a 502 now and then': [{ match: { every: 8 }, action: page502 }],
  'bursts of 502 and 504': [
    { match: { operation: 'Details' }, times: 3, action: page502 },
    { match: { operation: 'PullRequests', nth: 2 }, times: 2, action: { status: 504 } },
    { match: { operation: 'Repositories' }, times: 2, action: { status: 503, headers: { 'retry-after': '0' } } },
  ],
  'RATE_LIMITED with status 200': [
    { match: { operation: 'Details', nth: 2 }, times: 2, action: { status: 200, headers: { 'retry-after': '1' }, body: JSON.stringify(rateLimited) } }],
  'secondary limits as 403 and as 429': [
    { match: { nth: 4 }, action: { status: 403, headers: { 'retry-after': '1' }, body: JSON.stringify(secondaryLimit) } },
    { match: { nth: 12 }, action: { status: 429, headers: { 'retry-after': '1' }, body: JSON.stringify(secondaryLimit) } }],
  'connections that close without an answer': [{ match: { every: 6 }, action: { drop: 'before' } }],
  'connections that close within an answer': [{ match: { every: 8 }, action: { drop: 'mid' } }],
  'answers that are no JSON': [
    { match: { operation: 'Details', every: 5 }, action: { status: 200, body: 'Whoa there!' } },
    { match: { operation: 'PullRequests', every: 5 }, action: { status: 200, body: '{"data": {"node": ' } },
    { match: { operation: 'PullRequests', nth: 4 }, action: { status: 200, body: '' } }],
  'errors without data': [
    { match: { operation: 'Details', every: 4 }, action: { graphql_errors: [wentWrong], data: null } },
    { match: { operation: 'PullRequests', every: 4 }, action: { graphql_errors: [wentWrong] } }],
  'half the data, as resource limits were exceeded': [
    { match: { operation: 'Details', every: 3 }, action: { graphql_errors: [tooMuch], data: 'partial' } },
    { match: { operation: 'PullRequests', every: 4 }, action: { graphql_errors: [tooMuch], data: 'partial' } },
    { match: { operation: 'Repositories' }, action: { graphql_errors: [tooMuch], data: 'partial' } }],
  'slow answers': [{ match: { every: 10 }, action: { delay_ms: 200 } }],
};

for (const [name, faults] of Object.entries(FAULTS)) test(name, () => survive(faults));

/** Every query about more than `most` pull requests fails, each time it is asked. */
function refuseLargeBatches(most, verdict) {
  let refused = 0;
  gate.decide = ({ text }) => {
    const ids = JSON.parse(text).variables?.ids?.length ?? 0;
    if (ids <= most) return undefined;
    refused += 1;
    return verdict;
  };
  return () => refused;
}

for (const [name, verdict] of [
  ['a 502', { status: 502, json: {} }],
  ['RESOURCE_LIMITS_EXCEEDED', { json: { data: null, errors: [tooMuch] } }],
  ['"Something went wrong"', { json: { data: null, errors: [wentWrong] } }],
]) {
  test(`batches that are too large for GitHub, which answers ${name}, are asked for in smaller ones`, async () => {
    await simulator.control({ reset: true });
    const refused = refuseLargeBatches(3, verdict);
    await withWorkspace(gate, { ...SETTINGS, BATCH_SIZE: '100' }, async (workspace) => {
      await workspace.succeed(BACKFILL);
      await workspace.assertTruth(simulator, TRUTH);
    });
    gate.decide = () => {};
    assert.ok(refused() > 0);
  });
}

async function withOtherSimulator(args, env, check = () => {}) {
  const other = await startSimulator([...SMALL, ...args]);
  try {
    await withWorkspace(other, { ...SETTINGS, ...env }, async (workspace) => {
      await workspace.succeed(BACKFILL);
      await workspace.assertTruth(other, TRUTH);
      check(await other.stats());
    });
  } finally {
    await other.close();
  }
}

const usedMoreThan = (points) => (stats) => assert.ok(stats.points > points, `${stats.points} points of ${points}`);

test('an hour\'s points that are used up are waited for', () =>
  withOtherSimulator(['--points-per-hour', `${fewPoints}`, '--rate-window-seconds', '2'], {}, usedMoreThan(fewPoints)));

test('a second token takes over when the first has used up its points', () =>
  withOtherSimulator(['--points-per-hour', `${fewPoints}`, '--token', 'first-token', '--token', 'second-token'],
    { GITHUB_TOKEN: 'first-token,second-token' }, usedMoreThan(fewPoints)));

test('a server without limits, as Enterprise Server may be', () => withOtherSimulator(['--no-rate-limit'], {}));
