// PRIVACY: what must not be kept is nowhere, and what remains is as it would be with everything kept.

import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { metricsOf, Rules } from './lib/metrics.js';
import { botsOf, Hashes, peopleIn, treated, writtenIn } from './lib/privacy.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { TABLES } from './lib/tables.js';
import { withWorkspace } from './lib/workspace.js';

const KEY = 'distinctive-key-0123456789abcdef';
const OTHER_KEY = 'another-distinctive-key-98765';
// A person that is taken for a bot, and so keeps the login.
const NAMED_BOT = 'abbott-robot';
const EVERYTHING = ['backfill', '--days', '36500'];
const DEBUG = ['--log-level', 'debug'];

const simulator = await startSimulator(['--now', NOW, '--repositories', '2', '--pull-requests', '60', '--points-per-hour', '1000000']);
after(() => simulator.close());

const truth = {};
for (const table of TABLES) truth[table] = await simulator.truth(table);
const bots = botsOf(truth);
const hashes = new Hashes(KEY, [...bots, NAMED_BOT]);
const people = peopleIn(truth, hashes);

const HASHED = { PRIVACY: 'hashed', PRIVACY_KEY: KEY, BOT_LOGINS: NAMED_BOT };

/** Whatever the workspace's directory holds, unpacked where it is packed: {name, bytes}. */
async function everyFile(workspace, except = []) {
  const entries = await readdir(workspace.directory, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return Promise.all(names.filter((name) => !except.includes(name)).map(async (name) => {
    const bytes = await readFile(name);
    return { name, bytes: name.endsWith('.gz') ? gunzipSync(bytes) : bytes };
  }));
}

/** Every value of every table and view, bookkeeping included. */
async function everyValue(workspace) {
  const names = await workspace.query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'");
  assert.ok(names.length > TABLES.length);
  const values = await Promise.all(names.map(({ table_name: name }) => workspace.query(`SELECT * FROM "${name}"`)));
  return { name: 'the warehouse', bytes: Buffer.from(JSON.stringify(values)) };
}

/** As the text is in UTF-8, and as it is inside of JSON. */
const forms = (text) => [...new Set([text, JSON.stringify(text).slice(1, -1)])];

/** Lines such as "x in FILE" for those of `texts` that some place holds. */
function found(texts, places) {
  const needles = texts.flatMap((text) => forms(text).map((form) => ({ text, bytes: Buffer.from(form) })));
  return places.flatMap(({ name, bytes }) => needles.filter((needle) => bytes.includes(needle.bytes))
    .map(({ text }) => `${JSON.stringify(text)} in ${name}`));
}

async function placesOf(workspace, results, except) {
  const printed = results.flatMap(({ stdout, stderr }) => [{ name: 'stdout', bytes: Buffer.from(stdout) },
    { name: 'stderr', bytes: Buffer.from(stderr) }]);
  return [...await everyFile(workspace, except), await everyValue(workspace), ...printed];
}

/** Those of `texts` that rows under this privacy do not hold anyhow, in a label for instance. */
function thatMustGo(texts, expected) {
  const kept = JSON.stringify(expected);
  return texts.filter((text) => forms(text).every((form) => !kept.includes(form)));
}

const truthOf = (tables) => ({ truth: async (table) => tables[table] });
const sorted = (rows) => rows.map((row) => JSON.stringify(row)).sort();
const withoutProvenance = ({ collected_at: at, collection_id: id, ...row }) => row;
const readMetrics = async (workspace) => (await workspace.query('SELECT * FROM metrics')).map(withoutProvenance);
const readFacts = async (workspace) => (await workspace.query('SELECT * FROM pull_request_facts')).map(withoutProvenance);

test('what is searched for is there when everything is kept', () => withWorkspace(simulator, {}, async (workspace) => {
  await workspace.succeed(EVERYTHING);
  const places = [...await everyFile(workspace), await everyValue(workspace)];
  const all = [...writtenIn(truth), ...people.logins, ...people.names, ...people.addresses];
  const seen = new Set(found(all, places).map((line) => line.slice(0, line.lastIndexOf(' in '))));
  assert.deepEqual(all.filter((text) => !seen.has(JSON.stringify(text))), []);
}));

for (const flags of [[], ['--compress']]) {
  test(`no-bodies ${flags.join()}: no text that people wrote is anywhere`, () => withWorkspace(simulator, {}, async (workspace) => {
    const expected = treated(truth, 'no-bodies');
    const result = await workspace.succeed([...EVERYTHING, '--privacy', 'no-bodies', ...flags, ...DEBUG]);
    await workspace.assertTruth(truthOf(expected));
    await workspace.assertStoreInOrder();
    const written = thatMustGo(writtenIn(truth), expected);
    assert.ok(written.length > 300, `${written.length} texts`);
    assert.deepEqual(found(written, await placesOf(workspace, [result])), []);
    assert.equal((await workspace.store()).checkpoints[0].settings.privacy, 'no-bodies');
  }));
}

for (const flags of [[], ['--compress']]) {
  test(`hashed ${flags.join()}: neither texts nor people are anywhere`, () => withWorkspace(simulator, HASHED, async (workspace) => {
    const expected = treated(truth, 'hashed', hashes);
    const result = await workspace.succeed([...EVERYTHING, ...flags, ...DEBUG]);
    await workspace.assertTruth(truthOf(expected));
    await workspace.assertStoreInOrder();
    const others = [await workspace.expect(0, ['gcs-summary', ...DEBUG]), await workspace.expect(0, ['load-gcs', '--reload', ...DEBUG]),
      await workspace.expect(0, ['metrics', ...DEBUG])];
    const titles = truth.pull_requests.map(({ title }) => title).filter((title) => title.length > 12);
    const texts = thatMustGo([...writtenIn(truth), ...titles], expected);
    assert.ok(texts.length > 300, `${texts.length} texts`);
    assert.ok(people.logins.length > 12, `${people.logins.length} people`);
    assert.deepEqual(thatMustGo(people.logins, expected), people.logins, 'no login is like something that is kept');
    const [names, addresses] = [people.names, people.addresses].map((all) => thatMustGo(all, expected));
    assert.ok(names.length > 10 && addresses.length > 10, `${names.length} names, ${addresses.length} addresses`);
    assert.deepEqual(found([...texts, ...people.logins, ...names, ...addresses, KEY], await placesOf(workspace, [result, ...others])), []);
  }));
}

test('hashed: metrics are those of everything, under other names', () => withWorkspace(simulator, HASHED, async (workspace) => {
  await workspace.succeed(EVERYTHING);
  const [metrics, facts] = [await readMetrics(workspace), await readFacts(workspace)];
  await withWorkspace(simulator, { BOT_LOGINS: NAMED_BOT }, async (full) => {
    await full.succeed(EVERYTHING);
    const author = (row) => ({ ...row, author: row.author && hashes.login(row.author) });
    assert.deepEqual(sorted(metrics), sorted((await readMetrics(full)).map(author)));
    const fact = (row) => ({ ...author(row), title: null, base_ref: hashes.branch(row.base_ref),
      merged_by: row.merged_by && hashes.login(row.merged_by) });
    assert.deepEqual(sorted(facts), sorted((await readFacts(full)).map(fact)));
  });
  const calculated = metricsOf(treated(truth, 'hashed', hashes), new Rules({ bots: [NAMED_BOT] }));
  assert.deepEqual(metrics.map(({ author, metric_date: day, repo }) => [repo, day, author].join()).sort(),
    calculated.map(({ author, metric_date: day, repo }) => [repo, day, author].join()).sort());
  for (const bot of [...new Set(truth.pull_requests.filter((row) => row.author_type === 'Bot').map((row) => row.author)), NAMED_BOT]) {
    assert.ok(facts.some((row) => row.author === bot), `${bot} keeps its login`);
    assert.ok(facts.every((row) => row.author !== bot || row.is_bot), `${bot} is flagged`);
  }
  assert.ok(facts.some((row) => /^u_[0-9a-f]{16}$/.test(row.author) && !row.is_bot));
}));

test('no-bodies: metrics are those of everything', () => withWorkspace(simulator, { PRIVACY: 'no-bodies' }, async (workspace) => {
  await workspace.succeed(EVERYTHING);
  await withWorkspace(simulator, {}, async (full) => {
    await full.succeed(EVERYTHING);
    assert.deepEqual(sorted(await readMetrics(workspace)), sorted(await readMetrics(full)));
    const facts = await readFacts(full);
    assert.deepEqual(sorted(await readFacts(workspace)), sorted(facts));
    assert.ok(facts.some((row) => row.review_depth > 0));
  });
}));

test('a key from a file names people like one from a variable', () => withWorkspace(simulator, {}, async (workspace) => {
  const file = join(workspace.directory, 'key');
  await writeFile(file, `${KEY}\n`);
  await workspace.expect(0, ['init']);
  await workspace.expect(0, [...EVERYTHING, '--privacy', 'hashed'], { env: { PRIVACY_KEY_FILE: 'key', BOT_LOGINS: NAMED_BOT } });
  await workspace.assertTruth(truthOf(treated(truth, 'hashed', hashes)));
  assert.deepEqual(found([KEY], await everyFile(workspace, [file])), []);
}));

test('without a proper key nothing is done, and the key is not shown', () => withWorkspace(simulator, {}, async (workspace) => {
  const refused = async (args, env, expected) => {
    const { stderr, stdout } = await workspace.expect(2, args, { env });
    assert.match(stderr, expected);
    assert.match(stderr, /PRIVACY_KEY/);
    assert.deepEqual(found([KEY, 'too-short-a-key'], [{ name: 'output', bytes: Buffer.from(stdout + stderr) }]), []);
  };
  for (const args of [EVERYTHING, ['collect'], ['resume', '--collection-id', '20260131T235959Z']]) {
    await refused([...args, ...DEBUG], { PRIVACY: 'hashed' }, /openssl rand -hex 32/);
    await refused([...args, '--privacy', 'hashed', ...DEBUG], { PRIVACY_KEY: 'too-short-a-key' }, /16 characters/);
    await refused([...args, ...DEBUG], { PRIVACY: 'hashed', PRIVACY_KEY: KEY, PRIVACY_KEY_FILE: 'key' }, /both set/);
  }
  const { stderr } = await workspace.expect(2, [...EVERYTHING, '--privacy', 'some'], {});
  assert.match(stderr, /full, no-bodies or hashed/);
  assert.deepEqual(await readdir(workspace.directory), [], 'nothing was begun');
}));

test('commands that do not collect need no key', () => withWorkspace(simulator, HASHED, async (workspace) => {
  await workspace.succeed(EVERYTHING);
  for (const args of [['gcs-summary'], ['load-gcs', '--reload'], ['metrics'], ['query', '--list'], ['resume']]) {
    await workspace.expect(0, args, { env: { PRIVACY_KEY: undefined } });
  }
}));

/** Collects until it dies after the first checkpoint. Gives the collection's id. */
async function die(workspace, args) {
  await workspace.expect(0, ['init']);
  const { signal } = await workspace.run(args, { env: { GITHUB_STATS_CRASH_AT: 'collect.checkpoint.after:1' } });
  assert.equal(signal, 'SIGKILL');
  return (await workspace.store()).checkpoints[0].collection_id;
}

test('a resume refuses another key and goes on with the right one', () => withWorkspace(simulator, HASHED, async (workspace) => {
  const id = await die(workspace, EVERYTHING);
  const resume = ['resume', '--collection-id', id, ...DEBUG];
  const before = sorted((await workspace.store()).checkpoints);
  for (const env of [{ PRIVACY_KEY: OTHER_KEY }, { PRIVACY: 'full', PRIVACY_KEY: OTHER_KEY }, { PRIVACY: 'full', PRIVACY_KEY: undefined }]) {
    const { stderr, stdout } = await workspace.expect(2, resume, { env });
    assert.match(stderr, /PRIVACY_KEY/);
    assert.deepEqual(found([KEY, OTHER_KEY], [{ name: 'output', bytes: Buffer.from(stdout + stderr) }]), []);
    assert.deepEqual(sorted((await workspace.store()).checkpoints), before);
  }
  // What the collection was begun with counts, not what is set now.
  const result = await workspace.expect(0, resume, { env: { PRIVACY: 'full' } });
  const expected = treated(truth, 'hashed', hashes);
  await workspace.assertTruth(truthOf(expected));
  assert.deepEqual(found([...people.logins, KEY], await placesOf(workspace, [result])), []);
}));

test('a resume of a collection that keeps everything says that it goes on so', () => withWorkspace(simulator, {}, async (workspace) => {
  const id = await die(workspace, EVERYTHING);
  const { stderr } = await workspace.expect(0, ['resume', '--collection-id', id], { env: { PRIVACY: 'no-bodies' } });
  assert.match(stderr, /goes on with the privacy it was begun with/);
  await workspace.assertTruth(simulator);
}));

test('a backfill under another privacy replaces the rows that there are', () => withWorkspace(simulator, {}, async (workspace) => {
  await workspace.succeed([...EVERYTHING]);
  await workspace.expect(0, EVERYTHING, { env: HASHED });
  await workspace.assertTruth(truthOf(treated(truth, 'hashed', hashes)));
}));
