// `report`: its figures against plain calculation over the same rows, the page's against the program's; what it
// tells of people; that the same rows give the same page.

import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { calculateFigures } from '../src/report/page/figures.mjs';
import { unpack } from '../src/report/page/unpack.mjs';
import { storeChunks } from './lib/chunks.js';
import { factsOf, Rules } from './lib/metrics.js';
import { Random, SEED } from './lib/random.js';
import { randomRows } from './lib/random_rows.js';
import { firstReviews, measuresOf, packedIn } from './lib/report.js';
import { withWorkspace, Workspace } from './lib/workspace.js';

const BOTS = ['acme-ci'];
const RULES = new Rules({ bots: BOTS });
const PULL_REQUESTS = 120;
const REPOSITORIES = ['anvil', 'bolt', 'Clamp'];
const nowhere = { url: 'http://127.0.0.1:9' };
const DAY_MS = 86_400_000;

/** A week of made-up pull requests that are remembered from their opening on. */
async function fill(workspace) {
  const random = new Random(SEED);
  for (const repo of REPOSITORIES) {
    const numbers = Array.from({ length: PULL_REQUESTS }, (_, i) => i + 1);
    const tables = randomRows(random, repo, numbers, '20260201T000000Z');
    for (const row of tables.pull_requests) row.updated_at = row.created_at;
    await storeChunks(workspace, repo, '20260201T000000Z', tables);
  }
  await workspace.succeed(['load-gcs']);
}

let workspace;
let tables;
let facts;
let reviews;
before(async () => {
  workspace = await Workspace.create(nowhere, { BOT_LOGINS: BOTS.join(',') });
  await fill(workspace);
  tables = await workspace.tables();
  facts = factsOf(tables, RULES);
  reviews = firstReviews(tables, facts, RULES);
});
after(() => workspace.remove());

const report = async (...args) => (await workspace.expect(0, ['report', '--out', '-', ...args])).stdout;
const reportJson = async (...args) => JSON.parse(await report('--format', 'json', ...args));
const dataOf = async (...args) => unpack(packedIn(await report(...args)));
const dayNumber = (day) => Date.parse(`${day}T00:00:00Z`) / DAY_MS;
const PERIOD = ['--from', '2026-01-03', '--to', '2026-01-05'];

const withoutName = ({ week, repository, person, from, to, ...measures }) => measures;

test('totals are those of plain code over the rows', async () => {
  const { period, before: then, totals } = await reportJson(...PERIOD);
  assert.deepEqual([period, then], [{ from: '2026-01-03', to: '2026-01-05', days: 3 }, { from: '2025-12-31', to: '2026-01-02', days: 3 }]);
  const context = `seed ${SEED}`;
  assert.deepEqual(totals.period, measuresOf(facts, reviews, period), context);
  assert.deepEqual(totals.before, measuresOf(facts, reviews, then), context);
  assert.ok(totals.period.merged > 20 && totals.period.bots_merged > 0 && totals.period.pickup.count > 0, context);
});

test('weeks, repositories and people have their part of it', async () => {
  const { period, weeks, repositories, people } = await reportJson('--from', '2026-01-01', '--to', '2026-01-07');
  const [first, second] = weeks;
  assert.deepEqual([first.week, second.week, weeks.length], ['2025-12-29', '2026-01-05', 2]);
  assert.deepEqual(withoutName(first), measuresOf(facts, reviews, { from: '2026-01-01', to: '2026-01-04' }));
  assert.deepEqual(withoutName(second), measuresOf(facts, reviews, { from: '2026-01-05', to: '2026-01-07' }));
  assert.deepEqual(repositories.map(({ repository }) => repository), REPOSITORIES);
  for (const row of repositories) {
    const has = ({ repo }) => repo === row.repository;
    assert.deepEqual(withoutName(row), measuresOf(facts.filter(has), reviews.filter(({ fact }) => has(fact)), period), row.repository);
  }
  assert.deepEqual(people.map(({ person }) => person), ['abbott', 'ann', 'bob', 'cid']);
  for (const row of people) {
    const own = facts.filter(({ author, is_bot: isBot }) => author === row.person && !isBot);
    assert.deepEqual(withoutName(row), measuresOf(own, reviews.filter(({ reviewer }) => reviewer === row.person), period), row.person);
  }
});

test('pairs, sizes and distribution add up to the totals', async () => {
  const { totals: { period }, sizes, distribution, review_pairs: pairs, size_time: cells } = await reportJson(...PERIOD);
  const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);
  assert.equal(sum(sizes.map(({ merged }) => merged)), period.size.count);
  for (const phase of ['cycle', 'coding', 'pickup', 'review', 'merge']) assert.equal(sum(distribution[phase]), period[phase].count, phase);
  const isKnown = ({ fact: { author, is_bot: isBot }, day }) => author !== null && !isBot && day >= '2026-01-03' && day <= '2026-01-05';
  assert.equal(sum(pairs.map(({ pull_requests: count }) => count)), reviews.filter(isKnown).length);
  assert.ok(sum(cells.map(({ count }) => count)) <= period.merged && cells.length > 1);
});

test('the page calculates what the program does', async () => {
  for (const args of [PERIOD, ['--from', '2026-01-01'], [], ['--from', '2026-01-05', '--to', '2026-01-05'], [...PERIOD, '--repo', 'a*'],
    ['--as-of', '2026-01-04T11:00:00Z'], [...PERIOD, '--no-people'], [...PERIOD, '--anonymize']]) {
    assert.deepEqual(calculateFigures(await dataOf(...args)), await reportJson(...args), args.join(' '));
  }
});

test('what is selected in the page is what the program would have reported', async () => {
  const data = await dataOf('--from', '2026-01-01', '--to', '2026-01-05');
  const bolt = data.repositories.indexOf('bolt');
  const selected = calculateFigures(data, { period: [dayNumber('2026-01-03'), dayNumber('2026-01-05')], has: (i) => data.pulls.repository[i] === bolt });
  assert.deepEqual(selected.repositories.map(({ repository }) => repository), ['bolt']);
  assert.deepEqual(selected, await reportJson(...PERIOD, '--repo', 'bolt'));
});

test('a page of the past knows nothing of what came later', async () => {
  const { as_of: asOf, totals: { period }, open_work: open } = await reportJson('--from', '2026-01-01', '--to', '2026-01-03');
  assert.equal(asOf, '2026-01-03T23:59:59Z');
  const { opened, merged, closed, open: stillOpen } = measuresOf(facts, reviews, { from: '2026-01-01', to: '2026-01-03' });
  assert.deepEqual([period.opened, period.merged, period.closed, period.open, open.count], [opened, merged, closed, stillOpen, stillOpen]);
});

test('open work is listed oldest first', async () => {
  const { open_work: { oldest, longest_waiting: waiting, count, ages } } = await reportJson();
  const open = facts.filter(({ state, is_bot: isBot }) => state === 'OPEN' && !isBot);
  assert.equal(count, open.length);
  assert.equal(ages.reduce((sum, number) => sum + number, 0), open.length);
  const inOrder = open.map((fact) => [fact.created_at, fact.repo.toLowerCase(), fact.number, fact]).sort(([a, b, c], [x, y, z]) => (a < x || (a === x && (b < y || (b === y && c < z))) ? -1 : 1));
  assert.deepEqual(oldest.map(({ repository, number, title, author }) => [repository, number, title, author]),
    inOrder.slice(0, 20).map(([, , , { repo, number, title, author }]) => [repo, number, title, author]));
  assert.ok(waiting.every((each, i) => i === 0 || each.waiting_seconds <= waiting[i - 1].waiting_seconds));
});

test('the same rows give the same bytes, however they were loaded', async () => {
  const once = await report();
  assert.ok(await report() === once);
  await withWorkspace(nowhere, { BOT_LOGINS: BOTS.join(',') }, async (other) => {
    await fill(other);
    await other.expect(0, ['load-gcs', '--reload']);
    for (const args of [[], ['--anonymize'], ['--format', 'md']]) {
      const { stdout } = await other.expect(0, ['report', '--out', '-', ...args]);
      assert.ok(stdout === await report(...args), args.join());
    }
  });
});

/** All that a report says, its packed data too. */
async function wordsOf(...args) {
  const text = await report(...args);
  if (args.includes('--format')) return text;
  const stream = new Blob([packedIn(text)]).stream().pipeThrough(new DecompressionStream('gzip'));
  return text.slice(0, 20_000) + text.slice(-20_000) + await new Response(stream).text();
}

test('people are not named when they should not be', async () => {
  await writeFile(join(workspace.directory, 'teams.txt'), 'smiths: ann, bob\n');
  const secrets = /\b(ann|bob|cid|abbott)\b|Number \d/i;
  for (const format of [[], ['--format', 'json'], ['--format', 'md']]) {
    assert.match(await wordsOf(...format), secrets);
    const anonymous = await wordsOf('--anonymize', '--teams', 'teams.txt', ...format);
    assert.doesNotMatch(anonymous, secrets);
    assert.match(anonymous, /person 1/);
    assert.doesNotMatch(anonymous, /#\d+ |"number"/);
    const none = await wordsOf('--no-people', ...format);
    assert.doesNotMatch(none, secrets);
    assert.doesNotMatch(none, /person 1/);
  }
  assert.deepEqual((await dataOf('--teams', 'teams.txt')).teams.map(({ name }) => name), ['smiths']);
});

test('whoever a team names without need is warned of', async () => {
  await writeFile(join(workspace.directory, 'typo.txt'), 'smiths: Ann, bobb\n');
  const { stderr } = await workspace.expect(0, ['report', '--out', '-', '--format', 'json', '--teams', 'typo.txt']);
  assert.match(stderr, /warning .*login=bobb/);
  assert.doesNotMatch(stderr, /Ann/);
});

test('pseudonyms have the figures of those whom they stand for', async () => {
  const figuresOf = ({ people }) => people.map(({ person, ...rest }) => JSON.stringify(rest)).sort();
  const anonymous = await reportJson('--anonymize');
  assert.deepEqual(figuresOf(anonymous), figuresOf(await reportJson()));
  assert.deepEqual(anonymous.people.map(({ person }) => person), ['person 1', 'person 2', 'person 3', 'person 4']);
});

test('a page goes to a file, and a browser when asked', () => withWorkspace(nowhere, {}, async (place) => {
  await fill(place);
  const tools = join(place.directory, 'tools');
  await mkdir(tools);
  await writeFile(join(tools, 'xdg-open'), `#!/bin/sh\nprintf '%s' "$1" >'${join(place.directory, 'opened')}'\n`);
  await chmod(join(tools, 'xdg-open'), 0o755);
  const { stdout } = await place.expect(0, ['report', '--open'], { env: { PATH: `${tools}:${process.env.PATH}` } });
  const file = join(place.directory, 'github-stats-report.html');
  assert.match(stdout, /^report: .*github-stats-report\.html \(\d+\.\d KiB\): [\d,]+ pull requests, 2025-\d\d-\d\d to 2026-\d\d-\d\d\n$/);
  assert.ok((await readFile(join(place.directory, 'opened'), 'utf8')).endsWith('/github-stats-report.html'));
  assert.match(await readFile(file, 'utf8'), /^<!DOCTYPE html>/);
  assert.equal((await place.expect(0, ['report', '--quiet', '--format', 'md', '--out', 'deep/down.md'])).stdout, '');
  assert.match(await readFile(join(place.directory, 'deep/down.md'), 'utf8'), /^# Pull requests of acme\n/);
  assert.ok((await readdir(place.directory)).every((name) => !name.endsWith('.part')));
  await place.expect(1, ['report', '--open'], { env: { PATH: place.directory } });
}));

/** Each [args, pattern]: ends with 2 and says so. */
for (const [args, pattern] of [
  [['--from', 'yesterday'], /--from.*yesterday/],
  [['--to', '2026-02-30'], /--to.*2026-02-30/],
  [['--from', '2026-03-01'], /no day from 2026-03-01 to 2026-02-01/],
  [['--as-of', 'soon'], /--as-of.*soon/],
  [['--format', 'pdf'], /pdf/],
  [['--open', '--format', 'json'], /--open/],
  [['--open', '--out', '-'], /--open/],
  [['--out', '.'], /directory/],
  [['--anonymize', '--no-people'], /exclude/],
  [['--no-people', '--teams', 'x'], /--teams/],
  [['--teams', 'missing.txt'], /missing\.txt/],
  [['--teams', 'bad.txt'], /bad\.txt line 2: '\?b' can't be a login/],
]) {
  test(`report ${args.join(' ')} is refused`, async () => {
    await writeFile(join(workspace.directory, 'bad.txt'), 'good: ann\nbad: \u001bb\n');
    const { stdout, stderr } = await workspace.expect(2, ['report', ...args]);
    assert.equal(stdout, '');
    assert.match(stderr, pattern);
  });
}

test('an organisation that is not there is told from those that are', async () => {
  const { stderr } = await workspace.expect(1, ['report', '--org', 'other']);
  assert.match(stderr, /no pull requests of other[^]*--org[^]*acme/);
});
