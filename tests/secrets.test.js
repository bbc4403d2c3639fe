// No token, key or password is ever printed, logged, stored, or shown to those who watch, whatever happens.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeApp } from './lib/app.js';
import { openGate } from './lib/gate.js';
import { describeRun } from './lib/program.js';
import { openProxy } from './lib/proxy.js';
import { findSecrets, forms, keyPieces } from './lib/secrets.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const TOKEN = 'ghp_distinctiveToken0123456789abcdef';
const OTHER_TOKEN = 'github_pat_another0Distinctive9Token';
const PROXY_PASSWORD = 'distinctive-proxy-password';
const WEBHOOK_SECRET = 'distinctive-part-of-a-webhook';
const BACKFILL = ['backfill', '--days', '36500', '--repo', 'a.b_c-d', '--repo', 'Mixed.Case'];
const DEBUG = ['--log-level', 'debug'];
/** What it finds here is no matter; the simulated present alone is something to be told. */
const DOCTOR = [[['doctor', ...DEBUG]], [['doctor', '--json']]];

const app = await makeApp();
const simulator = await startSimulator(['--now', NOW, '--repositories', '2', '--pull-requests', '20', ...app.option,
  '--token', TOKEN, '--token', OTHER_TOKEN, '--points-per-hour', '100000']);
const proxy = await openProxy({ user: 'user', password: PROXY_PASSWORD });
const gate = await openGate(simulator.url);

// What those who watch get to see: messages of failure, and what is served during runs.
const seen = { notices: [], pages: [] };
const hook = createServer(async (request, response) => {
  for await (const part of request) seen.notices.push(part.toString());
  response.end();
});
await new Promise((resolve) => { hook.listen(0, '127.0.0.1', resolve); });
const WATCHED = { FAILURE_WEBHOOK: `http://127.0.0.1:${hook.address().port}/${WEBHOOK_SECRET}?key=${WEBHOOK_SECRET}`, METRICS_ADDRESS: '127.0.0.1:0' };
let running;

/** Looks at all that the program serves, once it has said where. */
async function look() {
  const address = /serving metrics.*?(127\.0\.0\.1:\d+)/.exec(running?.stderrSoFar() ?? '')?.[1];
  if (!address) return;
  for (const page of ['metrics', 'readyz', 'healthz']) {
    const response = await fetch(`http://${address}/${page}`).catch(() => undefined);  // it may have ended
    if (response) seen.pages.push(await response.text().catch(() => ''));
  }
}

after(async () => {
  hook.closeAllConnections();
  await new Promise((resolve) => { hook.close(resolve); });
  await Promise.all([gate.close(), proxy.close()]);
  await simulator.close();
  await app.remove();
});

const throughProxy = { http_proxy: `http://user:${PROXY_PASSWORD}@${proxy.host}` };
/** Ways to sign in, by name. */
const WAYS = {
  'a token': { GITHUB_TOKEN: TOKEN, ...throughProxy },
  'two tokens': { GITHUB_TOKEN: `${TOKEN},${OTHER_TOKEN}`, ...throughProxy },
  'an App': { ...app.env, GITHUB_APP_PRIVATE_KEY_FILE: undefined, GITHUB_APP_PRIVATE_KEY: app.oneLine, ...throughProxy },
};

/** Every token and JWT that came by, besides what is secret from the start. */
const sent = new Set();
const needles = () => ({
  token: [...forms(TOKEN), ...forms(OTHER_TOKEN)],
  'private key': [...keyPieces(app.pkcs8), ...keyPieces(app.pkcs1)],
  'proxy password': [...forms(PROXY_PASSWORD), Buffer.from(`user:${PROXY_PASSWORD}`).toString('base64')],
  webhook: forms(WEBHOOK_SECRET),
  'sent token': [...sent].flatMap(forms),
});

function watch(decide = () => undefined) {
  gate.decide = async (request) => {
    await look();
    if (request.authorization) sent.add(request.authorization.replace(/^bearer /i, ''));
    return decide(request);
  };
}

/** Runs each of the command lines [args, env] here, and finds no secret in anything. Gives the exit codes. */
async function runsSilently(workspace, commandLines, exceptFiles = []) {
  const codes = [];
  for (const [args, env] of commandLines) {
    running = workspace.start(args, { env: { ...WATCHED, ...env } });
    const result = await running.result;
    const { stdout, stderr, code, signal } = result;
    const found = await findSecrets(needles(), { stdout, stderr, pages: seen.pages.join(), notices: seen.notices.join() }, workspace.directory, exceptFiles);
    assert.deepEqual(found, [], describeRun(args, { ...result, stdout: '', stderr: '' }));
    codes.push(code ?? signal);
  }
  return codes;
}

const levels = ['debug', 'info', 'warning', 'error'];
const formats = ['text', 'json'];
const everyLog = levels.flatMap((level) => formats.map((format) => ['--log-level', level, '--log-format', format]));

for (const [way, env] of Object.entries(WAYS)) {
  test(`${way}: in success, at every log level`, () => withWorkspace(gate, env, async (workspace) => {
    await simulator.control({ reset: true });
    watch();
    const codes = await runsSilently(workspace, [['init'], ...everyLog.map((flags) => [...BACKFILL, ...flags]), ['gcs-summary', ...DEBUG],
      ['gcs-summary', '--json'], ['load-gcs', '--reload', ...DEBUG], ['scheduled', '--once', ...DEBUG], ['resume'], ['--help'], ['backfill', '--help'], ['--version'],
      ['wipe-gcs', '--repo', 'Mixed.Case', '--confirm', ...DEBUG]].map((args) => [args]));
    assert.ok(codes.every((code) => code === 0), codes.join());
    await runsSilently(workspace, DOCTOR);
    assert.deepEqual(await findSecrets(needles(), { rows: JSON.stringify(await workspace.tables()) }, workspace.storeDirectory), []);
    assert.ok(sent.size > 0, 'something was watched for');
  }));

  const limit = { message: 'You have exceeded a secondary rate limit.' };
  /** Answers that a request repeats itself in: the worst that servers and proxies do. */
  const echo = (status, headers = {}) => ({ authorization, text }) =>
    ({ status, headers, json: { message: `you sent ${authorization} ${text.slice(0, 20)}` } });
  const TROUBLES = {
    'refused with 401': { decide: echo(401) },
    'refused with 403': { decide: echo(403) },
    'refused with 404': { decide: echo(404) },
    'a 503 that asks for patience': { decide: echo(503, { 'retry-after': '86400' }) },
    'an answer that is none': { decide: ({ authorization, path }) => (path === '/graphql'
      ? { json: { data: null, errors: [{ type: 'FORBIDDEN', message: 'nothing to see' }] } } : { status: 401, json: authorization }) },
    'passing failures': { codes: [0], faults: [{ times: 2, action: { status: 502 } }, { action: { drop: 'before' } }, { action: { drop: 'mid' } },
      { match: { nth: 6 }, action: { status: 429, headers: { 'retry-after': '1' }, body: JSON.stringify(limit) } }] },
    'revoked in the middle': { decide: ({ serial }) => (serial > revokedFrom ? { status: 401, json: { message: 'Bad credentials' } } : undefined) },
  };
  let revokedFrom;
  for (const [trouble, { decide, faults = [], codes = [1] }] of Object.entries(TROUBLES)) {
    test(`${way}: ${trouble}`, () => withWorkspace(gate, env, async (workspace) => {
      await simulator.control({ reset: true, faults });
      revokedFrom = gate.serial + 2;
      watch(decide);
      assert.deepEqual(await runsSilently(workspace, [[[...BACKFILL, ...DEBUG]]]), codes);
      await runsSilently(workspace, DOCTOR);
    }));
  }

  test(`${way}: killed in the middle, and resumed`, () => withWorkspace(gate, env, async (workspace) => {
    await simulator.control({ reset: true });
    watch();
    const [end] = await runsSilently(workspace, [[[...BACKFILL, ...DEBUG], { GITHUB_STATS_CRASH_AT: 'collect.checkpoint.after:1' }]]);
    assert.notEqual(end, 0);
    const [{ collection_id: id }] = (await workspace.store()).checkpoints;
    assert.deepEqual(await runsSilently(workspace, [[['resume', '--collection-id', id, ...DEBUG]]]), [0]);
  }));
}

test('what is wrong with settings is said without showing secrets', () => withWorkspace(gate, {}, async (workspace) => {
  watch();
  const envFile = join(workspace.directory, 'wrong.env');
  const cases = [
    { GITHUB_TOKEN: `${TOKEN} ${OTHER_TOKEN}` },
    { GITHUB_TOKEN: `${TOKEN},,` },
    { GITHUB_TOKEN: TOKEN, GITHUB_TOKEN_FILE: 'somewhere' },
    { GITHUB_TOKEN: TOKEN, GITHUB_API_URL: `https://user:${PROXY_PASSWORD}@127.0.0.1/` },
    { GITHUB_TOKEN: TOKEN, GITHUB_API_URL: `https://127.0.0.1/?token=${OTHER_TOKEN}` },
    { ...app.env, GITHUB_APP_PRIVATE_KEY: app.pkcs8 },
    { ...app.env, GITHUB_APP_PRIVATE_KEY_FILE: undefined, GITHUB_APP_PRIVATE_KEY: app.pkcs8.slice(0, -200) },
    { ...app.env, GITHUB_APP_PRIVATE_KEY_FILE: undefined, GITHUB_APP_PRIVATE_KEY: app.pkcs8.replace(/^.{64}\n/m, '') },
    { GITHUB_TOKEN: TOKEN, http_proxy: `ftp://user:${PROXY_PASSWORD}@${proxy.host}` },
    { GITHUB_TOKEN: TOKEN, http_proxy: `http://user:${PROXY_PASSWORD}@${proxy.host}:1` },
    { GITHUB_TOKEN: TOKEN, http_proxy: `http://nobody:${PROXY_PASSWORD}@${proxy.host}` },
  ];
  const codes = await runsSilently(workspace, cases.map((env) => [[...BACKFILL, ...DEBUG], env]));
  assert.ok(codes.every((code) => code === 2), codes.join());
  for (const line of [`GITHUB_TOKN=${TOKEN}`, `GITHUB_TOKEN ${TOKEN}`, `GITHUB_TOKEN='${TOKEN}`, `GITHUB_TOKEN="${TOKEN}" x`, TOKEN]) {
    await writeFile(envFile, `${line}\n`);
    assert.deepEqual(await runsSilently(workspace, [[[...BACKFILL, '--env-file', 'wrong.env'], { GITHUB_TOKEN: undefined }]], [envFile]),
      [2], line);
  }
}));

test('those who watch had something to see', () => {
  assert.ok(seen.pages.filter((page) => page.includes('github_stats_github_points_total')).length > 10);
  assert.ok(seen.notices.some((notice) => /"code":"unauthenticated"/.test(notice)));
});
