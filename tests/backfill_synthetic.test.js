// A whole organisation: at least 40 repositories and 5,000 pull requests, row by row.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { NOW, startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const simulator = await startSimulator(['--now', NOW]);
after(() => simulator.close());

const EVERYTHING = ['backfill', '--days', '36500'];

async function backfill({ workers, flags = [], selection = {} }) {
  // New budgets: a backfill of this size must fit into the 5,000 points of an hour.
  await simulator.control({ reset: true });
  await withWorkspace(simulator, { MAX_WORKERS: workers }, async (workspace) => {
    const { stdout } = await workspace.succeed([...EVERYTHING, ...flags]);
    assert.match(stdout, /\bcollection \d{8}T\d{6}Z\b/);
    await workspace.assertStoreInOrder();
    await workspace.assertTruth(simulator, selection);
    const { pull_requests: pullRequests } = await workspace.counts();
    assert.ok(pullRequests >= 5000, `${pullRequests} pull requests`);
    const [{ repositories }] = await workspace.query('SELECT count(DISTINCT repo) AS repositories FROM pull_requests');
    assert.ok(repositories >= 40, `${repositories} repositories`);
    const leftOut = await workspace.query(
      "SELECT DISTINCT repo FROM pull_requests WHERE repo IN ('archived-service', 'forked-tool') ORDER BY repo");
    assert.deepEqual(leftOut.map(({ repo }) => repo), selection.include_archived ? ['archived-service', 'forked-tool'] : []);
  });
}

test('one worker collects an organisation exactly, without archived repositories and forks', () =>
  backfill({ workers: '1' }));

test('ten workers collect it exactly, with archived repositories and forks', () =>
  backfill({
    workers: '10',
    flags: ['--include-archived', '--include-forks'],
    selection: { include_archived: '1', include_forks: '1' },
  }));
