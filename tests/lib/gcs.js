// A Cloud Storage on this machine: fake-gcs-server, an emulator written by others, behind the proxy
// that makes it as strict as Google (storage_proxy.js says where it is not).

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort, startProcess } from './emulator_process.js';
import { openStorageProxy, storageControl } from './storage_proxy.js';

const SERVER = fileURLToPath(new URL('../../.deps/google/fake-gcs-server', import.meta.url));

/** @returns {url, close()} of an empty emulator, which does not outlive this process */
export async function startEmulator() {
  if (!existsSync(SERVER)) throw new Error('there is no fake-gcs-server: run `make setup`');
  const host = `127.0.0.1:${await freePort()}`;
  const url = `http://${host}`;
  const options = ['-scheme', 'http', '-host', '127.0.0.1', '-port', host.split(':')[1], '-backend', 'memory',
    '-public-host', host, '-external-url', url, '-log-level', 'warn'];
  return { url, ...await startProcess([SERVER, ...options], `${url}/_internal/healthcheck`) };
}

/**
 * An emulator behind a proxy.
 *
 * @param options as openStorageProxy takes them
 * @returns {url, …} as storageControl gives it, emulatorUrl, which is only to be read from, and close()
 */
export async function startGcs(options) {
  const emulator = await startEmulator();
  const proxy = await openStorageProxy(emulator.url, options);
  return {
    ...storageControl(proxy.url),
    emulatorUrl: emulator.url,
    close: async () => {
      await proxy.close();
      await emulator.close();
    },
  };
}
