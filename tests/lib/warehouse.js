// Reads a DuckDB warehouse with DuckDB's own Node package, not with the program under test.

import { createRequire } from 'node:module';
import { TABLES } from './tables.js';

const require = createRequire(new URL('../../.deps/duckdb/package.json', import.meta.url));
const { DuckDBDateValue, DuckDBInstance, DuckDBListValue, DuckDBTimestampTZValue, DuckDBTimestampValue } =
  require('@duckdb/node-api');

/** `2026-01-31T23:59:59Z`, with a fraction only where there is one: as the truth writes times. */
function isoTime(micros) {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, 19);
  return fraction === 0n ? `${seconds}Z` : `${seconds}.${String(fraction).padStart(6, '0')}Z`;
}

/** A number where it is exact, else its digits. */
export function plainInteger(value) {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** DuckDB's value as the truth would write it in JSON. */
export function plainValue(value) {
  if (typeof value === 'bigint') return plainInteger(value);
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue) return isoTime(value.micros);
  if (value instanceof DuckDBListValue) return value.items.map(plainValue);
  if (value instanceof DuckDBDateValue) return new Date(value.days * 86_400_000).toISOString().slice(0, 10);
  return value;
}

/** Opens a warehouse that nobody writes to, and gives `use` a function from SQL to rows: objects of plain values. */
async function withWarehouse(file, use) {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY', threads: '1' });
  try {
    const connection = await instance.connect();
    try {
      return await use(async (sql) => {
        const reader = await connection.runAndReadAll(sql);
        const names = reader.columnNames();
        return reader.getRows().map((row) => Object.fromEntries(row.map((value, i) => [names[i], plainValue(value)])));
      });
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

export const queryWarehouse = (file, sql) => withWarehouse(file, (query) => query(sql));

/** All rows of the five tables: {pull_requests: […], …}. `query` is a function from SQL to rows, of any warehouse. */
export async function readTables(query) {
  const tables = {};
  for (const table of TABLES) tables[table] = await query(`SELECT * FROM ${table}`);
  return tables;
}

/** {pull_requests: n, commits: n, …} */
export async function countTables(query) {
  const counts = TABLES.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`);
  return (await query(`SELECT ${counts.join(', ')}`))[0];
}

/** Has the warehouse open for writing while `use` runs, as another program would. */
export async function holdWarehouse(file, use) {
  const instance = await DuckDBInstance.create(file);
  try {
    return await use();
  } finally {
    instance.closeSync();
  }
}

/** Changes a warehouse that nobody has open, as somebody with another program might. */
export async function changeWarehouse(file, sql) {
  const instance = await DuckDBInstance.create(file);
  try {
    const connection = await instance.connect();
    await connection.run(sql);
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
}
