// Pull requests as they really were, recorded from GitHub, in BigQuery and in DuckDB.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { testReadBack } from './lib/read_back.js';

const RECORDED = process.env.GITHUB_STATS_RECORDED
  || fileURLToPath(new URL('../../shared/recorded/bitcoin-core-gui.ndjson.xz', import.meta.url));

await testReadBack({
  options: ['--recorded', RECORDED],
  skip: existsSync(RECORDED) ? false : `no recorded data at ${RECORDED}; name a file in GITHUB_STATS_RECORDED`,
});
