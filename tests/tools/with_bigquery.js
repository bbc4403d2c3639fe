// Runs a command with a BigQuery of its own and the Cloud Storage that it loads from:
// with-bigquery [--faults SEED] [--rate R] -- COMMAND…
//
// BIGQUERY_EMULATOR_HOST leads the command to an emulator behind a strict proxy (../lib/bigquery_proxy.js), and
// STORAGE_EMULATOR_HOST to the other (../lib/storage_proxy.js); GITHUB_STATS_BIGQUERY_PROXY and
// GITHUB_STATS_STORAGE_PROXY lead to the proxies' own controls. With --faults the R-th part (0.03) of the requests
// to either meets each kind of fault. Fails when the command fails, and when a request was not as Google has it.

import { startGoogle } from '../lib/bigquery.js';
import { runWith } from '../lib/run_with.js';

await runWith('with-bigquery', async () => {
  const { gcs, bigQuery, close } = await startGoogle();
  return {
    proxies: { storage: gcs, BigQuery: bigQuery },
    env: {
      STORAGE_EMULATOR_HOST: gcs.url, GITHUB_STATS_STORAGE_PROXY: gcs.url,
      BIGQUERY_EMULATOR_HOST: bigQuery.url, GITHUB_STATS_BIGQUERY_PROXY: bigQuery.url },
    close,
  };
});
