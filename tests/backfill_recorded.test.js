// Pull requests as they really were: recorded from GitHub.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startSimulator } from './lib/simulator.js';
import { Workspace } from './lib/workspace.js';

const RECORDED = process.env.GITHUB_STATS_RECORDED
  || fileURLToPath(new URL('../../shared/recorded/bitcoin-core-gui.ndjson.xz', import.meta.url));
const IS_BITCOIN_CORE_GUI = RECORDED.includes('bitcoin-core-gui');
const BITCOIN_CORE_GUI = { pull_requests: 537, commits: 1303, reviews: 2893, review_comments: 2308, issue_comments: 3865 };

const skip = existsSync(RECORDED) ? false : `no recorded data at ${RECORDED}; name a file in GITHUB_STATS_RECORDED`;
if (skip) process.stdout.write(`skipped: ${skip}\n`);

let simulator;
let workspace;
let expected;

before(async () => {
  if (skip) return;
  simulator = await startSimulator(['--recorded', RECORDED]);
  expected = await simulator.counts();
  const [first] = await simulator.truth('pull_requests');
  workspace = await Workspace.create(simulator, { GITHUB_ORG: first.org });
});
after(async () => {
  await workspace?.remove();
  await simulator?.close();
});

async function assertExact() {
  assert.deepEqual(await workspace.counts(), expected);
  await workspace.assertTruth(simulator);
}

test('the record holds what is known of it', { skip: skip || !IS_BITCOIN_CORE_GUI }, () => {
  assert.deepEqual(expected, BITCOIN_CORE_GUI);
});

test('init and backfill bring in every row', { skip }, async () => {
  await workspace.succeed(['backfill', '--days', '4000']);
  await assertExact();
  await workspace.assertStoreInOrder();
});

test('a second backfill leaves the same rows', { skip }, async () => {
  await workspace.expect(0, ['backfill', '--days', '4000']);
  await assertExact();
  await workspace.assertStoreInOrder();
});

test('loading again leaves the same rows', { skip }, async () => {
  await workspace.expect(0, ['load-gcs']);
  await assertExact();
  await workspace.expect(0, ['load-gcs', '--reload']);
  await assertExact();
});
