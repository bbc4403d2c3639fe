// What a directory store of many small chunks costs: time and memory of gcs-summary, load-gcs and
// wipe-gcs. `node bench/many_chunks.js [CHUNKS] [PROGRAM]`

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure } from './measure.js';

const chunks = Number(process.argv[2] ?? 200_000);
const program = process.argv[3] ?? 'build/release/github-stats';
const REPOSITORIES = 20;

/** Issue comments without their pull request: a load stages and throws them out. */
function row(repo, number) {
  const times = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z', collected_at: '2026-01-01T00:00:01Z' };
  return `${JSON.stringify({ org: 'acme', repo, pr_number: number, id: `IC_${number}`, ...times, collection_id: '20260101T000000Z' })}\n`;
}

function makeStore(directory) {
  for (let r = 0; r < REPOSITORIES; r += 1) {
    const folder = join(directory, `acme/repo-${r}/issue_comments/2026-01-01`);
    mkdirSync(folder, { recursive: true });
    for (let n = 0; n < chunks / REPOSITORIES; n += 1) writeFileSync(join(folder, `20260101T000000Z_chunk_${n}.json`), row(`repo-${r}`, n));
  }
}

async function show(what, args) {
  const { code, cost } = await measure(program, args);
  console.log(`${what}: ${cost}, exit code ${code}`);
}

const directory = mkdtempSync(join(tmpdir(), 'github-stats-bench-'));
try {
  makeStore(directory);
  const places = ['--org', 'acme', '--store', `file:${directory}`, '--warehouse', `duckdb:${directory}.duckdb`];
  await show('github-stats --version', ['--version']);
  await show(`gcs-summary of ${chunks} chunks, each read`, ['gcs-summary', ...places]);
  await show('load-gcs', ['load-gcs', ...places]);
  await show('load-gcs again', ['load-gcs', ...places]);
  await show('wipe-gcs, what would go', ['wipe-gcs', '--all', '--json', ...places]);
  await show('wipe-gcs --confirm', ['wipe-gcs', '--all', '--confirm', ...places]);
} finally {
  for (const path of [directory, `${directory}.duckdb`, `${directory}.duckdb.wal`]) rmSync(path, { recursive: true, force: true });
}
