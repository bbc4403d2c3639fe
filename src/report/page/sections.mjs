// The parts of the page that are about work: headline, time, throughput, size, open work, repositories.

import { PHASES } from './figures.mjs';
import { classNames, counted, formatDuration, formatNumber, formatShare, NOTHING } from './text.mjs';
import { element, emptyState, foreign, link, section } from './dom.mjs';
import { sortableTable, plainTable } from './table.mjs';
import { classChart, percentileChart, sizeTimeChart, throughputChart } from './charts.mjs';

const PHASE_TITLES = { cycle: 'Cycle time', coding: 'Coding', pickup: 'Pickup', review: 'Review', merge: 'Merge' };
const PHASE_MEANS = {
  cycle: 'first commit to merge',
  coding: 'first commit to ready for review',
  pickup: 'ready to first review',
  review: 'first review to merge',
  merge: 'first approval to merge',
};

/** How a figure has changed: text, and whether that is "better" or "worse" where it can be told. */
function changeOf({ now, then, format, lessIsBetter }) {
  if (now === null || then === null) return { text: 'nothing to compare with', tone: 'same', isSame: true };
  if (now === then) return { text: 'as before', tone: 'same', isSame: true };
  const tone = lessIsBetter === undefined ? 'same' : (now < then) === lessIsBetter ? 'better' : 'worse';
  const percent = then === 0 ? null : Math.abs(Math.round((100 * (now - then)) / then));
  if (percent === 0 || format(now) === format(then)) return { text: 'about as before', tone: 'same', isSame: true };
  const part = percent === null ? '' : ` ${formatNumber(percent)} %`;
  return { text: `${now > then ? '▲' : '▼'}${part}`, tone };
}

function changeText(figure) {
  const { text, tone, isSame } = changeOf(figure);
  return element('span', { class: `change ${tone}` }, text,
    tone === 'same' ? null : element('span', { class: 'unseen' }, ` (${tone})`),
    isSame ? null : ` from ${figure.format(figure.then)}`);
}

function card(figure, hasBefore) {
  const { label, value, detail } = figure;
  return element('div', { class: 'card' },
    element('dt', {}, label),
    element('dd', {},
      element('span', { class: 'value' }, value),
      detail ? element('span', { class: 'detail' }, detail) : null,
      hasBefore ? changeText(figure) : null));
}

/** The figures of the whole, with their change against the period before. */
export function headline({ totals: { period: now, before: then }, open_work: open, before }) {
  const duration = (phase) => ({
    label: `${PHASE_TITLES[phase]}, median`, value: formatDuration(now[phase].p50), detail: now[phase].count > 0 ? `90 % within ${formatDuration(now[phase].p90)}` : 'nothing has this phase',
    now: now[phase].p50, then: then?.[phase].p50 ?? null, format: formatDuration, lessIsBetter: true,
  });
  const count = (label, name, detail) => ({
    label, value: formatNumber(now[name]), detail, now: now[name], then: then?.[name] ?? null, format: formatNumber,
  });
  const share = ({ unreviewed, merged }) => (merged > 0 ? Math.round((100 * unreviewed) / merged) : null);
  const explanation = before ? `Compared with the ${formatNumber(before.days)} days before, ${before.from} to ${before.to}.`
    : 'The rows do not reach back to the period before: there is nothing to compare with.';
  return section('At a glance', explanation, element('dl', { class: 'cards' }, [
    count('Merged', 'merged', `${formatNumber(now.opened)} opened, ${formatNumber(now.closed)} closed unmerged`),
    duration('cycle'), duration('coding'), duration('pickup'), duration('review'),
    { label: 'Size, median', value: now.size.p50 === null ? NOTHING : counted(now.size.p50, 'line', 'lines'), detail: now.size.count > 0 ? `90 % within ${formatNumber(now.size.p90)}` : 'nothing was merged', now: now.size.p50, then: then?.size.p50 ?? null, format: formatNumber, lessIsBetter: true },
    { label: 'Merged without review', value: formatShare(now.unreviewed, now.merged), detail: `${formatNumber(now.unreviewed)} of ${formatNumber(now.merged)}`, now: share(now), then: then ? share(then) : null, format: (value) => `${value} %`, lessIsBetter: true },
    { ...count('Open at the end', 'open', `${formatNumber(open.waiting)} wait for a first review`), lessIsBetter: true },
  ].map((figure) => card(figure, before !== null))));
}

export function timeSection({ weeks, totals: { period }, distribution }) {
  const title = 'How long it takes';
  if (period.cycle.count === 0) return section(title, null, emptyState('Nothing was merged in this selection, so there are no times.'));
  const words = (phase) => `${PHASE_MEANS[phase]}: ${formatDuration(period[phase].p50)} in the middle, 90 % within ${formatDuration(period[phase].p90)}.`;
  const parts = PHASES.filter((phase) => phase !== 'cycle');
  const names = classNames(distribution.bounds);
  return section(title, 'Percentiles, by the week of the merge; the scales are logarithmic. Averages are not shown: a few very long ones would decide them.',
    percentileChart({ title: 'Cycle time by week', weeks, phase: 'cycle', height: 300, summary: `From ${words('cycle')}` }),
    element('div', { class: 'grid' }, parts.map((phase) => (period[phase].count > 0
      ? percentileChart({ title: PHASE_TITLES[phase], weeks, phase, sharedWith: parts, height: 210, summary: `From ${words(phase)}` })
      : element('figure', {}, element('figcaption', {}, element('h3', {}, PHASE_TITLES[phase])), emptyState(`None of those merged has this phase: ${PHASE_MEANS[phase]}.`))))),
    element('div', { class: 'grid three' }, ['cycle', 'pickup', 'review'].filter((phase) => period[phase].count > 0).map((phase) => classChart({
      title: `${PHASE_TITLES[phase]}: distribution`, names, counts: distribution[phase],
      summary: `Of ${counted(period[phase].count, 'pull request', 'pull requests')} merged, by time from ${PHASE_MEANS[phase]}.`,
    }))));
}

export function throughputSection({ weeks, totals: { period } }) {
  if (period.opened + period.merged + period.closed + period.bots_merged === 0) {
    return section('Throughput', null, emptyState('Nothing was opened, merged or closed in this selection.'));
  }
  return section('Throughput', null, throughputChart({
    weeks, summary: `${formatNumber(period.merged)} merged and ${formatNumber(period.opened)} opened by people; ${formatNumber(period.bots_merged)} merged that bots had opened. The first and last week may be cut short.`,
  }));
}

const sizeName = ({ from, to }) => (to === null ? `${formatNumber(from)} or more` : `${formatNumber(from)} to ${formatNumber(to)}`);

export function sizeSection({ size_time: cells, sizes, totals: { period } }) {
  if (cells.length === 0) return section('Size', null, emptyState('Nothing with a known size was merged in this selection.'));
  const duration = (label, phase, part) => ({ label, value: (row) => row[phase][part], format: formatDuration });
  return section('Size', 'Lines added and deleted, generated files and all.',
    sizeTimeChart({ cells, sizes, summary: `${counted(period.size.count, 'pull request', 'pull requests')} merged; half have ${formatNumber(period.size.p50)} lines or fewer. Both scales are logarithmic.` }),
    plainTable('Time by size', [
      { label: 'Lines', value: sizeName, isText: true, isHeading: true },
      { label: 'Merged', value: ({ merged }) => merged, format: formatNumber },
      duration('Cycle, median', 'cycle', 'p50'), duration('Cycle, 90\u00a0%', 'cycle', 'p90'),
      duration('Pickup, median', 'pickup', 'p50'), duration('Review, median', 'review', 'p50'),
      { label: 'Without review', value: ({ unreviewed, merged }) => formatShare(unreviewed, merged), format: String },
    ], sizes));
}

const place = ({ repository, number }) => (number === undefined ? repository : `${repository}#${number}`);

const openColumns = (rows, since) => [
  { label: 'Pull request', value: place, show: (row) => link(row.url ?? '', foreign(place(row))), isText: true, isHeading: true },
  ...('title' in rows[0] ? [{ label: 'Title', value: ({ title }) => title, isText: true }] : []),
  ...('author' in rows[0] ? [{ label: 'Author', value: ({ author }) => author, isText: true }] : []),
  since,
  { label: 'State', value: ({ draft, stale }) => [draft ? 'draft' : '', stale ? 'stale' : ''].filter(Boolean).join(', '), isText: true },
];

const AGE = { label: 'Open for', value: ({ age_seconds: age }) => age, format: formatDuration };
const WAIT = { label: 'Waiting for', value: ({ waiting_seconds: wait }) => wait, format: formatDuration };

function listOfOpen(title, rows, all, since, nothing, kept) {
  const part = rows.length < all ? element('p', { class: 'summary' }, `The first ${rows.length} of ${formatNumber(all)}.`) : null;
  return element('div', { class: 'part' }, element('h3', {}, title), part, rows.length === 0 ? emptyState(nothing) : sortableTable({
    caption: title, columns: openColumns(rows, since), rows, unit: ['pull request', 'pull requests'],
    kept: Object.assign(kept, { column: openColumns(rows, since).indexOf(since), descending: true, ...kept }), filterLabel: 'Filter',
  }));
}

export function openSection({ open_work: open, as_of: asOf }, data, kept) {
  const explanation = `As of ${asOf.replace('T', ' ').replace('Z', ' UTC')}, whatever the period. Stale: nobody has done anything for ${counted(data.stale_after_days, 'day', 'days')}.`;
  if (open.count === 0) return section('Open work', explanation, emptyState('No pull request is open.'));
  return section('Open work', explanation,
    classChart({
      title: 'Age of open pull requests', names: classNames(open.age_bounds), counts: open.ages, height: 200,
      summary: `${formatNumber(open.count)} open: ${counted(open.drafts, 'draft', 'drafts')}, ${formatNumber(open.waiting)} waiting for a first review, ${formatNumber(open.stale)} stale.`,
    }),
    listOfOpen('Waiting for a first review, longest first', open.longest_waiting, open.waiting, WAIT, 'No pull request waits for a first review.', kept.waiting),
    listOfOpen('Oldest open', open.oldest, open.count, AGE, 'No pull request is open.', kept.oldest));
}

/** Columns that repositories and people have in common. */
export const measureColumns = () => [
  ...[['opened', 'Opened'], ['merged', 'Merged'], ['closed', 'Closed'], ['open', 'Open']]
    .map(([name, label]) => ({ label, value: (row) => row[name], format: formatNumber })),
  ...[['Cycle, median', 'cycle', 'p50'], ['Cycle, 90\u00a0%', 'cycle', 'p90'], ['Pickup, median', 'pickup', 'p50'], ['Review, median', 'review', 'p50']]
    .map(([label, phase, part]) => ({ label, value: (row) => row[phase][part], format: formatDuration })),
  { label: 'Size, median', value: (row) => row.size.p50, format: formatNumber },
];

export function repositorySection({ repositories }, kept) {
  if (repositories.length === 0) return section('By repository', null, emptyState('No repository had anything to do with this selection.'));
  return section('By repository', null, sortableTable({
    caption: 'Repositories', rows: repositories, unit: ['repository', 'repositories'], kept: kept.repositories, filterLabel: 'Filter repositories',
    columns: [{ label: 'Repository', value: ({ repository }) => repository, isText: true, isHeading: true }, ...measureColumns(),
      { label: 'Without review', value: ({ unreviewed }) => unreviewed, format: formatNumber },
      { label: 'By bots', value: ({ bots_merged: bots }) => bots, format: formatNumber }],
  }));
}
