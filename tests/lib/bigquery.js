// A BigQuery on this machine: local-bigquery, an emulator written by others, behind the proxy that makes
// it as strict as Google (bigquery_proxy.js says where it is not).

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bigQueryControl, openBigQueryProxy } from './bigquery_proxy.js';
import { freePort, startProcess } from './emulator_process.js';
import { startGcs } from './gcs.js';

const PYTHON = fileURLToPath(new URL('../../.deps/google/bigquery/python', import.meta.url));
const SERVE = fileURLToPath(new URL('./bigquery_proxy/serve.py', import.meta.url));

/** @returns {url, folder, close()} of an empty emulator, which does not outlive this process; `folder` is its gs:// */
async function startEmulator() {
  if (!existsSync(PYTHON)) throw new Error('there is no local-bigquery: run `make setup`');
  const scratch = await mkdtemp(join(tmpdir(), 'bigquery-'));
  const folder = join(scratch, 'gcs');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const options = ['--host', '127.0.0.1', '--port', String(port), '--grpc-port', '0', '--data-dir', join(scratch, 'data')];
  const process = await startProcess([PYTHON, SERVE, ...options], `${url}/discovery/v1/apis/bigquery/v2/rest`,
    { env: { GCS_LOCAL_ROOT: folder, STORAGE_EMULATOR_HOST: undefined }, scratch });
  return { url, folder, close: process.close };
}

/**
 * An emulator behind a proxy.
 *
 * @param options.storageUrl a Cloud Storage to load from that has no faults: startGcs().emulatorUrl
 * @param options.port where the proxy listens; 0 is any free port
 * @returns {url, …} as bigQueryControl gives it, and close()
 */
export async function startBigQuery({ storageUrl, port } = {}) {
  const emulator = await startEmulator();
  const proxy = await openBigQueryProxy(emulator.url, { storageUrl, port, folder: emulator.folder });
  return {
    ...bigQueryControl(proxy.url),
    close: async () => {
      await proxy.close();
      await emulator.close();
    },
  };
}

/** A BigQuery and the Cloud Storage that it loads from: {gcs, bigQuery, assertNoViolations(), close()}. */
export async function startGoogle() {
  const gcs = await startGcs();
  const bigQuery = await startBigQuery({ storageUrl: gcs.emulatorUrl });
  return {
    gcs,
    bigQuery,
    /** Fails with the requests that were not as Google has them; they are forgotten. */
    assertNoViolations: async () => {
      const violations = [];
      for (const proxy of [gcs, bigQuery]) {
        violations.push(...await proxy.violations());
        await proxy.forgetViolations();
      }
      assert.deepEqual(violations, []);
    },
    close: async () => {
      await bigQuery.close();
      await gcs.close();
    },
  };
}
