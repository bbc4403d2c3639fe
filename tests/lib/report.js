// A report held against plain calculation, and a page's data read by the page's own scripts.

import { percentile } from './metrics.js';

const PHASES = ['cycle', 'coding', 'pickup', 'review', 'merge'];

const dayOf = (time) => time.slice(0, 10);
const endOf = (fact) => fact.merged_at ?? fact.closed_at;

function summary(values) {
  const known = values.filter((value) => value !== null);
  const at = (part) => (known.length === 0 ? null : Math.floor(percentile(known, part) + 0.5));
  return { count: known.length, p50: at(0.5), p75: at(0.75), p90: at(0.9) };
}

/** Who began to review what, and when: {fact, reviewer, day}. */
export function firstReviews(tables, facts, rules) {
  const given = [...tables.reviews.map((row) => ({ row, login: row.reviewer, type: row.reviewer_type, time: row.submitted_at })),
    ...tables.review_comments.map((row) => ({ row, login: row.author, type: row.author_type, time: row.created_at }))];
  return facts.flatMap((fact) => {
    const first = new Map();
    for (const { row, login, type, time } of given) {
      const isOfFact = row.repo === fact.repo && row.pr_number === fact.number;
      if (!isOfFact || login === null || login === fact.author || rules.isBot(login, type)) continue;
      if (!first.has(login) || time < first.get(login)) first.set(login, time);
    }
    return [...first].filter(([, time]) => endOf(fact) === null || time <= endOf(fact))
      .map(([reviewer, time]) => ({ fact, reviewer, day: dayOf(time) }));
  });
}

/** What a report measures, of `facts` and `reviews` in the days `from` to `to`. */
export function measuresOf(facts, reviews, { from, to }) {
  const isIn = (time) => time !== null && dayOf(time) >= from && dayOf(time) <= to;
  const people = facts.filter((fact) => !fact.is_bot);
  const merged = people.filter((fact) => isIn(fact.merged_at));
  return {
    opened: people.filter((fact) => isIn(fact.created_at)).length,
    merged: merged.length,
    closed: people.filter((fact) => fact.merged_at === null && isIn(fact.closed_at)).length,
    open: people.filter((fact) => dayOf(fact.created_at) <= to && (endOf(fact) === null || dayOf(endOf(fact)) > to)).length,
    bots_merged: facts.filter((fact) => fact.is_bot && isIn(fact.merged_at)).length,
    unreviewed: merged.filter((fact) => fact.unreviewed).length,
    self_merged: merged.filter((fact) => fact.self_merged).length,
    reviews: reviews.filter(({ day }) => day >= from && day <= to).length,
    ...Object.fromEntries(PHASES.map((phase) => [phase, summary(merged.map((fact) => fact[`${phase}_seconds`]))])),
    size: summary(merged.map((fact) => fact.size_lines)),
  };
}

/** The bytes that a page has packed. */
export function packedIn(html) {
  const [, text] = /<script type="text\/plain" id="data">([^<]*)<\/script>/.exec(html);
  return Buffer.from(text, 'base64');
}
