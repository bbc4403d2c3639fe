// How many requests each command sends to Cloud Storage, in the classes that Google bills: one collection of a
// simulated organisation, and what comes after it. `node bench/gcs_requests.js [PULL_REQUESTS] [PROGRAM]`

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startGcs } from '../tests/lib/gcs.js';
import { startSimulator } from '../tests/lib/simulator.js';
import { measure } from './measure.js';

const pullRequests = Number(process.argv[2] ?? 2_000);
const program = resolve(process.argv[3] ?? 'build/release/github-stats');

// Google's "Operations that fall into each class": reads of an object are class B, removals are free, all else is class A.
const CLASS_B = new Set(['objects.get', 'buckets.get']);
const FREE = new Set(['objects.delete', 'buckets.delete']);

const COMMANDS = [
  ['init'], ['backfill', '--days', '36500', '--no-load'], ['load-gcs'], ['load-gcs'], ['collect'], ['gcs-summary'],
  ['wipe-gcs', '--all', '--confirm'],
];

const directory = mkdtempSync(join(tmpdir(), 'github-stats-bench-'));
const simulator = await startSimulator(['--plain', '--pull-requests', String(pullRequests), '--points-per-hour', '100000']);
const gcs = await startGcs();
Object.assign(process.env, {
  GITHUB_TOKEN: 'sim-token', GITHUB_ORG: 'acme', GITHUB_API_URL: simulator.url, STORAGE_EMULATOR_HOST: gcs.url,
  GITHUB_STATS_STORE: 'gs://bench-chunks', GITHUB_STATS_WAREHOUSE: `duckdb:${join(directory, 'bench.duckdb')}`,
  BIGQUERY_PROJECT_ID: 'bench-project',
});

function difference(after, before) {
  const classes = { A: 0, B: 0, free: 0 };
  const operations = {};
  for (const [name, count] of Object.entries(after)) {
    const more = count - (before[name] ?? 0);
    if (more === 0) continue;
    operations[name] = more;
    classes[CLASS_B.has(name) ? 'B' : FREE.has(name) ? 'free' : 'A'] += more;
  }
  return { classes, operations };
}

try {
  console.log(`${pullRequests} pull requests in 40 repositories`);
  for (const args of COMMANDS) {
    const { requests: before } = await gcs.stats();
    const { code } = await measure(program, [...args, '--no-progress'], { stderr: 'inherit' });
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
    const { classes, operations } = difference((await gcs.stats()).requests, before);
    console.log(`${args.join(' ')}: class A ${classes.A}, class B ${classes.B}, free ${classes.free}  ${JSON.stringify(operations)}`);
  }
} finally {
  await gcs.close();
  await simulator.close();
  rmSync(directory, { recursive: true });
}
