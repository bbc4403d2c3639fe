import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Faults } from '../server/faults.js';
import { SMALL, start } from './helpers.js';

const LIST = `query List { repository(owner: "acme", name: "same-second") {
  pullRequests(first: 10) { nodes { number } } } }`;

function actions(fault, operations) {
  const faults = new Faults();
  faults.set([fault]);
  return operations.map((operation) => faults.next(operation) !== undefined);
}

test('a fault fits by name, by number and by frequency, as often as it may', () => {
  const action = { status: 502 };
  const five = Array(5).fill('List');
  assert.deepEqual(actions({ action }, five), [true, false, false, false, false]);
  assert.deepEqual(actions({ action, times: 3 }, five), [true, true, true, false, false]);
  assert.deepEqual(actions({ match: { nth: 3 }, action }, five), [false, false, true, false, false]);
  assert.deepEqual(actions({ match: { nth: 2 }, times: 2, action }, five), [false, true, true, false, false]);
  assert.deepEqual(actions({ match: { every: 2 }, action }, five), [false, true, false, true, false]);
  assert.deepEqual(actions({ match: { every: 2 }, times: 1, action }, five), [false, true, false, false, false]);
  assert.deepEqual(actions({ match: { operation: 'Lis' }, action }, ['Other', 'List', 'List']), [false, true, false]);
});

test('a status with headers and body', async (t) => {
  const { control, post } = await start(t);
  await control({ faults: [{ match: { operation: 'List' },
    action: { status: 429, headers: { 'Retry-After': '7' }, body: '{"message":"slow down"}' } }] });
  const response = await post('/graphql', { query: LIST });
  assert.equal(response.status, 429);
  assert.equal(response.headers.get('retry-after'), '7');
  assert.deepEqual(await response.json(), { message: 'slow down' });
  assert.equal((await post('/graphql', { query: LIST })).status, 200);
});

test('GraphQL errors with null, partial and no data', async (t) => {
  const { control, query } = await start(t);
  const graphql_errors = [{ type: 'RESOURCE_LIMITS_EXCEEDED', message: 'too much' }];
  await control({ faults: [{ action: { graphql_errors, data: null } }, { action: { graphql_errors, data: 'partial' } },
    { action: { graphql_errors } }] });
  // The first fault that fits acts; the others wait for their turn.
  assert.deepEqual(await query(LIST), { data: null, errors: graphql_errors });
  const partial = await query(LIST);
  assert.deepEqual(partial.errors, graphql_errors);
  assert.deepEqual(partial.data.repository.pullRequests.nodes.map((node) => node !== null),
    [true, true, true, true, true, false, false, false, false, false]);
  assert.deepEqual(await query(LIST), { errors: graphql_errors });
  assert.equal((await query(LIST)).errors, undefined);
});

test('a connection closed before or in the middle of the answer', async (t) => {
  const { control, query, get } = await start(t);
  await control({ faults: [{ action: { drop: 'before' } }, { action: { drop: 'mid' } }] });
  await assert.rejects(query(LIST));
  await assert.rejects(query(LIST));
  assert.ok((await query(LIST)).data);
  assert.equal((await get('/_stats')).faults, 2);
});

test('delays add up, and a fault may only delay', async (t) => {
  const { control, query } = await start(t);
  await control({ latency_ms: 30, faults: [{ action: { delay_ms: 60 } }] });
  const began = performance.now();
  assert.ok((await query(LIST)).data);
  assert.ok(performance.now() - began >= 85);
});

test('statistics count requests, points, nodes and operations; a reset forgets them', async (t) => {
  const { control, query, get } = await start(t, SMALL);
  await Promise.all([query(LIST), query(LIST), get('/user')]);
  const stats = await get('/_stats');
  assert.deepEqual([stats.requests, stats.graphqlRequests, stats.restRequests, stats.points, stats.nodes], [3, 2, 1, 2, 20]);
  assert.deepEqual(stats.operations, { List: 2, 'REST GET /user': 1 });
  assert.ok(stats.bytes > 0 && stats.maxConcurrent >= 1);
  await control({ reset: true });
  assert.equal((await get('/_stats')).requests, 0);
});

test('a control request with an unknown word is refused', async (t) => {
  const { post } = await start(t);
  assert.equal((await post('/_control', { latency: 5 })).status, 400);
  assert.equal((await post('/_control', { mutate_now: { repo: 'nothing', number: 1, kind: 'touch' } })).status, 400);
});
