// A repository's history is one, whatever it is called; and what it is called is GitHub's spelling.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const BACKFILL = ['backfill', '--days', '36500'];
const SETTINGS = { DEFAULT_LOOKBACK_DAYS: '36500' };

const simulator = await startSimulator(['--plain', '--repositories', '4', '--pull-requests', '80', '--points-per-hour', '100000']);
after(() => simulator.close());
const [{ repo: REPOSITORY }] = await simulator.truth('pull_requests');

const names = async (workspace) =>
  (await workspace.query('SELECT DISTINCT repo FROM pull_requests ORDER BY repo')).map(({ repo }) => repo);

test('a renamed repository is under its new name only, after a reload too', () =>
  withWorkspace(simulator, SETTINGS, async (workspace) => {
    await simulator.control({ reset: true });
    await workspace.succeed(BACKFILL);
    assert.ok((await names(workspace)).includes(REPOSITORY));
    await simulator.control({ mutate_now: { repo: REPOSITORY, kind: 'rename_repository', to: 'renamed' } });
    await workspace.expect(0, ['collect']);
    await workspace.assertTruth(simulator);
    await workspace.expect(0, ['load-gcs', '--reload']);
    await workspace.assertTruth(simulator);
    assert.ok(!(await names(workspace)).includes(REPOSITORY));
  }));

test('a repository that was transferred away keeps the history that it had', () =>
  withWorkspace(simulator, SETTINGS, async (workspace) => {
    await simulator.control({ reset: true });
    await workspace.succeed(BACKFILL);
    const before = await workspace.query('SELECT repo, number, updated_at FROM pull_requests ORDER BY ALL');
    await simulator.control({ mutate_now: { repo: REPOSITORY, kind: 'transfer_repository', to: 'solo-user/elsewhere' } });
    await workspace.expect(0, ['collect']);
    assert.deepEqual(await workspace.query('SELECT repo, number, updated_at FROM pull_requests ORDER BY ALL'), before);
  }));

test('letter case is GitHub\'s, whatever was typed', () =>
  withWorkspace(simulator, { ...SETTINGS, GITHUB_ORG: 'ACME' }, async (workspace) => {
    await simulator.control({ reset: true });
    await workspace.succeed([...BACKFILL, '--repo', REPOSITORY.toUpperCase()]);
    const found = await workspace.query('SELECT DISTINCT org, repo FROM pull_requests');
    assert.deepEqual(found, [{ org: 'acme', repo: REPOSITORY }]);
  }));
