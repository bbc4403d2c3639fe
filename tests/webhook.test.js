// FAILURE_WEBHOOK: somebody is told of a failed run once, and of the one that is done again.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openGate } from './lib/gate.js';
import { Watcher, eventsOf, logged, until } from './lib/observe.js';
import { startSimulator } from './lib/simulator.js';
import { TOKEN, withWorkspace } from './lib/workspace.js';

const SECRET = 'distinctive-part-of-a-webhook';
const BACKFILL = ['backfill', '--days', '36500', '--repo', 'Mixed.Case', '--repo', 'a.b_c-d'];
const OFTEN = ['scheduled', '--interval', '0.02', '--log-format', 'json', '--metrics-address', '127.0.0.1:0'];
const IN_HASTE = { DEFAULT_LOOKBACK_DAYS: '36500', GITHUB_STATS_CLOCK_RATE: '100' };

const simulator = await startSimulator(['--repositories', '2', '--pull-requests', '20', '--points-per-hour', '1000000']);
const gate = await openGate(simulator.url);
const hook = { answer: 200, got: [] };
const hookServer = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  hook.got.push({ method: request.method, url: request.url, headers: request.headers, body: JSON.parse(Buffer.concat(parts)) });
  response.writeHead(hook.answer, { 'content-type': 'text/plain' });
  response.end('ok');
});
await new Promise((resolve) => { hookServer.listen(0, '127.0.0.1', resolve); });
const HOOK = `http://127.0.0.1:${hookServer.address().port}/services/${SECRET}?key=${SECRET}`;
after(async () => {
  hookServer.closeAllConnections();
  hookServer.close();
  await gate.close();
  await simulator.close();
});

async function story(env, tell) {
  await simulator.control({ reset: true });
  Object.assign(hook, { answer: 200, got: [] });
  gate.decide = () => {};
  await withWorkspace(gate, { FAILURE_WEBHOOK: HOOK, ...env }, async (workspace) => {
    await workspace.expect(0, ['init']);
    await tell(workspace);
  });
  gate.decide = () => {};
}

const refuse = (status, message) => () => ({ status, json: { message } });
const ends = (events) => events.filter(({ event }) => event === 'run ended');
const assertSilent = (...texts) => texts.forEach((text) => assert.ok(!text.includes(SECRET), text));

/** Waits for the ends of `count` runs that begin after this moment. */
async function moreRuns(service, count) {
  const begun = eventsOf(service.stderrSoFar()).filter(({ event }) => event === 'run started').length;
  await logged(service, (events) => ends(events).length >= begun + count);
}

test('a failed run is told of, with what failed and where', () => story({}, async (workspace) => {
  await workspace.expect(0, BACKFILL);
  assert.deepEqual(hook.got, [], 'nothing failed');
  let requests = 0;
  gate.decide = () => ((requests += 1) > 2 ? refuse(401, '<!channel> `now` & never')() : undefined);
  const { stdout, stderr } = await workspace.expect(1, BACKFILL);
  assertSilent(stdout, stderr);
  assert.equal(hook.got.length, 1);
  const [{ method, url, headers, body }] = hook.got;
  assert.deepEqual([method, url, headers['content-type']], ['POST', new URL(HOOK).pathname + new URL(HOOK).search, 'application/json']);
  assert.match(body.text, /^github-stats: backfill of acme failed \(exit code 1\): `[^`\n<>]+`$/);
  const { text, failure, started_at: started, ended_at: ended, collection_id: id, ...rest } = body;
  assert.deepEqual(rest, { version: 1, event: 'failed', command: 'backfill', org: 'acme', exit_code: 1, failed_repositories: 0 });
  assert.equal(failure.code, 'unauthenticated');
  assert.match(failure.reason, /401/);
  assert.ok((await workspace.store()).checkpoints.some(({ collection_id: known }) => known === id));
  assert.ok(Date.parse(started) < Date.parse(ended) && Date.parse(ended) <= Date.now());
  assertSilent(JSON.stringify(body));
  assert.ok(!JSON.stringify(body).includes(TOKEN));
}));

test('a run that could not begin is told of, too', () => story({ GITHUB_TOKEN: '' }, async (workspace) => {
  await workspace.expect(2, BACKFILL);
  const [{ body }] = hook.got;
  assert.deepEqual([body.exit_code, body.collection_id, body.failure.code], [2, null, 'invalid_argument']);
}));

test('a service tells of the first failure, of another kind, and of recovery, and of no retry', () =>
  story(IN_HASTE, async (workspace) => {
    const service = workspace.start(OFTEN);
    const watcher = await Watcher.of(service);
    await logged(service, (events) => ends(events).length >= 1);
    gate.decide = refuse(401, 'Bad credentials');
    await moreRuns(service, 3);
    assert.deepEqual(hook.got.map(({ body }) => [body.event, body.failure?.code]), [['failed', 'unauthenticated']]);
    gate.decide = refuse(403, 'Resource protected by organization SAML enforcement');
    await until(() => hook.got.length > 1, () => service.stderrSoFar().slice(-4000));
    await moreRuns(service, 2);
    gate.decide = () => {};
    await until(() => hook.got.length > 2, () => service.stderrSoFar().slice(-4000));
    await moreRuns(service, 2);
    const told = hook.got.map(({ body }) => [body.event, body.failure?.code, body.exit_code]);
    assert.deepEqual(told.map(([event]) => event), ['failed', 'failed', 'recovered'], JSON.stringify(told));
    assert.notEqual(told[1][1], 'unauthenticated');
    assert.equal(hook.got[2].body.text, 'github-stats: scheduled of acme is done again');
    assert.equal((await watcher.samples())['failure_notices_total{org="acme",result="delivered"}'], 3);
    assertSilent(await watcher.scrape());
    service.kill('SIGTERM');
    const { code, stderr, stdout } = await service.result;
    assert.equal(code, 0);
    assertSilent(stderr, stdout);
  }));

test('a webhook that fails changes nothing but for a warning, and is told as soon as it can be', () =>
  story(IN_HASTE, async (workspace) => {
    hook.answer = 404;
    const warnings = (events) => events.filter(({ event }) => event === 'the failure webhook could not be told');
    const service = workspace.start(OFTEN);
    const watcher = await Watcher.of(service);
    await logged(service, (events) => ends(events).length >= 1);
    gate.decide = refuse(401, 'Bad credentials');
    await logged(service, (events) => warnings(events).length >= 1);
    const [warning] = warnings(eventsOf(service.stderrSoFar()));
    assert.deepEqual([warning.level, warning.code, warning.reason], ['warning', 'not_found', 'it answered with HTTP status 404']);
    assert.ok((await watcher.samples())['failure_notices_total{org="acme",result="failed"}'] >= 1);
    const before = hook.got.length;
    hook.answer = 200;
    await until(() => hook.got.length > before);
    await moreRuns(service, 2);
    assert.equal(hook.got.filter(({ body }) => body.event === 'failed').length, before + 1);
    service.kill('SIGTERM');
    const { code, stderr } = await service.result;
    assert.equal(code, 0);
    assertSilent(stderr);
  }));

test('an exit code is the same without anybody at the webhook', () => story({ FAILURE_WEBHOOK: 'http://127.0.0.1:9/x' }, async (workspace) => {
  gate.decide = refuse(401, 'Bad credentials');
  const { stderr } = await workspace.expect(1, [...BACKFILL, '--log-format', 'json']);
  assert.deepEqual(eventsOf(stderr).map(({ event, reason }) => [event, reason]).at(-1),
    ['the failure webhook could not be told', 'there is no answer from it']);
  gate.decide = () => {};
  await workspace.expect(0, BACKFILL);
}));

test('nobody is told that somebody has stopped a run', () => story({ DEFAULT_LOOKBACK_DAYS: '36500' }, async (workspace) => {
  for (const [args, signal, expected] of [[BACKFILL, 'SIGINT', 130], [BACKFILL, 'SIGTERM', 130], [['scheduled'], 'SIGTERM', 0]]) {
    const from = gate.serial + 4;
    const program = workspace.start(args);
    await new Promise((resolve) => {
      gate.decide = ({ serial }) => {
        if (serial >= from) resolve();
        return serial >= from ? 'hold' : undefined;
      };
    });
    program.kill(signal);
    assert.equal((await program.result).code, expected);
    gate.decide = () => {};
  }
  assert.deepEqual(hook.got, []);
}));

test('an address that is no webhook is refused without being shown', () => story({}, async (workspace) => {
  for (const wrong of [SECRET, `http://example.com/${SECRET}`, `https://user:${SECRET}@127.0.0.1/`, `https://127.0.0.1/${SECRET} x`]) {
    const { stderr } = await workspace.expect(2, BACKFILL, { env: { FAILURE_WEBHOOK: wrong } });
    assert.match(stderr, /FAILURE_WEBHOOK is \(hidden\)/);
    assertSilent(stderr);
  }
  await writeFile(join(workspace.directory, 'webhook'), `${HOOK}\n`);
  const env = { FAILURE_WEBHOOK: undefined, FAILURE_WEBHOOK_FILE: 'webhook' };
  gate.decide = refuse(401, 'Bad credentials');
  await workspace.expect(1, BACKFILL, { env });
  assert.equal(hook.got.length, 1);
}));
