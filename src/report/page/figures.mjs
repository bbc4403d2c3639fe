// The figures of a report, as src/report/figures.cc calculates them, for any selection of its rows.

export const PHASES = ['cycle', 'coding', 'pickup', 'review', 'merge'];
export const MOST_LISTED = 20;
const DAY_SECONDS = 86_400;

/** Percentiles of numbers, interpolated linearly and rounded to integers; null where there are no numbers. */
export function summarize(values) {
  if (values.length === 0) return { count: 0, p50: null, p75: null, p90: null };
  const sorted = Float64Array.from(values).sort();
  const at = (part) => {
    const place = part * (sorted.length - 1);
    const below = Math.floor(place);
    const low = sorted[below];
    const high = sorted[Math.min(below + 1, sorted.length - 1)];
    return Math.floor(low + (high - low) * (place - below) + 0.5);
  };
  return { count: sorted.length, p50: at(0.5), p75: at(0.75), p90: at(0.9) };
}

/** "2026-01-31" for a day counted from 1970. */
export const formatDay = (day) => new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 10);

const periodOf = ([from, to]) => ({ from: formatDay(from), to: formatDay(to), days: to - from + 1 });
const isIn = ([from, to], day) => day >= from && day <= to;
const weekOf = (day) => day - ((day + 3) % 7);  // 1970 began on a Thursday
const classOf = (bounds, value) => {
  const found = bounds.findIndex((bound) => value < bound);
  return found < 0 ? bounds.length : found;
};
const binaryDigits = (value) => (value < 1 ? 0 : Math.floor(value).toString(2).length);

/** Measures in the making. */
class Tally {
  constructor(pulls) {
    this.pulls = pulls;
    this.counts = { opened: 0, merged: 0, closed: 0, open: 0, bots_merged: 0, unreviewed: 0, self_merged: 0, reviews: 0 };
    this.values = Object.fromEntries([...PHASES, 'size'].map((name) => [name, []]));
  }

  /** Counts what pull request `i` did in a period. */
  add(i, period) {
    const { openedDay, closedDay } = this.pulls;
    if (isIn(period, openedDay[i])) this.addOpened(i);
    if (isIn(period, closedDay[i])) this.addClosed(i);
    if (isOpenAfter(this.pulls, i, period[1])) this.addOpen(i);
  }

  addOpened(i) { this.counts.opened += 1 - this.pulls.bot[i]; }

  addOpen(i) { this.counts.open += 1 - this.pulls.bot[i]; }

  addClosed(i) {
    const { pulls, counts, values } = this;
    if (pulls.bot[i]) {
      counts.bots_merged += pulls.merged[i];
      return;
    }
    if (!pulls.merged[i]) {
      counts.closed += 1;
      return;
    }
    counts.merged += 1;
    counts.unreviewed += pulls.unreviewed[i];
    counts.self_merged += pulls.selfMerged[i];
    for (const name of Object.keys(values)) {
      const value = pulls[name][i];
      if (!Number.isNaN(value)) values[name].push(value);
    }
  }

  finish() {
    return { ...this.counts, ...Object.fromEntries(Object.entries(this.values).map(([name, values]) => [name, summarize(values)])) };
  }
}

const isOpenAfter = ({ openedDay, closedDay }, i, day) => openedDay[i] <= day && !(closedDay[i] <= day);

const hasSomething = ({ opened, merged, closed, open, bots_merged: bots, reviews }) =>
  opened + merged + closed + open + bots + reviews > 0;

/** Gives the tally that a map has for a key. */
const tallyFor = (tallies, key, pulls) => {
  if (!tallies.has(key)) tallies.set(key, new Tally(pulls));
  return tallies.get(key);
};

const finishGroups = (tallies, name, names) => [...tallies].sort(([a], [b]) => a - b)
  .map(([key, tally]) => ({ [name]: names[key], ...tally.finish() })).filter(hasSomething);

/** What a filter leaves: numbers of pull requests and of reviews. `has(i)` tells of a pull request. */
function select({ pulls, reviews }, has) {
  const selected = [];
  const chosen = new Uint8Array(pulls.count);
  for (let i = 0; i < pulls.count; i += 1) {
    if (has(i)) {
      selected.push(i);
      chosen[i] = 1;
    }
  }
  const given = [];
  for (let i = 0; i < reviews.count; i += 1) if (chosen[reviews.pullOf[i]]) given.push(i);
  return { selected, given };
}

function measure({ pulls, reviews }, { selected, given }, period) {
  const tally = new Tally(pulls);
  for (const i of selected) tally.add(i, period);
  for (const i of given) tally.counts.reviews += isIn(period, reviews.day[i]) ? 1 : 0;
  return tally.finish();
}

function weeksOf({ pulls, reviews }, { selected, given }, period) {
  const first = weekOf(period[0]);
  const index = (day) => Math.floor((day - first) / 7);
  const tallies = Array.from({ length: index(period[1]) + 1 }, () => new Tally(pulls));
  for (const i of selected) {
    const { [i]: opened } = pulls.openedDay;
    const { [i]: closed } = pulls.closedDay;
    if (isIn(period, opened)) tallies[index(opened)].addOpened(i);
    if (isIn(period, closed)) tallies[index(closed)].addClosed(i);
    for (let week = index(Math.max(opened, period[0])); week < tallies.length; week += 1) {
      if (!isOpenAfter(pulls, i, Math.min(first + 7 * week + 6, period[1]))) break;
      tallies[week].addOpen(i);
    }
  }
  for (const i of given) if (isIn(period, reviews.day[i])) tallies[index(reviews.day[i])].counts.reviews += 1;
  return tallies.map((tally, week) => ({ week: formatDay(first + 7 * week), ...tally.finish() }));
}

function sizesOf({ pulls, reviews, size_bounds: bounds }, { selected, given }, period) {
  const tallies = Array.from({ length: bounds.length + 1 }, () => new Tally(pulls));
  const has = (i) => !Number.isNaN(pulls.size[i]);
  for (const i of selected) if (has(i)) tallies[classOf(bounds, pulls.size[i])].add(i, period);
  for (const i of given) {
    const pull = reviews.pullOf[i];
    if (has(pull) && isIn(period, reviews.day[i])) tallies[classOf(bounds, pulls.size[pull])].counts.reviews += 1;
  }
  return tallies.map((tally, i) => ({
    from: i === 0 ? 0 : bounds[i - 1], to: i < bounds.length ? bounds[i] - 1 : null, ...tally.finish(),
  }));
}

/** What only those merged in the period are in. */
function mergedOf({ pulls, duration_bounds: bounds }, { selected }, period) {
  const distribution = { bounds, ...Object.fromEntries(PHASES.map((phase) => [phase, new Array(bounds.length + 1).fill(0)])) };
  const cells = new Map();
  for (const i of selected) {
    if (pulls.bot[i] || !pulls.merged[i] || !isIn(period, pulls.closedDay[i])) continue;
    for (const phase of PHASES) {
      if (!Number.isNaN(pulls[phase][i])) distribution[phase][classOf(bounds, pulls[phase][i])] += 1;
    }
    if (Number.isNaN(pulls.size[i]) || Number.isNaN(pulls.cycle[i])) continue;
    const key = binaryDigits(pulls.size[i]) * 64 + binaryDigits(pulls.cycle[i] / 60);
    cells.set(key, (cells.get(key) ?? 0) + 1);
  }
  const sizeTime = [...cells].sort(([a], [b]) => a - b)
    .map(([key, count]) => ({ size: Math.floor(key / 64), time: key % 64, count }));
  return { distribution, size_time: sizeTime };
}

function groupsOf({ pulls, reviews, repositories, people, people_are: peopleAre }, { selected, given }, period) {
  const byRepository = new Map();
  const byPerson = new Map();
  const pairs = new Map();
  for (const i of selected) {
    tallyFor(byRepository, pulls.repository[i], pulls).add(i, period);
    if (!Number.isNaN(pulls.author[i])) tallyFor(byPerson, pulls.author[i], pulls).add(i, period);
  }
  for (const i of given) {
    if (!isIn(period, reviews.day[i])) continue;
    const pull = reviews.pullOf[i];
    const { [i]: reviewer } = reviews.reviewer;
    const { [pull]: author } = pulls.author;
    tallyFor(byRepository, pulls.repository[pull], pulls).counts.reviews += 1;
    if (Number.isNaN(reviewer)) continue;
    tallyFor(byPerson, reviewer, pulls).counts.reviews += 1;
    const pair = reviewer * people.length + author;
    if (!Number.isNaN(author)) pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  const groups = { repositories: finishGroups(byRepository, 'repository', repositories) };
  if (peopleAre === 'none') return groups;
  return {
    ...groups,
    people: finishGroups(byPerson, 'person', people),
    review_pairs: [...pairs].sort(([a], [b]) => a - b).map(([pair, count]) => ({
      reviewer: people[Math.floor(pair / people.length)], author: people[pair % people.length], pull_requests: count,
    })),
  };
}

function listed(data, i) {
  const { pulls, repositories, people, people_are: peopleAre, titles, as_of: asOf } = data;
  const row = { repository: repositories[pulls.repository[i]] };
  if (peopleAre !== 'anonymous') row.number = pulls.number[i];
  if (peopleAre === 'named') {
    const { title, url } = titles.get(i) ?? { title: '', url: '' };
    Object.assign(row, { title, url });
  }
  if (peopleAre !== 'none') row.author = people[pulls.author[i]] ?? null;
  return {
    ...row, draft: pulls.draft[i] === 1, stale: pulls.stale[i] === 1, age_seconds: asOf - pulls.openedAt[i],
    waiting_seconds: pulls.waiting[i] ? asOf - pulls.readyAt[i] : null,
  };
}

function openWork(data, { selected }, mostListed) {
  const { pulls, as_of: asOf, age_bounds: bounds } = data;
  const open = selected.filter((i) => Number.isNaN(pulls.closedDay[i]) && !pulls.bot[i]);
  const waiting = open.filter((i) => pulls.waiting[i]).sort((a, b) => pulls.readyAt[a] - pulls.readyAt[b] || a - b);
  const ages = new Array(bounds.length + 1).fill(0);
  for (const i of open) ages[classOf(bounds, asOf - pulls.openedAt[i])] += 1;
  const count = (flags) => open.reduce((sum, i) => sum + flags[i], 0);
  return {
    count: open.length, drafts: count(pulls.draft), waiting: waiting.length, stale: count(pulls.stale),
    age_bounds: bounds, ages,
    oldest: open.slice(0, mostListed).map((i) => listed(data, i)),
    longest_waiting: waiting.slice(0, mostListed).map((i) => listed(data, i)),
  };
}

/** The period before, when the rows reach back so far. */
function periodBefore(data, [from, to]) {
  const length = to - from + 1;
  return from - length >= (data.before ?? data.period)[0] ? [from - length, from - 1] : null;
}

/**
 * The structure that `report --format json` writes.
 *
 * @param data what unpack gives
 * @param period [first day, last day], in data.period and data.before
 * @param has tells which pull requests count, by number
 */
export function calculateFigures(data, { period = data.period, has = () => true, mostListed = MOST_LISTED } = {}) {
  const selection = select(data, has);
  const before = periodBefore(data, period);
  return {
    format: 1,
    org: data.org,
    as_of: new Date(data.as_of * 1000).toISOString().replace('.000Z', 'Z'),
    period: periodOf(period),
    before: before && periodOf(before),
    rows_from: formatDay(data.rows_from),
    totals: { period: measure(data, selection, period), before: before && measure(data, selection, before) },
    weeks: weeksOf(data, selection, period),
    ...mergedOf(data, selection, period),
    sizes: sizesOf(data, selection, period),
    open_work: openWork(data, selection, mostListed),
    ...groupsOf(data, selection, period),
  };
}
