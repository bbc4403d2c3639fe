import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SMALL, start } from './helpers.js';

const LIST = `query ($first: Int!) { repository(owner: "acme", name: "same-second") {
  pullRequests(first: $first) { nodes { id number updatedAt } } } }`;
const REPO = 'same-second';

test('nodes take their time, and a query that takes too long is given up', async (t) => {
  const { post } = await start(t, [...SMALL, '--latency-ms', '20', '--latency-per-node-us', '1000', '--timeout-ms', '100']);
  const timed = async (first) => {
    const began = performance.now();
    const { status } = await post('/graphql', { query: LIST, variables: { first } });
    return { status, took: performance.now() - began };
  };
  const [one, many, tooMany] = [await timed(1), await timed(60), await timed(100)];
  assert.deepEqual([one.status, many.status, tooMany.status], [200, 200, 502]);
  assert.ok(many.took >= 78 && tooMany.took >= 98, `${many.took} ${tooMany.took}`);
});

test('a query that returns too many nodes exceeds resource limits', async (t) => {
  const { query } = await start(t, [...SMALL, '--node-budget', '10']);
  assert.equal((await query(LIST, { first: 10 })).errors, undefined);
  const { data, errors } = await query(LIST, { first: 11 });
  assert.equal(errors[0].type, 'RESOURCE_LIMITS_EXCEEDED');
  assert.equal(data.repository.pullRequests.nodes.filter(Boolean).length, 5);
});

const DETAILS = `query ($ids: [ID!]!, $sizes: Boolean!) { nodes(ids: $ids) { ... on PullRequest { title commits(first: 5) { ...Page } } } }
  fragment Page on PullRequestCommitConnection { nodes { commit { oid additions @include(if: $sizes) deletions @include(if: $sizes) } } }`;

async function poisoned(t, poison) {
  const simulator = await start(t);
  const { data } = await simulator.query(LIST, { first: 100 });
  const ids = new Map(data.repository.pullRequests.nodes.map(({ number, id }) => [number, id]));
  assert.deepEqual(await simulator.control({ poison: [{ repo: REPO, ...poison }] }), { ok: true });
  const status = async (query, variables) => (await simulator.post('/graphql', { query, variables })).status;
  const details = (numbers, sizes) => status(DETAILS, { ids: numbers.map((number) => ids.get(number)), sizes });
  return { ...simulator, ids, status, details };
}

test("a poisoned field of one pull request's commits ends every query that asks for it", async (t) => {
  const { details, status, ids, control } = await poisoned(t, { number: 7, fields: ['additions'] });
  assert.equal(await status(LIST, { first: 100 }), 200);
  assert.equal(await details([5, 6, 7, 8], true), 502);
  assert.equal(await details([7], true), 502);
  assert.equal(await details([5, 6, 8], true), 200);
  assert.equal(await details([5, 6, 7, 8], false), 200);
  // The pull request's own sizes are not its commits'.
  assert.equal(await status('query ($id: ID!) { node(id: $id) { ... on PullRequest { additions } } }', { id: ids.get(7) }), 200);
  await control({ poison: [] });
  assert.equal(await details([7], true), 200);
});

test('a wholly poisoned pull request can only be listed', async (t) => {
  const { details, status, ids, query, control, post } = await poisoned(t, { number: 7 });
  assert.equal(await status(LIST, { first: 100 }), 200);
  assert.equal(await details([7], false), 502);
  assert.equal(await details([6], false), 200);
  await control({ poison: [] });
  const firstCommit = 'query ($id: ID!) { node(id: $id) { ... on PullRequest { commits(first: 1) { nodes { commit { id } } } } } }';
  const { data } = await query(firstCommit, { id: ids.get(7) });
  const { id } = data.node.commits.nodes[0].commit;
  const ask = (field) => status(`query ($id: ID!) { node(id: $id) { ... on Commit { ${field} } } }`, { id });
  await control({ poison: [{ repo: REPO, number: 7 }] });
  assert.deepEqual([await ask('oid'), await ask('additions')], [502, 502]);
  await control({ poison: [{ repo: REPO, number: 7, fields: ['additions'] }] });
  assert.deepEqual([await ask('oid'), await ask('additions')], [200, 502]);
  assert.equal((await post('/_control', { poison: [{ repo: REPO, number: 9999 }] })).status, 400);
});
