// One repository of pull requests that break careless programs, each at a fixed number.

import { isoTime } from '../model/time.js';
import { CO_AUTHORED, CONTROLS, LONE_SURROGATES, LONG, MARKUP, NUL, SQL, UNICODE } from './awkward_text.js';
import { Parts } from '../model/parts.js';
import { actor, team } from './people.js';
import { Random } from './random.js';

export const AWKWARD_REPOSITORY = 'awkward.cases_repo-1';

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

const someone = { ...actor('User', 'someone', 1), association: 'MEMBER', name: 'Some One' };
const other = { ...actor('User', 'other-person', 2), association: 'CONTRIBUTOR', name: 'Other Person' };
// A person whose login looks like a bot's to a loose pattern.
const abbott = { ...actor('User', 'abbott-robot', 3), association: 'MEMBER', name: 'R. Abbott' };
const bot = { ...actor('Bot', 'dependabot', 900), association: 'NONE' };
const mannequin = { ...actor('Mannequin', 'imported-person', 4), association: 'MANNEQUIN' };
const organisation = { ...actor('Organization', 'author-org', 5), association: 'NONE' };
const enterprise = { ...actor('EnterpriseUserAccount', 'enterprise-person', 6), association: 'MEMBER' };
const stranger = { name: 'Nobody Known', email: 'root@localhost', user: null };

const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));

/** Every kind of part by one author: what a collector sees of a deleted or unusual account. */
function everythingBy(author) {
  return ({ parts, at, sha }) => ({
    author, authorAssociation: author?.association ?? 'NONE',
    commits: [parts.commit(sha(0), at(1), author ?? stranger)],
    reviews: [parts.review(at(2), author, { body: 'Seen.', commitOid: sha(0),
      comments: [parts.reviewComment(at(2), author, { body: 'Here.', commitOid: sha(0) })] })],
    comments: [parts.issueComment(at(3), author, { body: 'Hello.' })],
  });
}

/** A text in every place that takes one. */
function everywhere(text, { title = text, label = text, branch = text, path = text } = {}) {
  return ({ parts, at, sha }) => ({
    author: someone, title, body: text, labelNames: [label], headRefName: branch, milestoneTitle: label,
    commits: [parts.commit(sha(0), at(1), { name: text, email: text, user: null }, { message: `${title}\n\n${text}` })],
    reviews: [parts.review(at(2), other, { body: text,
      comments: [parts.reviewComment(at(2), other, { body: text, path, diffHunk: text })] })],
    comments: [parts.issueComment(at(3), other, { body: text })],
  });
}

function draftEvents(parts, at, ...kinds) {
  return kinds.map((kind, i) => parts.event(kind, at(i + 1), someone));
}

const READY = 'ReadyForReviewEvent';
const DRAFT = 'ConvertToDraftEvent';
const merged = (at) => ({ state: 'MERGED', closedAt: isoTime(at(100)), mergedAt: isoTime(at(100)) });

/** [number, name, make]; numbers are for good: tests and README name them. */
const CASES = [
  [1, 'deleted author everywhere', everythingBy(null)],
  [2, 'bot author everywhere', everythingBy(bot)],
  [3, 'mannequin author everywhere', everythingBy(mannequin)],
  [4, 'organisation as author', everythingBy(organisation)],
  [5, 'enterprise account as author', everythingBy(enterprise)],
  [6, 'unicode everywhere', everywhere(UNICODE, { branch: 'feature/ünï/😀', path: 'src/naïve file (1)/日本語 😀.txt' })],
  [7, 'control characters everywhere', everywhere(CONTROLS, { branch: 'feature/plain' })],
  [8, 'NUL in bodies', ({ parts, at }) => ({ author: someone, body: NUL, comments: [parts.issueComment(at(1), other, { body: NUL })] })],
  [9, 'lone surrogates in bodies', ({ parts, at }) => ({
    author: someone, body: LONE_SURROGATES, comments: [parts.issueComment(at(1), other, { body: LONE_SURROGATES })] })],
  [10, 'null body', () => ({ author: someone, body: null })],
  [11, '60 KB bodies', everywhere(LONG, { title: 'Long', label: 'long', branch: 'long', path: `${'deep/'.repeat(400)}file` })],
  [12, 'markup in texts', everywhere(MARKUP)],
  [13, 'SQL in texts', everywhere(SQL)],
  [14, '300 commits', ({ parts, at, sha }) => ({
    author: someone, commits: times(300, (i) => parts.commit(sha(i), at(i / 10), someone,
      { message: `Step ${i}`, parentOids: [sha(i - 1)] })) })],
  [15, '250 reviews', ({ parts, at }) => ({
    author: someone, reviews: times(250, (i) => parts.review(at(i / 10), i % 2 ? other : abbott,
      { body: i % 3 ? '' : `Look ${i}` })) })],
  [16, '400 issue comments', ({ parts, at }) => ({
    author: someone, comments: times(400, (i) => parts.issueComment(at(i / 10), i % 2 ? other : someone,
      { body: `Remark ${i}` })) })],
  [17, 'a review with 150 comments', ({ parts, at }) => ({
    author: someone, reviews: [parts.review(at(1), other, { comments: reviewComments(parts, at, 150) })] })],
  [18, 'several reviews with over 100 comments', ({ parts, at }) => ({
    author: someone, reviews: [101, 120, 3, 205].map((count, i) => parts.review(at(i + 1), other,
      { comments: reviewComments(parts, at, count) })) })],
  [19, 'nothing at all', () => ({ author: someone, title: '' })],
  [20, 'pending reviews with comments', pendingReviews],
  [21, 'commits without accounts', ({ parts, at, sha }) => ({
    author: someone, commits: [
      parts.commit(sha(0), at(1), stranger, { message: 'By nobody known' }),
      parts.commit(sha(1), at(2), null, { message: 'No author at all' }),
      parts.commit(sha(2), at(3), { name: null, email: null, user: null }, { message: '' }),
      parts.commit(sha(3), at(4), someone, { message: 'Committed by another',
        committer: { name: 'GitHub', email: 'noreply@github.com', user: null } }),
    ] })],
  [22, 'co-authors true and false', ({ parts, at, sha }) => ({
    author: someone, commits: CO_AUTHORED.map(([message], i) => parts.commit(sha(i), at(i + 1), someone, { message })) })],
  [23, 'still a draft', () => ({ author: someone, isDraft: true })],
  [24, 'opened as a draft, then ready', ({ parts, at }) => ({ author: someone, events: draftEvents(parts, at, READY) })],
  [25, 'opened ready, to draft and ready again', ({ parts, at }) => ({ author: someone, events: draftEvents(parts, at, DRAFT, READY) })],
  [26, 'draft, ready, draft, ready, draft', ({ parts, at }) => ({
    author: someone, isDraft: true, events: draftEvents(parts, at, READY, DRAFT, READY, DRAFT) })],
  [27, 'head repository deleted', () => ({ author: someone, headRepository: null, isCrossRepository: true })],
  [28, 'many labels and assignees', () => ({
    author: someone, labelNames: times(25, (i) => `label ${i}`),
    assignees: times(12, (i) => actor('User', `assignee-${i}`, 50 + i)) })],
  [29, 'teams and others as requested reviewers', ({ login }) => ({
    // A team that the token may not see comes as null.
    author: someone, requestedReviewers: [other, team(login, 'platform', 500), team(login, 'web', 501), bot, mannequin, null] })],
  [30, 'same updated_at as the next two', sameSecond],
  [31, 'same updated_at', sameSecond],
  [32, 'same updated_at', sameSecond],
  [33, 'a commit that the next one has too', sharedCommit],
  [34, 'a commit that the one before has too', sharedCommit],
  [35, 'from 2008', () => ({
    author: someone, state: 'CLOSED', createdAt: '2008-03-01T10:00:00Z', updatedAt: '2008-03-02T10:00:00Z',
    closedAt: '2008-03-02T10:00:00Z' })],
  [36, 'merged by a deleted account, merge commit unknown', ({ at }) => ({ author: someone, ...merged(at) })],
  [37, 'merged by a bot, with a merge commit', ({ at, sha }) => ({ author: someone, ...merged(at), mergedBy: bot, mergeCommitOid: sha(9) })],
  [38, 'outdated comments and replies to another review', repliesAcrossReviews],
  [39, 'commits with odd dates and parents', ({ parts, at, sha }) => ({
    author: someone, commits: [
      parts.commit(sha(0), at(1), someone,
        { message: 'Root', authoredDate: '1970-01-01T00:00:01Z', changedFilesIfAvailable: null }),
      parts.commit(sha(1), at(2), someone, { message: 'Merge', parentOids: [sha(0), sha(7), sha(8)] }),
      parts.commit(sha(2), at(3), someone,
        { message: 'From the future', committedDate: '2038-01-19T03:14:08Z', parentOids: [sha(1)] }),
    ] })],
  [40, 'a person whose login looks like a bot', everythingBy(abbott)],
  [41, 'every state of a review', ({ parts, at }) => ({
    author: someone, reviewDecision: 'CHANGES_REQUESTED',
    reviews: ['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED']
      .map((state, i) => parts.review(at(i + 1), other, { state, body: state })) })],
];

function reviewComments(parts, at, count) {
  return times(count, (i) => parts.reviewComment(at(i / 10), other, { body: `Line ${i}`, line: i + 1 }));
}

/** The viewer's own unsubmitted reviews: GitHub shows them to the viewer, collectors leave them out. */
function pendingReviews({ parts, at, viewer }) {
  const submitted = parts.review(at(1), other, { state: 'COMMENTED', comments: reviewComments(parts, at, 2) });
  const reply = { body: 'Not sent yet', replyToId: submitted.comments[0].id };
  return {
    author: someone,
    reviews: [submitted, parts.review(null, viewer, { body: 'Unfinished', comments: [
      parts.reviewComment(at(2), viewer, reply), ...reviewComments(parts, at, 3)] })],
  };
}

function sameSecond({ base }) {
  return { author: someone, updatedAt: isoTime(base(30) + 20 * DAY) };
}

function sharedCommit({ parts, at, sha, shared }) {
  return { author: someone, commits: [shared, parts.commit(sha(1), at(2), someone, { message: 'Its own', parentOids: [shared.oid] })] };
}

function repliesAcrossReviews({ parts, at }) {
  const opening = parts.reviewComment(at(1), other, { body: 'Opening', line: null, originalLine: 7, outdated: true });
  const reply = (time, by, to) => parts.reviewComment(time, by,
    { body: 'Reply', line: null, originalLine: 7, outdated: true, replyToId: to.id });
  const first = reply(at(2), someone, opening);
  return {
    author: someone,
    reviews: [
      parts.review(at(1), other, { comments: [opening] }),
      parts.review(at(2), someone, { comments: [first] }),
      parts.review(at(3), other, { comments: [reply(at(3), other, opening),
        parts.reviewComment(at(3), other, { body: 'A range', startLine: 3, line: 9, originalLine: 9 })] }),
    ],
  };
}

/** The pull requests of the awkward repository, by number. */
export function makeAwkwardPullRequests({ seed, now, viewer }, repository) {
  const base = (number) => Math.floor(now / 1000) * 1000 - (90 + 3 * number) * DAY;
  const shaOf = (number) => (i) => new Random(seed, 'awkward', number, i).hex(40);
  const shared = new Parts(repository, 33).commit(shaOf(33)('shared'), base(33), someone,
    { message: 'In two pull requests' });
  return new Map(CASES.map(([number, name, make]) => {
    const parts = new Parts(repository, number);
    const created = base(number);
    const pull = parts.pullRequest(created, {
      title: `Awkward case: ${name}`, updatedAt: isoTime(created + 20 * DAY), authorAssociation: 'MEMBER' });
    const at = (hours) => created + Math.floor(hours * 3600) * 1000;
    const kit = { parts, at, base, sha: shaOf(number), shared, viewer, login: repository.owner.login };
    return [number, Object.assign(pull, make(kit))];
  }));
}

/** Where each case is, for tests, README and `/_synthetic`. */
export function awkwardCases() {
  return CASES.map(([number, name]) => ({ repository: AWKWARD_REPOSITORY, number, name }));
}
