// A collection that is killed and taken up again must end as if nothing had happened. What the tests
// of that share, wherever the store is.

import assert from 'node:assert/strict';
import { describeRun } from './program.js';
import { NOW, startSimulator } from './simulator.js';
import { TABLES } from './tables.js';
import { withWorkspace } from './workspace.js';

const MOST_RECOVERIES = 5;

const LEFT_OUT = 'same-second';
const FLAGS = ['--exclude-repo', LEFT_OUT];
export const BACKFILL = ['backfill', '--days', '36500', ...FLAGS];
const NOTHING_NEW = ['backfill', '--days', '1', ...FLAGS];
// Many chunks for few rows.
export const SETTINGS = { BATCH_SIZE: '10', GCS_CHUNK_SIZE: '15' };

// Checkpoints are written by the clock.
const MANY_CHECKPOINTS = { GITHUB_STATS_CLOCK_RATE: '100' };

export const crashAt = (point) => ({ env: { GITHUB_STATS_CRASH_AT: point } });

export const chooseManner = (random) => ({ workers: random.pick(['1', '3', '8']), loadFirst: random.next() < 0.5 });

/** The collection that `resume` lists, held against the checkpoints; undefined when there is none. */
async function listedCollection(workspace, context) {
  const { stdout } = await workspace.expect(0, ['resume']);
  const [listed] = /\b\d{8}T\d{6}Z\b/.exec(stdout) ?? [];
  const unfinished = (await workspace.store()).checkpoints.filter((checkpoint) => !checkpoint.finished);
  assert.deepEqual(listed ? [listed] : [], unfinished.map((checkpoint) => checkpoint.collection_id), `${context}\n${stdout}`);
  return listed;
}

/** What a user would do next, until nothing is left to do. `crashes` says where the first tries die. */
async function recover(workspace, crashes, context) {
  for (let tries = 0; tries < MOST_RECOVERIES; tries += 1) {
    const id = await listedCollection(workspace, context);
    const { checkpoints } = await workspace.store();
    const args = id ? ['resume', '--collection-id', id] : checkpoints.length ? ['load-gcs'] : BACKFILL;
    const point = crashes.shift();
    const result = await workspace.run(args, point && crashAt(point));
    if (result.code === 0) return;
    assert.ok(point && result.signal === 'SIGKILL', `${context}\n${describeRun(args, result)}`);
  }
  assert.fail(`still not done after ${MOST_RECOVERIES} tries ${context}`);
}

/** What is in the warehouse before anything is resumed is whole, as far as it goes. */
async function assertLoadablePart(workspace, context) {
  await workspace.expect(0, ['load-gcs']);
  assert.deepEqual(await workspace.incompletePullRequests(), [], context);
}

export class CrashStories {
  #expected;
  #options;

  /**
   * A world to collect, and what an undisturbed run does there.
   *
   * @param options as withWorkspace takes them
   * @returns stories with {simulator, whole: {chunks, requests, milliseconds}}
   */
  static async start(options = {}) {
    const simulator = await startSimulator(
      ['--now', NOW, '--repositories', '4', '--pull-requests', '60', '--points-per-hour', '1000000']);
    // Nothing changes here: what every table must hold is asked for once.
    const truth = new Map();
    for (const table of TABLES) truth.set(table, await simulator.truth(table, { wanted: ({ repo }) => repo !== LEFT_OUT }));
    const stories = new CrashStories(simulator, { truth: (table) => truth.get(table) }, options);
    stories.whole = await stories.withWorkspace(simulator, {}, async (workspace) => {
      const { startedAt, endedAt } = await workspace.succeed(BACKFILL);
      const { chunks } = await workspace.store();
      return { chunks: chunks.length, requests: (await simulator.stats()).graphqlRequests, milliseconds: endedAt - startedAt };
    });
    return stories;
  }

  constructor(simulator, expected, options) {
    this.simulator = simulator;
    this.#expected = expected;
    this.#options = options;
  }

  close() {
    return this.simulator.close();
  }

  withWorkspace(github, env, use) {
    return withWorkspace(github, { ...SETTINGS, ...env }, use, this.#options);
  }

  assertTruth(workspace, context) {
    return workspace.assertTruth(this.#expected, {}, context);
  }

  async assertAsIfNothingHappened(workspace, context) {
    // The half of a last file goes with the next write.
    if ((await workspace.store()).leftovers.length) await workspace.expect(0, [...NOTHING_NEW, '--no-load']);
    await this.assertTruth(workspace, context);
    await workspace.assertStoreInOrder(context);
    assert.equal(await listedCollection(workspace, context), undefined, context);
  }

  /**
   * @param github the simulator or what stands in front of it
   * @param manner {workers, crashes, loadFirst, env}: where tries to go on die, and whether what is there is loaded before
   * @param run (workspace) => the result of a backfill that is meant to die
   * @returns whether it did
   */
  tell(github, { workers, crashes = [], loadFirst = false, env = {} }, context, run) {
    return this.withWorkspace(github, { MAX_WORKERS: workers, ...env }, async (workspace) => {
      await workspace.expect(0, ['init']);
      const result = await run(workspace);
      const died = result.signal === 'SIGKILL' && !result.timedOut;
      assert.ok(died || result.code === 0, `${context}\n${describeRun(BACKFILL, result)}`);
      if (died) {
        if (loadFirst) await assertLoadablePart(workspace, context);
        await recover(workspace, [...crashes], context);
      }
      await this.assertAsIfNothingHappened(workspace, context);
      return died;
    });
  }

  /** Killed at a passage of a point, `collect.chunk.before:7` for one, which must be reached. */
  async tellOfPoint(point, manner) {
    const context = `(${point})`;
    const died = await this.tell(this.simulator, manner, context, (workspace) => workspace.run(BACKFILL, crashAt(point)));
    assert.ok(died, `${point} was not passed`);
  }

  /** A test for each passage of each point: {point: [passages]}. */
  async #tellOfEach(t, points, env) {
    for (const [name, passages] of Object.entries(points)) {
      for (const passage of new Set(passages)) {
        const manner = { workers: '3', loadFirst: passage % 2 === 0, env };
        await t.test(`${name}:${passage}`, () => this.tellOfPoint(`${name}:${passage}`, manner));
      }
    }
  }

  /** A test for each named place of collecting and loading: its first passage, one in the middle, the last. */
  tellOfCollecting(t) {
    return this.#tellOfEach(t, collectPoints(this.whole), MANY_CHECKPOINTS);
  }

  /**
   * A test for each of the places `names`, which every durable write into the store passes: the checkpoint that begins
   * a collection, chunks, and what comes in the end, the last checkpoint and the watermarks.
   */
  tellOfPuts(t, names) {
    const { chunks } = this.whole;
    const passages = [1, 2, Math.ceil(chunks / 2), chunks + 1, chunks + 2, chunks + 3];
    return this.#tellOfEach(t, Object.fromEntries(names.map((name) => [name, passages])), {});
  }
}

/** Where the named places are passed in a backfill, whatever the store. */
export function collectPoints({ chunks }) {
  const ofChunks = [1, Math.ceil(chunks / 2), chunks];
  return {
    'collect.chunk.before': ofChunks,
    'collect.chunk.after': ofChunks,
    'collect.checkpoint.before': [1, 2, 4],
    'collect.checkpoint.after': [1, 2, 4],
    'collect.watermarks.before': [1],
    'collect.watermarks.after': [1],
    'warehouse.load.before_commit': [1],
    'warehouse.load.after_commit': [1],
    'warehouse.metrics.before_commit': [1],
    'warehouse.metrics.after_commit': [1],
  };
}
