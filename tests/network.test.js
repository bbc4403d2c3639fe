// The way to GitHub: proxies and private certificate authorities, as the environment sets them.

import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { makeAuthority } from './lib/authority.js';
import { openGate } from './lib/gate.js';
import { openProxy } from './lib/proxy.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const REPOSITORY = 'a.b_c-d';
const BACKFILL = ['backfill', '--days', '36500', '--repo', REPOSITORY];
// With an @ and a blank, which are written %40 and %20 in an address.
const PASSWORD = 'pr0xy@Secret word';
const WRITTEN_PASSWORD = encodeURIComponent(PASSWORD);

const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '2', '--pull-requests', '20', '--points-per-hour', '100000']);
const authority = await makeAuthority();
const secure = await openGate(simulator.url, () => {}, authority.tls);
const proxy = await openProxy();
const guarded = await openProxy({ user: 'user', password: PASSWORD });
after(async () => {
  await Promise.all([proxy, guarded, secure].map((each) => each.close()));
  await simulator.close();
  await authority.remove();
});

beforeEach(() => {
  for (const { seen } of [proxy, guarded]) seen.length = 0;
});

const SECURE = { SSL_CERT_FILE: authority.certificateFile };
const target = new URL(secure.url).host;

async function collects(github, env) {
  await withWorkspace(github, env, async (workspace) => {
    await workspace.succeed(BACKFILL);
    await workspace.assertTruth(simulator, { repo: REPOSITORY });
  });
}

/** Ends with `code` soon, and shows no password. */
async function fails(code, github, env, ...patterns) {
  await withWorkspace(github, env, async (workspace) => {
    const { stdout, stderr } = await workspace.expect(code, [...BACKFILL, '--log-level', 'debug']);
    for (const pattern of patterns) assert.match(stderr, pattern);
    for (const form of [PASSWORD, WRITTEN_PASSWORD, 'Secret']) assert.ok(!(stdout + stderr).includes(form), stderr);
  });
}

test('a certificate of a private authority is trusted when SSL_CERT_FILE names that', () => collects(secure, SECURE));

test('without it the program says so, and does not try again', async () => {
  const before = secure.serial;
  await fails(2, secure, {}, /certificate/, /SSL_CERT_FILE/);
  await fails(2, secure, { SSL_CERT_FILE: '/no/such/file' }, /\/no\/such\/file/, /SSL_CERT_FILE/);
  assert.equal(secure.serial, before, 'nothing was sent');
});

test('https goes through the tunnel of HTTPS_PROXY, in either case', async () => {
  for (const variable of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']) {
    proxy.seen.length = 0;
    await collects(secure, { ...SECURE, [variable]: `http://${proxy.host}` });
    assert.ok(proxy.seen.length > 0, variable);
    assert.ok(proxy.seen.every((line) => line === `CONNECT ${target}`), proxy.seen.join('\n'));
  }
});

test('http goes through http_proxy, which counts in lower case only', async () => {
  await collects(simulator, { http_proxy: `http://${proxy.host}` });
  assert.ok(proxy.seen.length > 0);
  assert.ok(proxy.seen.every((line) => line.startsWith(`POST ${simulator.url}/graphql`)), proxy.seen.join('\n'));
  proxy.seen.length = 0;
  await collects(simulator, { HTTP_PROXY: `http://${proxy.host}` });
  await collects(simulator, { HTTPS_PROXY: `http://${proxy.host}` });
  assert.deepEqual(proxy.seen, []);
});

test('NO_PROXY names hosts that are reached directly', async () => {
  for (const [variable, value] of [['NO_PROXY', '127.0.0.1'], ['no_proxy', 'example.com,127.0.0.1'], ['NO_PROXY', '*']]) {
    await collects(secure, { ...SECURE, HTTPS_PROXY: `http://${proxy.host}`, [variable]: value });
    assert.deepEqual(proxy.seen, [], `${variable}=${value}`);
  }
  await collects(secure, { ...SECURE, HTTPS_PROXY: `http://${proxy.host}`, NO_PROXY: 'example.com' });
  assert.ok(proxy.seen.length > 0);
});

test('a proxy may want a user name and a password', async () => {
  await collects(secure, { ...SECURE, HTTPS_PROXY: `http://user:${WRITTEN_PASSWORD}@${guarded.host}` });
  assert.ok(guarded.seen.length > 0);
  await collects(simulator, { http_proxy: `http://user:${WRITTEN_PASSWORD}@${guarded.host}` });
});

test('a proxy that refuses is named as the cause, and asked once', async () => {
  const wrong = `http://user:${WRITTEN_PASSWORD}x@${guarded.host}`;
  for (const address of [`http://${guarded.host}`, wrong]) {
    await fails(2, secure, { ...SECURE, HTTPS_PROXY: address }, /proxy/, /user name/, /HTTPS_PROXY/);
    await fails(2, simulator, { http_proxy: address }, /proxy/, /user name/, /http_proxy/);
  }
  assert.deepEqual(guarded.seen, []);
});

test('a proxy whose address makes no sense is named without its password', async () => {
  for (const address of [`ftp://user:${WRITTEN_PASSWORD}@127.0.0.1:1`, `http://user:${PASSWORD}@127.0.0.1:1`]) {
    await fails(2, secure, { ...SECURE, HTTPS_PROXY: address }, /proxy/, /HTTPS_PROXY/);
  }
});
