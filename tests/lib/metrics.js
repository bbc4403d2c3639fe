// The rules of docs/metrics.md in plain code over rows, for holding the warehouse's SQL against.

const DAY_SECONDS = 86_400;

const seconds = (time) => (time == null ? null : Date.parse(time) / 1000);
const iso = (time) => (time == null ? null : new Date(time * 1000).toISOString().replace('.000Z', 'Z'));
const dayOf = (time) => time.slice(0, 10);
const keyOf = ({ org, repo }, number) => JSON.stringify([org, repo, number]);

/** What has come before `end`, of which nothing knows when it will be. */
const upTo = (end) => ({ at }) => end === null || at <= end;

/** From one moment to a later one, if there are both. */
const span = (from, to) => (from === null || to === null || to < from ? null : to - from);

const earliest = (events) => events.reduce((first, { at }) => (first === null || at < first ? at : first), null);

/** Whether there was a text, kept or not. Rows of older versions don't say it, but have the text. */
const hadText = ({ has_text: said, body }) => said ?? /[^ \t\r\n]/.test(body ?? '');

export class Rules {
  constructor({ bots = [], staleAfterDays = 14 } = {}) {
    this.bots = new Set(bots.map((login) => login.toLowerCase()));
    this.staleAfterDays = staleAfterDays;
  }

  isBot(login, type) {
    const name = (login ?? '').toLowerCase();
    return type === 'Bot' || name.endsWith('[bot]') || this.bots.has(name);
  }
}

/** Each pull request with its commits and feedback: {row, isBot, commits: […], feedback: […]}. */
function assemble(tables, rules) {
  const pulls = new Map(tables.pull_requests.map((row) => [keyOf(row, row.number),
    { row, isBot: rules.isBot(row.author, row.author_type), commits: [], feedback: [] }]));
  for (const row of tables.commits) {
    const pull = pulls.get(keyOf(row, row.pr_number));
    const type = row.author !== null && row.author === pull.row.author ? pull.row.author_type : null;
    pull.commits.push({ row, at: seconds(row.author_date ?? row.commit_date), isBot: rules.isBot(row.author, type) });
  }
  const add = (kind, row, login, type, time) => {
    const pull = pulls.get(keyOf(row, row.pr_number));
    const isBot = rules.isBot(login, type);
    const isOwn = (login ?? '') === (pull.row.author ?? '');
    pull.feedback.push({ kind, row, login: login ?? '', time, at: seconds(time), isBot, isOwn });
  };
  for (const row of tables.reviews) add('review', row, row.reviewer, row.reviewer_type, row.submitted_at);
  for (const row of tables.review_comments) add('review_comment', row, row.author, row.author_type, row.created_at);
  for (const row of tables.issue_comments) add('issue_comment', row, row.author, row.author_type, row.created_at);
  return [...pulls.values()];
}

/** When the first of `events` counts as given. */
function firstGiven(events, ready, end) {
  if (ready === null || events.length === 0 || (end !== null && ready > end)) return null;
  const afterReady = events.filter(({ at }) => at >= ready);
  return afterReady.length > 0 ? earliest(afterReady) : ready;
}

function lastActivity(pull, ready) {
  const moments = [seconds(pull.row.created_at)];
  if (ready !== null) moments.push(ready);
  for (const { at, isBot } of [...pull.commits, ...pull.feedback]) if (!isBot) moments.push(at);
  return Math.max(...moments);
}

function factOf(pull, rules, now) {
  const { row } = pull;
  const merged = seconds(row.merged_at);
  const end = merged ?? seconds(row.closed_at);
  const ready = row.opened_as_draft ? seconds(row.ready_for_review_at) : seconds(row.created_at);
  const firstCommit = earliest(pull.commits);

  const responses = pull.feedback.filter(({ isBot, isOwn }) => !isBot && !isOwn).filter(upTo(end));
  const feedback = responses.filter(({ kind }) => kind !== 'issue_comment');
  const reviews = feedback.filter(({ kind }) => kind === 'review');
  const firstResponse = firstGiven(responses, ready, end);
  const firstReview = firstGiven(feedback, ready, end);
  const firstApproval = earliest(reviews.filter((review) => review.row.state === 'APPROVED'));

  const size = row.additions === null || row.deletions === null ? null : row.additions + row.deletions;
  const depth = feedback.filter(({ kind, row: given }) => kind === 'review_comment' || hadText(given)).length;
  const reviewers = new Set(feedback.map(({ login }) => login)).size;
  const begun = [firstCommit, ready].filter((time) => time !== null);
  const active = lastActivity(pull, ready);
  const isClamped = firstCommit === null || ready === null ? null : firstCommit > ready;
  return {
    org: row.org, repo: row.repo, number: row.number, title: row.title, url: row.url, author: row.author, is_bot: pull.isBot,
    state: row.state, is_draft: row.is_draft, base_ref: row.base_ref, created_at: row.created_at, closed_at: row.closed_at,
    merged_at: row.merged_at, merged_by: row.merged_by,
    ready_at: iso(ready), first_commit_at: iso(firstCommit), first_response_at: iso(firstResponse),
    first_review_at: iso(firstReview), first_approval_at: iso(firstApproval),
    coding_seconds: isClamped ? 0 : span(firstCommit, ready), coding_clamped: isClamped,
    response_seconds: span(ready, firstResponse), pickup_seconds: span(ready, firstReview),
    review_seconds: span(firstReview, merged), rework_seconds: span(firstReview, firstApproval),
    merge_seconds: span(firstApproval, merged), cycle_seconds: begun.length ? span(Math.min(...begun), merged) : null,
    open_to_merge_seconds: span(ready, merged),
    additions: row.additions, deletions: row.deletions, size_lines: size, changed_files: row.changed_files,
    review_depth: depth, review_depth_per_100_lines: size ? (100 * depth) / size : null, reviewers,
    review_rounds: new Set(reviews.map((review) => review.row.commit_sha ?? '')).size,
    commits_after_first_review: firstReview === null ? null
      : pull.commits.filter(upTo(end)).filter(({ at }) => at > firstReview).length,
    self_merged: merged === null ? null : firstApproval === null && row.author !== null && row.author === row.merged_by,
    unreviewed: merged === null ? null : reviewers === 0,
    last_activity_at: iso(active),
    stale: row.state === 'OPEN' && now - active > rules.staleAfterDays * DAY_SECONDS,
    collected_at: row.collected_at, collection_id: row.collection_id,
  };
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const inOrder = (rows, ...columns) => rows.sort((a, b) => columns.reduce((order, name) => order || compare(a[name], b[name]), 0));

/** The rows of pull_request_facts, in the order of their keys. */
export function factsOf(tables, rules) {
  const now = Date.now() / 1000;
  return inOrder(assemble(tables, rules).map((pull) => factOf(pull, rules, now)), 'org', 'repo', 'number');
}

/** Between the values on both sides of the place that q has among them. */
export function percentile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * q;
  const below = Math.floor(place);
  const share = place - below;
  return share === 0 ? sorted[below] : sorted[below] * (1 - share) + sorted[below + 1] * share;
}

const MEASURES = ['cycle_seconds', 'coding_seconds', 'pickup_seconds', 'review_seconds', 'merge_seconds', 'size_lines'];
const STATES = { APPROVED: 'reviews_approved', CHANGES_REQUESTED: 'reviews_changes_requested', COMMENTED: 'reviews_commented',
  DISMISSED: 'reviews_dismissed' };
const COUNTS = ['prs_opened', 'prs_merged', 'prs_closed', 'additions', 'deletions', 'reviews_given', ...Object.values(STATES),
  'reviews_received', 'review_comments_given', 'issue_comments_given'];

/** What one author did in a repository on a day, while it is being counted. */
class Day {
  constructor(org, repo, metric_date, author) {
    this.row = { org, repo, metric_date, author, is_bot: false, ...Object.fromEntries(COUNTS.map((name) => [name, 0])) };
    this.shas = new Set();
    this.reviewed = new Set();
    this.merged = [];
  }

  note(isBot, { collected_at: at, collection_id: id }) {
    const { row } = this;
    row.is_bot ||= isBot;
    if (row.collected_at === undefined || compare([at, id].join(), [row.collected_at, row.collection_id].join()) > 0) {
      Object.assign(row, { collected_at: at, collection_id: id });
    }
    return this;
  }

  finished() {
    const row = { ...this.row, commits: this.shas.size, prs_reviewed: this.reviewed.size };
    for (const measure of MEASURES) {
      const values = this.merged.map((fact) => fact[measure]).filter((value) => value !== null);
      const some = values.length > 0;
      row[`${measure}_sum`] = some ? values.reduce((sum, value) => sum + value, 0) : null;
      row[`${measure}_count`] = values.length;
      row[`${measure}_p50`] = some ? percentile(values, 0.5) : null;
      row[`${measure}_p90`] = some ? percentile(values, 0.9) : null;
    }
    return row;
  }
}

/** The rows of metrics, in the order of their keys. */
export function metricsOf(tables, rules) {
  const days = new Map();
  const day = ({ org, repo }, time, author) => {
    const key = JSON.stringify([org, repo, dayOf(time), author ?? '']);
    if (!days.has(key)) days.set(key, new Day(org, repo, dayOf(time), author ?? ''));
    return days.get(key);
  };
  for (const pull of assemble(tables, rules)) {
    const { row, isBot } = pull;
    day(row, row.created_at, row.author).note(isBot, row).row.prs_opened += 1;
    if (row.merged_at !== null) {
      const merged = day(row, row.merged_at, row.author).note(isBot, row);
      merged.row.prs_merged += 1;
      merged.row.additions += row.additions ?? 0;
      merged.row.deletions += row.deletions ?? 0;
      merged.merged.push(factOf(pull, rules, 0));
    } else if (row.closed_at !== null) {
      day(row, row.closed_at, row.author).note(isBot, row).row.prs_closed += 1;
    }
    for (const commit of pull.commits) {
      day(row, commit.row.author_date ?? commit.row.commit_date, commit.row.author).note(commit.isBot, commit.row).shas.add(commit.row.sha);
    }
    for (const given of pull.feedback.filter(({ isOwn }) => !isOwn)) {
      const by = day(row, given.time, given.login).note(given.isBot, given.row);
      if (given.kind !== 'review') {
        by.row[`${given.kind}s_given`] += 1;
        continue;
      }
      by.row.reviews_given += 1;
      by.row[STATES[given.row.state]] += 1;
      by.reviewed.add(row.number);
      if (!given.isBot) day(row, given.time, row.author).note(isBot, given.row).row.reviews_received += 1;
    }
  }
  return inOrder([...days.values()].map((each) => each.finished()), 'org', 'repo', 'metric_date', 'author');
}
