// Charts, drawn by Observable Plot. Each has a title, a text for who can't see it, and its data as a table.

import { formatDuration, formatNumber, formatTick, isolated, MINUTE, shortened } from './text.mjs';
import { element } from './dom.mjs';
import { plainTable } from './table.mjs';

const { Plot } = globalThis;
const DAY_MINUTES = 1440;
// Those that are kept where there is no room for all come first.
const TICKS = [DAY_MINUTES, 60, 7 * DAY_MINUTES, 365 * DAY_MINUTES, 28 * DAY_MINUTES, 1, 240, 10, 91 * DAY_MINUTES, 1825 * DAY_MINUTES,
  2 * DAY_MINUTES, 720, 14 * DAY_MINUTES, 182 * DAY_MINUTES, 4 * DAY_MINUTES, 730 * DAY_MINUTES].map((minutes) => minutes * MINUTE);
const TICK_ROOM = 20;
const MANY_WEEKS = 60;
const TIP_LINE = 1.3;
const drawings = new WeakMap();

/** The first colour is for what matters most. */
export const COLOURS = ['var(--series-1)', 'var(--series-2)', 'var(--series-3)'];

/** A chart's data as a table, which is made when somebody wants to see it: it may be long. */
function dataOf(title, { columns, rows }) {
  const details = element('details', {
    ontoggle: () => { if (details.children.length === 1) details.append(plainTable(`${title}: data`, columns, rows)); },
  }, element('summary', {}, 'Data'));
  return details;
}

/**
 * A chart that is drawn by drawCharts once it is in the page, and again when its width changes.
 *
 * @param options of a plot so many pixels wide
 * @param legend [colour, text, is dashed] each
 * @param table {columns, rows}: its data
 */
export function chart({ title, summary, legend = [], options, table }) {
  const place = element('div', { class: 'chart' });
  drawings.set(place, (width) => {
    const drawn = Plot.plot({ width, className: 'plot', marginRight: 12, ...options(width) });
    // The whole is one image; names of its parts would be read out for nothing.
    for (const part of drawn.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
    drawn.setAttribute('role', 'img');
    drawn.setAttribute('aria-label', `${title}. ${summary}`);
    place.replaceChildren(drawn);
  });
  return element('figure', {},
    element('figcaption', {}, element('h3', {}, title), element('p', { class: 'summary' }, summary)),
    legend.length > 0 ? element('ul', { class: 'legend', 'aria-label': 'Legend' }, legend.map(([colour, text, dashed]) =>
      element('li', {}, element('span', { class: dashed ? 'swatch dashed' : 'swatch', style: `--colour: ${colour}` }), text))) : null,
    place,
    table ? dataOf(title, table) : null);
}

/** Draws the charts whose width is not the one they were drawn with. */
export function drawCharts() {
  for (const place of document.querySelectorAll('.chart')) {
    const width = Math.floor(place.clientWidth);
    if (width > 0 && place.dataset.width !== String(width)) {
      place.dataset.width = width;
      drawings.get(place)(width);
    }
  }
}

/** Those of TICKS in a logarithmic domain that have room on so many pixels. */
function ticksWithRoom([low, high], pixels) {
  const at = (seconds) => (pixels * Math.log(seconds / low)) / Math.log(high / low);
  const kept = [];
  for (const tick of TICKS) {
    const isInside = tick >= low && tick <= high;
    if (isInside && kept.every((other) => Math.abs(at(tick) - at(other)) >= TICK_ROOM)) kept.push(tick);
  }
  return kept.sort((a, b) => a - b);
}

/** A logarithmic scale of durations that holds all `seconds`, and the marks of its axis on so many pixels. */
function durationScale(seconds, pixels, label = null) {
  const known = seconds.filter((value) => value !== null).map((value) => Math.max(value, MINUTE));
  const sorted = [...TICKS].sort((a, b) => a - b);
  const low = sorted.findLast((tick) => tick <= Math.min(...known));
  const high = sorted.find((tick) => tick >= Math.max(...known, 4 * low)) ?? Math.max(...known);
  const ticks = ticksWithRoom([low, high], pixels);
  return {
    scale: { type: 'log', domain: [low, high], axis: null },
    // Plot leaves labels of a logarithmic axis out as it sees fit.
    axis: [Plot.gridY(ticks), Plot.axisY(ticks, { text: formatTick, label, labelAnchor: 'top', tickSize: 0 })],
  };
}

const weekStart = ({ week }) => new Date(`${week}T00:00:00Z`);
const weekMiddle = (row) => new Date(weekStart(row).getTime() + 3.5 * 86_400_000);
const weekEnd = (row) => new Date(weekStart(row).getTime() + 7 * 86_400_000);
const atLeastAMinute = (value) => (value === null ? NaN : Math.max(value, MINUTE));

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const formatWeek = (date) => `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}`;

/** Mondays while each can have a label, or every second, third or fourth; months and years beyond. */
function weekAxis(weeks, width) {
  const most = Math.max(2, Math.floor(width / 75));
  const every = Math.ceil(weeks.length / most);
  const ticks = every <= 4 ? { ticks: weeks.filter((_, i) => i % every === 0).map(weekStart), tickFormat: formatWeek } : { ticks: most };
  return { type: 'utc', domain: [weekStart(weeks[0]), weekEnd(weeks.at(-1))], label: null, ...ticks };
}

export const WEEK_COLUMN = { label: 'Week of', value: ({ week }) => week, isText: true, isHeading: true };

/** Percentiles of a phase, by week; weeks without any are passed over. `sharedWith` are phases that have the same scale. */
export function percentileChart({ title, weeks, phase, sharedWith = [phase], height, summary }) {
  const parts = [['p90', COLOURS[2], true], ['p75', COLOURS[1], false], ['p50', COLOURS[0], false]];
  const known = weeks.filter((week) => week[phase].count > 0);
  const time = durationScale(weeks.flatMap((week) => sharedWith.flatMap((each) => [week[each].p50, week[each].p90])), height - 50);
  return chart({
    title,
    summary,
    legend: [[COLOURS[0], 'median', false], [COLOURS[1], '75 %', false], [COLOURS[2], '90 %', true]],
    options: (width) => ({
      height,
      marginLeft: 70,
      marginBottom: 36,
      x: weekAxis(weeks, width),
      y: time.scale,
      marks: [
        ...time.axis,
        Plot.areaY(known, { x: weekMiddle, y1: (row) => atLeastAMinute(row[phase].p50), y2: (row) => atLeastAMinute(row[phase].p90), fill: COLOURS[0], fillOpacity: 0.12 }),
        ...parts.flatMap(([part, stroke, dashed]) => [
          Plot.lineY(known, { x: weekMiddle, y: (row) => atLeastAMinute(row[phase][part]), stroke, strokeWidth: part === 'p50' ? 2.5 : 1.5, strokeDasharray: dashed ? '5 3' : undefined }),
          Plot.dotY(known.length > MANY_WEEKS ? [] : known, { x: weekMiddle, y: (row) => atLeastAMinute(row[phase][part]), fill: stroke, r: part === 'p50' ? 2.5 : 1.8 }),
        ]),
        Plot.tip(known, Plot.pointerX({
          lineHeight: TIP_LINE,
          x: weekMiddle,
          y: (row) => atLeastAMinute(row[phase].p50),
          title: (row) => `week of ${row.week}\nmedian ${formatDuration(row[phase].p50)}\n75 %: ${formatDuration(row[phase].p75)}\n90 %: ${formatDuration(row[phase].p90)}\n${row[phase].count} merged`,
        })),
      ],
    }),
    table: {
      columns: [WEEK_COLUMN, { label: 'Merged', value: (row) => row[phase].count, format: formatNumber },
        ...[['p50', 'Median'], ['p75', '75 %'], ['p90', '90 %']].map(([part, label]) => ({ label, value: (row) => row[phase][part], format: formatDuration }))],
      rows: weeks,
    },
  });
}

/** What was merged and opened, by week. */
export function throughputChart({ weeks, summary }) {
  const hasBots = weeks.some((week) => week.bots_merged > 0);
  const hasRoom = (width) => width / weeks.length > 8;
  const bar = (y1, y2, fill, width) => Plot.rectY(weeks, { x1: weekStart, x2: weekEnd, y1, y2, fill, inset: hasRoom(width) ? 1.5 : 0 });
  return chart({
    title: 'Throughput by week',
    summary,
    legend: [[COLOURS[0], 'merged', false], ...(hasBots ? [['var(--quiet)', 'merged, by bots', false]] : []), [COLOURS[2], 'opened', true]],
    options: (width) => ({
      height: 260,
      marginLeft: 40,
      marginBottom: 36,
      x: weekAxis(weeks, width),
      y: { label: null, grid: true, tickFormat: (value) => (Number.isInteger(value) ? formatNumber(value) : '') },
      marks: [
        bar(() => 0, (row) => row.merged, COLOURS[0], width),
        ...(hasBots ? [bar((row) => row.merged, (row) => row.merged + row.bots_merged, 'var(--quiet)', width)] : []),
        Plot.lineY(weeks, { x: weekMiddle, y: 'opened', stroke: COLOURS[2], strokeWidth: hasRoom(width) ? 2 : 1, strokeDasharray: '5 3' }),
        Plot.dotY(hasRoom(width) ? weeks : [], { x: weekMiddle, y: 'opened', fill: COLOURS[2], r: 2.5 }),
        Plot.ruleY([0]),
        Plot.tip(weeks, Plot.pointerX({ lineHeight: TIP_LINE, x: weekMiddle, y: 'merged', title: (row) => `week of ${row.week}\n${row.merged} merged\n${row.opened} opened\n${row.closed} closed without merge\n${row.open} open at the end` })),
      ],
    }),
    table: {
      columns: [WEEK_COLUMN, ...[['opened', 'Opened'], ['merged', 'Merged'], ['closed', 'Closed without merge'], ['open', 'Open at the end'], ['bots_merged', 'Merged, by bots'], ['reviews', 'Reviews begun']]
        .map(([name, label]) => ({ label, value: (row) => row[name], format: formatNumber }))],
      rows: weeks,
    },
  });
}

/** How many are in each class. */
export function classChart({ title, summary, names, counts, height = 230 }) {
  const rows = names.map((name, i) => ({ name, count: counts[i] }));
  return chart({
    title,
    summary,
    options: () => ({
      height,
      marginLeft: 118,
      marginRight: 54,
      marginTop: 4,
      marginBottom: 4,
      x: { label: null, axis: null },
      y: { label: null, domain: names, padding: 0.15, tickSize: 0 },
      marks: [
        Plot.barX(rows, { x: 'count', y: 'name', fill: COLOURS[0] }),
        Plot.text(rows.filter(({ count }) => count > 0), { x: 'count', y: 'name', text: ({ count }) => formatNumber(count), dx: 5, textAnchor: 'start' }),
        Plot.ruleX([0]),
      ],
    }),
    table: { columns: [{ label: 'Class', value: ({ name }) => name, isText: true, isHeading: true }, { label: 'Pull requests', value: ({ count }) => count, format: formatNumber }], rows },
  });
}

const inMiddle = (digits) => (digits === 0 ? 0.7 : 2 ** (digits - 0.5));

/** Size and time of those merged: a circle for those alike. */
export function sizeTimeChart({ cells, sizes, summary }) {
  const circles = cells.map(({ size, time, count }) => ({ x: inMiddle(size), y: Math.max(MINUTE, 60 * inMiddle(time)), count }));
  const medians = sizes.filter(({ cycle }) => cycle.count > 0)
    .map(({ from, to, cycle }) => ({ x: Math.sqrt(Math.max(from, 1) * (to ?? from * 4)), y: Math.max(MINUTE, cycle.p50) }));
  const most = Math.max(2000, ...circles.map(({ x }) => x * 1.5));
  const sizeTicks = (width) => (width < 500 ? [1, 10, 100, 1000, 10_000, 100_000] : [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000])
    .filter((tick) => tick <= most);
  const time = durationScale([...circles, ...medians].map(({ y }) => y), 280, 'cycle time');
  return chart({
    title: 'Size against time',
    summary,
    legend: [[COLOURS[0], 'pull requests merged, larger where there are more', false], [COLOURS[2], 'median of a size', true]],
    options: (width) => ({
      height: 340,
      marginLeft: 70,
      marginRight: 28,
      marginBottom: 46,
      x: { type: 'log', domain: [0.5, most], ticks: sizeTicks(width), tickFormat: formatNumber, label: 'lines changed', grid: true },
      y: time.scale,
      r: { range: [2, Math.max(7, Math.min(16, width / 50))] },
      marks: [
        ...time.axis,
        Plot.dot(circles, { x: 'x', y: 'y', r: 'count', fill: COLOURS[0], fillOpacity: 0.45, stroke: COLOURS[0] }),
        Plot.lineY(medians, { x: 'x', y: 'y', stroke: COLOURS[2], strokeWidth: 2.5, strokeDasharray: '5 3' }),
        Plot.dotY(medians, { x: 'x', y: 'y', fill: COLOURS[2], r: 3.5 }),
        Plot.tip(circles, Plot.pointer({ lineHeight: TIP_LINE, x: 'x', y: 'y', title: ({ x, y, count }) => `about ${formatNumber(Math.round(x))} lines\nabout ${formatDuration(y)}\n${count} merged` })),
      ],
    }),
  });
}

const label = (name) => isolated(shortened(name, 18));

/** How many pull requests each person began to review, in the people's order. */
export function reviewLoadChart({ people, summary, table }) {
  return chart({
    title: 'Review load',
    summary,
    options: () => ({
      height: 8 + 20 * people.length,
      marginTop: 4,
      marginBottom: 4,
      marginLeft: 140,
      marginRight: 40,
      x: { label: null, axis: null },
      y: { label: null, domain: people.map(({ person }) => person), tickFormat: label, padding: 0.2, tickSize: 0 },
      marks: [
        Plot.barX(people, { x: 'reviews', y: 'person', fill: COLOURS[0] }),
        Plot.text(people, { x: 'reviews', y: 'person', text: ({ reviews }) => formatNumber(reviews), dx: 5, textAnchor: 'start' }),
        Plot.ruleX([0]),
      ],
    }),
    table,
  });
}

/** Who reviews whom. `names(most)` are at most so many people. */
export function reviewPairsChart({ names, pairs, summary, table }) {
  return chart({
    title: 'Who reviews whom',
    summary,
    options: (width) => {
      const shown = names(Math.max(4, Math.min(20, Math.floor((width - 150) / 30))));
      const cells = pairs.filter(({ reviewer, author }) => shown.includes(reviewer) && shown.includes(author));
      const most = Math.max(1, ...cells.map(({ pull_requests: count }) => count));
      return {
        height: 136 + 26 * shown.length,
        marginLeft: 140,
        marginBottom: 4,
        marginTop: 130,
        x: { domain: shown, axis: 'top', tickRotate: -60, tickFormat: label, tickSize: 0, label: 'author →', padding: 0.06 },
        y: { domain: shown, tickFormat: label, tickSize: 0, label: '↓ reviewer', padding: 0.06 },
        marks: [
          Plot.cell(shown.flatMap((reviewer) => shown.map((author) => ({ reviewer, author }))), { x: 'author', y: 'reviewer', fill: 'var(--quiet)', fillOpacity: 0.12 }),
          Plot.cell(cells, { x: 'author', y: 'reviewer', fill: COLOURS[0], fillOpacity: ({ pull_requests: count }) => 0.12 + (0.48 * count) / most }),
          Plot.text(cells, { x: 'author', y: 'reviewer', text: ({ pull_requests: count }) => formatNumber(count), fill: 'currentColor' }),
        ],
      };
    },
    table,
  });
}
