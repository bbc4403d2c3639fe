// A store as files, in a directory or in Cloud Storage: which chunks and checkpoints there are, and
// whether they are in order.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { COLLECTION_ID, TABLES } from './tables.js';

const CHUNK = new RegExp(`^([^/]+)/([^/]+)/(${TABLES.join('|')})/(\\d{4}-\\d\\d-\\d\\d)/(\\d{8}T\\d{6}Z)_chunk_(0|[1-9]\\d*)\\.json(\\.gz)?$`);
const CHECKPOINT = /^([^/]+)\/_checkpoints\/(\d{8}T\d{6}Z)\.json$/;
const WATERMARKS = /^[^/]+\/_checkpoints\/watermarks\.json$/;
const LEASE = /^[^/]+\/_checkpoints\/lease\.json$/;
const OWN_FOLDER = '.github-stats/';
const LOCK = `${OWN_FOLDER}lock`;
const READ_AT_A_TIME = 16;

async function filesBelow(directory, prefix = '') {
  const files = [];
  for (const entry of await readdir(join(directory, prefix), { withFileTypes: true })) {
    const name = prefix + entry.name;
    if (entry.isDirectory()) files.push(...await filesBelow(directory, `${name}/`));
    else files.push(name);
  }
  return files;
}

/** The files of a directory: [{name, read()}], by name. */
export async function directoryFiles(directory) {
  return (await filesBelow(directory)).sort().map((name) => ({ name, read: () => readFile(join(directory, name)) }));
}

/**
 * The objects of a bucket below a prefix: [{name, read()}], by name without the prefix. Reading holds them against
 * their checksums.
 *
 * @param bucket of Google's own client
 */
export async function bucketFiles(bucket, prefix) {
  const [files] = await bucket.getFiles({ prefix: `${prefix}/` });
  return files.map((file) => ({
    name: file.name.slice(prefix.length + 1),
    read: async () => (await file.download({ decompress: false }))[0],
  }));
}

/** What is in those of the files that a store's owner has put there: a Map of bytes by name. */
async function contentsOf(files) {
  const kept = files.filter(({ name }) => !name.startsWith(OWN_FOLDER) && !LEASE.test(name));
  const contents = new Map();
  for (let i = 0; i < kept.length; i += READ_AT_A_TIME) {
    await Promise.all(kept.slice(i, i + READ_AT_A_TIME).map(async ({ name, read }) => contents.set(name, await read())));
  }
  return contents;
}

function readChunk(key, bytes, match) {
  const [, org, repo, stream, date, id, number, gzip] = match;
  const text = (gzip ? gunzipSync(bytes) : bytes).toString();
  return { key, org, repo, stream, date, id, number: Number(number), text, bytes: bytes.length };
}

/**
 * @param files as directoryFiles and bucketFiles give them
 * @returns {chunks, checkpoints, watermarks, leases, strangers, leftovers}: chunks are {key, org, repo, stream, date, id,
 *   number, text, bytes}, checkpoints their documents, leases the names of leases, strangers those of files that are
 *   none of these, leftovers those of writes that did not end
 */
export async function readStore(files) {
  const store = { chunks: [], checkpoints: [], watermarks: [], leases: [], strangers: [], leftovers: [] };
  const contents = await contentsOf(files);
  for (const { name } of files.filter((file) => file.name !== LOCK)) {
    const bytes = contents.get(name);
    const chunk = CHUNK.exec(name);
    if (name.startsWith(OWN_FOLDER)) store.leftovers.push(name);
    else if (chunk) store.chunks.push(readChunk(name, bytes, chunk));
    else if (CHECKPOINT.test(name)) store.checkpoints.push(JSON.parse(bytes));
    else if (WATERMARKS.test(name)) store.watermarks = JSON.parse(bytes).repositories;
    else if (LEASE.test(name)) store.leases.push(name);
    else store.strangers.push(name);
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

/** {repo: {stream: {chunks, rows, bytes, first_date, last_date}}} of a store's chunks. */
export function figuresOf({ chunks }) {
  const figures = {};
  for (const chunk of chunks) {
    const streams = figures[chunk.repo] ??= Object.fromEntries(TABLES.map((stream) =>
      [stream, { chunks: 0, rows: 0, bytes: 0, first_date: null, last_date: null }]));
    const of = streams[chunk.stream];
    of.chunks += 1;
    of.rows += rowsOf(chunk).length;
    of.bytes += chunk.bytes;
    of.first_date = [of.first_date, chunk.date].filter(Boolean).sort()[0];
    of.last_date = [of.last_date, chunk.date].filter(Boolean).sort().at(-1);
  }
  return figures;
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
