// The commands on what has been collected already: load, summarise, wipe.

import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { figuresOf, rowsOf } from './lib/store.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { TABLES } from './lib/tables.js';
import { withWorkspace } from './lib/workspace.js';

const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '40', '--points-per-hour', '100000']);
after(() => simulator.close());

const COLLECT = ['backfill', '--days', '36500', '--no-load', '--repo', 'platform', '--repo', 'api', '--repo', 'a.b_c-d'];
const REPOSITORIES = ['a.b_c-d', 'api', 'platform'];
const selected = { wanted: ({ repo }) => REPOSITORIES.includes(repo) };
const NOTHING = Object.fromEntries(TABLES.map((table) => [table, 0]));

/** A workspace where three repositories are collected but not loaded. */
const collected = (use) => withWorkspace(simulator, { GCS_CHUNK_SIZE: '10' }, async (workspace) => {
  await workspace.succeed(COLLECT);
  await use(workspace);
});

const loadedRepositories = async (workspace) =>
  (await workspace.query('SELECT DISTINCT repo FROM pull_requests ORDER BY repo')).map(({ repo }) => repo);

const chunksOf = async (workspace, repo) => (await workspace.store()).chunks.filter((chunk) => chunk.repo === repo);

test('--no-load collects only, and load-gcs brings it in', () => collected(async (workspace) => {
  assert.deepEqual(await workspace.counts(), NOTHING);
  await workspace.assertStoreInOrder();
  const { chunks } = await workspace.store();
  const { stdout } = await workspace.expect(0, ['load-gcs']);
  assert.match(stdout, new RegExp(`^${chunks.length} chunks loaded$`, 'm'));
  await workspace.assertTruth(simulator, selected);
  // Loaded once is loaded.
  assert.match((await workspace.expect(0, ['load-gcs'])).stdout, /^0 chunks loaded$/m);
  assert.match((await workspace.expect(0, ['load-gcs', '--reload'])).stdout, new RegExp(`^${chunks.length} chunks loaded$`, 'm'));
  await workspace.assertTruth(simulator, selected);
}));

test('`load` is another name for load-gcs, `summary` and `wipe` for the other two', () => collected(async (workspace) => {
  await workspace.expect(0, ['load']);
  await workspace.assertTruth(simulator, selected);
  await workspace.expect(0, ['summary']);
  await workspace.expect(2, ['wipe', '--repo', 'api']);
}));

test('load-gcs --repo loads those repositories', () => collected(async (workspace) => {
  await workspace.expect(0, ['load-gcs', '--repo', 'api']);
  assert.deepEqual(await loadedRepositories(workspace), ['api']);
  await workspace.assertTruth(simulator, { repo: 'api' });
  await workspace.expect(0, ['load-gcs', '--repo', 'a.*']);
  assert.deepEqual(await loadedRepositories(workspace), ['a.b_c-d', 'api']);
  await workspace.expect(0, ['load-gcs']);
  await workspace.assertTruth(simulator, selected);
}));

test('load-gcs --date loads that day\'s chunks', () => collected(async (workspace) => {
  await workspace.expect(0, ['load-gcs', '--date', '2020-02-29']);
  assert.deepEqual(await workspace.counts(), NOTHING);
  const { chunks: [{ date }] } = await workspace.store();
  await workspace.expect(0, ['load-gcs', '--date', date]);
  await workspace.assertTruth(simulator, selected);
}));

test('what is collected is loaded into another warehouse as well', () => collected(async (workspace) => {
  await workspace.expect(0, ['load-gcs']);
  await workspace.expect(0, ['load-gcs', '--warehouse', 'duckdb:another.duckdb']);
  await workspace.assertTruth(simulator, selected);
  workspace.warehouseFile = join(workspace.directory, 'another.duckdb');
  await workspace.assertTruth(simulator, selected);
}));

for (const [damage, spoil] of [
  ['cut short', async (path) => truncate(path, Math.floor((await stat(path)).size / 2))],
  ['no JSON', async (path) => writeFile(path, 'This is not JSON.\n')],
  ['another organisation\'s', async (path) => writeFile(path, (await readFile(path, 'utf8')).replaceAll('"org":"acme"', '"org":"evil"'))],
]) {
  test(`a chunk that is ${damage} leaves out its repository and is named`, () => collected(async (workspace) => {
    const [chunk] = (await chunksOf(workspace, 'api')).filter(({ stream }) => stream === 'reviews');
    const path = join(workspace.storeDirectory, chunk.key);
    await spoil(path);
    const { stderr } = await workspace.expect(3, ['load-gcs']);
    assert.ok(stderr.includes(chunk.key), stderr);
    assert.deepEqual(await loadedRepositories(workspace), ['a.b_c-d', 'platform']);
    await workspace.assertTruth(simulator, { wanted: (row) => selected.wanted(row) && row.repo !== 'api' });
    await writeFile(path, chunk.text);
    await workspace.expect(0, ['load-gcs']);
    await workspace.assertTruth(simulator, selected);
  }));
}

test('compressed chunks are loaded and summed up beside plain ones', () => collected(async (workspace) => {
  const plain = await workspace.store();
  await workspace.expect(0, [...COLLECT, '--compress']);
  const both = await workspace.store();
  await workspace.assertStoreInOrder();
  const compressed = both.chunks.filter(({ key }) => key.endsWith('.gz'));
  assert.equal(both.chunks.length, plain.chunks.length + compressed.length);
  assert.equal(compressed.length, plain.chunks.length);
  const bytes = (chunks) => chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  assert.ok(bytes(compressed) < bytes(plain.chunks) / 2, `${bytes(compressed)} of ${bytes(plain.chunks)}`);
  const loaded = await workspace.expect(0, ['load-gcs']);
  assert.match(loaded.stdout, new RegExp(`^${both.chunks.length} chunks loaded$`, 'm'));
  await workspace.assertTruth(simulator, selected);
  const { stdout } = await workspace.expect(0, ['gcs-summary', '--json']);
  const shown = Object.fromEntries(JSON.parse(stdout).repositories.map(({ repo, streams }) => [repo, streams]));
  assert.deepEqual(shown, figuresOf(await workspace.store()));
}));

test('a chunk whose compression is broken leaves out its repository and is named', () =>
  withWorkspace(simulator, { GCS_CHUNK_SIZE: '10', GCS_COMPRESS: 'true' }, async (workspace) => {
    await workspace.succeed(COLLECT);
    const [chunk] = (await chunksOf(workspace, 'api')).filter(({ stream }) => stream === 'reviews');
    await truncate(join(workspace.storeDirectory, chunk.key), Math.floor(chunk.bytes / 2));
    const { stderr } = await workspace.expect(3, ['load-gcs']);
    assert.ok(stderr.includes(chunk.key), stderr);
    assert.deepEqual(await loadedRepositories(workspace), ['a.b_c-d', 'platform']);
  }));

test('gcs-summary --json has the figures of the files on disk', () => collected(async (workspace) => {
  // A second collection, and one that has not been finished.
  await workspace.expect(0, [...COLLECT, '--repo', 'Mixed.Case']);
  await workspace.run([...COLLECT], { env: { GITHUB_STATS_CRASH_AT: 'collect.checkpoint.before:1' } });
  const { stdout } = await workspace.expect(0, ['gcs-summary', '--json']);
  const summary = JSON.parse(stdout);
  const shown = Object.fromEntries(summary.repositories.map(({ repo, streams }) => [repo, streams]));
  assert.deepEqual(shown, figuresOf(await workspace.store()));
  assert.equal(summary.org, 'acme');
  const open = (await workspace.store()).checkpoints.filter(({ finished }) => !finished);
  assert.deepEqual(summary.open_collections.map((each) => each.collection_id), open.map((each) => each.collection_id));
  assert.equal(open.length, 1);
}));

test('gcs-summary has a line for each repository and stream, and a sum', () => collected(async (workspace) => {
  const { stdout } = await workspace.expect(0, ['gcs-summary']);
  const figures = figuresOf(await workspace.store());
  let [chunks, rows] = [0, 0];
  for (const [repo, streams] of Object.entries(figures)) {
    for (const [stream, of] of Object.entries(streams).filter(([, each]) => each.chunks > 0)) {
      chunks += of.chunks;
      rows += of.rows;
      const line = stdout.split('\n').find((each) => each.startsWith(`${repo}/${stream} `));
      assert.deepEqual(line?.split(/ {2,}/).slice(1, 3), [of.chunks, of.rows].map((n) => n.toLocaleString('en-US')), `${repo}/${stream}`);
      assert.ok(line.includes(of.first_date));
    }
  }
  const total = stdout.split('\n').find((each) => each.startsWith('3 repositories'));
  assert.deepEqual(total?.split(/ {2,}/).slice(1, 3), [chunks, rows].map((n) => n.toLocaleString('en-US')));
}));

test('a store without chunks is summed up too', () => withWorkspace(simulator, {}, async (workspace) => {
  await workspace.expect(0, ['init']);
  await workspace.expect(0, ['gcs-summary']);
  assert.deepEqual(JSON.parse((await workspace.expect(0, ['gcs-summary', '--json'])).stdout).repositories, []);
}));

test('wipe-gcs without --confirm shows what would go and deletes nothing', () => collected(async (workspace) => {
  const before = await workspace.store();
  const chunks = before.chunks.filter(({ repo }) => repo === 'api');
  const { stdout, stderr } = await workspace.expect(2, ['wipe-gcs', '--repo', 'api']);
  assert.match(stdout + stderr, new RegExp(`\\b${chunks.length} objects`));
  assert.match(stdout + stderr, /acme\/api/);
  assert.match(stdout + stderr, /--confirm/);
  await workspace.expect(2, ['wipe-gcs', '--all']);
  assert.deepEqual(await workspace.store(), before);
}));

test('wipe-gcs --confirm deletes one repository\'s chunks and nothing else', () => collected(async (workspace) => {
  await workspace.expect(0, ['load-gcs']);
  const before = await workspace.store();
  await workspace.expect(0, ['wipe-gcs', '--repo', 'api', '--confirm']);
  const others = (list, name) => list.filter((element) => element[name] !== 'api');
  assert.ok(before.watermarks.some(({ name }) => name === 'api'));
  assert.deepEqual(await workspace.store(),
    { ...before, chunks: others(before.chunks, 'repo'), watermarks: others(before.watermarks, 'name') });
  await workspace.assertTruth(simulator, selected);
  await workspace.expect(0, ['load-gcs', '--reload']);
  await workspace.assertTruth(simulator, selected);
}));

test('wipe-gcs takes no name for another', () => collected(async (workspace) => {
  const before = await workspace.store();
  for (const name of ['ap', 'api2', 'no-such-repo']) await workspace.expect(0, ['wipe-gcs', '--repo', name, '--confirm']);
  for (const name of ['../acme', 'api/..', '/']) {
    const { code } = await workspace.run(['wipe-gcs', '--repo', name, '--confirm']);
    assert.ok([0, 2].includes(code), `${name}: ${code}`);
  }
  assert.deepEqual(await workspace.store(), before);
}));

test('wipe-gcs of every repository leaves the checkpoints, and --all takes everything', () => collected(async (workspace) => {
  await workspace.expect(0, ['wipe-gcs', '--repo', '*', '--confirm']);
  const left = await workspace.store();
  assert.deepEqual([left.chunks.length, left.checkpoints.length], [0, 1]);
  await workspace.expect(0, COLLECT);
  await workspace.expect(0, ['wipe-gcs', '--all', '--confirm']);
  assert.deepEqual(await workspace.store(), { chunks: [], checkpoints: [], watermarks: [], leases: [], strangers: [], leftovers: [] });
  await workspace.succeed(COLLECT, ['load-gcs']);
  await workspace.assertTruth(simulator, selected);
}));

const summaryOf = async (workspace, ...args) => {
  const { repositories } = JSON.parse((await workspace.expect(0, ['gcs-summary', '--json', ...args])).stdout);
  return Object.fromEntries(repositories.map(({ repo, streams }) => [repo, streams]));
};

test('gcs-summary shows what --repo, --exclude-repo and --date leave', () => collected(async (workspace) => {
  const figures = figuresOf(await workspace.store());
  assert.deepEqual(await summaryOf(workspace, '--repo', 'api'), { api: figures.api });
  const { api: _, ...others } = figures;
  assert.deepEqual(await summaryOf(workspace, '--exclude-repo', 'api'), others);
  const { chunks: [{ date }] } = await workspace.store();
  assert.deepEqual(await summaryOf(workspace, '--date', date), figures);
  assert.deepEqual(await summaryOf(workspace, '--date', '2020-02-29'), {});
  const { stdout } = await workspace.expect(0, ['gcs-summary', '--repo', 'api']);
  assert.ok(stdout.includes('api/commits') && stdout.includes('1 repository') && !stdout.includes('platform'), stdout);
}));

test('load-gcs --json has what was loaded, and what was not', () => collected(async (workspace) => {
  const { chunks } = await workspace.store();
  const bad = chunks.find(({ repo, stream }) => repo === 'api' && stream === 'reviews');
  await writeFile(join(workspace.storeDirectory, bad.key), 'This is not JSON.\n');
  const first = JSON.parse((await workspace.expect(3, ['load-gcs', '--json'])).stdout);
  assert.equal(first.chunks, chunks.filter(({ repo }) => repo !== 'api').length);
  assert.deepEqual(first.failed.map(({ repo, collection_id: id }) => [repo, id]), [['api', bad.id]]);
  assert.ok(first.failed[0].error.includes(bad.key));
  await writeFile(join(workspace.storeDirectory, bad.key), bad.text);
  const second = JSON.parse((await workspace.expect(0, ['load-gcs', '--json'])).stdout);
  assert.deepEqual([second.chunks, second.failed, second.unexplained], [chunks.length - first.chunks, [], 0]);
  for (const stream of TABLES) {
    const rows = chunks.filter((chunk) => chunk.stream === stream).flatMap(rowsOf).length;
    assert.deepEqual([first.rows[stream] + second.rows[stream], second.in_warehouse[stream]], [rows, rows], stream);
  }
}));

test('wipe-gcs says what goes, of which repositories, and what stays', () => collected(async (workspace) => {
  const { chunks } = await workspace.store();
  const apis = chunks.filter(({ repo }) => repo === 'api');
  const [{ id, date }] = apis;
  const rows = apis.flatMap(rowsOf).length;
  const bytes = apis.reduce((sum, chunk) => sum + chunk.bytes, 0);
  const { stderr } = await workspace.expect(2, ['wipe-gcs', '--repo', 'api']);
  const line = stderr.split('\n').find((each) => each.startsWith('acme/api '));
  assert.deepEqual(line.split(/ {2,}/).slice(1, 3), [apis.length, rows].map((n) => n.toLocaleString('en-US')));
  for (const said of [date, id, 'rows in the warehouse stay', 'watermarks', '--confirm']) assert.ok(stderr.includes(said), said);
  const { stdout } = await workspace.expect(2, ['wipe-gcs', '--repo', 'api', '--json']);
  const { store: _, ...plan } = JSON.parse(stdout);
  const expected = { org: 'acme', objects: apis.length, bytes, checkpoints: 0, watermarks: 'forgotten', unfinished: [],
    repositories: [{ repo: 'api', objects: apis.length, bytes, rows, first_date: date, last_date: date, collections: 1 }],
    removed: { objects: 0, bytes: 0 } };
  assert.deepEqual(plan, expected);
  const done = JSON.parse((await workspace.expect(0, ['wipe-gcs', '--repo', 'api', '--json', '--confirm'])).stdout);
  assert.deepEqual(done.removed, { objects: apis.length, bytes });
  assert.equal((await chunksOf(workspace, 'api')).length, 0);
}));

test('wipe-gcs follows --date and --exclude-repo', () => collected(async (workspace) => {
  const before = await workspace.store();
  const [{ date }] = before.chunks;
  await workspace.expect(0, ['wipe-gcs', '--repo', '*', '--date', '2020-02-29', '--confirm']);
  assert.deepEqual(await workspace.store(), before);
  await workspace.expect(0, ['wipe-gcs', '--repo', '*', '--exclude-repo', 'api', '--date', date, '--confirm']);
  const left = (await workspace.store()).chunks;
  assert.deepEqual(left, before.chunks.filter(({ repo }) => repo === 'api'));
}));

test('wipe-gcs refuses what contradicts itself', () => collected(async (workspace) => {
  const before = await workspace.store();
  for (const args of [['--all', '--repo', 'api'], ['--all', '--exclude-repo', 'api'], ['--all', '--date', '2026-01-31'],
    ['--all', '--older-than', '3'], ['--older-than', '3', '--date', '2026-01-31'], ['--older-than', '0'],
    ['--date', '2026-01-31'], ['--exclude-repo', 'api']]) {
    const { stderr } = await workspace.expect(2, ['wipe-gcs', '--confirm', ...args]);
    assert.match(stderr, /--/, args.join(' '));
  }
  assert.deepEqual(await workspace.store(), before);
}));

test('wipe-gcs can be interrupted, says how far it is, and takes the rest the next time', () =>
  withWorkspace(simulator, {}, async (workspace) => {
    await workspace.expect(0, ['init']);
    const folder = join(workspace.storeDirectory, 'acme/web/pull_requests/2026-01-01');
    await mkdir(folder, { recursive: true });
    const objects = 8000;
    for (let i = 0; i < objects; i += 1) writeFileSync(join(folder, `20260101T000000Z_chunk_${i}.json`), '{}\n');
    const run = workspace.start(['wipe-gcs', '--repo', 'web', '--confirm', '--max-workers', '1']);
    while (existsSync(join(folder, '20260101T000000Z_chunk_0.json'))) await new Promise(setImmediate);
    run.kill('SIGINT');
    const { code, stderr } = await run.result;
    assert.equal(code, 130, stderr);
    const { chunks } = await workspace.store();
    const said = /interrupted: removed ([\d,]+) of 8,000 objects/.exec(stderr)[1].replaceAll(',', '');
    assert.equal(Number(said), objects - chunks.length);
    await workspace.expect(0, ['wipe-gcs', '--repo', 'web', '--confirm']);
    assert.equal((await workspace.store()).chunks.length, 0);
  }));
