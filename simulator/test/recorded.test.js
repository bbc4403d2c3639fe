import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TABLE_NAMES } from '../model/truth.js';
import { start } from './helpers.js';
import { walk } from './walk.js';

const DIRECTORY = fileURLToPath(new URL('../../../shared/recorded/', import.meta.url));

function recordedFile() {
  const { GITHUB_STATS_RECORDED: named } = process.env;
  if (named) return named;
  const name = existsSync(DIRECTORY) && readdirSync(DIRECTORY).find((each) => /\.ndjson(\.xz)?$/.test(each));
  return name ? DIRECTORY + name : undefined;
}

const file = recordedFile();
const skip = file && existsSync(file) ? false : 'no recorded data; name a file in GITHUB_STATS_RECORDED';

test('recorded pull requests are served as recorded, with the reviews that the timeline leaves out', { skip }, async (t) => {
  const { query, truth, get, simulator } = await start(t, ['--recorded', file, '--points-per-hour', '100000']);
  const login = simulator.world.mainLogin;
  const counts = await get('/_truth');
  if (file.includes('bitcoin-core-gui')) {
    assert.deepEqual(counts,
      { pull_requests: 537, commits: 1303, reviews: 2893, review_comments: 2308, issue_comments: 3865 });
  }
  const walked = await walk(query, login);
  for (const table of TABLE_NAMES) {
    const key = (row) => `${row.repo} ${row.number ?? row.pr_number} ${row.id ?? row.sha}`;
    const sorted = (rows) => [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    const rows = await truth(`table=${table}`);
    // Commits have no sizes in the record: the schema's Int! makes GraphQL say 0, and the truth with it.
    assert.deepEqual(sorted(walked[table]), sorted(rows), table);
    assert.equal(rows.length, counts[table]);
  }
});
