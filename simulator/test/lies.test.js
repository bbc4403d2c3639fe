import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AWKWARD_REPOSITORY } from '../synthetic/awkward.js';
import { start } from './helpers.js';

const REPO = AWKWARD_REPOSITORY;
const COUNTS = `query ($name: String!, $number: Int!) { repository(owner: "acme", name: $name) { pullRequest(number: $number) {
  commits(first: 100) { totalCount nodes { commit { oid } } } reviews(first: 100) { totalCount nodes { id comments(first: 100) { totalCount nodes { id } } } }
  comments(first: 100) { totalCount nodes { id } } } } }`;

async function counts({ query }, number) {
  const { commits, reviews, comments } = (await query(COUNTS, { name: REPO, number })).data.repository.pullRequest;
  const show = ({ totalCount, nodes }) => [totalCount, nodes.length];
  return { commits: show(commits), reviews: show(reviews), issue_comments: show(comments),
    review_comments: reviews.nodes.map((review) => show(review.comments)) };
}

test('the last items of each stream can be withheld, while they are counted', async (t) => {
  const simulator = await start(t);
  const before = await counts(simulator, 38);
  const truth = await simulator.get('/_truth');
  assert.deepEqual(before.review_comments, [[1, 1], [1, 1], [2, 2]]);
  const lie = async (stream, fields) => {
    assert.deepEqual(await simulator.control({ lies: [{ repo: REPO, number: 38, stream, ...fields }] }), { ok: true });
    return counts(simulator, 38);
  };
  assert.deepEqual((await lie('review_comments', { withhold: 1 })).review_comments, [[1, 1], [1, 1], [2, 1]]);
  assert.deepEqual((await lie('review_comments', { withhold: 3 })).review_comments, [[1, 1], [1, 0], [2, 0]]);
  assert.deepEqual((await lie('review_comments', { total_count: -1 })).review_comments, [[1, 1], [1, 1], [1, 2]]);
  assert.deepEqual((await lie('reviews', { withhold: 1 })).reviews, [3, 2]);
  assert.deepEqual((await lie('reviews', { total_count: 2 })).reviews, [5, 3]);
  await simulator.control({ lies: [{ repo: REPO, number: 1, stream: 'commits', withhold: 1, total_count: 1 },
    { repo: REPO, number: 1, stream: 'issue_comments', withhold: 9 }] });
  const one = await counts(simulator, 1);
  assert.deepEqual([one.commits, one.issue_comments, one.reviews], [[2, 0], [1, 0], [1, 1]]);
  assert.deepEqual(await counts(simulator, 38), before);
  assert.deepEqual(await simulator.get('/_truth'), truth);
  await simulator.control({ lies: [] });
  assert.deepEqual((await counts(simulator, 1)).commits, [1, 1]);
});

test('pages end in front of what is withheld', async (t) => {
  const { query, control } = await start(t);
  await control({ lies: [{ repo: REPO, number: 14, stream: 'commits', withhold: 210 },
    { repo: 'same-second', stream: 'pull_requests', withhold: 1 }] });
  const page = (await query(`{ repository(owner: "acme", name: "${REPO}") { pullRequest(number: 14) {
    commits(first: 100) { totalCount pageInfo { hasNextPage } nodes { id } } } } }`)).data.repository.pullRequest.commits;
  assert.deepEqual([page.totalCount, page.nodes.length, page.pageInfo.hasNextPage], [300, 90, false]);
  const list = (args) => query(`{ repository(owner: "acme", name: "same-second") { pullRequests(${args}) {
    totalCount pageInfo { hasNextPage endCursor } nodes { number } } } }`).then(({ data }) => data.repository.pullRequests);
  const first = await list('first: 100');
  const second = await list(`first: 100, after: "${first.pageInfo.endCursor}"`);
  const third = await list(`first: 100, after: "${second.pageInfo.endCursor}"`);
  assert.deepEqual([third.totalCount, third.nodes.length, third.nodes.at(-1).number, third.pageInfo.hasNextPage], [220, 19, 219, false]);
});

test('lies about what there is not are refused', async (t) => {
  const { post } = await start(t);
  for (const lie of [{ repo: 'nothing', stream: 'pull_requests' }, { repo: REPO, stream: 'commits', withhold: 1 },
    { repo: REPO, number: 9999, stream: 'commits' }, { repo: REPO, number: 1, stream: 'labels' }, { repo: REPO, number: 1, stream: 'commits', withhold: -1 }]) {
    assert.equal((await post('/_control', { lies: [lie] })).status, 400, JSON.stringify(lie));
  }
});
