// A directory store as files: which chunks and checkpoints there are, and whether they are in order.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { COLLECTION_ID, TABLES } from './tables.js';

const CHUNK = new RegExp(`^([^/]+)/([^/]+)/(${TABLES.join('|')})/(\\d{4}-\\d\\d-\\d\\d)/(\\d{8}T\\d{6}Z)_chunk_(0|[1-9]\\d*)\\.json(\\.gz)?$`);
const CHECKPOINT = /^([^/]+)\/_checkpoints\/(\d{8}T\d{6}Z)\.json$/;
const WATERMARKS = /^[^/]+\/_checkpoints\/watermarks\.json$/;
const LEASE = /^[^/]+\/_checkpoints\/lease\.json$/;
const OWN_FOLDER = '.github-stats/';
const LOCK = `${OWN_FOLDER}lock`;

async function filesBelow(directory, prefix = '') {
  const files = [];
  for (const entry of await readdir(join(directory, prefix), { withFileTypes: true })) {
    const name = prefix + entry.name;
    if (entry.isDirectory()) files.push(...await filesBelow(directory, `${name}/`));
    else files.push(name);
  }
  return files;
}

async function readChunk(directory, key, match) {
  const [, org, repo, stream, date, id, number, gzip] = match;
  const path = join(directory, key);
  const bytes = await readFile(path);
  const text = (gzip ? gunzipSync(bytes) : bytes).toString();
  return { key, org, repo, stream, date, id, number: Number(number), text, bytes: (await stat(path)).size };
}

/**
 * @returns {chunks, checkpoints, watermarks, leases, strangers, leftovers}: chunks are {key, org, repo, stream, date, id, number,
 *   text, bytes}, checkpoints their documents, leases the keys of leases, strangers the names of files that are none of
 *   these, leftovers those of writes that did not end
 */
export async function readStore(directory) {
  const store = { chunks: [], checkpoints: [], watermarks: [], leases: [], strangers: [], leftovers: [] };
  for (const key of (await filesBelow(directory)).filter((name) => name !== LOCK).sort()) {
    const chunk = CHUNK.exec(key);
    const checkpoint = CHECKPOINT.exec(key);
    if (key.startsWith(OWN_FOLDER)) store.leftovers.push(key);
    else if (chunk) store.chunks.push(await readChunk(directory, key, chunk));
    else if (checkpoint) store.checkpoints.push(JSON.parse(await readFile(join(directory, key), 'utf8')));
    else if (WATERMARKS.test(key)) store.watermarks = JSON.parse(await readFile(join(directory, key), 'utf8')).repositories;
    else if (LEASE.test(key)) store.leases.push(key);
    else store.strangers.push(key);
  }
  return store;
}

/** The rows of a chunk; throws where it is not newline-delimited JSON. */
export function rowsOf(chunk) {
  if (!chunk.text.endsWith('\n')) throw new Error('does not end with a newline');
  return chunk.text.slice(0, -1).split('\n').map((line) => {
    const row = JSON.parse(line);
    if (row === null || typeof row !== 'object' || Array.isArray(row)) throw new Error('has a line that is no object');
    return row;
  });
}

function chunkProblems(chunk, chunkSize) {
  let rows;
  try {
    rows = rowsOf(chunk);
  } catch (error) {
    return [`${chunk.key} ${error.message}`];
  }
  const problems = [];
  if (rows.length > chunkSize) problems.push(`${chunk.key} has ${rows.length} rows, more than ${chunkSize}`);
  const foreign = rows.filter((row) => row.org !== chunk.org || row.repo !== chunk.repo || row.collection_id !== chunk.id);
  if (foreign.length) problems.push(`${chunk.key} holds rows of another place or collection: ${JSON.stringify(foreign[0]).slice(0, 200)}`);
  if (chunk.date.replaceAll('-', '') !== chunk.id.slice(0, 8)) problems.push(`${chunk.key}: the date is not the collection's`);
  return problems;
}

function countedChunks(chunks) {
  const counted = new Map();
  for (const { id, repo, stream, number, text } of chunks) {
    const place = `${id} ${repo} ${stream}`;
    if (!counted.has(place)) counted.set(place, { numbers: [], rows: 0 });
    const group = counted.get(place);
    group.numbers.push(number);
    group.rows += text.split('\n').length - 1;
  }
  return counted;
}

function checkpointProblems(checkpoint, counted) {
  const { collection_id: id, repositories } = checkpoint;
  const problems = COLLECTION_ID.test(id) ? [] : [`a checkpoint has the id ${id}`];
  for (const { name, chunks, rows } of repositories) {
    for (const stream of TABLES) {
      const place = `${id} ${name} ${stream}`;
      const found = counted.get(place) ?? { numbers: [], rows: 0 };
      counted.delete(place);
      const numbers = found.numbers.sort((a, b) => a - b);
      if (numbers.length !== chunks[stream] || numbers.some((number, i) => number !== i)) {
        problems.push(`${place}: the checkpoint tells of ${chunks[stream]} chunks, there are ${JSON.stringify(numbers)}`);
      } else if (found.rows !== rows[stream]) {
        problems.push(`${place}: the checkpoint tells of ${rows[stream]} rows, there are ${found.rows}`);
      }
    }
  }
  return problems;
}

/**
 * What is not in order in a store where nothing is being written: malformed chunks, chunks that no
 * checkpoint explains, checkpoints that promise what is not there, files that have no business there.
 */
export function storeProblems({ chunks, checkpoints, strangers }, { chunkSize = 100 } = {}) {
  const counted = countedChunks(chunks);
  return [
    ...strangers.map((name) => `${name} is neither chunk nor checkpoint`),
    ...chunks.flatMap((chunk) => chunkProblems(chunk, chunkSize)),
    ...checkpoints.flatMap((checkpoint) => checkpointProblems(checkpoint, counted)),
    ...[...counted.keys()].map((place) => `no checkpoint explains the chunks of ${place}`),
  ];
}
