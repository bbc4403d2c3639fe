// A Cloud Storage on this machine: fake-gcs-server, an emulator written by others, behind the proxy
// that makes it as strict as Google (storage_proxy.js says where it is not).

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { openStorageProxy, storageControl } from './storage_proxy.js';

const SERVER = fileURLToPath(new URL('../../.deps/google/fake-gcs-server', import.meta.url));
const LONGEST_START_MS = 20_000;
const PAUSE_MS = 20;

// The shell ends the server when its own standard input ends: that is, however the parent ends.
const WATCHED = '"$@" </dev/null & server=$!; cat >/dev/null; kill -KILL $server; wait $server 2>/dev/null';

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => { probe.listen(0, '127.0.0.1', resolve); });
  const { port } = probe.address();
  await new Promise((resolve) => { probe.close(resolve); });
  return port;
}

async function answers(url) {
  try {
    return (await fetch(`${url}/_internal/healthcheck`)).ok;
  } catch {
    return false;
  }
}

async function untilItAnswers(url, output) {
  const deadline = Date.now() + LONGEST_START_MS;
  while (!await answers(url)) {
    if (Date.now() > deadline) throw new Error(`fake-gcs-server does not answer: ${output.join('')}`);
    await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS); });
  }
}

/** @returns {url, close()} of an empty emulator, which does not outlive this process */
export async function startEmulator() {
  if (!existsSync(SERVER)) throw new Error('there is no fake-gcs-server: run `make setup`');
  const host = `127.0.0.1:${await freePort()}`;
  const options = ['-scheme', 'http', '-host', '127.0.0.1', '-port', host.split(':')[1], '-backend', 'memory',
    '-public-host', host, '-external-url', `http://${host}`, '-log-level', 'warn'];
  const child = spawn('sh', ['-c', WATCHED, 'sh', SERVER, ...options], { stdio: ['pipe', 'pipe', 'pipe'] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const closed = new Promise((resolve) => { child.once('close', resolve); });
  const close = () => {
    child.stdin.end();
    return closed;
  };
  const url = `http://${host}`;
  await untilItAnswers(url, output).catch(async (error) => {
    await close();
    throw error;
  });
  return { url, close };
}

/**
 * An emulator behind a proxy.
 *
 * @param options as openStorageProxy takes them
 * @returns {url, …} as storageControl gives it, and close()
 */
export async function startGcs(options) {
  const emulator = await startEmulator();
  const proxy = await openStorageProxy(emulator.url, options);
  return {
    ...storageControl(proxy.url),
    close: async () => {
      await proxy.close();
      await emulator.close();
    },
  };
}
