// The flesh of an ordinary made-up pull request, from (seed, repository, number)
// alone: it comes out the same whenever and in whatever order it is asked for.

import { isoTime } from '../model/time.js';
import { Parts } from '../model/parts.js';
import { Random } from './random.js';
import { branchName, description, diffHunk, filePath, remark, sentence, subject } from './text.js';

const HOUR = 3600 * 1000;
const LABELS = ['bug', 'enhancement', 'documentation', 'backend', 'frontend', 'performance', 'needs review', 'P1', 'P2',
  'good first issue', 'dependencies', 'size/S', 'size/XL'];

/**
 * @param options {seed}
 * @param people from makePeople
 * @param repository {databaseId, nameWithOwner, name, owner, firstOrdinal}
 * @param outline from makeOutline
 */
export function makeDetails(options, people, repository, outline) {
  const random = new Random(options.seed, 'details', repository.name, outline.number);
  const author = random.chance(0.08) ? random.pick(people.bots) : random.pickUneven(people.members);
  const draft = makeDraftHistory(random, outline);
  const story = {
    random, author, people, outline, readyAt: draft.readyAt,
    parts: new Parts(repository, outline.number),
    end: outline.closedAt ?? outline.updatedAt,
    others: people.members.filter((person) => person !== author),
  };
  // The pull request is made first, so that its id comes before those of its parts.
  const pull = story.parts.pullRequest(outline.createdAt, {
    ...makeHead(story, repository), ...makeFate(story), isDraft: draft.isDraft,
    title: author.__typename === 'Bot' ? `Bump ${random.pick(['lodash', 'protobuf', 'curl'])} from 1.${random.integer(0, 9)} to 2.0`
      : subject(random),
    body: random.chance(0.05) ? null : description(random),
    author, authorAssociation: author.association, updatedAt: isoTime(outline.updatedAt),
    labelNames: LABELS.filter(() => random.chance(0.1)),
    milestoneTitle: random.chance(0.1) ? `v${random.integer(1, 4)}.${random.integer(0, 9)}` : null,
    assignees: random.chance(0.3) && author.__typename === 'User' ? [author] : [],
  });
  pull.commits = makeCommits(story);
  pull.reviews = makeReviews(story, pull.commits.at(-1)?.oid ?? null);
  pull.comments = makeComments(story);
  pull.events = draft.events.map(([typename, time]) => story.parts.event(typename, time, author));
  summarise(pull, story);
  return pull;
}

/** About one in six was opened as a draft; some went back to it. */
function makeDraftHistory(random, { createdAt, closedAt, updatedAt, state }) {
  const end = closedAt ?? updatedAt;
  const kind = random.next();
  if (kind > 0.16 || end - createdAt < 60_000) return { isDraft: false, readyAt: createdAt, events: [] };
  if (state === 'OPEN' && kind < 0.08) return { isDraft: true, readyAt: createdAt, events: [] };
  const [first, second, third] = random.times(3, createdAt, createdAt + (end - createdAt) * 0.6);
  const ready = 'ReadyForReviewEvent';
  const events = [[ready, first]];
  if (kind < 0.03) events.push(['ConvertToDraftEvent', second], [ready, third]);
  return { isDraft: false, readyAt: first, events };
}

function makeHead({ random, author }, repository) {
  const isFork = random.chance(0.15) && author.__typename === 'User';
  return {
    baseRefName: random.chance(0.93) ? 'main' : `release/${random.integer(1, 9)}.x`,
    headRefName: branchName(random, author.login),
    isCrossRepository: isFork,
    headRepository: isFork ? (random.chance(0.9) ? `${author.login}/${repository.name}` : null) : repository.nameWithOwner,
  };
}

function makeFate({ random, author, others, outline: { state, closedAt } }) {
  if (state === 'OPEN') return { state };
  const closed = { state, closedAt: isoTime(closedAt) };
  if (state === 'CLOSED') return closed;
  const mergedBy = author.__typename === 'User' && random.chance(0.6) ? author : random.pickUneven(others);
  return { ...closed, mergedAt: closed.closedAt, mergedBy, mergeCommitOid: random.hex(40) };
}

/** Most of the work is done before the pull request is opened; the rest answers reviews. */
function makeCommits({ random, author, people, parts, outline, end }) {
  const count = Math.max(1, random.count(2.2, 0.9, 90));
  const before = Math.max(1, Math.ceil(count * 0.6));
  const start = outline.createdAt - random.lognormal(5 * HOUR, 1.3);
  const times = [...random.times(before, start, outline.createdAt), ...random.times(count - before, outline.createdAt, end)];
  let parent = random.hex(40);
  return times.map((time) => {
    const oid = random.hex(40);
    const committed = parts.commit(oid, time, author, {
      message: commitMessage(random, people.members),
      additions: random.count(20, 1.4, 20_000), deletions: random.count(7, 1.5, 20_000),
      changedFilesIfAvailable: 1 + random.count(2, 0.9, 300), parentOids: [parent],
    });
    if (random.chance(0.05)) committed.parentOids.push(random.hex(40));
    parent = oid;
    return committed;
  });
}

function commitMessage(random, members) {
  let message = subject(random);
  if (random.chance(0.4)) message += `\n\n${sentence(random)}\n${sentence(random)}`;
  if (random.chance(0.08)) {
    const { name, email } = random.pickUneven(members);
    message += `\n\nCo-authored-by: ${name} <${email}>`;
  }
  return message;
}

function makeReviews(story, commitOid) {
  const { random, others, people, outline, parts, readyAt, end } = story;
  const count = random.chance(0.15) ? 0 : random.count(2.1, 0.8, 40);
  const reviewers = Array.from({ length: random.integer(1, 3) }, () => random.pickUneven(others));
  const openings = [];
  const reviews = random.times(count, readyAt, end).map((time, i) => {
    const isLast = i === count - 1;
    const reviewer = random.chance(0.05) ? random.pick(people.bots) : random.pick(reviewers);
    const state = isLast && outline.state === 'MERGED' ? 'APPROVED'
      : random.chance(0.2) ? 'CHANGES_REQUESTED' : random.chance(0.15) ? 'APPROVED' : 'COMMENTED';
    const review = parts.review(time, reviewer, { state, commitOid, body: random.chance(0.4) ? remark(random) : '' });
    const comments = random.chance(0.45) ? 0 : random.count(2.2, 0.9, 30);
    for (let n = 0; n < comments; n += 1) review.comments.push(reviewComment(story, reviewer, time, commitOid, openings));
    return review;
  });
  return reviews;
}

/** A new remark on a line, or an answer to an earlier one. */
function reviewComment({ random, parts }, author, time, commitOid, openings) {
  const opening = openings.length > 0 && random.chance(0.35) ? random.pick(openings) : null;
  const line = random.integer(1, 900);
  const outdated = random.chance(0.25);
  const comment = parts.reviewComment(time, author, opening ? {
    body: remark(random), commitOid, replyToId: opening.id, path: opening.path, line: opening.line,
    startLine: opening.startLine, originalLine: opening.originalLine, diffHunk: opening.diffHunk, outdated: opening.outdated,
  } : {
    body: remark(random), commitOid, path: filePath(random), line: outdated ? null : line,
    startLine: !outdated && random.chance(0.2) ? Math.max(1, line - random.integer(1, 9)) : null,
    originalLine: line, diffHunk: diffHunk(random, line), outdated,
  });
  if (!opening) openings.push(comment);
  return comment;
}

function makeComments({ random, author, others, people, outline, parts }) {
  const count = random.count(1.55, 1.0, 60);
  return random.times(count, outline.createdAt, outline.updatedAt).map((time) => {
    const kind = random.next();
    const by = kind < 0.4 ? author : kind < 0.55 ? random.pick(people.bots) : random.pickUneven(others);
    return parts.issueComment(time, by, { body: remark(random) });
  });
}

function summarise(pull, { random, people, others, outline }) {
  pull.additions = pull.commits.reduce((sum, commit) => sum + commit.additions, 0);
  pull.deletions = pull.commits.reduce((sum, commit) => sum + commit.deletions, 0);
  pull.changedFiles = Math.max(...pull.commits.map((commit) => commit.changedFilesIfAvailable));
  const verdict = pull.reviews.findLast((review) => review.state !== 'COMMENTED');
  pull.reviewDecision = verdict?.state ?? (random.chance(0.5) ? 'REVIEW_REQUIRED' : null);
  if (outline.state === 'OPEN') {
    if (random.chance(0.6)) pull.requestedReviewers.push(random.pick(others));
    if (random.chance(0.2)) pull.requestedReviewers.push(random.pick(people.teams));
  }
}
