import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from './helpers.js';

const SAML = 'Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.';
const LIST = '{ organization(login: "acme") { repositories(first: 100, orderBy: {field: NAME, direction: ASC}) { totalCount nodes { id name } } } }';

async function api(t) {
  const simulator = await start(t);
  const { nodes } = (await simulator.query(LIST)).data.organization.repositories;
  const index = nodes.findIndex(({ name }) => name === 'api');
  const [pull] = (await simulator.truth('table=pull_requests&repo=api'));
  return { ...simulator, index, id: nodes[index].id, pullId: pull.id };
}

test('a forbidden repository is null wherever it is asked for', async (t) => {
  const { query, control, index, id, pullId, send, get } = await api(t);
  const truth = await get('/_truth');
  await control({ access: [{ repo: 'api', type: 'FORBIDDEN', message: SAML }] });
  const { data, errors } = await query(LIST);
  assert.equal(data.organization.repositories.nodes[index], null);
  assert.equal(data.organization.repositories.nodes.filter((node) => node === null).length, 1);
  const [{ locations, ...error }] = errors;
  assert.ok(locations);
  assert.deepEqual(error, { type: 'FORBIDDEN', path: ['organization', 'repositories', 'nodes', index],
    extensions: { saml_failure: true }, message: SAML });
  const byId = await query(`{ node(id: "${id}") { id } nodes(ids: ["R_100001", "${id}", "${pullId}"]) { id }
    repository(owner: "acme", name: "api") { id } organization(login: "acme") { repository(name: "api") { id } } }`);
  assert.deepEqual(byId.data, { node: null, nodes: [{ id: 'R_100001' }, null, null], repository: null, organization: { repository: null } });
  assert.deepEqual(byId.errors.map(({ type, path }) => [type, path.join('.')]).sort(), [['FORBIDDEN', 'node'], ['FORBIDDEN', 'nodes.1'],
    ['FORBIDDEN', 'nodes.2'], ['FORBIDDEN', 'repository'], ['FORBIDDEN', 'organization.repository']].sort());
  assert.equal((await send('/repos/acme/api')).status, 403);
  assert.deepEqual(await get('/_truth'), truth);
  await control({ access: [] });
  assert.equal((await query(LIST)).errors, undefined);
});

test('repositories that are not found or blocked say so', async (t) => {
  const { query, control, id, send } = await api(t);
  const seen = async () => {
    const [{ type, message, extensions }] = (await query(`{ node(id: "${id}") { id } }`)).errors;
    return [type, message, extensions];
  };
  await control({ access: [{ repo: 'api', type: 'NOT_FOUND' }] });
  assert.deepEqual(await seen(), ['NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`, undefined]);
  assert.equal((await send('/repos/acme/api/pulls/comments')).status, 404);
  await control({ access: [{ repo: 'api', type: 'BLOCKED' }] });
  assert.deepEqual(await seen(), ['FORBIDDEN', 'Repository access blocked', undefined]);
});

test('access can end in the middle', async (t) => {
  const { query, control, id, get, post } = await api(t);
  const answered = (await get('/_stats')).graphqlAnswered;
  await control({ access: [{ repo: 'api', type: 'FORBIDDEN', after_requests: answered + 2 }] });
  const errors = [];
  for (let i = 0; i < 4; i += 1) errors.push((await query(`{ node(id: "${id}") { id } }`)).errors?.length ?? 0);
  assert.deepEqual(errors, [0, 0, 1, 1]);
  for (const rule of [{ repo: 'nothing', type: 'FORBIDDEN' }, { repo: 'api', type: 'SECRET' }]) {
    assert.equal((await post('/_control', { access: [rule] })).status, 400);
  }
});
