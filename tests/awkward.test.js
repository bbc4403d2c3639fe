// Each awkward pull request that the simulator's README names, as it must stand in the warehouse.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CO_AUTHORED, CONTROLS, LONG, MARKUP, NUL, SQL, UNICODE } from '../simulator/synthetic/awkward_text.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { Workspace } from './lib/workspace.js';

const REPOSITORY = 'awkward.cases_repo-1';
const simulator = await startSimulator(['--now', NOW, '--repositories', '1', '--pull-requests', '1']);
after(() => simulator.close());

/** Collects the repository and gives {pull(n), commits(n), reviews(n), reviewComments(n), issueComments(n)}. */
async function collect(env, apiPath = '') {
  const workspace = await Workspace.create({ url: simulator.url + apiPath }, env);
  after(() => workspace.remove());
  await workspace.succeed(['backfill', '--days', '36500', '--repo', REPOSITORY]);
  const tables = await workspace.tables();
  const ofPull = (table, time) => (number) => tables[table].filter((row) => row.pr_number === number)
    .sort((a, b) => (a[time] < b[time] ? -1 : a[time] > b[time] ? 1 : 0));
  return {
    workspace,
    pull: (number) => tables.pull_requests.find((row) => row.number === number),
    commits: ofPull('commits', 'author_date'),
    reviews: ofPull('reviews', 'submitted_at'),
    reviewComments: ofPull('review_comments', 'created_at'),
    issueComments: ofPull('issue_comments', 'created_at'),
  };
}

const fields = (row, names) => Object.fromEntries(names.map((name) => [name, row[name]]));
const only = (rows) => {
  assert.equal(rows.length, 1);
  return rows[0];
};
const sizes = (lists) => lists.map((list) => list.length);

/** Everybody that a pull request by one author names. */
function peopleOf({ pull, commits, reviews, reviewComments, issueComments }, number) {
  return {
    author: fields(pull(number), ['author', 'author_type', 'author_association']),
    commit: only(commits(number)).author,
    reviewer: fields(only(reviews(number)), ['reviewer', 'reviewer_type', 'author_association']),
    comments: [...reviewComments(number), ...issueComments(number)]
      .map((row) => fields(row, ['author', 'author_type', 'author_association'])),
  };
}

function everywhereBy(login, type, association) {
  const author = { author: login, author_type: type, author_association: association };
  // As on GitHub, a commit's account is a user's or none.
  return { author, commit: type === 'User' ? login : null, comments: [author, author],
    reviewer: { reviewer: login, reviewer_type: type, author_association: association } };
}

/** A text in every place that takes one. */
function assertTextEverywhere({ pull, commits, reviews, reviewComments, issueComments }, number, text, other = {}) {
  const { title = text, label = text, branch = text, path = text } = other;
  assert.deepEqual(fields(pull(number), ['title', 'body', 'labels', 'head_ref', 'milestone']),
    { title, body: text, labels: [label], head_ref: branch, milestone: label });
  assert.deepEqual(fields(only(commits(number)), ['message', 'author', 'author_name', 'author_email']),
    { message: `${title}\n\n${text}`, author: null, author_name: text, author_email: text });
  assert.equal(only(reviews(number)).body, text);
  assert.deepEqual(fields(only(reviewComments(number)), ['body', 'path', 'diff_hunk']), { body: text, path, diff_hunk: text });
  assert.equal(only(issueComments(number)).body, text);
}

/** What is asserted of each case, by number; names are the simulator's. */
const CASES = {
  1: (data) => assert.deepEqual(peopleOf(data, 1), everywhereBy(null, null, 'NONE')),
  2: (data) => assert.deepEqual(peopleOf(data, 2), everywhereBy('dependabot', 'Bot', 'NONE')),
  3: (data) => assert.deepEqual(peopleOf(data, 3), everywhereBy('imported-person', 'Mannequin', 'MANNEQUIN')),
  4: (data) => assert.deepEqual(peopleOf(data, 4), everywhereBy('author-org', 'Organization', 'NONE')),
  5: (data) => assert.deepEqual(peopleOf(data, 5), everywhereBy('enterprise-person', 'EnterpriseUserAccount', 'MEMBER')),
  6: (data) => assertTextEverywhere(data, 6, UNICODE,
    { branch: 'feature/ünï/😀', path: 'src/naïve file (1)/日本語 😀.txt' }),
  7: (data) => {
    assert.equal(new Set(CONTROLS).size >= 33, true, 'every control character but NUL');
    assertTextEverywhere(data, 7, CONTROLS, { branch: 'feature/plain' });
  },
  8: ({ pull, issueComments }) => {
    assert.equal(pull(8).body, NUL);
    assert.equal(only(issueComments(8)).body, NUL);
  },
  9: ({ pull, issueComments }) => {
    const replaced = 'high \ufffd low \ufffd swapped \ufffd\ufffd pair 😀 at the end \ufffd';
    assert.equal(pull(9).body, replaced);
    assert.equal(only(issueComments(9)).body, replaced);
  },
  10: ({ pull }) => assert.equal(pull(10).body, ''),
  11: (data) => {
    assert.ok(Buffer.byteLength(LONG) > 60_000);
    assert.equal(data.pull(11).body.length, LONG.length);
    assertTextEverywhere(data, 11, LONG, { title: 'Long', label: 'long', branch: 'long', path: `${'deep/'.repeat(400)}file` });
  },
  12: (data) => assertTextEverywhere(data, 12, MARKUP),
  13: (data) => assertTextEverywhere(data, 13, SQL),
  14: ({ pull, commits }) => {
    assert.equal(pull(14).commit_count, 300);
    assert.deepEqual(commits(14).map((row) => row.message).sort(), Array.from({ length: 300 }, (_, i) => `Step ${i}`).sort());
    assert.equal(new Set(commits(14).map((row) => row.sha)).size, 300);
  },
  15: ({ pull, reviews }) => {
    assert.equal(pull(15).review_count, 250);
    assert.equal(new Set(reviews(15).map((row) => row.id)).size, 250);
    assert.equal(reviews(15).filter((row) => row.reviewer === 'other-person').length, 125);
    assert.equal(reviews(15).filter((row) => row.body === '').length, 166);
  },
  16: ({ pull, issueComments }) => {
    assert.equal(pull(16).issue_comment_count, 400);
    assert.deepEqual(issueComments(16).map((row) => row.body).sort(), Array.from({ length: 400 }, (_, i) => `Remark ${i}`).sort());
  },
  17: ({ pull, reviews, reviewComments }) => {
    assert.equal(pull(17).review_comment_count, 150);
    assert.equal(only(reviews(17)).comment_count, 150);
    assert.deepEqual(reviewComments(17).map((row) => row.line).sort((a, b) => a - b), Array.from({ length: 150 }, (_, i) => i + 1));
  },
  18: ({ pull, reviews, reviewComments }) => {
    const counts = [101, 120, 3, 205];
    assert.equal(pull(18).review_comment_count, 429);
    assert.deepEqual(reviews(18).map((row) => row.comment_count), counts);
    assert.deepEqual(reviews(18).map(({ id }) => reviewComments(18).filter((row) => row.review_id === id).length), counts);
  },
  19: ({ pull, commits, reviews, reviewComments, issueComments }) => {
    assert.deepEqual(sizes([commits(19), reviews(19), reviewComments(19), issueComments(19)]), [0, 0, 0, 0]);
    assert.deepEqual(
      fields(pull(19), ['title', 'commit_count', 'review_count', 'labels', 'assignees', 'requested_reviewers', 'milestone']),
      { title: '', commit_count: 0, review_count: 0, labels: [], assignees: [], requested_reviewers: [], milestone: null });
  },
  20: ({ pull, reviews, reviewComments }) => {
    assert.deepEqual(fields(pull(20), ['review_count', 'review_comment_count']), { review_count: 1, review_comment_count: 2 });
    assert.deepEqual(fields(only(reviews(20)), ['state', 'comment_count']), { state: 'COMMENTED', comment_count: 2 });
    assert.deepEqual(reviewComments(20).map((row) => row.author), ['other-person', 'other-person']);
  },
  21: ({ commits }) => assert.deepEqual(
    commits(21).map((row) => fields(row, ['message', 'author', 'author_name', 'author_email', 'committer'])), [
      { message: 'By nobody known', author: null, author_name: 'Nobody Known', author_email: 'root@localhost', committer: null },
      { message: 'No author at all', author: null, author_name: null, author_email: null, committer: null },
      { message: '', author: null, author_name: null, author_email: null, committer: null },
      { message: 'Committed by another', author: 'someone', author_name: 'Some One',
        author_email: '1+someone@users.noreply.github.com', committer: null },
    ]),
  22: ({ commits }) => assert.deepEqual(commits(22).map((row) => [row.message, row.co_authors]), CO_AUTHORED),
  23: ({ pull }) => assert.deepEqual(draftHistory(pull(23)), [true, true, null]),
  24: ({ pull }) => assert.deepEqual(draftHistory(pull(24)), [true, false, hoursAfterOpening(pull(24), 1)]),
  25: ({ pull }) => assert.deepEqual(draftHistory(pull(25)), [false, false, hoursAfterOpening(pull(25), 2)]),
  26: ({ pull }) => assert.deepEqual(draftHistory(pull(26)), [true, true, hoursAfterOpening(pull(26), 1)]),
  27: ({ pull }) => assert.deepEqual(fields(pull(27), ['head_repo', 'is_cross_repository']),
    { head_repo: null, is_cross_repository: true }),
  28: ({ pull }) => {
    assert.deepEqual(pull(28).labels, Array.from({ length: 25 }, (_, i) => `label ${i}`));
    assert.deepEqual(pull(28).assignees, Array.from({ length: 12 }, (_, i) => `assignee-${i}`));
  },
  29: ({ pull }) => assert.deepEqual(pull(29).requested_reviewers,
    ['other-person', 'acme/platform', 'acme/web', 'dependabot', 'imported-person']),
  30: assertSameSecond,
  31: assertSameSecond,
  32: assertSameSecond,
  33: assertSharedCommit,
  34: assertSharedCommit,
  35: ({ pull }) => assert.deepEqual(fields(pull(35), ['created_at', 'updated_at', 'closed_at', 'merged_at', 'state']), {
    created_at: '2008-03-01T10:00:00Z', updated_at: '2008-03-02T10:00:00Z', closed_at: '2008-03-02T10:00:00Z',
    merged_at: null, state: 'CLOSED' }),
  36: ({ pull }) => {
    assert.deepEqual(fields(pull(36), ['state', 'merged_by', 'merge_commit_sha']),
      { state: 'MERGED', merged_by: null, merge_commit_sha: null });
    assert.equal(pull(36).merged_at, hoursAfterOpening(pull(36), 100));
  },
  37: ({ pull }) => {
    assert.deepEqual(fields(pull(37), ['state', 'merged_by']), { state: 'MERGED', merged_by: 'dependabot' });
    assert.match(pull(37).merge_commit_sha, /^[0-9a-f]{40}$/);
  },
  38: ({ reviewComments, reviews }) => {
    const comments = reviewComments(38);
    const opening = comments.find((row) => row.body === 'Opening');
    const replies = comments.filter((row) => row.body === 'Reply');
    assert.deepEqual(fields(opening, ['line', 'original_line', 'outdated', 'in_reply_to_id']),
      { line: null, original_line: 7, outdated: true, in_reply_to_id: null });
    assert.deepEqual(replies.map((row) => row.in_reply_to_id), [opening.id, opening.id]);
    assert.deepEqual(replies.map((row) => row.review_id), reviews(38).slice(1).map((row) => row.id));
    assert.deepEqual(fields(comments.find((row) => row.body === 'A range'), ['start_line', 'line', 'outdated']),
      { start_line: 3, line: 9, outdated: false });
  },
  39: ({ commits }) => {
    const byMessage = new Map(commits(39).map((row) => [row.message, row]));
    assert.deepEqual(fields(byMessage.get('Root'), ['author_date', 'changed_files', 'parent_count']),
      { author_date: '1970-01-01T00:00:01Z', changed_files: null, parent_count: 0 });
    assert.equal(byMessage.get('Merge').parent_count, 3);
    assert.equal(byMessage.get('From the future').commit_date, '2038-01-19T03:14:08Z');
  },
  40: (data) => assert.deepEqual(peopleOf(data, 40), everywhereBy('abbott-robot', 'User', 'MEMBER')),
  41: ({ pull, reviews }) => {
    const states = ['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED'];
    assert.deepEqual(reviews(41).map((row) => row.state), states);
    assert.deepEqual(reviews(41).map((row) => row.body), states);
    assert.equal(pull(41).review_decision, 'CHANGES_REQUESTED');
  },
};

function draftHistory(row) {
  return [row.opened_as_draft, row.is_draft, row.ready_for_review_at];
}

function hoursAfterOpening({ created_at: createdAt }, hours) {
  return `${new Date(Date.parse(createdAt) + hours * 3_600_000).toISOString().slice(0, 19)}Z`;
}

function assertSameSecond({ pull }) {
  assert.equal(new Set([30, 31, 32].map((number) => pull(number).updated_at)).size, 1);
}

function assertSharedCommit({ commits }) {
  const [first, second] = [33, 34].map((number) => commits(number).find((row) => row.message === 'In two pull requests'));
  assert.ok(first && second);
  assert.equal(first.sha, second.sha);
  assert.deepEqual(sizes([commits(33), commits(34)]), [2, 2]);
}

const VARIANTS = [
  ['with the usual settings', {}],
  // A time zone with odd minutes shows where local time slips in.
  ['in small batches and chunks, as Enterprise Server, far from UTC',
    { BATCH_SIZE: '7', GCS_CHUNK_SIZE: '7', TZ: 'Asia/Kathmandu' }, '/api/v3'],
];

for (const [variant, env, apiPath] of VARIANTS) {
  test(variant, async (t) => {
    const data = await collect(env, apiPath);
    const { awkwardCases } = await simulator.get('/_synthetic');
    assert.deepEqual(awkwardCases.map(({ number }) => number), Object.keys(CASES).map(Number), 'every case is asserted');
    for (const { number, name } of awkwardCases) await t.test(`${number}: ${name}`, () => CASES[number](data));
    await t.test('and everything equals the truth', async () => {
      await data.workspace.assertTruth(simulator, { repo: REPOSITORY });
      await data.workspace.assertStoreInOrder();
    });
  });
}
