// `doctor` finds what is wrong with tokens, store, warehouse and clock, and says what to do; it changes nothing.

import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { makeApp } from './lib/app.js';
import { assertOnly, examine } from './lib/doctor.js';
import { openGate } from './lib/gate.js';
import { startSimulator } from './lib/simulator.js';
import { TOKEN, withWorkspace } from './lib/workspace.js';
import { changeWarehouse, holdWarehouse } from './lib/warehouse.js';

const REPOSITORY = 'a.b_c-d';
const BACKFILL = ['backfill', '--days', '36500', '--repo', REPOSITORY];
const SMALL = ['--repositories', '2', '--pull-requests', '10', '--points-per-hour', '100000'];

const app = await makeApp();
// The real time: clocks are compared.
const simulator = await startSimulator([...SMALL, ...app.option]);
const gate = await openGate(simulator.url);
after(async () => {
  await gate.close();
  await simulator.close();
  await app.remove();
});
beforeEach(async () => {
  gate.decide = () => undefined;
  await simulator.control({ reset: true });
});

/** Gives `use` a workspace in which all is well. */
const inGoodOrder = (use, env = {}) => withWorkspace(gate, env, async (workspace) => {
  await workspace.succeed(BACKFILL);
  await use(workspace);
});
const contents = async (workspace) =>
  Promise.all((await workspace.files()).map(async ({ name, read }) => [name, (await read()).toString('base64')]));
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();

test('where all is well it says so and changes nothing', () => inGoodOrder(async (workspace) => {
  const before = await contents(workspace);
  const findings = await examine(workspace, 0);
  assertOnly(findings, {});
  for (const id of ['versions', 'settings', 'github.token.1', 'github.token.1.scopes', 'github.token.1.pull_requests', 'clock.github', 'store',
    'store.space', 'store.write', 'warehouse', 'warehouse.tables', 'collection.last', 'collection.lease']) assert.ok(id in findings, id);
  assert.match(findings['github.token.1.organisation'].detail, /organisation acme: \d+ repositories, 1 private/);
  assert.match(findings.versions.detail, /DuckDB v\d/);
  assert.deepEqual(await contents(workspace), before);
  await workspace.assertStoreInOrder();
}));

test('it prints a line for each check, and how many there were', () => inGoodOrder(async (workspace) => {
  await simulator.control({ tokens: [{ token: TOKEN, scopes: ['repo'], expires_at: inDays(3) }] });
  const { stdout, stderr } = await workspace.expect(1, ['doctor']);
  const lines = stdout.trimEnd().split('\n');
  assert.match(lines.at(-1), /^\d+ ok, 1 to look at, 2 failed, 0 skipped$/);
  for (const line of lines.slice(0, -1)) assert.match(line, /^(ok {4}|warn {2}|FAIL {2}|- {5}| {6})\S/);
  const at = lines.findIndex((line) => /^FAIL {2}token 1: scopes/.test(line));
  assert.match(lines[at + 1], /^ {6}.*read:org/);
  assert.equal(stderr, '');
  assert.ok(!stdout.includes('\u001b'), 'no colours for a file');
}));

test('before init it says what is not there yet, and makes nothing', () => withWorkspace(gate, {}, async (workspace) => {
  const findings = await examine(workspace, 0);
  assert.deepEqual([findings.store.status, findings.warehouse.status], ['warn', 'warn']);
  for (const id of ['store', 'warehouse']) assert.match(findings[id].remedy, /github-stats init/);
  for (const path of [workspace.storeDirectory, workspace.warehouseFile]) await assert.rejects(readFile(path), { code: 'ENOENT' });
}));

test('wrong settings are told as ever', () => withWorkspace(gate, { MAX_WORKERS: 'many' }, async (workspace) => {
  const { stdout, stderr } = await workspace.expect(2, ['doctor']);
  assert.equal(stdout, '');
  assert.match(stderr, /MAX_WORKERS is 'many'/);
}));

// --- GitHub

/** Each: what is changed (the environment, or the simulator), the ids that fail then, and a remedy among theirs. */
const GITHUB_TROUBLES = {
  'a wrong token': { env: { GITHUB_TOKEN: 'ghp_wrong' }, fails: ['github.token.1'], remedy: /GITHUB_TOKEN/ },
  'one of two tokens is wrong': { env: { GITHUB_TOKEN: `${TOKEN},ghp_wrong` }, fails: ['github.token.2'], remedy: /GITHUB_TOKEN/ },
  'no credentials at all': { env: { GITHUB_TOKEN: undefined }, fails: ['github.credentials'], remedy: /GITHUB_TOKEN/ },
  'a token without read:org': { control: { tokens: [{ token: TOKEN, scopes: ['repo'] }] },
    fails: ['github.token.1.scopes', 'github.token.1.pull_requests'], remedy: /read:org/ },
  'a token that has ended': { control: { tokens: [{ token: TOKEN, scopes: ['repo', 'read:org'], expires_at: inDays(-1) }] },
    fails: ['github.token.1.expiry'], remedy: /new token/ },
  'an organisation that there is none of': { env: { GITHUB_ORG: 'acne' }, fails: ['github.token.1.organisation'], remedy: /GITHUB_ORG/ },
  'an organisation without repositories': { env: { GITHUB_ORG: 'empty-org' }, fails: ['github.token.1.organisation'], remedy: /access/ },
  'a server error': { control: { faults: [{ times: 0, action: { status: 502 } }] }, fails: ['github.token.1'] },
  'an address where nobody answers': { env: { GITHUB_API_URL: 'http://127.0.0.1:1', GITHUB_STATS_CLOCK_RATE: '100' }, fails: ['github.token.1'],
    remedy: /network/ },
};

for (const [trouble, { env = {}, control, fails, remedy }] of Object.entries(GITHUB_TROUBLES)) {
  test(`${trouble} is found, and nothing else is held up by it`, () => inGoodOrder(async (workspace) => {
    if (control) await simulator.control(control);
    const findings = await examine(workspace, 1, [], { env });
    const failed = Object.keys(findings).filter((id) => findings[id].status === 'fail');
    assert.deepEqual(failed, fails);
    if (remedy) assert.match(findings[fails[0]].remedy, remedy);
    assert.deepEqual([findings['store.write'].status, findings['warehouse.tables'].status], ['ok', 'ok']);
  }));
}

test('what will be trouble soon is a warning', () => inGoodOrder(async (workspace) => {
  await simulator.control({ tokens: [{ token: TOKEN, scopes: ['public_repo', 'read:org'], expires_at: inDays(13) }] });
  const findings = await examine(workspace, 0);
  assertOnly(findings, { 'github.token.1.scopes': 'warn', 'github.token.1.expiry': 'warn' });
  assert.match(findings['github.token.1.expiry'].detail, /12 days/);
}));

test('single sign-on that is missing is named', () => inGoodOrder(async (workspace) => {
  const repositories = [...new Set((await simulator.truth('pull_requests', { include_archived: 1, include_forks: 1 })).map(({ repo }) => repo))];
  await simulator.control({ access: repositories.map((repo) => ({ repo, type: 'FORBIDDEN' })) });
  const findings = await examine(workspace, 1);
  assertOnly(findings, { 'github.token.1.pull_requests': 'fail' });
  assert.match(findings['github.token.1.pull_requests'].remedy, /single sign-on[^]*Configure SSO/);
}));

for (const [field, permission] of [['commits', 'contents'], ['reviews', 'pull_requests'], ['comments', 'issues']]) {
  test(`a fine-grained token that may not read ${field} is told the permission`, () => inGoodOrder(async (workspace) => {
    const error = { type: 'FORBIDDEN', path: ['repositoryOwner', 'repositories', 'nodes', 0, 'pullRequests', 'nodes', 0, field],
      message: 'Resource not accessible by personal access token' };
    gate.decide = ({ text }) => (text.includes('DoctorPullRequest') ? { edit: (answer) => ({ ...answer, errors: [error] }) } : undefined);
    const findings = await examine(workspace, 1);
    assertOnly(findings, { 'github.token.1.pull_requests': 'fail' });
    assert.match(findings['github.token.1.pull_requests'].detail, new RegExp(`${permission}: read`));
  }));
}

test('an App is checked as what it is', () => inGoodOrder(async (workspace) => {
  const findings = await examine(workspace, 0);
  assertOnly(findings, {});
  assert.match(findings['github.app'].detail, /App 4711 \(4711\)/);
  for (const id of ['installation', 'permissions', 'token', 'limits', 'organisation', 'pull_requests']) assert.ok(`github.app.${id}` in findings, id);
}, app.env));

test('an App that lacks permissions or is suspended is told what to do', () => inGoodOrder(async (workspace) => {
  await simulator.control({ app: { permissions: { metadata: 'read', issues: 'read' } } });
  const lacking = await examine(workspace, 1);
  assertOnly(lacking, { 'github.app.permissions': 'fail' });
  assert.match(lacking['github.app.permissions'].detail, /^contents, pull_requests /);
  await simulator.control({ app: { suspended_at: '2026-01-01T00:00:00Z' } });
  const suspended = await examine(workspace, 1);
  assert.match(suspended['github.app.installation'].remedy, /Unsuspend/);
  const elsewhere = await examine(workspace, 1, [], { env: { GITHUB_APP_INSTALLATION_ID: '999' } });
  assert.match(elsewhere['github.app.installation'].remedy, /GITHUB_APP_INSTALLATION_ID/);
  const unknown = await examine(workspace, 1, [], { env: { GITHUB_APP_ID: '12' } });
  assert.match(unknown['github.app'].remedy, /GITHUB_APP_ID/);
}, app.env));

test('an Enterprise Server\'s version is told', () => withWorkspace({ url: `${gate.url}/api/v3` }, {}, async (workspace) => {
  const findings = await examine(workspace, 0);
  assert.match(findings['github.server'].detail, /Enterprise Server 3\.17\.2/);
}));

test('what a server says can do nothing to a terminal', () => inGoodOrder(async (workspace) => {
  gate.decide = ({ text }) => (text.includes('DoctorOwner')
    ? { edit: (answer) => ({ data: { ...answer.data, viewer: { login: 'x\u001b[2J\u202ey' } } }) } : undefined);
  const { stdout } = await workspace.expect(0, ['doctor']);
  assert.match(stdout, /of the user x\?\[2J\?y/);
  assert.ok(!/[\u001b\u202e]/.test(stdout));
}));

for (const [seconds, code, status] of [[90, 0, 'warn'], [-90, 0, 'warn'], [600, 1, 'fail']]) {
  test(`a clock that is ${seconds} seconds off: ${status}`, async () => {
    const elsewhere = await startSimulator([...SMALL, ...app.option, '--clock-skew-seconds', String(seconds)]);
    try {
      for (const env of [{}, app.env]) {
        await withWorkspace(elsewhere, env, async (workspace) => {
          await workspace.succeed();
          const findings = await examine(workspace, code);
          assertOnly(findings, { 'clock.github': status });
          assert.match(findings['clock.github'].detail, seconds > 0 ? /behind GitHub's/ : /ahead of GitHub's/);
          assert.match(findings['clock.github'].remedy, /NTP/);
        });
      }
    } finally {
      await elsewhere.close();
    }
  });
}

// --- Store and files

test('a file in the place of the store', () => inGoodOrder(async (workspace) => {
  await rm(workspace.storeDirectory, { recursive: true });
  await writeFile(workspace.storeDirectory, 'a file');
  const findings = await examine(workspace, 1);
  assert.equal(findings.store.status, 'fail');
  assert.match(findings.store.remedy, /--store/);
  const below = await examine(workspace, 1, ['--store', `file:${workspace.storeDirectory}/below`]);
  assert.match(below.store.detail, /is no directory/);
  assert.equal(await readFile(workspace.storeDirectory, 'utf8'), 'a file');
}));

test('a store in which nothing can be written', () => inGoodOrder(async (workspace) => {
  // Where the object would be made; permissions would not stop root.
  await writeFile(join(workspace.storeDirectory, '_doctor'), 'in the way');
  const findings = await examine(workspace, 1);
  assertOnly(findings, { 'store.write': 'fail' });
  assert.match(findings['store.write'].detail, /_doctor/);
}));

test('files with secrets that everybody can read', () => inGoodOrder(async (workspace) => {
  const file = join(workspace.directory, '.env');
  await writeFile(file, `GITHUB_TOKEN=${TOKEN}\n`);
  await chmod(file, 0o644);
  const env = { GITHUB_TOKEN: undefined };
  const findings = await examine(workspace, 0, [], { env });
  assertOnly(findings, { 'settings.files': 'warn' });
  assert.equal(findings['settings.files'].remedy, 'chmod 600 .env');
  assert.match(findings.settings.detail, /1 from \.env/);
  await chmod(file, 0o600);
  assertOnly(await examine(workspace, 0, [], { env }), {});
}));

test('a collection that was cut off, and when something was collected last', () => withWorkspace(gate, {}, async (workspace) => {
  await workspace.succeed();
  const cut = { env: { GITHUB_STATS_CRASH_AT: 'collect.chunk.after:1' } };
  assert.notEqual((await workspace.run(BACKFILL, cut)).code, 0);
  const findings = await examine(workspace, 0);
  assertOnly(findings, { 'collection.open': 'warn' });
  assert.match(findings['collection.open'].remedy, /resume --collection-id \d{8}T\d{6}Z/);
  assert.match(findings['collection.lease'].detail, /left behind by process \d+ .*which has ended/);
}));

// --- Warehouse

test('a DuckDB file that another process has open', () => inGoodOrder(async (workspace) => {
  const findings = await holdWarehouse(workspace.warehouseFile, () => examine(workspace, 1));
  assertOnly(findings, { warehouse: 'fail', 'warehouse.tables': 'skipped' });
  assert.match(findings.warehouse.detail, new RegExp(`is in use by .*PID ${process.pid}`));
  assert.match(findings.warehouse.remedy, /close/);
}));

test('a file that is not DuckDB\'s, and a folder', () => inGoodOrder(async (workspace) => {
  await rm(workspace.warehouseFile);
  await writeFile(workspace.warehouseFile, 'hello\n'.repeat(4000));
  assert.match((await examine(workspace, 1)).warehouse.detail, /not a DuckDB database/);
  await rm(workspace.warehouseFile);
  await mkdir(workspace.warehouseFile);
  assert.match((await examine(workspace, 1)).warehouse.detail, /is a directory/);
}));

test('a file that a newer DuckDB has written', () => inGoodOrder(async (workspace) => {
  const bytes = await readFile(workspace.warehouseFile);
  const [checksumAt, versionAt] = [0, 12];
  bytes.writeBigUInt64LE(69n, versionAt);
  await writeFile(workspace.warehouseFile, bytes);
  // DuckDB says which checksum the changed header has.
  const damaged = (await examine(workspace, 1)).warehouse.detail;
  bytes.writeBigUInt64LE(BigInt(/computed checksum (\d+)/.exec(damaged)[1]), checksumAt);
  await writeFile(workspace.warehouseFile, bytes);
  const findings = await examine(workspace, 1);
  assert.match(findings.warehouse.detail, /another version of DuckDB.*number 69/);
  assert.match(findings.warehouse.remedy, /EXPORT DATABASE/);
}));

test('a warehouse that lacks what this version makes', () => inGoodOrder(async (workspace) => {
  await changeWarehouse(workspace.warehouseFile, 'DROP VIEW pull_request_facts; ALTER TABLE commits DROP COLUMN url');
  const findings = await examine(workspace, 0);
  assertOnly(findings, { 'warehouse.tables': 'warn' });
  assert.match(findings['warehouse.tables'].detail, /column commits\.url, view pull_request_facts/);
  await workspace.expect(0, ['init']);
  assertOnly(await examine(workspace, 0), {});
}));
