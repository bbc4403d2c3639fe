// A warehouse in BigQuery, loaded from a store in Cloud Storage: the same program, the same truth. All
// tables are read back by Google's own client.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { startGoogle } from './lib/bigquery.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { TABLES } from './lib/tables.js';
import { withWorkspace } from './lib/workspace.js';

const { gcs, bigQuery, close } = await startGoogle();
const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '40', '--points-per-hour', '100000']);
after(async () => {
  await simulator.close();
  await close();
});
afterEach(async () => {
  const violations = [...await gcs.violations(), ...await bigQuery.violations()];
  await gcs.forgetViolations();
  await bigQuery.forgetViolations();
  assert.deepEqual(violations, []);
});

const REPOSITORIES = ['a.b_c-d', 'api', 'platform'];
const COLLECT = ['backfill', '--days', '36500', ...REPOSITORIES.flatMap((repo) => ['--repo', repo])];
const selected = { wanted: ({ repo }) => REPOSITORIES.includes(repo) };
const inCloud = (env, use) => withWorkspace(simulator, { GCS_CHUNK_SIZE: '10', ...env }, use, { gcs, bigQuery });

test('what is collected into a bucket, and loaded from it, is the truth', () => inCloud({}, async (workspace) => {
  await workspace.succeed(COLLECT);
  await workspace.assertTruth(simulator, selected);
}));
