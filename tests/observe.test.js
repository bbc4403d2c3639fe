// --metrics-address: what a run tells those who watch it, while it goes on and after.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openGate } from './lib/gate.js';
import { describeRun } from './lib/program.js';
import { Watcher, eventsOf, logged, promtool, until } from './lib/observe.js';
import { startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const TABLES = ['pull_requests', 'commits', 'reviews', 'review_comments', 'issue_comments'];
const JSON_LOG = ['--log-format', 'json'];
const SERVE = ['--metrics-address', '127.0.0.1:0', ...JSON_LOG];
// Seventy-two seconds from run to run, of which twenty-five pass in one: the ten minutes after which silence is taken
// for death are still longer than a busy machine holds a program up.
const OFTEN = ['scheduled', '--interval', '0.02', ...SERVE];
const IN_HASTE = { GITHUB_STATS_CLOCK_RATE: '25' };
const LONGEST_STOP_MS = 10_000;

const simulator = await startSimulator(['--repositories', '3', '--pull-requests', '40', '--points-per-hour', '1000000']);
const gate = await openGate(simulator.url);
after(async () => {
  await gate.close();
  await simulator.close();
});

/** A story in a workspace in which `init` has been run, behind a gate that lets everything through. */
async function story(env, tell) {
  await simulator.control({ reset: true });
  gate.decide = () => {};
  await withWorkspace(gate, { DEFAULT_LOOKBACK_DAYS: '36500', GCS_CHUNK_SIZE: '10', ...env }, async (workspace) => {
    await workspace.expect(0, ['init']);
    await tell(workspace);
  });
  gate.decide = () => {};
}

/** Lets through only so many requests as are allowed; those that wait go when more are. */
function meter() {
  const begun = gate.serial;
  const waiting = [];
  const control = {
    allowed: 0,
    get held() { return waiting.length; },
    get asked() { return gate.serial - begun; },
    allow(more) {
      control.allowed += more;
      while (waiting.length && waiting[0].number <= control.allowed) waiting.shift().go();
    },
  };
  gate.decide = ({ serial }) => {
    const number = serial - begun;
    return number <= control.allowed ? undefined : new Promise((go) => { waiting.push({ number, go }); });
  };
  return control;
}

async function stop(service, args) {
  const told = Date.now();
  service.kill('SIGTERM');
  const result = await service.result;
  assert.equal(result.code, 0, describeRun(args, result));
  assert.ok(result.endedAt - told < LONGEST_STOP_MS);
  return result;
}

const ends = (events) => events.filter(({ event }) => event === 'run ended');
const rowsIn = (samples, what = 'collected') =>
  Object.fromEntries(TABLES.map((table) => [table, samples[`rows_${what}_total{org="acme",stream="${table}"}`]]));

test('figures grow during a run, and at its end are those of its summary and of the store', () =>
  story({ MAX_WORKERS: '1' }, async (workspace) => {
    const args = ['scheduled', '--summary-file', 'out.json', ...SERVE];
    const asked = meter();
    const service = workspace.start(args);
    const watcher = await Watcher.of(service);
    await until(() => asked.held > 0);
    let samples = await watcher.samples();
    assert.equal(samples['run_in_progress{org="acme"}'], 1);
    assert.equal(samples['runs_total{org="acme",result="done"}'], 0);
    assert.ok(!('lag_seconds{org="acme"}' in samples) && !('last_run_timestamp_seconds{org="acme"}' in samples));
    const seen = new Set();
    let last = samples;
    while (!ends(eventsOf(service.stderrSoFar())).length) {
      asked.allow(1);
      await until(() => asked.held > 0 || ends(eventsOf(service.stderrSoFar())).length);
      samples = await watcher.samples();
      for (const [name, value] of Object.entries(samples)) {
        if (/_total|_count|_bucket/.test(name)) assert.ok(value >= (last[name] ?? 0), `${name} went back`);
      }
      last = samples;
      if (samples['run_in_progress{org="acme"}'] === 1) seen.add(rowsIn(samples).pull_requests);
    }
    assert.ok(seen.size > 2, `rows were seen to grow: ${[...seen].join()}`);

    samples = await until(async () => {
      const now = await watcher.samples();
      return 'next_run_timestamp_seconds{org="acme"}' in now && now;
    });
    const summary = JSON.parse(await readFile(join(workspace.directory, 'out.json'), 'utf8'));
    assert.deepEqual(rowsIn(samples), summary.collected);
    assert.deepEqual(rowsIn(samples, 'loaded'), summary.loaded.rows);
    assert.equal(rowsIn(samples).pull_requests, (await simulator.truth('pull_requests')).length);
    assert.equal(samples['github_requests_total{org="acme"}'], summary.github.requests);
    assert.equal(samples['github_answers_total{kind="answered",org="acme"}'], summary.github.requests);
    assert.equal(samples['github_points_total{org="acme"}'], summary.github.points);
    assert.equal(samples['chunks_loaded_total{org="acme"}'], summary.loaded.chunks);
    const { chunks, checkpoints: [{ until: windowEnd }] } = await workspace.store();
    assert.equal(samples['chunks_written_total{org="acme"}'], chunks.length);
    assert.equal(samples['written_bytes_total{org="acme"}'], chunks.reduce((sum, { bytes }) => sum + bytes, 0));
    assert.deepEqual(['done', 'failed', 'to_go'].map((state) => samples[`repositories{org="acme",state="${state}"}`]),
      [summary.repositories.done, 0, 0]);
    assert.equal(samples['incomplete_pull_requests{org="acme"}'], 0);
    assert.equal(samples['run_in_progress{org="acme"}'], 0);
    assert.equal(samples['runs_total{org="acme",result="done"}'], 1);
    assert.equal(samples['run_duration_seconds_count{org="acme",result="done"}'], 1);
    const took = (Date.parse(summary.ended_at) - Date.parse(summary.started_at)) / 1000;
    assert.ok(samples['run_duration_seconds_sum{org="acme",result="done"}'] >= took);
    const [due] = eventsOf(service.stderrSoFar()).filter(({ event, reason }) => event === 'next run' && reason === 'schedule');
    assert.ok(Math.abs(samples['next_run_timestamp_seconds{org="acme"}'] - Date.parse(due.due) / 1000) <= 1);
    for (const name of ['last_run', 'last_success']) {
      const at = samples[`${name}_timestamp_seconds{org="acme"}`] * 1000;
      assert.ok(at >= Date.parse(summary.ended_at) - 1 && at <= Date.now(), name);
    }
    assert.ok(samples['github_points_remaining{org="acme",token="0"}'] > 0);
    assert.ok(samples['github_points_reset_timestamp_seconds{org="acme",token="0"}'] * 1000 > Date.now());

    // The lag is the age of the window's end.
    const before = (Date.now() - Date.parse(windowEnd)) / 1000;
    const lag = (await watcher.samples())['lag_seconds{org="acme"}'];
    assert.ok(lag >= before - 1 && lag <= (Date.now() - Date.parse(windowEnd)) / 1000 + 1, `${lag}, about ${before}`);
    await stop(service, args);
    await workspace.assertTruth(simulator);
  }));

const hasIpv6 = () => new Promise((resolve) => {
  const probe = createServer();
  probe.once('error', () => resolve(false));
  probe.listen(0, '::1', () => probe.close(() => resolve(true)));
});

test('commands that people start serve as well, for as long as they run', () => story({ MAX_WORKERS: '2' }, async (workspace) => {
  for (const [args, env] of [
    [['backfill', '--days', '36500', '--repo', 'Mixed.Case'], { METRICS_ADDRESS: await hasIpv6() ? '[::1]:0' : '127.0.0.1:0' }],
    [['collect', '--hours', '1'], { METRICS_ADDRESS: ':0' }],
    [['collect'], { METRICS_ADDRESS: 'localhost:0' }],
  ]) {
    const asked = meter();
    const program = workspace.start([...args, ...JSON_LOG], { env });
    const watcher = await Watcher.of(program);
    await until(() => asked.held > 0);
    assert.equal((await watcher.samples())['run_in_progress{org="acme"}'], 1);
    assert.equal((await watcher.get('/healthz')).text, 'ok\n');
    assert.equal((await watcher.get('/readyz')).status, 200);
    asked.allow(1_000_000);
    const { code, stderr } = await program.result;
    assert.equal(code, 0, stderr);
    await assert.rejects(watcher.get('/healthz'));
  }
}));

test('an address that can not be had is an error before anything is collected', () => story({}, async (workspace) => {
  const taken = createServer();
  await new Promise((resolve) => { taken.listen(0, '127.0.0.1', resolve); });
  const address = `127.0.0.1:${taken.address().port}`;
  const before = gate.serial;
  for (const command of ['backfill', 'collect', 'scheduled']) {
    const { stderr } = await workspace.expect(2, [command, '--metrics-address', address]);
    assert.match(stderr, /METRICS_ADDRESS: can't listen at 127\.0\.0\.1:\d+: .*in use/);
  }
  for (const wrong of ['9464', 'host:port', ':65536', '::1:9464']) {
    const { stderr } = await workspace.expect(2, ['collect', '--metrics-address', wrong]);
    assert.match(stderr, /METRICS_ADDRESS is '.*' \(flag --metrics-address\)\n.*127\.0\.0\.1:9464/);
  }
  assert.equal(gate.serial, before);
  assert.deepEqual((await workspace.store()).checkpoints, []);
  taken.close();
}));

test('health and readiness through failure and recovery', () => story(IN_HASTE, async (workspace) => {
  const service = workspace.start(OFTEN);
  const watcher = await Watcher.of(service);
  await logged(service, (events) => ends(events).length);
  assert.deepEqual((await watcher.get('/readyz')).status, 200);

  gate.decide = () => ({ status: 401, json: { message: '<b>hostile</b> words' } });
  const refused = await until(async () => {
    const { status, text } = await watcher.get('/readyz');
    assert.equal((await watcher.get('/healthz')).status, 200, 'a restart would mend nothing');
    return status === 503 && text;
  });
  assert.match(refused, /^\d+ runs of acme in a row failed, the last with unauthenticated\n$/);
  let samples = await watcher.samples();
  assert.ok(samples['runs_total{org="acme",result="failed"}'] >= 3);
  assert.ok(samples['errors_total{code="unauthenticated",org="acme"}'] >= 3);
  assert.ok(samples['github_answers_total{kind="refused",org="acme"}'] >= 3);
  assert.ok(samples['last_run_timestamp_seconds{org="acme"}'] > samples['last_success_timestamp_seconds{org="acme"}']);

  gate.decide = () => {};
  assert.equal(await until(async () => {
    const { status, text } = await watcher.get('/readyz');
    return status === 200 && text;
  }), 'ok\n');
  samples = await watcher.samples();
  assert.ok(samples['last_success_timestamp_seconds{org="acme"}'] > 0);
  assert.equal((await watcher.get('/elsewhere')).status, 404);
  assert.equal((await watcher.get('/metrics', { method: 'POST', body: 'x' })).status, 405);
  const head = await watcher.get('/metrics', { method: 'HEAD' });
  assert.deepEqual([head.status, head.text], [200, '']);
  await stop(service, OFTEN);
}));

test('clients that are slow, silent or talk nonsense hold up nothing', () => story(IN_HASTE, async (workspace) => {
  const service = workspace.start(OFTEN);
  const watcher = await Watcher.of(service);
  const { hostname, port } = new URL(watcher.url);
  const sockets = ['', 'GET /metrics HTTP/1.1\r\n', 'GET /metrics HTTP/1.1\r\nA: ', '\x16\x03\x01', 'POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\n']
    .flatMap((sent) => Array.from({ length: 8 }, () => connect(Number(port), hostname, function begin() { this.write(sent); })));
  for (const socket of sockets) socket.on('error', () => {});
  const before = ends(eventsOf(service.stderrSoFar())).length;
  await logged(service, (events) => ends(events).length >= before + 3);
  assert.ok(ends(eventsOf(service.stderrSoFar())).every(({ exit_code: code }) => code === 0));
  // The silent ones are gone after ten seconds at the latest; then it is the watcher's turn.
  assert.equal((await watcher.get('/healthz')).text, 'ok\n');
  await stop(service, OFTEN);
  for (const socket of sockets) socket.destroy();
}));

test('no name of a repository is a label', () => story({}, async (workspace) => {
  const service = workspace.start(['scheduled', ...SERVE]);
  const watcher = await Watcher.of(service);
  await logged(service, (events) => ends(events).length);
  const text = await watcher.scrape();
  const labels = new Set([...text.matchAll(/[{,]([a-z]+)="/g)].map(([, label]) => label));
  assert.deepEqual([...labels].sort(), ['code', 'kind', 'le', 'org', 'result', 'state', 'stream', 'token', 'version']);
  for (const { name } of (await workspace.store()).checkpoints[0].repositories) {
    assert.ok(!text.includes(`"${name}"`), name);
  }
  await stop(service, ['scheduled']);
}));

/** What makes each alert of the documentation fire, and after how long; before that it must not. */
const ALARMS = {
  GithubStatsLags: { series: [['github_stats_lag_seconds{org="acme"}', '0+60x1000']], silent: '13h', fires: '13h15m' },
  GithubStatsFails: { series: [['github_stats_runs_total{org="acme",result="failed"}', '0x200 1 2 3 3x200']], silent: '3h21m', fires: '3h30m' },
  GithubStatsIsStuck: {
    series: [['github_stats_next_run_timestamp_seconds{org="acme",instance="i"}', '3600x1000'], ['github_stats_run_in_progress{org="acme",instance="i"}', '0x1000']],
    silent: '1h30m', fires: '1h40m',
  },
};

test('the alerts of the documentation fire when they should', async () => {
  const text = await readFile(new URL('../docs/observability.md', import.meta.url), 'utf8');
  const [rules] = /^groups:\n[^]*?(?=^```)/m.exec(text);
  assert.deepEqual([...rules.matchAll(/- alert: (\S+)/g)].map(([, name]) => name), Object.keys(ALARMS));
  await withWorkspace(gate, {}, async (workspace) => {
    await writeFile(join(workspace.directory, 'rules.yml'), rules);
    for (const [alertname, { series, silent, fires }] of Object.entries(ALARMS)) {
      const file = join(workspace.directory, `${alertname}.yml`);
      const told = (eval_time, exp_alerts) => ({
        rule_files: ['rules.yml'], evaluation_interval: '1m',
        tests: [{ interval: '1m', input_series: series.map(([name, values]) => ({ series: name, values })), alert_rule_test: [{ eval_time, alertname, exp_alerts }] }],
      });
      await writeFile(file, JSON.stringify(told(silent, [])));
      assert.equal(promtool(['test', 'rules', file]), '', `${alertname} is silent`);
      // Whatever it says, it is not nothing.
      await writeFile(file, JSON.stringify(told(fires, [])));
      assert.match(promtool(['test', 'rules', file]), new RegExp(`got:\\[[^]*alertname="${alertname}"[^]*org="acme"`), alertname);
    }
  });
});

test('the alerts and scrapes of the documentation are ones that Prometheus takes', async () => {
  const text = await readFile(new URL('../docs/observability.md', import.meta.url), 'utf8');
  const fence = (start) => new RegExp(`^${start}:\\n[^]*?(?=^\`\`\`)`, 'm').exec(text)[0];
  const named = new Set([...text.matchAll(/github_stats_[a-z_]+/g)].map(([name]) => name));
  await story({}, async (workspace) => {
    for (const [kind, start] of [['config', 'scrape_configs'], ['rules', 'groups']]) {
      const file = join(workspace.directory, `${kind}.yml`);
      await writeFile(file, fence(start));
      assert.equal(promtool(['check', kind, file]), '');
    }
    const service = workspace.start(['scheduled', ...SERVE]);
    const watcher = await Watcher.of(service);
    await logged(service, (events) => ends(events).length);
    const types = new Map([...(await watcher.scrape()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
    for (const [name, type] of types) {
      assert.match(text, new RegExp(`\\| \`${name}\` \\| ${type} \\|`), `docs/observability.md tells of ${name}`);
    }
    // One of them is there only once somebody has been told of a failure.
    const there = new Set([...types.keys(), 'github_stats_failure_notices_total']);
    for (const name of named) assert.ok(there.has(name.replace(/_(bucket|sum|count)$/, '')), `${name} does not exist`);
    await stop(service, ['scheduled']);
  });
});
