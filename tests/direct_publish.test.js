// Publishing straight to DuckDB, and what can't go with it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { COLLECT, startGitHub, testDirectPublish } from './lib/direct_publish.js';
import { withWorkspace } from './lib/workspace.js';

const simulator = await startGitHub();
after(() => simulator.close());

testDirectPublish(simulator);

test('--no-load is refused: nothing would keep the rows', () =>
  withWorkspace(simulator, { PERSIST_TO_GCS: 'false' }, async (workspace) => {
    for (const args of [[...COLLECT, '--no-load'], ['collect', '--no-load'], ['resume', '--no-load', '--collection-id', '20260101T000000Z']]) {
      const { stderr } = await workspace.expect(2, args);
      assert.match(stderr, /--no-load[^]*PERSIST_TO_GCS/);
    }
  }));

test('a bucket is refused: there is to be none', () =>
  withWorkspace(simulator, { PERSIST_TO_GCS: 'false', GITHUB_STATS_STORE: 'gs://some-bucket' }, async (workspace) => {
    for (const args of [['init'], COLLECT, ['load-gcs']]) {
      assert.match((await workspace.expect(2, args)).stderr, /gs:[^]*PERSIST_TO_GCS/);
    }
  }));
