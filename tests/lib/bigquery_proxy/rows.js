// Reads rows of newline-delimited JSON as a load does, and says what is wrong with them as Google does.
// https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-json

const DAY = String.raw`\d{4}-\d{1,2}-\d{1,2}`;
const CLOCK = String.raw`\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{1,6})?`;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INT64 = { low: -(2n ** 63n), high: 2n ** 63n - 1n };

function isInt64(text, value) {
  // A number beyond 2^53 has lost its last digits by now.
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) <= 2 ** 63;
  if (/^-?\d+\.0*$/.test(text)) return true;
  return /^[+-]?\d+$/.test(text) && BigInt(text.replace('+', '')) >= INT64.low && BigInt(text.replace('+', '')) <= INT64.high;
}

/** What Google calls a type, and whether a value, also given as a text, can be one of it. */
const TYPES = {
  STRING: ['string', () => true],
  INTEGER: ['integer', isInt64],
  FLOAT: ['double', (text) => NUMBER.test(text) || /^[+-]?(nan|inf|infinity)$/i.test(text)],
  NUMERIC: ['numeric', (text) => NUMBER.test(text)],
  BIGNUMERIC: ['bignumeric', (text) => NUMBER.test(text)],
  BOOLEAN: ['boolean', (text) => /^(true|false|t|f|yes|no|y|n|0|1)$/i.test(text)],
  DATE: ['date', (text) => new RegExp(`^${DAY}$`).test(text) && isDay(text)],
  TIME: ['time', (text) => new RegExp(`^${CLOCK}$`).test(text)],
  DATETIME: ['datetime', (text) => new RegExp(`^${DAY}(?:[ Tt]${CLOCK})?$`).test(text) && isDay(text)],
  TIMESTAMP: ['timestamp', (text) => NUMBER.test(text)
    || (new RegExp(`^${DAY}(?:[ Tt]${CLOCK})?(?: ?(?:Z|z|UTC|[+-]\\d{1,2}(?::?\\d\\d)?|[A-Z][\\w+-]*/\\w+))?$`).test(text) && isDay(text))],
  BYTES: ['bytes', (text) => /^[A-Za-z0-9+/_-]*={0,2}$/.test(text)],
  GEOGRAPHY: ['geography', () => true],
};
const SAME = { INT64: 'INTEGER', FLOAT64: 'FLOAT', BOOL: 'BOOLEAN', STRUCT: 'RECORD' };

function isDay(text) {
  const [year, month, day] = text.slice(0, 10).split(/[-T ]/).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function scalarProblem(value, field, place) {
  const type = SAME[field.type] ?? field.type;
  if (type === 'JSON') return undefined;
  if (Array.isArray(value)) return `Array specified for non-repeated field: ${place}.`;
  if (type === 'RECORD') {
    if (typeof value !== 'object') return `Nonrecord value specified for record field: ${place}`;
    return objectProblem(value, field.fields, `${place}.`);
  }
  if (typeof value === 'object') return `JSON object specified for non-record field: ${place}`;
  const [name, accepts] = TYPES[type];
  return accepts(String(value), value) ? undefined : `Could not convert value to ${name}. Field: ${place}; Value: ${value}`;
}

function valueProblem(value, field, place) {
  const nothing = `Only optional fields can be set to NULL. Field: ${place}; Value: NULL`;
  if (field.mode !== 'REPEATED') {
    if (value === null) return field.mode === 'REQUIRED' ? nothing : undefined;
    return scalarProblem(value, field, place);
  }
  if (value === null) return undefined; // bq load takes it for an empty list: github.com/bxparks/bigquery-schema-generator, issue 90
  if (!Array.isArray(value)) return `Non-array value specified for repeated field: ${place}.`;
  for (const element of value) {
    const problem = element === null ? nothing : scalarProblem(element, field, place);
    if (problem) return problem;
  }
  return undefined;
}

function objectProblem(object, fields, prefix, ignoreUnknown) {
  const known = new Map(fields.map((field) => [field.name.toLowerCase(), field]));
  for (const [name, value] of Object.entries(object)) {
    const field = known.get(name.toLowerCase());
    if (!field && !ignoreUnknown) return `No such field: ${prefix}${name}.`;
    const problem = field && valueProblem(value, field, `${prefix}${field.name}`);
    if (problem) return problem;
    known.delete(name.toLowerCase());
  }
  const missing = [...known.values()].find(({ mode }) => mode === 'REQUIRED');
  return missing && `Missing required field: ${prefix}${missing.name}.`;
}

function rowProblem(line, fields, ignoreUnknown) {
  let row;
  try {
    row = JSON.parse(line);
  } catch {
    return 'Parser terminated before end of string';
  }
  if (row === null || typeof row !== 'object' || Array.isArray(row)) return 'Start of array or a value encountered without start of object.';
  return objectProblem(row, fields, '', ignoreUnknown);
}

/**
 * @param bytes newline-delimited JSON
 * @param fields of the table, as a TableSchema has them
 * @returns {rows, problems: [{position, problem}]}: how many rows there are, and what is wrong with each bad one
 *   that begins at a position in bytes
 */
export function problemsOfRows(bytes, fields, ignoreUnknown = false) {
  const problems = [];
  let rows = 0;
  for (let position = 0; position < bytes.length;) {
    const newline = bytes.indexOf(0x0a, position);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.toString('utf8', position, end).trim();
    if (line) {
      rows += 1;
      const problem = rowProblem(line, fields, ignoreUnknown);
      if (problem) problems.push({ position, problem });
    }
    position = end + 1;
  }
  return { rows, problems };
}
