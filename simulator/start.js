// A simulator that listens, for main.js and for tests in the same process.

import { createServer } from 'node:http';
import { readRecords } from './recorded/read.js';
import { makeRecordedWorld } from './recorded/world.js';
import { makeListener } from './server/app.js';
import { Simulator } from './server/simulator.js';
import { makeSyntheticWorld } from './synthetic/world.js';

async function worldMaker(options) {
  if (options.mode === 'synthetic') return () => makeSyntheticWorld(options);
  const records = await readRecords(options.recorded);
  if (records.length === 0) throw new Error(`${options.recorded} holds no pull requests`);
  return () => makeRecordedWorld(records, options);
}

/**
 * @param options as parseOptions gives them
 * @returns {url, simulator, close}; close ends open connections too
 */
export async function startSimulator(options) {
  const simulator = new Simulator(options, await worldMaker(options));
  const server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, makeListener(simulator));
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    simulator,
    url: `http://${host}:${server.address().port}`,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections?.();
    }),
  };
}
