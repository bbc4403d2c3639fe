// Tables that sort by their headings' buttons and filter by a text.

import { NOTHING, counted } from './text.mjs';
import { element, foreign } from './dom.mjs';

const FEW_ROWS = 50;

/** Nulls last, whichever way it goes. */
function compareValues(a, b, descending) {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const left = typeof a === 'string' ? a.toLowerCase() : a;
  const right = typeof b === 'string' ? b.toLowerCase() : b;
  const order = left < right ? -1 : left > right ? 1 : 0;
  return descending ? -order : order;
}

function cell(column, row) {
  const value = column.value(row);
  const content = column.show ? column.show(row)
    : column.isText ? foreign(value ?? NOTHING) : column.format(value);
  const name = column.isHeading ? 'th' : 'td';
  return element(name, { scope: column.isHeading ? 'row' : undefined, class: column.isText ? 'text' : 'number' }, content);
}

/** A table of text, for who can't or won't read a chart. */
export function plainTable(caption, columns, rows) {
  return element('div', { class: 'scrolls', tabindex: '0', role: 'region', 'aria-label': caption },
    element('table', {},
      element('caption', { class: 'unseen' }, caption),
      element('thead', {}, element('tr', {}, columns.map((column) => element('th', { scope: 'col', class: column.isText ? 'text' : 'number' }, column.label)))),
      element('tbody', {}, rows.map((row) => element('tr', {}, columns.map((column) => cell(column, row)))))));
}

/**
 * @param columns {label, value(row), format(value) or show(row), isText, isHeading, order(row): to sort by instead of the value}
 * @param kept an object that keeps what the reader has chosen, for a table that takes this one's place: {column, descending,
 *   text, isWhole}. What it lacks is filled in: sorted by the first column
 */
export function sortableTable({ caption, columns, rows, unit, kept = {}, filterLabel }) {
  const state = Object.assign(kept, { column: 0, descending: false, text: '', isWhole: false, ...kept });
  const body = element('tbody');
  const count = element('p', { class: 'count', role: 'status' });
  const headings = columns.map((column, i) => element('th', { scope: 'col', class: column.isText ? 'text' : 'number' },
    element('button', { type: 'button', class: 'sort', onclick: () => sortBy(i) }, column.label)));
  const all = element('button', { type: 'button', class: 'more', onclick: () => { state.isWhole = true; draw(); } });

  function sortBy(i) {
    state.descending = state.column === i ? !state.descending : !columns[i].isText;
    state.column = i;
    draw();
  }

  function draw() {
    const text = state.text.toLowerCase();
    const wanted = rows.filter((row) => text === '' || columns.some((column) => column.isText && String(column.value(row) ?? '').toLowerCase().includes(text)));
    const value = columns[state.column].order ?? columns[state.column].value;
    const sorted = wanted.map((row, i) => [row, i])
      .sort(([a, i], [b, j]) => compareValues(value(a), value(b), state.descending) || i - j).map(([row]) => row);
    const shown = state.isWhole ? sorted : sorted.slice(0, FEW_ROWS);
    body.replaceChildren(...shown.map((row) => element('tr', {}, columns.map((column) => cell(column, row)))));
    headings.forEach((heading, i) => {
      if (i === state.column) heading.setAttribute('aria-sort', state.descending ? 'descending' : 'ascending');
      else heading.removeAttribute('aria-sort');
    });
    count.textContent = wanted.length === rows.length ? counted(rows.length, ...unit)
      : `${counted(wanted.length, ...unit)} of ${rows.length}`;
    all.textContent = `Show all ${sorted.length}`;
    all.hidden = shown.length === sorted.length;
  }

  draw();
  return element('div', { class: 'sortable' },
    element('div', { class: 'tools' },
      filterLabel ? element('label', {}, `${filterLabel} `, element('input', {
        type: 'search', value: state.text, oninput: ({ target }) => { state.text = target.value; draw(); },
      })) : null, count),
    element('div', { class: 'scrolls', tabindex: '0', role: 'region', 'aria-label': caption },
      element('table', {}, element('caption', { class: 'unseen' }, caption),
        element('thead', {}, element('tr', {}, headings)), body)),
    all);
}
