// --summary-file: what a run came to, for programs.

import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openGate } from './lib/gate.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const TABLES = ['pull_requests', 'commits', 'reviews', 'review_comments', 'issue_comments'];
const BACKFILL = ['backfill', '--days', '36500', '--exclude-repo', 'same-second', '--summary-file', 'out.json'];

const simulator = await startSimulator(['--now', NOW, '--repositories', '2', '--pull-requests', '30', '--points-per-hour', '100000']);
const gate = await openGate(simulator.url);
after(async () => {
  await gate.close();
  await simulator.close();
});

const summaryOf = async (workspace) => JSON.parse(await readFile(join(workspace.directory, 'out.json'), 'utf8'));

/** A story in a workspace in which `init` has been run, behind the gate. */
const story = (tell) => withWorkspace(gate, {}, async (workspace) => {
  await simulator.control({ reset: true });
  await workspace.expect(0, ['init']);
  await tell(workspace);
  gate.decide = () => {};
});

test('it says what was collected, what it cost, and what was loaded', () => story(async (workspace) => {
  const { stdout } = await workspace.expect(0, BACKFILL);
  const summary = await summaryOf(workspace);
  const [{ collection_id: id, repositories }] = (await workspace.store()).checkpoints;
  assert.deepEqual([summary.version, summary.command, summary.org, summary.exit_code, summary.failure],
    [1, 'backfill', 'acme', 0, null]);
  assert.equal(summary.collection_id, id);
  assert.ok(stdout.includes(id));
  assert.ok(Date.parse(summary.started_at) < Date.parse(summary.ended_at));
  assert.equal(summary.repositories.done, repositories.length);
  assert.equal(summary.repositories.failed + summary.repositories.to_go, 0);
  const counts = await workspace.counts();
  for (const table of TABLES) {
    assert.equal(summary.loaded.in_warehouse[table], Number(counts[table]), table);
    assert.equal(summary.collected[table], summary.loaded.rows[table], table);
  }
  const { graphqlRequests, points } = await simulator.stats();
  assert.deepEqual(summary.github, { requests: graphqlRequests, points });
  assert.deepEqual((await readdir(workspace.directory)).filter((name) => name.endsWith('.part')), []);
}));

test('each run replaces it, whatever it came to', () => story(async (workspace) => {
  await writeFile(join(workspace.directory, 'out.json'), 'something else');
  let decided = 0;
  gate.decide = () => ((decided += 1) > 8 ? { status: 401, json: { message: 'Bad credentials' } } : undefined);
  await workspace.expect(1, BACKFILL);
  const failed = await summaryOf(workspace);
  assert.deepEqual([failed.exit_code, failed.failure.code], [1, 'unauthenticated']);
  assert.match(failed.failure.reason, /401/);
  assert.ok(failed.repositories.to_go > 0);
  gate.decide = () => {};
  await workspace.expect(0, ['resume', '--collection-id', failed.collection_id, '--summary-file', 'out.json', '--no-load']);
  const resumed = await summaryOf(workspace);
  assert.deepEqual([resumed.command, resumed.collection_id, resumed.loaded], ['resume', failed.collection_id, null]);
  await workspace.expect(0, ['scheduled', '--once', '--summary-file', join(workspace.directory, 'out.json')]);
  const next = await summaryOf(workspace);
  assert.equal(next.command, 'scheduled');
  assert.ok(next.repositories.unchanged > 0);
}));

test('a place that can not be written to is refused before anything is asked', () => story(async (workspace) => {
  await mkdir(join(workspace.directory, 'folder'));
  for (const place of ['missing/out.json', 'folder', '']) {
    const { stdout, stderr } = await workspace.expect(2, ['collect', '--summary-file', place]);
    assert.match(stdout + stderr, /--summary-file/);
  }
  assert.equal((await simulator.stats()).requests, 0);
}));
