// Uploads the same chunks to the same emulator of Cloud Storage in turn with Google's own client and with
// the program's store, and prints both rates and their ratio, round by round.
//
//   node bench/gcs_upload.js [DIRECTORY]     a store's directory; else made-up chunks

import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startEmulator } from '../tests/lib/gcs.js';

const { Storage } = createRequire(new URL('../tests/package.json', import.meta.url))('@google-cloud/storage');
const OURS = fileURLToPath(new URL('../build/release/bench/gcs_upload_bench', import.meta.url));
const ROUNDS = 5;
const AT_ONCE = 10;
const CHUNKS = 1500;
const ROWS = 100;

async function makeChunks(directory) {
  const row = JSON.stringify({ org: 'acme', repo: 'web', id: 'IC_kwDOAbcdef5abcdef', pr_number: 4711, body: 'x'.repeat(420) });
  for (let n = 0; n < CHUNKS; n += 1) {
    const path = join(directory, `acme/web/issue_comments/2026-01-31/20260131T000000Z_chunk_${n}.json`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${row}\n`.repeat(ROWS));
  }
}

async function filesBelow(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.path ?? entry.parentPath, entry.name));
}

/** Google's client, its uploads AT_ONCE at a time, each with its checksum and only where nothing is, as ours. */
async function uploadWithGoogles(url, directory, files, bucketName) {
  const storage = new Storage({ apiEndpoint: url, projectId: 'bench' });
  const [bucket] = await storage.createBucket(bucketName);
  const waiting = [...files];
  const start = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let path = waiting.pop(); path; path = waiting.pop()) {
      await bucket.upload(path, { destination: path.slice(directory.length + 1), resumable: false, validation: 'crc32c',
        preconditionOpts: { ifGenerationMatch: 0 } });
    }
  }));
  return (performance.now() - start) / 1000;
}

async function uploadWithOurs(url, directory, bucketName) {
  const { stdout } = await promisify(execFile)(OURS, [directory, bucketName, String(AT_ONCE)],
    { env: { ...process.env, STORAGE_EMULATOR_HOST: url } });
  return Number(stdout);
}

const made = process.argv[2] ? undefined : await mkdtemp(join(tmpdir(), 'github-stats-bench-'));
const directory = process.argv[2] ?? made;
if (made) await makeChunks(directory);
const files = await filesBelow(directory);
let bytes = 0;
for (const file of files) bytes += (await stat(file)).size;
console.log(`${files.length} chunks, ${(bytes / 2 ** 20).toFixed(1)} MiB, ${AT_ONCE} at a time`);
console.log('round  Google\'s client  ours  ratio');
try {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const emulator = await startEmulator();
    const google = files.length / await uploadWithGoogles(emulator.url, directory, files, 'bench-google');
    const ours = files.length / await uploadWithOurs(emulator.url, directory, 'bench-ours');
    console.log(`${round}  ${google.toFixed(0)}/s  ${ours.toFixed(0)}/s  ${(ours / google).toFixed(2)}`);
    await emulator.close();
  }
} finally {
  if (made) await rm(made, { recursive: true });
}
