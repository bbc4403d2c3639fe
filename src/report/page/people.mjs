// The parts of the page that are about people. They are in the order of their names: this is no contest.

import { counted, formatNumber, formatShare } from './text.mjs';
import { emptyState, section } from './dom.mjs';
import { sortableTable } from './table.mjs';
import { reviewLoadChart, reviewPairsChart } from './charts.mjs';
import { measureColumns } from './sections.mjs';

const MOST_BARS = 40;

/** At most so many of `people`, those who have most of something, in the order they came in. */
function busiest(people, amount, most) {
  const chosen = new Set([...people].sort((a, b) => amount(b) - amount(a)).slice(0, most));
  return people.filter((person) => chosen.has(person));
}

const personColumn = (label, name) => ({ label, value: (row) => row[name], isText: true, isHeading: true });
const countColumn = (label, name) => ({ label, value: (row) => row[name], format: formatNumber });

/** How many reviewers it takes to have half of all reviews. */
function halfOf(reviewers, all) {
  const sorted = reviewers.map(({ reviews }) => reviews).sort((a, b) => b - a);
  let sum = 0;
  return sorted.findIndex((reviews) => { sum += reviews; return 2 * sum >= all; }) + 1;
}

export function reviewSection({ people, review_pairs: pairs, totals: { period } }) {
  const reviewers = people.filter(({ reviews }) => reviews > 0);
  const explanation = 'A pull request counts once for everybody who began to review it in the period, while it was open. Sorted by name.';
  if (reviewers.length === 0) return section('Reviews', explanation, emptyState('Nobody reviewed anything in this selection.'));
  const shown = busiest(reviewers, ({ reviews }) => reviews, MOST_BARS);
  const half = halfOf(reviewers, period.reviews);
  const given = new Map();
  for (const { reviewer, author, pull_requests: count } of pairs) {
    for (const person of [reviewer, author]) given.set(person, (given.get(person) ?? 0) + count);
  }
  const named = people.map(({ person }) => person).filter((person) => given.has(person));
  return section('Reviews', explanation,
    reviewLoadChart({
      people: shown,
      summary: `${counted(reviewers.length, 'person', 'people')} began ${counted(period.reviews, 'review', 'reviews')}; half of them were begun by ${counted(half, 'person', 'people')}.${shown.length < reviewers.length ? ` The chart has the ${shown.length} with most, the table all.` : ''}`,
      table: { columns: [personColumn('Reviewer', 'person'), countColumn('Pull requests', 'reviews'), { label: 'Share', value: ({ reviews }) => formatShare(reviews, period.reviews), format: String }], rows: reviewers },
    }),
    pairs.length === 0 ? emptyState('No review was of a pull request by somebody known.') : reviewPairsChart({
      names: (most) => busiest(named, (person) => given.get(person), most),
      pairs,
      summary: `${counted(pairs.length, 'pair', 'pairs')} of a reviewer and an author. The chart has those with most to do with reviews, as far as there is room; the table has all.`,
      table: { columns: [personColumn('Reviewer', 'reviewer'), { ...personColumn('Author', 'author'), isHeading: false }, countColumn('Pull requests', 'pull_requests')], rows: pairs },
    }));
}

export function authorSection({ people }, kept) {
  const explanation = 'What somebody opened, merged and reviewed says little about what they did. Small numbers say nothing at all.';
  if (people.length === 0) return section('By author', explanation, emptyState('Nobody had anything to do with this selection.'));
  return section('By author', explanation, sortableTable({
    caption: 'Authors', rows: people.map((row, order) => ({ ...row, order })), unit: ['person', 'people'], kept: kept.people, filterLabel: 'Filter authors',
    columns: [{ ...personColumn('Author', 'person'), order: ({ order }) => order }, ...measureColumns(), countColumn('Reviews begun', 'reviews')],
  }));
}
