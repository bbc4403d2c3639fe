// What a report costs: time, memory and size of `report` for made-up pull requests that DuckDB itself writes into the
// tables, and how long the page takes to show them. `node bench/report.js [PULL_REQUESTS] [PROGRAM]`

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBrowser, withReport } from '../tests/lib/browser.js';
import { measure } from './measure.js';

const require = createRequire(new URL('../.deps/duckdb/package.json', import.meta.url));
const { DuckDBInstance } = require('@duckdb/node-api');

const pullRequests = Number(process.argv[2] ?? 100_000);
const program = process.argv[3] ?? 'build/release/github-stats';

// Two years of pull requests in 50 repositories by 200 people; one in thirty is still open. Each has a commit, and two
// reviews of which the second approves. What takes time takes exponentially long, about a day or two each.
const chance = (salt) => `((hash(n, ${salt}) % 1000003 + 1) / 1000004.0)`;
const later = (than, salt, hours) => `${than} + to_seconds(CAST(-ln(${chance(salt)}) * ${hours * 3600} AS BIGINT))`;
const person = (salt) => `'user-' || CAST(floor(200 * pow(${chance(salt)}, 2)) AS BIGINT)`;
const FROM = `(SELECT n, opened, ${later('opened', 2, 20)} AS seen, ${later(later('opened', 2, 20), 3, 30)} AS approved
  FROM (SELECT range AS n, TIMESTAMP '2024-01-01' + to_seconds(CAST(${chance(1).replaceAll('n,', 'range,')} * 63072000 AS BIGINT)) AS opened
    FROM range(${pullRequests}))) p`;
const PLACE = "'acme' AS org, 'repo-' || n % 50 AS repo";
const SEEN = "TIMESTAMP '2025-12-31' AS collected_at, '20251231T000000Z' AS collection_id";
const MERGED = `CASE WHEN n % 30 > 0 THEN ${later('approved', 4, 10)} END`;

const STATEMENTS = [
  `INSERT INTO pull_requests BY NAME
   SELECT ${PLACE}, n AS number, 'PR_' || n AS id, 'Make part ' || n || ' do what it should' AS title,
     'https://github.com/acme/repo-' || n % 50 || '/pull/' || n AS url, CASE WHEN n % 30 > 0 THEN 'MERGED' ELSE 'OPEN' END AS state,
     ${person(5)} AS author, 'User' AS author_type, false AS opened_as_draft, opened AS created_at, opened AS updated_at,
     ${MERGED} AS closed_at, ${MERGED} AS merged_at, CAST(exp(7 * ${chance(6)}) AS BIGINT) AS additions, n % 90 AS deletions, ${SEEN}
   FROM ${FROM}`,
  `INSERT INTO commits BY NAME
   SELECT ${PLACE}, n AS pr_number, 'sha-' || n AS sha, ${person(5)} AS author, opened - to_seconds(CAST(-ln(${chance(7)}) * 30000 AS BIGINT)) AS author_date,
     opened AS commit_date, 'Do it' AS message, ${SEEN}
   FROM ${FROM}`,
  ...[['COMMENTED', 'seen', 8], ['APPROVED', 'approved', 9]].map(([state, time, salt]) => `INSERT INTO reviews BY NAME
   SELECT ${PLACE}, n AS pr_number, 'R_${salt}_' || n AS id, ${person(salt)} AS reviewer, 'User' AS reviewer_type, '${state}' AS state,
     'Fine' AS body, 'sha-' || n AS commit_sha, ${time} AS submitted_at, ${SEEN}
   FROM ${FROM}`),
];

async function execute(file) {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  for (const statement of STATEMENTS) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

const directory = mkdtempSync(join(tmpdir(), 'github-stats-bench-'));
const browser = await startBrowser();
try {
  const file = join(directory, 'bench.duckdb');
  const places = ['--org', 'acme', '--store', `file:${directory}/store`, '--warehouse', `duckdb:${file}`, '--no-progress'];
  spawnSync(program, ['init', ...places]);
  await execute(file);
  for (const [what, ...args] of [['the usual twelve weeks', '--quiet'], ['all two years', '--quiet', '--from', '2024-01-01']]) {
    for (const format of ['html', 'json', 'md']) {
      const out = join(directory, `report.${format}`);
      const { code, cost } = await measure(program, ['report', ...places, ...args, '--format', format, '--out', out], { stderr: 'inherit' });
      console.log(`${what} of ${pullRequests} pull requests, ${format}: ${cost}, ${(statSync(out).size / 1e6).toFixed(2)} MB, exit code ${code}`);
    }
    const begun = performance.now();
    await withReport(browser, join(directory, 'report.html'), {}, async (page) => {
      const shown = performance.now();
      await page.getByLabel('Repository', { exact: true }).selectOption('repo-7');
      const seconds = (from, to) => ((to - from) / 1000).toFixed(1);
      console.log(`the page: ${seconds(begun, shown)} s until it is drawn, ${seconds(shown, performance.now())} s to select a repository`);
    });
  }
} finally {
  await browser.close();
  rmSync(directory, { recursive: true, force: true });
}
