import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseOptions } from '../options.js';
import { client, NOW, SMALL, start } from './helpers.js';

const APP = 12;
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const directory = mkdtempSync(join(tmpdir(), 'simulator-apps-'));
after(() => rmSync(directory, { recursive: true }));
const keyFile = join(directory, 'public.pem');
writeFileSync(keyFile, keys.publicKey.export({ type: 'spki', format: 'pem' }));
const WITH_APP = [...SMALL, '--app', `${APP}:${keyFile}`];

/** The simulators of this file begin with NOW. */
const simulatedNow = () => Date.parse(NOW) + performance.now();

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function jwt(claims = {}, { key = keys.privateKey, alg = 'RS256' } = {}) {
  const now = Math.floor(simulatedNow() / 1000);
  const text = `${encode({ alg, typ: 'JWT' })}.${encode({ iat: now - 60, exp: now + 540, iss: String(APP), ...claims })}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
}

/** An App's own requests. */
const asApp = (url, token = jwt()) => client(url, token);

async function installationOf(url, path = '/orgs/acme/installation') {
  return (await asApp(url).get(path)).id;
}

async function newToken(url, id) {
  const response = await asApp(url).post(`/app/installations/${id}/access_tokens`);
  assert.equal(response.status, 201);
  return response.json();
}

test('an App finds its installation and is given a token that works', async (t) => {
  const { url } = await start(t, WITH_APP);
  const id = await installationOf(url);
  const { token, expires_at: expiresAt } = await newToken(url, id);
  assert.match(token, /^ghs_\w{36}$/);
  assert.ok(Math.abs(Date.parse(expiresAt) - simulatedNow() - 3_600_000) < 5000);
  assert.equal((await client(url, token).query('{ organization(login: "acme") { login } }')).data.organization.login, 'acme');
  const enterprise = await asApp(url).post(`/api/v3/app/installations/${id}/access_tokens`);
  assert.equal(enterprise.status, 201);
});

test('installations are those of organisations and of users who own repositories', async (t) => {
  const { url } = await start(t, WITH_APP);
  const status = async (path) => (await asApp(url).send(path)).status;
  assert.equal(await status('/orgs/ACME/installation'), 200);
  assert.equal(await status('/users/solo-user/installation'), 200);
  assert.equal(await status('/orgs/solo-user/installation'), 404);
  assert.equal(await status('/users/acme/installation'), 404);
  assert.equal(await status('/orgs/empty-org/installation'), 404);
  assert.equal(await status('/orgs/nobody/installation'), 404);
  assert.equal((await asApp(url).post('/app/installations/999999/access_tokens')).status, 404);
});

test('a JWT that is not right is refused with GitHub\'s words', async (t) => {
  const { url } = await start(t, WITH_APP);
  const now = Math.floor(simulatedNow() / 1000);
  const cases = [
    ['sim-token', 401, /could not be decoded/],
    [jwt({}, { key: otherKeys.privateKey }), 401, /could not be decoded/],
    [jwt({}, { alg: 'none' }), 401, /could not be decoded/],
    [jwt({ iss: '13' }), 404, /Integration not found/],
    [jwt({ exp: now + 700 }), 401, /\('exp'\) is too far in the future/],
    [jwt({ exp: now - 3600 }), 401, /\('exp'\) must be a numeric value/],
    [jwt({ iat: now + 60 }), 401, /\('iat'\) must be an Integer/],
  ];
  for (const [token, status, message] of cases) {
    const response = await asApp(url, token).send('/orgs/acme/installation');
    assert.equal(response.status, status);
    assert.match((await response.json()).message, message);
  }
});

test('a token expires, and is then as bad as any other', async (t) => {
  const { url } = await start(t, [...WITH_APP, '--app-token-seconds', '1']);
  const { token } = await newToken(url, await installationOf(url));
  await new Promise((resolve) => setTimeout(resolve, 1050));
  const response = await client(url, token).send('/user');
  assert.equal(response.status, 401);
  assert.equal((await response.json()).message, 'Bad credentials');
});

test('all tokens of an installation draw on one budget', async (t) => {
  const { url } = await start(t, [...WITH_APP, '--points-per-hour', '10']);
  const query = '{ rateLimit { remaining } }';
  const remaining = async (token) => (await client(url, token).query(query)).data.rateLimit.remaining;
  const organisation = await installationOf(url);
  const [first, second] = [await newToken(url, organisation), await newToken(url, organisation)];
  assert.equal(await remaining(first.token), 9);
  assert.equal(await remaining(second.token), 8);
  const user = await newToken(url, await installationOf(url, '/users/solo-user/installation'));
  assert.equal(await remaining(user.token), 9);
  assert.equal(await remaining('sim-token'), 9);
});

test('requests of Apps are counted, can fail, and a reset forgets tokens', async (t) => {
  const { url, control, get } = await start(t, WITH_APP);
  const id = await installationOf(url);
  await control({ faults: [{ match: { operation: 'access_tokens' }, action: { status: 502 } }] });
  assert.equal((await asApp(url).post(`/app/installations/${id}/access_tokens`)).status, 502);
  const { token } = await newToken(url, id);
  assert.equal((await get('/_stats')).operations[`REST POST /app/installations/${id}/access_tokens`], 2);
  await control({ reset: true });
  assert.equal((await client(url, token).send('/user')).status, 401);
});

test('options of Apps are checked', () => {
  for (const app of ['12', 'x:file', `12:${directory}/missing`, `12:${new URL(import.meta.url).pathname}`]) {
    assert.throws(() => parseOptions(['--app', app]), /--app/);
  }
  assert.throws(() => parseOptions(['--app-token-seconds', '0']), /--app-token-seconds/);
});

test('an App learns of itself and of its installation', async (t) => {
  const { url } = await start(t, WITH_APP);
  const { control } = client(url);
  const id = await installationOf(url);
  assert.deepEqual((await asApp(url).get('/app')).permissions, { contents: 'read', issues: 'read', metadata: 'read', pull_requests: 'read' });
  const installation = await asApp(url).get(`/app/installations/${id}`);
  assert.deepEqual([installation.account.login, installation.suspended_at], ['acme', null]);
  assert.equal((await asApp(url).send('/app/installations/999')).status, 404);
  assert.equal((await client(url).send('/app')).status, 401);
  await control({ app: { permissions: { metadata: 'read' }, suspended_at: '2026-01-01T00:00:00Z' } });
  const changed = await asApp(url).get(`/app/installations/${id}`);
  assert.deepEqual([changed.permissions, changed.suspended_at], [{ metadata: 'read' }, '2026-01-01T00:00:00Z']);
  const refused = await asApp(url).post(`/app/installations/${id}/access_tokens`);
  assert.deepEqual([refused.status, (await refused.json()).message], [403, 'This installation has been suspended']);
});
