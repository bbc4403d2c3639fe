import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from './helpers.js';
import { pullRequestsOf } from './walk.js';

const REPO = 'same-second';
const PAGE = `query Page($after: String) { repository(owner: "acme", name: "${REPO}") {
  pullRequests(first: 50, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
    pageInfo { hasNextPage endCursor } nodes { number updatedAt } } } }`;

async function walkNumbers(query) {
  const numbers = [];
  for (let after = null, more = true; more;) {
    const page = (await query(PAGE, { after })).data.repository.pullRequests;
    numbers.push(...page.nodes.map((node) => node.number));
    ({ hasNextPage: more, endCursor: after } = page.pageInfo);
  }
  return numbers;
}

test('a walk over identical update times sees each pull request once', async (t) => {
  const { query } = await start(t);
  const numbers = await walkNumbers(query);
  assert.equal(numbers.length, 220);
  assert.equal(new Set(numbers).size, 220);
});

test('a pull request updated during a walk moves to the front and is missed by that walk only', async (t) => {
  const { query, control } = await start(t);
  const before = await walkNumbers(query);
  const answered = 5;
  const [ahead, behind] = [before[180], before[10]];
  await control({ mutations: [
    { after_requests: answered + 1, repo: REPO, number: ahead, kind: 'touch' },
    { after_requests: answered + 1, repo: REPO, number: behind, kind: 'comment' }] });
  assert.deepEqual(await walkNumbers(query), before.filter((number) => number !== ahead));
  assert.deepEqual((await walkNumbers(query)).slice(0, 2), [behind, ahead]);
});

test('each kind of change does what it says, moves updated_at, and truth follows', async (t) => {
  const { query, control, truth } = await start(t);
  const number = 1;
  const row = async () => (await truth(`table=pull_requests&repo=${REPO}`)).find((each) => each.number === number);
  const change = (kind) => control({ mutate_now: { repo: REPO, number, kind } });
  let last = await row();
  for (const [kind, field, difference] of [['touch'], ['comment', 'issue_comment_count', 1], ['commit', 'commit_count', 1],
    ['review', 'review_count', 1], ['delete_comment', 'issue_comment_count', -1], ['close'], ['merge'], ['force_push']]) {
    assert.deepEqual(await change(kind), { ok: true });
    const now = await row();
    assert.ok(now.updated_at > last.updated_at, kind);
    if (field) assert.equal(now[field] - last[field], difference, kind);
    if (kind === 'close') assert.equal(now.state, 'CLOSED');
    if (kind === 'merge') assert.equal(now.state, 'MERGED');
    if (kind === 'force_push') assert.equal(now.commit_count, 1);
    last = now;
  }
  const [newest] = await pullRequestsOf(query, 'acme', REPO);
  assert.deepEqual([newest.number, newest.updatedAt, newest.commits.totalCount], [number, last.updated_at, 1]);
});

test('pull requests can be opened, repositories can vanish, and a reset undoes it all', async (t) => {
  const { query, control, get } = await start(t);
  const before = await get('/_truth');
  await control({ mutate_now: { repo: REPO, kind: 'open' } });
  assert.equal((await walkNumbers(query))[0], 221);
  assert.equal((await get('/_truth')).pull_requests, before.pull_requests + 1);
  await control({ mutate_now: { repo: REPO, kind: 'remove_repository' } });
  assert.equal((await query(PAGE)).errors[0].type, 'NOT_FOUND');
  await control({ reset: true });
  assert.deepEqual(await get('/_truth'), before);
});

test('new parts are found by their ids', async (t) => {
  const { query, control, truth } = await start(t);
  await control({ mutate_now: { repo: REPO, number: 2, kind: 'review' } });
  const reviews = await truth(`table=reviews&repo=${REPO}`);
  const { id } = reviews.find((review) => review.body === 'Looked at meanwhile.');
  const { data } = await query('query ($id: ID!) { node(id: $id) { ... on PullRequestReview { state comments(first: 1) { totalCount } } } }', { id });
  assert.deepEqual(data.node, { state: 'CHANGES_REQUESTED', comments: { totalCount: 1 } });
});
