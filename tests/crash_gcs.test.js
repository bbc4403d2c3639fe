// Killed before, in the midst of and after each durable write into Cloud Storage: of the first, a
// middle and the last one of every kind.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CrashStories } from './lib/crash_story.js';
import { startGcs } from './lib/gcs.js';

const gcs = await startGcs();
const stories = await CrashStories.start({ gcs });
after(async () => {
  const violations = await gcs.violations();
  await stories.close();
  await gcs.close();
  assert.deepEqual(violations, []);
});

test('killed at every point of collecting and loading', (t) => stories.tellOfCollecting(t));

test('killed at every point of writing an object', (t) => stories.tellOfPuts(t,
  ['gcs_store.put.before', 'gcs_store.put.half_sent', 'gcs_store.put.after']));
