// Reads what src/report/pack.cc has written.

const FLAGS = { bot: 1, draft: 2, merged: 4, unreviewed: 8, selfMerged: 16, stale: 32, waiting: 64 };

/** A gzip member's content. */
async function gunzip(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A column of numbers, NaN for null, out of its planes, which begin at `start`. */
function readColumn(bytes, start, rows, planes) {
  const values = new Float64Array(rows);
  for (let plane = 0, scale = 1; plane < planes; plane += 1, scale *= 256) {
    const first = start + plane * rows;
    for (let row = 0; row < rows; row += 1) values[row] += bytes[first + row] * scale;
  }
  for (let row = 0; row < rows; row += 1) {
    const written = values[row];
    values[row] = written === 0 ? NaN : written % 2 === 1 ? (written - 1) / 2 : -written / 2;
  }
  return values;
}

function readColumns(bytes, start, index) {
  const columns = {};
  let at = start;
  for (const [name, rows, planes] of index) {
    columns[name] = readColumn(bytes, at, rows, planes);
    at += rows * planes;
  }
  return columns;
}

/** Sums of all values up to each. */
function summed(steps) {
  let sum = 0;
  return steps.map((step) => { sum += step; return sum; });
}

/** The cycle, of which only what the other phases do not say was written. */
function wholeCycle({ cycle, coding, pickup, review }) {
  return cycle.map((value, i) => {
    const others = coding[i] + pickup[i] + review[i];
    return Number.isNaN(others) ? value : value + others;
  });
}

/** Numbers and times of open ones, which stand by themselves, at their pull requests' places. */
function spread(columns, closedDay, openedDay) {
  const rows = closedDay.length;
  const number = new Float64Array(rows).fill(NaN);
  const openedAt = new Float64Array(rows).fill(NaN);
  const readyAt = new Float64Array(rows).fill(NaN);
  let next = 0;
  for (let i = 0; i < rows; i += 1) {
    if (!Number.isNaN(closedDay[i])) continue;
    number[i] = columns.open_number[next];
    openedAt[i] = openedDay[i] * 86_400 + columns.open_second[next];
    readyAt[i] = openedAt[i] + columns.open_ready[next];
    next += 1;
  }
  return { number, openedAt, readyAt };
}

/**
 * @returns the header's fields, and `pulls` and `reviews`: columns of numbers, NaN where there is none. Days are counted
 *   from 1970, times and durations are seconds.
 */
export async function unpack(packed) {
  const bytes = await gunzip(packed);
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const columns = readColumns(bytes, 4 + length, header.columns);
  const openedDay = summed(columns.opened_day);
  const closedDay = openedDay.map((day, i) => day + columns.open_days[i]);
  const { repository, author, flags, coding, pickup, review, merge, size } = columns;
  const flag = (bit) => Uint8Array.from(flags, (value) => ((value & bit) === 0 ? 0 : 1));
  const pullOf = summed(columns.review_of);
  return {
    ...header,
    titles: new Map(header.titles.map(([i, title, url]) => [i, { title, url }])),
    pulls: {
      count: flags.length, openedDay, closedDay, repository, author,
      ...Object.fromEntries(Object.entries(FLAGS).map(([name, bit]) => [name, flag(bit)])),
      cycle: wholeCycle(columns), coding, pickup, review, merge, size,
      ...spread(columns, closedDay, openedDay),
    },
    reviews: {
      count: pullOf.length, pullOf, reviewer: columns.reviewer,
      day: columns.review_day.map((days, i) => openedDay[pullOf[i]] + days),
    },
  };
}
