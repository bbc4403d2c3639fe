// `init` towards BigQuery: the dataset and its tables, as Google's own client sees them.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { startGoogle } from './lib/bigquery.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { KEYS } from './lib/tables.js';
import { queryWarehouse } from './lib/warehouse.js';
import { withWorkspace } from './lib/workspace.js';

const google = await startGoogle();
const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '40', '--points-per-hour', '100000']);
after(async () => {
  await simulator.close();
  await google.close();
});
afterEach(() => google.assertNoViolations());

const REPOSITORIES = ['a.b_c-d', 'api', 'platform'];
const COLLECT = ['backfill', '--days', '36500', ...REPOSITORIES.flatMap((repo) => ['--repo', repo])];
const selected = { wanted: ({ repo }) => REPOSITORIES.includes(repo) };
const inCloud = (env, use) => withWorkspace(simulator, { GCS_CHUNK_SIZE: '10', ...env }, use, google);

/** Where each table is cut into partitions, and by what it is sorted in them. */
const LAYOUT = {
  pull_requests: ['updated_at', ['org', 'repo', 'author']],
  commits: ['commit_date', ['org', 'repo', 'author']],
  reviews: ['submitted_at', ['org', 'repo', 'reviewer']],
  review_comments: ['created_at', ['org', 'repo', 'author']],
  issue_comments: ['created_at', ['org', 'repo', 'author']],
  metrics: ['metric_date', ['org', 'repo', 'author']],
};
const TYPES = { STRING: 'VARCHAR', INTEGER: 'BIGINT', FLOAT: 'DOUBLE', BOOLEAN: 'BOOLEAN', TIMESTAMP: 'TIMESTAMP', DATE: 'DATE' };

test('init creates the dataset where it is told to, and the six tables', () => inCloud({ BIGQUERY_LOCATION: 'europe-west3' }, async (workspace) => {
  const { stdout } = await workspace.expect(0, ['init']);
  assert.ok(stdout.includes(`bigquery:emulated-project.${workspace.bigQuery.dataset.id}`), stdout);
  const [dataset] = await workspace.bigQuery.dataset.getMetadata();
  assert.deepEqual([dataset.location.toLowerCase(), dataset.labels], ['europe-west3', { app: 'github-stats' }]);
  await workspace.expect(0, ['init', '--warehouse', 'duckdb:same.duckdb']);
  const tables = await workspace.bigQuery.metadata();
  for (const [name, [column, cluster]] of Object.entries(LAYOUT)) {
    const { timePartitioning, clustering, labels, description, schema: { fields } } = tables[name];
    assert.deepEqual([timePartitioning.type, timePartitioning.field, clustering.fields], ['DAY', column, cluster], name);
    assert.deepEqual(labels, { app: 'github-stats' }, name);
    assert.ok(description && fields.every((field) => field.description.length > 3), name);
    const columns = await queryWarehouse(`${workspace.directory}/same.duckdb`, `SELECT column_name, column_type FROM (DESCRIBE ${name})`);
    assert.deepEqual(fields.map((field) => [field.name, `${TYPES[field.type]}${field.mode === 'REPEATED' ? '[]' : ''}`]),
      columns.map(({ column_name: own, column_type: type }) => [own, type]), name);
    const key = KEYS[name] ?? ['org', 'repo', 'metric_date', 'author'];
    for (const field of fields.filter((each) => key.includes(each.name))) assert.equal(field.mode, 'REQUIRED', `${name}.${field.name}`);
  }
}));

test('init may be repeated, and changes nothing then', () => inCloud({}, async (workspace) => {
  await workspace.expect(0, ['init']);
  const before = await workspace.bigQuery.metadata();
  await workspace.expect(0, ['init']);
  assert.deepEqual(await workspace.bigQuery.metadata(), before);
}));

test('init adds the columns that are missing, and keeps rows and columns of others', () => inCloud({}, async (workspace) => {
  await workspace.succeed(COLLECT);
  const whole = (await workspace.bigQuery.metadata()).reviews.schema.fields;
  await workspace.query('ALTER TABLE reviews DROP COLUMN url');
  await workspace.query('ALTER TABLE reviews ADD COLUMN mine STRING');
  await workspace.expect(0, ['init']);
  const { fields } = (await workspace.bigQuery.metadata()).reviews.schema;
  assert.deepEqual(fields.map(({ name }) => name).sort(), [...whole.map(({ name }) => name), 'mine'].sort());
  await workspace.expect(0, ['load-gcs', '--reload']);
  await workspace.query('ALTER TABLE reviews DROP COLUMN mine');
  await workspace.assertTruth(simulator, selected);
}));

test('a table that can not be used is named, and what to do', () => inCloud({}, async (workspace) => {
  await workspace.bigQuery.client.createDataset(workspace.bigQuery.dataset.id, { location: 'US' });
  await workspace.bigQuery.dataset.createTable('commits', { schema: 'org:STRING,repo:STRING,sha:INTEGER' });
  const { stderr } = await workspace.expect(1, ['init']);
  assert.match(stderr, /commits can't be used: its column \w+ [^]*BIGQUERY_DATASET_ID/);
}));
