// Holds a table against the truth, row by row, and says readably where they differ.

import { COLLECTION_ID, KEYS, PROVENANCE } from './tables.js';

const MOST_SHOWN = 5;
const LONGEST_SHOWN = 160;

const keyOf = (table, row) => JSON.stringify(KEYS[table].map((column) => row[column]));

function show(value) {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}… (${text.length} characters)` : text;
}

/** From the first character that differs on, where two long texts begin alike. */
function showPair(actual, expected) {
  if (typeof actual === 'string' && typeof expected === 'string' && expected.length > LONGEST_SHOWN) {
    let same = 0;
    while (same < expected.length && actual[same] === expected[same]) same += 1;
    const from = Math.max(0, same - 20);
    return `${show(actual.slice(from))}, but should be ${show(expected.slice(from))} `
      + `(from character ${from}; ${actual.length} and ${expected.length} long)`;
  }
  return `${show(actual)}, but should be ${show(expected)}`;
}

function differingFields(actual, expected) {
  return Object.keys(expected)
    .filter((column) => JSON.stringify(actual[column]) !== JSON.stringify(expected[column]))
    .map((column) => `${column} is ${showPair(actual[column], expected[column])}`);
}

class Findings {
  #kinds = new Map();

  add(kind, text) {
    if (!this.#kinds.has(kind)) this.#kinds.set(kind, []);
    this.#kinds.get(kind).push(text);
  }

  lines() {
    return [...this.#kinds].flatMap(([kind, texts]) => [
      `${texts.length} ${kind}`,
      ...texts.slice(0, MOST_SHOWN).map((text) => `  ${text}`),
      ...(texts.length > MOST_SHOWN ? [`  … and ${texts.length - MOST_SHOWN} more`] : []),
    ]);
  }
}

function checkColumns(row, expected, findings) {
  const wanted = new Set([...Object.keys(expected), ...PROVENANCE]);
  for (const column of wanted) if (!(column in row)) findings.add('columns missing', column);
  for (const column of Object.keys(row)) if (!wanted.has(column)) findings.add('columns too many', column);
}

function checkProvenance(key, row, { earliest, latest }, findings) {
  const collectedAt = Date.parse(row.collected_at);
  if (!(collectedAt >= earliest && collectedAt <= latest)) {
    findings.add('rows with an odd collected_at', `${key}: ${show(row.collected_at)}`);
  }
  if (!COLLECTION_ID.test(row.collection_id)) {
    findings.add('rows with an odd collection_id', `${key}: ${show(row.collection_id)}`);
  }
}

/**
 * @param rows what the warehouse has, with all columns
 * @param truth the rows that it should have, without `collected_at` and `collection_id`
 * @param when {earliest, latest}: what collected_at lies between, milliseconds
 * @returns lines that describe the differences; none when there are none
 */
export function compareTable(table, rows, truth, when = { earliest: 0, latest: Infinity }) {
  const findings = new Findings();
  const expected = new Map(truth.map((row) => [keyOf(table, row), row]));
  if (expected.size !== truth.length) findings.add('keys are not unique in the truth', table);
  const seen = new Set();
  if (rows.length && truth.length) checkColumns(rows[0], truth[0], findings);
  for (const row of rows) {
    const key = keyOf(table, row);
    const wanted = expected.get(key);
    checkProvenance(key, row, when, findings);
    if (seen.has(key)) findings.add('rows twice', key);
    else if (!wanted) findings.add('rows too many', key);
    else for (const difference of differingFields(row, wanted)) findings.add('fields differ', `${key}: ${difference}`);
    seen.add(key);
  }
  for (const key of expected.keys()) if (!seen.has(key)) findings.add('rows missing', key);
  return findings.lines().map((line) => `${table}: ${line}`);
}
