// Whole warehouses against the simulator's truth.

import assert from 'node:assert/strict';
import { compareTable } from './compare.js';
import { TABLES } from './tables.js';

// Clocks are read in the program to the microsecond and here to the millisecond.
const CLOCK_GRAIN_MS = 1;

/**
 * All rows of the five tables against the truth; no differences is an empty list.
 *
 * @param tables as readTables gives them
 * @param options.selection which truth: {org, repo, since, include_archived, include_forks, wanted}
 * @param options.since when the first run began, milliseconds: no row was collected before
 * @param options.rate how many times as fast as real time the program's clock ran
 */
export async function differencesFromTruth(tables, simulator, { selection = {}, since = 0, rate = 1 } = {}) {
  const when = { earliest: since - CLOCK_GRAIN_MS, latest: since + (Date.now() - since) * rate + CLOCK_GRAIN_MS };
  const lines = [];
  for (const table of TABLES) lines.push(...compareTable(table, tables[table], await simulator.truth(table, selection), when));
  return lines;
}

/** Fails with the differences. `context` says what was done, for instance with which seed. */
export async function assertTruth(tables, simulator, options = {}, context = '') {
  const lines = await differencesFromTruth(tables, simulator, options);
  assert.ok(lines.length === 0, `the warehouse differs from the truth ${context}\n${lines.join('\n')}`);
}
