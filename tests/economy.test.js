// What collecting costs: GraphQL points, as the simulator charges them, each connection counted.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { NOW, startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const EVERYTHING = ['backfill', '--days', '36500'];
const servers = [];
after(() => Promise.all(servers.map((server) => server.close())));

async function serve(...args) {
  const server = await startSimulator(['--now', NOW, '--plain', ...args]);
  servers.push(server);
  return server;
}

test('10,000 pull requests with all their details cost at most 0.09 points each', async (t) => {
  const simulator = await serve('--pull-requests', '10000');
  await withWorkspace(simulator, {}, async (workspace) => {
    await workspace.succeed([...EVERYTHING, '--no-load']);
    const counts = await simulator.counts();
    const mean = (table) => (counts[table] / counts.pull_requests).toFixed(2);
    const { points, requests, violations } = await simulator.stats();
    const each = points / counts.pull_requests;
    t.diagnostic(`${each.toFixed(4)} points and ${(requests / counts.pull_requests).toFixed(4)} requests a pull request, each with `
      + `${mean('commits')} commits, ${mean('reviews')} reviews, ${mean('review_comments')} review comments and `
      + `${mean('issue_comments')} issue comments on average`);
    assert.ok(counts.pull_requests >= 10000);
    assert.ok(each <= 0.09, `${each} points`);
    assert.equal(violations.total, 0);
  });
});

test('collecting 300 repositories in which nothing or little changed costs next to nothing', async (t) => {
  // An hour of the simulator's passes in two seconds, so that changes are not of this very minute.
  const simulator = await serve('--repositories', '300', '--pull-requests', '3000', '--time-scale', '1800', '--points-per-hour', '100000');
  await withWorkspace(simulator, {}, async (workspace) => {
    const spent = async (args) => {
      const before = await simulator.stats();
      await workspace.expect(0, args);
      const { points, requests } = await simulator.stats();
      return { points: points - before.points, requests: requests - before.requests };
    };
    await workspace.succeed(EVERYTHING);
    await workspace.expect(0, ['collect']);
    const nothing = await spent(['collect']);
    t.diagnostic(`nothing changed: ${nothing.points} points, ${nothing.requests} requests`);
    assert.ok(nothing.points <= 5 && nothing.requests <= 5, JSON.stringify(nothing));

    const pulls = await simulator.truth('pull_requests');
    const repositories = [...new Set(pulls.map(({ repo }) => repo))].slice(0, 10);
    for (const repo of repositories) {
      const { number } = pulls.find((pull) => pull.repo === repo);
      await simulator.control({ mutate_now: { repo, number, kind: 'comment' } });
    }
    const little = await spent(['collect']);
    t.diagnostic(`10 pull requests changed in as many repositories: ${little.points} points, ${little.requests} requests`);
    assert.ok(little.points <= 15, JSON.stringify(little));
    await workspace.assertTruth(simulator);
  });
});
