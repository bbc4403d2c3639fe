// Runs a command with a Cloud Storage of its own: with-gcs [--faults SEED] [--rate R] -- COMMAND…
//
// STORAGE_EMULATOR_HOST leads the command to an emulator behind a strict proxy (../lib/storage_proxy.js),
// and GITHUB_STATS_STORAGE_PROXY to the proxy's own control. With --faults the R-th part (0.03) of the requests
// meets each kind of fault. Fails when the command fails, and when a request was not as Google has it.

import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { startGcs } from '../lib/gcs.js';

const USAGE = 'usage: with-gcs [--faults SEED] [--rate R] -- COMMAND…\n';

function readArguments() {
  try {
    const { values, positionals } = parseArgs({ options: { faults: { type: 'string' }, rate: { type: 'string', default: '0.03' } }, allowPositionals: true });
    if (positionals.length > 0) return { ...values, command: positionals };
  } catch (error) {
    process.stderr.write(`with-gcs: ${error.message}\n`);
  }
  process.stderr.write(USAGE);
  return process.exit(2);
}

function run([file, ...args], env) {
  const child = spawn(file, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`with-gcs: ${error.message}\n`);
      resolve(127);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}

const { faults, rate, command } = readArguments();
const gcs = await startGcs();
if (faults !== undefined) await gcs.faults({ seed: Number(faults), rate: Number(rate) });
const code = await run(command, { STORAGE_EMULATOR_HOST: gcs.url, GITHUB_STATS_STORAGE_PROXY: gcs.url });
const violations = await gcs.violations();
for (const { request, problem } of violations) process.stderr.write(`violation: ${problem}\n  ${request}\n`);
if (faults !== undefined) process.stderr.write(`with-gcs: faults of seed ${faults}: ${JSON.stringify((await gcs.stats()).faults)}\n`);
await gcs.close();
process.exit(code || (violations.length > 0 ? 1 : 0));
