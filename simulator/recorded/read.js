// Reads recorded pull requests: newline-delimited JSON, plain or compressed with xz.

import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

function openStream(file) {
  if (!file.endsWith('.xz')) return { stream: createReadStream(file), done: Promise.resolve() };
  const xz = spawn('xz', ['--decompress', '--stdout', '--', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const done = new Promise((resolve, reject) => {
    xz.on('error', (error) => reject(new Error(`cannot run xz to read ${file}: ${error.message}`)));
    xz.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`xz could not read ${file}`))));
  });
  done.catch(() => {}); // Awaited after the stream has been read.
  return { stream: xz.stdout, done };
}

/** The records of a file, parsed. */
export async function readRecords(file) {
  const { stream, done } = openStream(file);
  const failed = new Promise((resolve, reject) => stream.on('error', reject));
  const records = [];
  const read = async () => {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      if (line) records.push(JSON.parse(line));
    }
  };
  await Promise.race([read(), failed]);
  await done;
  return records.filter((record) => record.type === 'pull');
}
