import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { coAuthors } from '../model/co_authors.js';
import { truthLine, truthRows, TABLE_NAMES } from '../model/truth.js';
import { AWKWARD_REPOSITORY, awkwardCases } from '../synthetic/awkward.js';
import { CO_AUTHORED, LONE_SURROGATES, NUL } from '../synthetic/awkward_text.js';
import { makeSyntheticWorld } from '../synthetic/world.js';

const NOW = Date.parse('2026-01-31T12:00:00Z');
const make = (options) => makeSyntheticWorld({ seed: '1', now: NOW, org: 'acme', repositories: 3, pullRequests: 200, ...options });
const ALL = { includeArchived: true, includeForks: true };
const text = (world) => TABLE_NAMES.map((table) => [...truthRows(world, table, ALL)].map(truthLine).join('\n')).join('\n');
const awkward = (world, number) => world.pullRequest(world.repository('acme', AWKWARD_REPOSITORY), number);

test('the same options give the same bytes, another seed others', () => {
  assert.equal(text(make()), text(make()));
  assert.notEqual(text(make()), text(make({ seed: '2' })));
});

test('a pull request comes out the same in whatever order it is asked for', () => {
  const [one, two] = [make(), make()];
  const repository = (world) => world.repository('acme', 'platform');
  const numbers = repository(one).entries().map((entry) => entry.number);
  const show = ({ repository: ignored, ...pull }) => JSON.stringify(pull, (key, value) =>
    (['pullRequest', 'pullRequestReview', 'replyTo'].includes(key) ? undefined : value));
  const forward = numbers.map((number) => show(one.pullRequest(repository(one), number)));
  const backward = [...numbers].reverse().map((number) => show(two.pullRequest(repository(two), number))).reverse();
  assert.deepEqual(forward, backward);
});

test('the data moves with the simulated present and nothing else', () => {
  const shift = 86_400_000;
  const [early, late] = [make(), make({ now: NOW + shift })];
  const times = (world) => world.repository('acme', 'platform').entries().map((entry) => entry.updatedAt);
  assert.deepEqual(times(early).map((time) => time + shift), times(late));
});

test('times are in a plausible order and never after the present', () => {
  const world = make();
  for (const repository of world.owner('acme').repositories.filter((each) => each.name !== AWKWARD_REPOSITORY)) {
    for (const { number } of repository.entries()) {
      const pull = world.pullRequest(repository, number);
      const where = `${repository.name} ${number}`;
      assert.ok(pull.createdAt <= pull.updatedAt && Date.parse(pull.updatedAt) <= NOW, where);
      assert.ok(!pull.closedAt || (pull.createdAt <= pull.closedAt && pull.closedAt <= pull.updatedAt), where);
      assert.equal(pull.mergedAt !== null, pull.state === 'MERGED', where);
      assert.equal(pull.closedAt !== null, pull.state !== 'OPEN', where);
      const times = [...pull.reviews.map((each) => each.submittedAt), ...pull.events.map((each) => each.createdAt),
        ...[...pull.comments, ...pull.reviews.flatMap((each) => each.comments)].map((each) => each.createdAt)];
      assert.ok(times.every((time) => pull.createdAt <= time && time <= pull.updatedAt), where);
      assert.ok(pull.commits.every((commit) => commit.committedDate <= pull.updatedAt), where);
    }
  }
});

test('numeric and node ids are unique', () => {
  const world = make();
  for (const table of TABLE_NAMES.filter((name) => name !== 'commits')) {
    const rows = [...truthRows(world, table, ALL)];
    for (const column of ['id', 'database_id']) assert.equal(new Set(rows.map((row) => row[column])).size, rows.length, `${table}.${column}`);
  }
});

test('the largest of forty repositories holds about a quarter', () => {
  const world = make({ repositories: 40, pullRequests: 5000 });
  const share = world.repository('acme', 'platform').size / 5000;
  assert.ok(share > 0.2 && share < 0.3, `${share}`);
});

test('a plain organisation has only its ordinary repositories, the same as otherwise', () => {
  const [plain, full] = [make({ plain: true }), make()];
  const names = (world) => world.owner('acme').repositories.map(({ name }) => name);
  assert.deepEqual(names(plain), ['platform', 'web-app', 'api']);
  assert.deepEqual(names(full).slice(0, 3), names(plain));
  const rows = (world) => [...truthRows(world, 'review_comments', { repo: 'api' })].map(truthLine);
  assert.deepEqual(rows(plain), rows(full));
});

test('ordinary pull requests have about 3 commits, 2 reviews, 3 review comments and 2 issue comments, some have many', () => {
  const world = make({ repositories: 20, pullRequests: 3000, plain: true });
  const sizes = { commits: [], reviews: [], review_comments: [], issue_comments: [] };
  for (const row of truthRows(world, 'pull_requests')) {
    for (const [name, column] of [['commits', 'commit_count'], ['reviews', 'review_count'], ['review_comments', 'review_comment_count'],
      ['issue_comments', 'issue_comment_count']]) sizes[name].push(row[column]);
  }
  for (const [name, wanted] of [['commits', 3], ['reviews', 2], ['review_comments', 3], ['issue_comments', 2]]) {
    const mean = sizes[name].reduce((sum, size) => sum + size, 0) / 3000;
    assert.ok(Math.abs(mean - wanted) < 0.6, `${name} ${mean}`);
    assert.ok(Math.max(...sizes[name]) > 8 * wanted, `${name} ${Math.max(...sizes[name])}`);
  }
});

test('the awkward cases are where they are said to be', () => {
  const world = make();
  const repository = world.repository('acme', AWKWARD_REPOSITORY);
  assert.deepEqual(repository.entries().map((entry) => entry.number).sort((a, b) => a - b), awkwardCases().map((each) => each.number));
  assert.equal(awkward(world, 1).author, null);
  assert.equal(awkward(world, 2).author.__typename, 'Bot');
  assert.equal(awkward(world, 8).body, NUL);
  assert.equal(awkward(world, 9).body, LONE_SURROGATES);
  assert.equal(awkward(world, 10).body, null);
  assert.ok(Buffer.byteLength(awkward(world, 11).body) > 60_000 && awkward(world, 11).body.length <= 65_536);
  assert.equal(awkward(world, 14).commits.length, 300);
  assert.equal(awkward(world, 15).reviews.length, 250);
  assert.equal(awkward(world, 16).comments.length, 400);
  assert.equal(awkward(world, 17).reviews[0].comments.length, 150);
  assert.equal(awkward(world, 20).reviews[1].submittedAt, null);
  assert.equal(awkward(world, 27).headRepository, null);
  assert.equal(new Set([30, 31, 32].map((number) => awkward(world, number).updatedAt)).size, 1);
  assert.equal(awkward(world, 33).commits[0].oid, awkward(world, 34).commits[0].oid);
  assert.equal(awkward(world, 35).createdAt, '2008-03-01T10:00:00Z');
});

test('texts that UTF-8 cannot hold leave as U+FFFD in the truth, NUL as itself', () => {
  const world = make();
  const row = (number) => [...truthRows(world, 'pull_requests', { repo: AWKWARD_REPOSITORY })].find((each) => each.number === number);
  assert.equal(JSON.parse(truthLine(row(9))).body, 'high \ufffd low \ufffd swapped \ufffd\ufffd pair \u{1f600} at the end \ufffd');
  assert.equal(JSON.parse(truthLine(row(8))).body, NUL);
});

test('co-authors are read from the last paragraph only', () => {
  for (const [message, expected] of CO_AUTHORED) assert.deepEqual(coAuthors(message), expected, message);
});

test('README names every awkward case', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  for (const { number, name } of awkwardCases()) assert.ok(readme.includes(`| ${number} | ${name} |`), name);
});
