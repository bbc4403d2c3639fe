import assert from 'node:assert/strict';
import { test } from 'node:test';
import { client, SMALL, start } from './helpers.js';

const TEAMS = '{ repository(owner: "acme", name: "api") { pullRequests(first: 1) { nodes { reviewRequests(first: 1) { nodes { requestedReviewer { __typename ... on Team { combinedSlug } } } } } } } }';
const WITHOUT_TEAMS = TEAMS.replace('combinedSlug', '__typename');
const headersOf = async (url, token, path = '/rate_limit') => Object.fromEntries((await client(url, token).send(path)).headers);

test('every answer names the scopes of a token that has some', async (t) => {
  const { url, post } = await start(t, [...SMALL, '--token', 'sim-token', '--token', 'github_pat_x']);
  for (const path of ['/rate_limit', '/user', '/nothing']) {
    assert.equal((await headersOf(url, 'sim-token', path))['x-oauth-scopes'], 'repo, read:org', path);
  }
  assert.equal((await post('/graphql', { query: '{ viewer { login } }' })).headers.get('x-oauth-scopes'), 'repo, read:org');
  assert.ok(!('x-oauth-scopes' in await headersOf(url, 'github_pat_x')));
  assert.ok(!('x-oauth-scopes' in await headersOf(url, 'wrong')));
});

test('a token has the scopes and the end that it is given', async (t) => {
  const { url, control, query } = await start(t);
  await control({ tokens: [{ token: 'sim-token', scopes: ['repo'], expires_at: '2026-02-10T12:00:00Z' }] });
  const headers = await headersOf(url, 'sim-token');
  assert.equal(headers['x-oauth-scopes'], 'repo');
  assert.equal(headers['github-authentication-token-expiration'], '2026-02-10 12:00:00 UTC');
  const { data, errors } = await query(TEAMS);
  assert.equal(data, undefined);
  assert.equal(errors[0].type, 'INSUFFICIENT_SCOPES');
  assert.match(errors[0].message, /The 'combinedSlug' field requires one of the following scopes: \['read:org', 'read:discussion'\].*granted the: \['repo'\] scopes/);
  assert.equal((await query(WITHOUT_TEAMS)).errors, undefined);
  for (const scope of ['read:org', 'admin:org', 'write:discussion']) {
    await control({ tokens: [{ token: 'sim-token', scopes: ['repo', scope] }] });
    assert.equal((await query(TEAMS)).errors, undefined, scope);
  }
});

test('a description that makes no sense is refused', async (t) => {
  const { post } = await start(t);
  for (const tokens of [[{ scopes: [] }], [{ token: 'x', scopes: 'repo' }], [{ token: 'x', expires_at: 'soon' }]]) {
    assert.equal((await post('/_control', { tokens })).status, 400);
  }
});

test('an Enterprise Server tells its version', async (t) => {
  const { get } = await start(t);
  assert.match((await get('/api/v3/meta')).installed_version, /^3\.\d+\.\d+$/);
  assert.equal((await get('/meta')).installed_version, undefined);
});
