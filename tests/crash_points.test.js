// Killed before, in the midst of and after each durable write into a directory: of the first, a
// middle and the last one of every kind.

import { after, test } from 'node:test';
import { CrashStories } from './lib/crash_story.js';

const stories = await CrashStories.start();
after(() => stories.close());

test('killed at every point of collecting and loading', (t) => stories.tellOfCollecting(t));

test('killed at every point of writing a file', (t) => stories.tellOfPuts(t,
  ['local_store.put.before_write', 'local_store.put.half_written', 'local_store.put.before_rename', 'local_store.put.after_rename']));
