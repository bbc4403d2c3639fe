// What metrics cost: time and memory of `metrics`, and of a load's share of them, for made-up pull
// requests that DuckDB itself writes into the tables. `node bench/metrics.js [PULL_REQUESTS] [PROGRAM]`

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure } from './measure.js';

const require = createRequire(new URL('../.deps/duckdb/package.json', import.meta.url));
const { DuckDBInstance } = require('@duckdb/node-api');

const pullRequests = Number(process.argv[2] ?? 100_000);
const program = process.argv[3] ?? 'build/release/github-stats';
const REPOSITORIES = 50;
const AUTHORS = 200;

// Two years of pull requests. Of each three commits, two reviews, three review comments and two
// issue comments; four in five are merged after some days.
const PLACE = `'acme' AS org, 'repo-' || n % ${REPOSITORIES} AS repo`;
const SEEN = "TIMESTAMP '2026-01-01' AS collected_at, '20260101T000000Z' AS collection_id";
const OPENED = "TIMESTAMP '2024-01-01' + to_minutes(CAST(n * 7919 % 1051200 AS BIGINT))";
const person = (salt) => `'user-' || hash(n, i, ${salt}) % ${AUTHORS}`;
const details = (count) => `(SELECT n, i FROM range(${pullRequests}) p(n), range(${count}) d(i))`;
const hoursLater = (salt) => `${OPENED} + to_minutes(CAST(hash(n, i, ${salt}) % 6000 AS BIGINT))`;

const STATEMENTS = [
  `INSERT INTO pull_requests BY NAME
   SELECT ${PLACE}, n AS number, 'PR_' || n AS id, CASE WHEN n % 5 > 0 THEN 'MERGED' ELSE 'OPEN' END AS state,
     'user-' || n % ${AUTHORS} AS author, 'User' AS author_type, n % 6 = 0 AS opened_as_draft, ${OPENED} AS created_at,
     ${OPENED} + INTERVAL 5 DAY AS updated_at, ${OPENED} + INTERVAL 1 HOUR AS ready_for_review_at,
     CASE WHEN n % 5 > 0 THEN ${OPENED} + INTERVAL 5 DAY END AS closed_at, CASE WHEN n % 5 > 0 THEN ${OPENED} + INTERVAL 5 DAY END AS merged_at,
     n % 500 AS additions, n % 90 AS deletions, ${SEEN}
   FROM range(${pullRequests}) p(n)`,
  `INSERT INTO commits BY NAME
   SELECT ${PLACE}, n AS pr_number, 'sha-' || n || '-' || i AS sha, 'user-' || n % ${AUTHORS} AS author,
     ${hoursLater(1)} - INTERVAL 1 DAY AS author_date, ${hoursLater(1)} AS commit_date, 'Do it' AS message, ${SEEN}
   FROM ${details(3)}`,
  `INSERT INTO reviews BY NAME
   SELECT ${PLACE}, n AS pr_number, 'R_' || n || '-' || i AS id, ${person(2)} AS reviewer, 'User' AS reviewer_type,
     CASE WHEN i = 1 THEN 'APPROVED' ELSE 'COMMENTED' END AS state, 'Fine' AS body, 'sha-' || i AS commit_sha,
     ${hoursLater(3)} AS submitted_at, ${SEEN}
   FROM ${details(2)}`,
  ...[['review_comments', 3], ['issue_comments', 2]].map(([table, count]) => `INSERT INTO ${table} BY NAME
   SELECT ${PLACE}, n AS pr_number, 'C_' || n || '-' || i AS id, ${person(4)} AS author, 'User' AS author_type, 'Why?' AS body,
     ${hoursLater(5)} AS created_at, ${hoursLater(5)} AS updated_at, ${SEEN}
   FROM ${details(count)}`),
];

async function execute(file, statements) {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

async function show(what, args) {
  const { said, code, cost } = await measure(program, args, { stderr: 'inherit' });
  console.log(`${what}: ${cost}, exit code ${code}; ${said.trim().split('\n')[0]}`);
}

const directory = mkdtempSync(join(tmpdir(), 'github-stats-bench-'));
try {
  const file = join(directory, 'bench.duckdb');
  const places = ['--org', 'acme', '--store', `file:${directory}/store`, '--warehouse', `duckdb:${file}`, '--no-progress'];
  spawnSync(program, ['init', ...places]);
  await execute(file, STATEMENTS);
  for (let i = 0; i < 3; i += 1) await show(`metrics of ${pullRequests} pull requests`, ['metrics', ...places]);
  await execute(file, ["INSERT INTO _metrics_days SELECT 'acme', 'repo-1', DATE '2024-06-01' + CAST(d AS INTEGER) FROM range(30) t(d)"]);
  await show('after a load that touched a month of a repository', ['load-gcs', ...places]);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
