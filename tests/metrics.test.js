// pull_request_facts and metrics against an independent calculation: plain code over the same rows.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { storeChunks } from './lib/chunks.js';
import { factsOf, metricsOf, percentile, Rules } from './lib/metrics.js';
import { Random, SEED } from './lib/random.js';
import { randomRows } from './lib/random_rows.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { TABLES } from './lib/tables.js';
import { withWorkspace } from './lib/workspace.js';

const BOTS = ['acme-ci'];
const RULES = new Rules({ bots: BOTS });
const SETTINGS = { BOT_LOGINS: BOTS.join(',') };
const EVERYTHING = ['backfill', '--days', '36500'];
const AGAIN = ['collect', '--hours', '876000'];
const ROUNDS = 3;
const PULL_REQUESTS = 150;

const simulator = await startSimulator(['--now', NOW, '--repositories', '4', '--pull-requests', '150', '--points-per-hour', '1000000']);
after(() => simulator.close());
const nowhere = { url: 'http://127.0.0.1:9' };

const isSame = (a, b) => (typeof a === 'number' && typeof b === 'number' && !Number.isInteger(a)
  ? Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a)) : a === b);

/** Row for row and column for column; what `expected` does not know is not compared. */
function assertRows(actual, expected, keys, context) {
  const name = (row) => keys.map((key) => row[key]).join('/');
  assert.deepEqual(actual.map(name), expected.map(name), context);
  const differences = expected.flatMap((row, i) => Object.entries(row)
    .filter(([column, value]) => value !== undefined && !isSame(actual[i][column], value))
    .map(([column, value]) => `${name(row)}: ${column} is ${actual[i][column]}, not ${value}`));
  assert.ok(differences.length === 0, `${differences.length} differences ${context}\n${differences.slice(0, 20).join('\n')}`);
}

const readFacts = (workspace) => workspace.query('SELECT * FROM pull_request_facts ORDER BY org, repo, number');
const readMetrics = (workspace) => workspace.query('SELECT * FROM metrics ORDER BY org, repo, metric_date, author');

/** Facts and metrics are those of `tables`. Gives the facts. */
async function assertCalculated(workspace, tables, rules, context) {
  const facts = await readFacts(workspace);
  assertRows(facts, factsOf(tables, rules), ['org', 'repo', 'number'], `(facts ${context})`);
  assertRows(await readMetrics(workspace), metricsOf(tables, rules), ['org', 'repo', 'metric_date', 'author'], `(metrics ${context})`);
  return facts;
}

/** Coding, pickup and review make up the cycle. Gives how many pull requests that was seen on. */
function assertIdentity(facts) {
  const whole = facts.filter((fact) => fact.coding_clamped === false
    && [fact.coding_seconds, fact.pickup_seconds, fact.review_seconds, fact.cycle_seconds].every((value) => value !== null));
  for (const fact of whole) {
    assert.equal(fact.coding_seconds + fact.pickup_seconds + fact.review_seconds, fact.cycle_seconds, `${fact.repo}#${fact.number}`);
  }
  return whole.length;
}

async function truthTables() {
  const tables = {};
  for (const table of TABLES) tables[table] = await simulator.truth(table);
  return tables;
}

// What the random pull requests must have among them for the comparison to mean something.
const CASES = {
  'coding cut off': (fact) => fact.coding_clamped,
  'no commits': (fact) => fact.first_commit_at === null,
  'never ready': (fact) => fact.ready_at === null,
  'ready after the close': (fact) => fact.ready_at > (fact.merged_at ?? fact.closed_at ?? '9'),
  'reviewed before it was ready': (fact) => fact.pickup_seconds === 0 && fact.ready_at > fact.created_at,
  'approved before the first review that counts': (fact) => fact.rework_seconds === null && fact.first_review_at && fact.first_approval_at,
  'reviewed in the second of the merge': (fact) => fact.review_seconds === 0,
  'merged by its author without approval': (fact) => fact.self_merged,
  'merged without review': (fact) => fact.unreviewed,
  'opened by a bot': (fact) => fact.is_bot,
  'opened by nobody': (fact) => fact.author === null,
  'several rounds': (fact) => fact.review_rounds > 1,
  'commits after the review': (fact) => fact.commits_after_first_review > 0,
  stale: (fact) => fact.stale,
};

test('percentiles lie between values', () => {
  assert.equal(percentile([5], 0.9), 5);
  assert.equal(percentile([1, 2], 0.5), 1.5);
  assert.ok(Math.abs(percentile([10, 0, 20], 0.9) - 18) < 1e-9);
});

test('random pull requests, changed by later collections', async (t) => {
  const all = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const context = `seed ${SEED}, round ${round}`;
    await t.test(context, () => withWorkspace(nowhere, SETTINGS, async (workspace) => {
      const random = new Random(SEED * 1000 + round);
      const newest = new Map();
      for (const id of ['20260201T000000Z', '20260202T000000Z', '20260203T000000Z']) {
        for (const repo of ['anvil', 'bolt']) {
          const numbers = Array.from({ length: PULL_REQUESTS }, (_, i) => i + 1).filter(() => newest.size === 0 || random.next() < 0.2);
          const tables = randomRows(random, repo, numbers, id);
          await storeChunks(workspace, repo, id, tables);
          for (const row of tables.pull_requests) newest.set(`${repo}/${row.number}`, id);
        }
        const { stdout } = await workspace.expect(0, ['load-gcs']);
        assert.match(stdout, /^metrics: [\d,]+ rows? of \d+ days?$/m);
        const facts = await assertCalculated(workspace, await workspace.tables(), RULES, `after ${id}, ${context}`);
        assert.deepEqual(new Set(facts.map(({ collection_id: seen }) => seen)), new Set(newest.values()));
        assert.ok(assertIdentity(facts) > 0);
        all.push(...facts);
      }
      const touched = await readMetrics(workspace);
      await workspace.expect(0, ['metrics']);
      assert.deepEqual(await readMetrics(workspace), touched);
    }));
  }
  for (const [name, holds] of Object.entries(CASES)) assert.ok(all.some(holds), `no pull request was ${name}`);
});

test('a simulated organisation, before and after it changes', () => withWorkspace(simulator, {}, async (workspace) => {
  await simulator.control({ reset: true });
  await workspace.succeed(EVERYTHING);
  const tables = await truthTables();
  const facts = await assertCalculated(workspace, tables, new Rules(), 'of the truth');
  assert.ok(assertIdentity(facts) > 50);
  for (const kind of ['review', 'commit', 'force_push', 'merge', 'close', 'comment', 'delete_comment', 'open']) {
    for (const { repo, number } of tables.pull_requests.filter((_, i) => i % 40 === kind.length)) {
      await simulator.control({ mutate_now: { repo, kind, ...(kind !== 'open' && { number }) } });
    }
  }
  await workspace.expect(0, AGAIN);
  await assertCalculated(workspace, await truthTables(), new Rules(), 'of the changed truth');
}));

test('metrics can be left out, and are caught up with', () => withWorkspace(simulator, {}, async (workspace) => {
  await simulator.control({ reset: true });
  const { stdout } = await workspace.succeed([...EVERYTHING, '--no-metrics']);
  assert.doesNotMatch(stdout, /metrics/);
  assert.deepEqual(await readMetrics(workspace), []);
  assert.match((await workspace.expect(0, ['load-gcs'])).stdout, /^metrics: /m);
  await assertCalculated(workspace, await truthTables(), new Rules(), 'caught up');
  assert.doesNotMatch((await workspace.expect(0, ['load-gcs'])).stdout, /metrics/);
  assert.deepEqual(JSON.parse((await workspace.expect(0, ['load-gcs', '--json'])).stdout).metrics, { rows: 0, days: 0 });
}));

test('metrics tells how much it calculated', () => withWorkspace(simulator, {}, async (workspace) => {
  await simulator.control({ reset: true });
  assert.equal((await workspace.expect(0, ['metrics'])).stdout, 'metrics: 0 rows of 0 days\n');
  await workspace.succeed([...EVERYTHING, '--no-metrics']);
  const { stdout } = await workspace.expect(0, ['metrics']);
  const [{ rows, days }] = await workspace.query('SELECT count(*) AS rows, count(DISTINCT metric_date) AS days FROM metrics');
  assert.equal(stdout.replaceAll(',', ''), `metrics: ${rows} rows of ${days} days\n`);
  assert.equal((await workspace.expect(0, ['metrics', '--quiet'])).stdout, '');
}));

test('who is a bot and what is stale can be set', () => withWorkspace(simulator, {}, async (workspace) => {
  await simulator.control({ reset: true });
  await workspace.succeed(EVERYTHING);
  const tables = await truthTables();
  const { author } = tables.pull_requests.find((row) => row.author_type === 'User');
  await workspace.expect(0, ['metrics'], { env: { BOT_LOGINS: author.toUpperCase(), STALE_AFTER_DAYS: '36500' } });
  const rules = new Rules({ bots: [author], staleAfterDays: 36_500 });
  const facts = await assertCalculated(workspace, tables, rules, `with ${author} as a bot`);
  assert.ok(facts.some((fact) => fact.author === author && fact.is_bot));
}));

test('a load that dies before its metrics leaves them to the next', () => withWorkspace(simulator, {}, async (workspace) => {
  await simulator.control({ reset: true });
  await workspace.succeed([...EVERYTHING, '--no-load']);
  for (const point of ['warehouse.load.after_commit:1', 'warehouse.metrics.before_commit:1']) {
    const { signal } = await workspace.run(['load-gcs'], { env: { GITHUB_STATS_CRASH_AT: point } });
    assert.equal(signal, 'SIGKILL', point);
  }
  await workspace.expect(0, ['load-gcs']);
  await assertCalculated(workspace, await truthTables(), new Rules(), 'after deaths');
}));
