// A Cloud Storage on this machine to try things on: storage-proxy [--port N] [--faults SEED] [--rate R]
//
// Says where it listens, and tells of each request that is not as Google has it when it is ended.
// Its control: ../lib/storage_proxy/service.js.

import { parseArgs } from 'node:util';
import { startGcs } from '../lib/gcs.js';

function readArguments() {
  try {
    return parseArgs({ options: {
      port: { type: 'string', default: '0' }, faults: { type: 'string' }, rate: { type: 'string', default: '0.03' } } }).values;
  } catch (error) {
    process.stderr.write(`storage-proxy: ${error.message}\nusage: storage-proxy [--port N] [--faults SEED] [--rate R]\n`);
    return process.exit(2);
  }
}

const { port, faults, rate } = readArguments();
const gcs = await startGcs({ port: Number(port) });
if (faults !== undefined) await gcs.faults({ seed: Number(faults), rate: Number(rate) });
process.stdout.write(`listening on ${gcs.url}\n`);

async function end() {
  for (const { request, problem } of await gcs.violations()) process.stdout.write(`violation: ${problem}\n  ${request}\n`);
  await gcs.close();
  process.exit(0);
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(signal, end);
