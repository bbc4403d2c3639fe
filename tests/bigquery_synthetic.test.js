// Pull requests that were made up, the awkward ones among them, in BigQuery and in DuckDB.

import { testReadBack } from './lib/read_back.js';

await testReadBack({ options: ['--repositories', '4', '--pull-requests', '60', '--points-per-hour', '1000000'] });
