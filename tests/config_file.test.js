// github-stats.toml: several organisations, each at its own GitHub, in one store and one warehouse.

import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ends, logged, stop } from './lib/service.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { assertTruth } from './lib/truth.js';
import { withWorkspace } from './lib/workspace.js';

const simulate = (org, seed) => startSimulator(['--now', NOW, '--org', org, '--seed', seed, '--token', `${org}-token`,
  '--repositories', '2', '--pull-requests', '30', '--points-per-hour', '100000', '--plain']);
const acme = await simulate('acme', '1');
const labs = await simulate('labs', '2');
after(() => Promise.all([acme.close(), labs.close()]));

const ORGANISATIONS = [[acme, 'acme'], [labs, 'labs']];
const BACKFILL = ['backfill', '--days', '36500'];
const FILE = `
max_workers = 3

[organisations.labs]
github_api_url = "${labs.url}"
github_token = "labs-token"

[organisations.acme]
github_api_url = "${acme.url}"
github_token = "acme-token"
batch_size = 20
`;

/** A workspace in which nothing but the file says whom to collect. */
const story = (tell, text = FILE) => withWorkspace(acme,
  { GITHUB_TOKEN: undefined, GITHUB_API_URL: undefined, GITHUB_ORG: undefined }, async (workspace) => {
    await writeFile(join(workspace.directory, 'github-stats.toml'), text);
    await tell(workspace);
  });

/** The rows of one organisation. */
async function tablesOf(workspace, org) {
  const tables = await workspace.tables();
  return Object.fromEntries(Object.entries(tables).map(([table, rows]) => [table, rows.filter((row) => row.org === org)]));
}

const assertAll = async (workspace, organisations = ORGANISATIONS, rate = 1) => {
  for (const [simulator, org] of organisations) {
    await assertTruth(await tablesOf(workspace, org), simulator, { since: workspace.createdAt, rate }, org);
  }
};

const settingsOf = async (workspace, args = []) =>
  JSON.parse((await workspace.expect(0, ['config', 'show', '--json', ...args])).stdout).organisations;
const valueOf = ({ settings }, name) => settings.find(({ setting }) => setting === name);

test('every organisation is collected, and lands beside the others', () => story(async (workspace) => {
  await mkdir(join(workspace.directory, 'out'));
  const { stderr } = await workspace.succeed([...BACKFILL, '--no-progress', '--summary-file', 'out/{org}.json']);
  assert.deepEqual(stderr.match(/^\w+:$/gm), ['labs:', 'acme:']);
  await assertAll(workspace);
  for (const [, org] of ORGANISATIONS) {
    const summary = JSON.parse(await readFile(join(workspace.directory, 'out', `${org}.json`), 'utf8'));
    assert.deepEqual([summary.org, summary.exit_code], [org, 0]);
  }
  const { stdout } = await workspace.expect(0, ['query', '--format', 'csv', 'SELECT DISTINCT org FROM pull_requests ORDER BY org']);
  assert.equal(stdout, 'org\nacme\nlabs\n');
  const summaries = (await workspace.expect(0, ['gcs-summary', '--json'])).stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(summaries.map(({ org }) => org), ['labs', 'acme']);
  await workspace.succeed(['collect'], ['load-gcs', '--reload'], ['metrics']);
  await assertAll(workspace);
}));

test('--org takes one of them, with what the file says of it', () => story(async (workspace) => {
  const before = (await acme.stats()).graphqlRequests;
  await workspace.succeed([...BACKFILL, '--org', 'labs']);
  await assertAll(workspace, [[labs, 'labs']]);
  assert.equal((await workspace.query("SELECT count(*) AS n FROM pull_requests WHERE org <> 'labs'"))[0].n.toString(), '0');
  assert.equal((await acme.stats()).graphqlRequests, before);
  const { stderr } = await workspace.expect(2, ['report']);
  assert.match(stderr, /several \(labs, acme\)\n {2}choose one of them with --org/);
  await workspace.expect(0, ['report', '--org', 'labs', '--quiet']);
}));

test('one that fails does not keep the others from it, and what it left is resumed by its name', () =>
  story(async (workspace) => {
    await workspace.expect(0, ['init']);
    const { stderr } = await workspace.expect(1, [...BACKFILL, '--no-progress']);
    assert.match(stderr, /^labs:\n.*401/ms);
    await assertAll(workspace, [[acme, 'acme']]);
    const wrong = await workspace.expect(2, ['resume', '--collection-id', '20260131T235959Z']);
    assert.match(wrong.stderr, /several \(labs, acme\)/);
  }, FILE.replace('labs-token', 'wrong-token')));

test('points that are spent in one leave it resumable, by a command that names it', () => story(async (workspace) => {
  await workspace.expect(0, ['init']);
  const { stderr } = await workspace.expect(3, [...BACKFILL, '--no-progress']);
  const [, command] = /go on with: github-stats (resume --org acme --collection-id \S+)/.exec(stderr);
  await workspace.expect(0, command.split(' '), { env: { MAX_POINTS: '1000' } });
  await assertAll(workspace);
}, `${FILE}max_points = 2\n`));

const SERVICE = ['scheduled', '--interval', '0.02', '--log-format', 'json'];
// Seventy-two seconds from run to run, of which a hundred pass in one.
const RATE = 100;
const IN_HASTE = { DEFAULT_LOOKBACK_DAYS: '36500', GITHUB_STATS_CLOCK_RATE: `${RATE}` };
const orgsOf = (events) => ends(events).map(({ org }) => org);

test('scheduled serves all of them in turn, and takes up one that is added while it runs', () => story(async (workspace) => {
  await workspace.expect(0, ['init']);
  const service = workspace.start(SERVICE, { env: IN_HASTE });
  await logged(service, (events) => ends(events)[1]);
  await assertAll(workspace, [[acme, 'acme']], RATE);
  await writeFile(join(workspace.directory, 'github-stats.toml'), FILE);
  service.kill('SIGHUP');
  const events = await logged(service, (all) => orgsOf(all).filter((org) => org === 'labs')[1] && all);
  await stop(service, SERVICE);
  const orgs = orgsOf(events);
  assert.deepEqual(orgs.slice(orgs.indexOf('labs')).slice(0, 3), ['labs', 'acme', 'labs']);
  await assertAll(workspace, ORGANISATIONS, RATE);
}, FILE.replace(/\[organisations.labs\][^[]*/, '')));

test('scheduled tries again those that failed, while the others wait for their time', () => story(async (workspace) => {
  await workspace.expect(0, ['init']);
  const service = workspace.start(SERVICE.with(2, '24'), { env: IN_HASTE });
  const events = await logged(service, (all) => orgsOf(all).length >= 4 && all);
  await writeFile(join(workspace.directory, 'github-stats.toml'), FILE);
  service.kill('SIGHUP');
  const later = await logged(service, (all) => ends(all).some(({ org, exit_code: code }) => org === 'labs' && code === 0) && all);
  await stop(service, SERVICE);
  assert.deepEqual(orgsOf(events).slice(0, 4), ['labs', 'acme', 'labs', 'labs']);
  assert.equal(orgsOf(later).filter((org) => org === 'acme').length, 1);
  await assertAll(workspace, ORGANISATIONS, RATE);
}, FILE.replace('labs-token', 'wrong-token')));

test('config show tells each value and where it comes from, but no secret', () => story(async (workspace) => {
  await writeFile(join(workspace.directory, '.env'), 'GCS_CHUNK_SIZE=50\nPRIVACY_KEY=0123456789abcdef0123\n');
  const env = { DEFAULT_LOOKBACK_DAYS: '30' };
  const all = await workspace.expect(0, ['config', 'show', '--quiet'], { env });
  assert.doesNotMatch(all.stdout, /-token|0123456789/);
  for (const line of [/^GITHUB_TOKEN +\(hidden\) +github-stats.toml line 6$/m, /^MAX_WORKERS +3 +github-stats.toml line 2$/m,
    /^BATCH_SIZE +20 +github-stats.toml line 11$/m, /^BATCH_SIZE +100 +default$/m, /^GCS_CHUNK_SIZE +50 +\.env line 1$/m,
    /^PRIVACY_KEY +\(hidden\) +\.env line 2$/m, /^DEFAULT_LOOKBACK_DAYS +30 +environment$/m, /^--quiet +true +flag --quiet$/m,
    /^GITHUB_APP_ID +not set$/m]) {
    assert.match(all.stdout, line);
  }
  const [first, second] = await settingsOf(workspace);
  assert.deepEqual([first.org, second.org], ['labs', 'acme']);
  assert.deepEqual(valueOf(second, 'GITHUB_API_URL'), { setting: 'GITHUB_API_URL', value: acme.url, from: 'github-stats.toml line 9' });
  assert.deepEqual(valueOf(first, 'GITHUB_APP_ID'), { setting: 'GITHUB_APP_ID', value: null, from: 'default' });
  assert.deepEqual((await settingsOf(workspace, ['--org', 'acme'])).map(({ org }) => org), ['acme']);
}));

test('--config names another file; what is wrong in it is named by its line', () => story(async (workspace) => {
  await writeFile(join(workspace.directory, 'other.toml'), 'github_org = "other"\n');
  const [{ org }] = await settingsOf(workspace, ['--config', 'other.toml']);
  assert.equal(org, 'other');
  await writeFile(join(workspace.directory, 'other.toml'), '\ngithub_tokn = "s3cr3t"\n');
  const { stderr } = await workspace.expect(2, ['collect', '--config', 'other.toml']);
  assert.equal(stderr, 'github-stats: other.toml line 2: there is no setting github_tokn\n  did you mean github_token?\n');
  assert.match((await workspace.expect(2, ['collect', '--config', 'none.toml'])).stderr, /none\.toml.*\n {2}correct --config/);
}));
