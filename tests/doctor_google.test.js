// `doctor` towards Cloud Storage and BigQuery: what is there, each permission by itself, and an end in bounded
// time where nobody answers.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { startGoogle } from './lib/bigquery.js';
import { assertOnly, examine, idsOf } from './lib/doctor.js';
import { openGate } from './lib/gate.js';
import { describeRun } from './lib/program.js';
import { startSimulator } from './lib/simulator.js';
import { Workspace, withWorkspace } from './lib/workspace.js';

const google = await startGoogle();
const { gcs, bigQuery } = google;
const simulator = await startSimulator(['--repositories', '2', '--pull-requests', '10', '--points-per-hour', '100000']);

const collected = await Workspace.create(simulator, {}, google);
await collected.succeed(['backfill', '--days', '36500', '--repo', 'a.b_c-d']);
after(async () => {
  await collected.remove();
  await simulator.close();
  await google.close();
});
afterEach(async () => {
  await gcs.withhold([]);
  await bigQuery.deny([]);
  await google.assertNoViolations();
});

const names = async (workspace) => (await workspace.files()).map(({ name }) => name);

test('where all is well it says so and leaves nothing behind', async () => {
  const before = await names(collected);
  const findings = await examine(collected, 0);
  assertOnly(findings, {});
  assert.match(findings.store.detail, /^gs:\/\/workspace-\d+\/some\/prefix in US$/);
  assert.match(findings.warehouse.detail, /^bigquery:emulated-project\.\w+ in US$/);
  assert.equal(findings['store.rules'].detail, 'objects can be replaced and removed');
  assert.deepEqual(idsOf(findings, 'ok').filter((id) => id.includes('.permission.')), [
    'store.permission.storage.objects.create', 'store.permission.storage.objects.get', 'store.permission.storage.objects.delete',
    'store.permission.storage.objects.list', 'store.permission.storage.buckets.get', 'warehouse.permission.bigquery.jobs.create',
    'warehouse.permission.bigquery.tables.get', 'warehouse.permission.bigquery.tables.getData',
    'warehouse.permission.bigquery.tables.updateData', 'warehouse.permission.bigquery.tables.update']);
  assert.deepEqual(await names(collected), before);
});

/** Each: the permission, and what is other than ok without it. */
const IN_BUCKET = {
  'storage.objects.create': { 'store.write': 'fail' },
  'storage.objects.get': { 'store.write': 'fail', 'collection.last': 'fail', 'collection.open': 'fail', 'collection.lease': 'fail' },
  'storage.objects.delete': { 'store.write': 'skipped' },
  'storage.objects.list': { 'collection.last': 'skipped', 'collection.open': 'skipped', 'collection.lease': 'skipped' },
};
for (const [permission, others] of Object.entries(IN_BUCKET)) {
  test(`without ${permission} it names it, the role, and leaves nothing behind`, async () => {
    const before = await names(collected);
    await gcs.withhold([permission]);
    const findings = await examine(collected, 1);
    assertOnly(findings, { [`store.permission.${permission}`]: 'fail', ...others });
    assert.match(findings[`store.permission.${permission}`].remedy, /roles\/storage\.objectAdmin\) on gs:\/\/workspace-/);
    await gcs.withhold([]);
    assert.deepEqual(await names(collected), before);
  });
}

test('without storage.buckets.get the bucket is checked all the same', async () => {
  await gcs.withhold(['storage.buckets.get']);
  const findings = await examine(collected, 0);
  assertOnly(findings, { 'store.rules': 'skipped', 'store.permission.storage.buckets.get': 'warn' });
});

const DATA_EDITOR = /roles\/bigquery\.dataEditor/;
const DATA_VIEWER = /roles\/bigquery\.dataViewer/;
for (const [permission, role, others] of [
  ['bigquery.jobs.create', /roles\/bigquery\.jobUser/, {}],
  ['bigquery.tables.getData', DATA_VIEWER, {}],
  ['bigquery.tables.updateData', DATA_EDITOR, {}],
]) {
  test(`without ${permission} it names it and the role that has it`, async () => {
    await bigQuery.deny([permission]);
    const findings = await examine(collected, 1);
    assertOnly(findings, { [`warehouse.permission.${permission}`]: 'fail', ...others });
    assert.match(findings[`warehouse.permission.${permission}`].remedy, role);
    assert.match(findings[`warehouse.permission.${permission}`].remedy, /emulated-project/);
  });
}

test('without bigquery.tables.update only updates of this program suffer', async () => {
  await bigQuery.deny(['bigquery.tables.update']);
  assertOnly(await examine(collected, 0), { 'warehouse.permission.bigquery.tables.update': 'warn' });
});

test('without bigquery.datasets.get or bigquery.tables.get it names them', async () => {
  await bigQuery.deny(['bigquery.datasets.get']);
  const dataset = await examine(collected, 1);
  assertOnly(dataset, { warehouse: 'fail', 'warehouse.tables': 'skipped' });
  assert.match(dataset.warehouse.remedy, /bigquery\.datasets\.get/);
  await bigQuery.deny(['bigquery.tables.get']);
  const tables = await examine(collected, 1);
  assert.equal(tables['warehouse.tables'].status, 'fail');
  assert.match(tables['warehouse.tables'].remedy, /bigquery\.tables\.get/);
});

test('before init it says what is not there yet, and makes nothing', () => withWorkspace(simulator, {}, async (workspace) => {
  const findings = await examine(workspace, 0);
  assert.deepEqual([findings.store.status, findings.warehouse.status], ['warn', 'warn']);
  for (const id of ['store', 'warehouse']) assert.match(findings[id].remedy, /github-stats init/);
  assert.deepEqual(await workspace.bucket.exists(), [false]);
  assert.deepEqual(await workspace.bigQuery.dataset.exists(), [false]);
}, google));

test('a dataset and a bucket in another place', async () => {
  const findings = await examine(collected, 1, [], { env: { BIGQUERY_LOCATION: 'EU' } });
  assertOnly(findings, { store: 'warn', warehouse: 'fail' });
  assert.match(findings.warehouse.remedy, /BIGQUERY_LOCATION=US/);
  assert.match(findings.store.detail, /in US, the dataset in EU/);
});

test('a bucket whose retention policy would hinder every collection', () => withWorkspace(simulator, {}, async (workspace) => {
  await workspace.succeed();
  await workspace.bucket.setMetadata({ retentionPolicy: { retentionPeriod: String(86_400 * 30) } });
  const findings = await examine(workspace, 1);
  assertOnly(findings, { 'store.rules': 'fail', 'store.write': 'skipped' });
  assert.match(findings['store.rules'].detail, /30 days/);
  assert.deepEqual(await names(workspace), []);
}, google));

test('a dataset that lacks what this version makes', () => withWorkspace(simulator, {}, async (workspace) => {
  await workspace.succeed();
  await workspace.bigQuery.dataset.table('pull_request_facts').delete();
  await workspace.bigQuery.dataset.table('reviews').delete();
  const findings = await examine(workspace, 0);
  assertOnly(findings, { 'warehouse.tables': 'warn' });
  assert.match(findings['warehouse.tables'].detail, /table reviews, .*view pull_request_facts/);
}, google));

test('without credentials for Google it says how to sign in, and skips what needs them', async () => {
  const env = { STORAGE_EMULATOR_HOST: undefined, BIGQUERY_EMULATOR_HOST: undefined, GCE_METADATA_HOST: '127.0.0.1:1', GITHUB_STATS_CLOCK_RATE: '1000' };
  const findings = await examine(collected, 1, [], { env });
  assert.deepEqual(idsOf(findings, 'fail').filter((id) => id !== 'clock.github'), ['google.sign_in']);
  assert.match(findings['google.sign_in'].remedy, /gcloud auth/);
  for (const id of ['store', 'store.write', 'warehouse', 'warehouse.tables', 'collection.last']) assert.equal(findings[id].status, 'skipped', id);
});

test('addresses where nobody answers', async () => {
  const nobody = 'http://127.0.0.1:1';
  const findings = await examine(collected, 1, [], { env: { GITHUB_API_URL: nobody, STORAGE_EMULATOR_HOST: nobody, BIGQUERY_EMULATOR_HOST: nobody,
    GITHUB_STATS_CLOCK_RATE: '100' } });
  assert.deepEqual(idsOf(findings, 'fail'), ['github.token.1', 'store', 'warehouse']);
  for (const id of ['github.token.1', 'store', 'warehouse']) assert.match(findings[id].detail, /127\.0\.0\.1:1/);
});

test('servers that never answer are waited for half a minute in all', async () => {
  const gate = await openGate(simulator.url, () => 'hold');
  try {
    const env = { GITHUB_API_URL: gate.url, STORAGE_EMULATOR_HOST: gate.url, BIGQUERY_EMULATOR_HOST: gate.url };
    const result = await collected.run(['doctor'], { env });
    assert.equal(result.code, 1, describeRun(['doctor'], result));
    assert.equal(gate.serial, 6, 'each of the three is asked twice, for four seconds each');
  } finally {
    await gate.close();
  }
});
