// Runs a command with a Cloud Storage of its own: with-gcs [--faults SEED] [--rate R] -- COMMAND…
//
// STORAGE_EMULATOR_HOST leads the command to an emulator behind a strict proxy (../lib/storage_proxy.js),
// and GITHUB_STATS_STORAGE_PROXY to the proxy's own control. With --faults the R-th part (0.03) of the requests
// meets each kind of fault. Fails when the command fails, and when a request was not as Google has it.

import { startGcs } from '../lib/gcs.js';
import { runWith } from '../lib/run_with.js';

await runWith('with-gcs', async () => {
  const gcs = await startGcs();
  return { proxies: { storage: gcs }, env: { STORAGE_EMULATOR_HOST: gcs.url, GITHUB_STATS_STORAGE_PROXY: gcs.url }, close: gcs.close };
});
