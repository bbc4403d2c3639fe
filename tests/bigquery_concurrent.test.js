// Several that load the same chunks into BigQuery at once.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGoogle } from './lib/bigquery.js';
import { describeRun } from './lib/program.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const google = await startGoogle();
const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '20', '--points-per-hour', '100000']);
after(async () => {
  await simulator.close();
  await google.close();
});

const COLLECT = ['backfill', '--days', '36500', '--repo', 'api', '--repo', 'platform'];
const selected = { wanted: ({ repo }) => ['api', 'platform'].includes(repo) };

test('those who load at the same time end with the same tables', () => withWorkspace(simulator, {}, async (workspace) => {
  await workspace.succeed([...COLLECT, '--no-load']);
  const args = ['load-gcs', '--reload'];
  const results = await Promise.all([1, 2, 3].map(() => workspace.run(args)));
  for (const result of results) assert.equal(result.code, 0, describeRun(args, result));
  await workspace.assertTruth(simulator, selected);
  const keys = await workspace.query('SELECT chunk_key FROM _loads');
  assert.equal(keys.length, new Set(keys.map(({ chunk_key: key }) => key)).size);
  assert.equal(keys.length, (await workspace.store()).chunks.length);
  assert.deepEqual(await workspace.bigQuery.stagingTables(), []);
  await google.assertNoViolations();
}, google));
