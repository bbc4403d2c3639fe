// Publishing straight to BigQuery.

import { after, afterEach } from 'node:test';
import { startGoogle } from './lib/bigquery.js';
import { startGitHub, testDirectPublish } from './lib/direct_publish.js';

const google = await startGoogle();
const simulator = await startGitHub();
after(async () => {
  await simulator.close();
  await google.close();
});
afterEach(() => google.assertNoViolations());

// What is left over is removed alike, whatever the warehouse: told with DuckDB, which is quick.
testDirectPublish(simulator, { bigQuery: google.bigQuery }, ['load-gcs loads what is left over']);
