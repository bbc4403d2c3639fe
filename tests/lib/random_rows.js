// Made-up rows of the five tables in which what is rare on GitHub is frequent: moments that coincide,
// drafts, bots, deleted accounts, commits younger than their pull request.

const PEOPLE = [['ann', 'User'], ['bob', 'User'], ['cid', 'User'], ['abbott', 'User'], [null, null], ['renovate', 'Bot'],
  ['ci[bot]', null], ['Acme-CI', 'User']];
const STATES = ['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED'];
const SHAS = ['a1', 'b2', 'c3', null];
// With what a row says of it: older ones say nothing, and not every text is kept.
const TEXTS = [{ body: '' }, { body: ' \r\n' }, { body: 'Why?' }, { body: null }, { body: '', has_text: false },
  { body: 'Why?', has_text: true }, { body: null, has_text: true }, { body: null, has_text: false }, { body: 'Why?', has_text: null }];

/** The second before midnight, midnight and hours of five days, so that many are the same. */
function moment(random) {
  const day = random.integer(1, 5);
  const time = random.pick(['00:00:00', '06:30:15', '12:00:00', '23:59:59']);
  return `2026-01-0${day}T${time}Z`;
}

const later = (random, than) => {
  for (let tries = 0; tries < 20; tries += 1) {
    const time = moment(random);
    if (time >= than) return time;
  }
  return than;
};

function pullRequest(random, place, number) {
  const [author, author_type] = random.pick(PEOPLE);
  const created_at = moment(random);
  const fate = random.pick(['OPEN', 'CLOSED', 'MERGED', 'MERGED', 'MERGED']);
  const end = fate === 'OPEN' ? null : later(random, created_at);
  return {
    ...place, number, id: `${place.repo}/${number}`, title: `Number ${number}`, state: fate, author, author_type,
    created_at, updated_at: '2026-01-31T00:00:00Z', closed_at: end, merged_at: fate === 'MERGED' ? end : null,
    merged_by: fate === 'MERGED' ? random.pick([author, 'bob', null]) : null, is_draft: false,
    opened_as_draft: random.pick([true, false, false, null]),
    ready_for_review_at: random.pick([null, moment(random), later(random, created_at)]),
    additions: random.pick([0, 7, 120, null]), deletions: random.pick([0, 3]), changed_files: random.integer(0, 9),
  };
}

/** A commit's date goes with its sha, as the same commit may be in several pull requests. */
function commit(random) {
  const sha = `${random.integer(10, 59)}`;
  const author_date = `2026-01-0${1 + (Number(sha) % 5)}T${sha[0] % 2}${sha[0]}:00:00Z`;
  return { sha, author: random.pick(PEOPLE)[0], author_date, commit_date: moment(random), message: 'x' };
}

function review(random) {
  const [reviewer, reviewer_type] = random.pick(PEOPLE);
  const submitted_at = moment(random);
  return { reviewer, reviewer_type, submitted_at, state: random.pick(STATES), commit_sha: random.pick(SHAS), ...random.pick(TEXTS) };
}

function comment(random) {
  const [author, author_type] = random.pick(PEOPLE);
  return { author, author_type, created_at: moment(random), updated_at: '2026-01-31T00:00:00Z', body: 'x' };
}

function details(random, place, pr_number) {
  const some = (make) => Array.from({ length: random.integer(0, 3) },
    (_, i) => ({ ...place, pr_number, id: `${place.repo}/${pr_number}/${i}`, ...make(random) }));
  return {
    commits: [...new Map(some(commit).map((row) => [row.sha, row])).values()],
    reviews: some(review), review_comments: some(comment), issue_comments: some(comment),
  };
}

/** Rows of `numbers` in one repository, as the collection `collection_id` found them. */
export function randomRows(random, repo, numbers, collection_id) {
  const seen = `${collection_id.slice(0, 4)}-${collection_id.slice(4, 6)}-${collection_id.slice(6, 8)}T00:00:00Z`;
  const place = { org: 'acme', repo, collected_at: seen, collection_id };
  const tables = { pull_requests: [], commits: [], reviews: [], review_comments: [], issue_comments: [] };
  for (const number of numbers) {
    tables.pull_requests.push(pullRequest(random, place, number));
    for (const [table, rows] of Object.entries(details(random, place, number))) tables[table].push(...rows);
  }
  return tables;
}
