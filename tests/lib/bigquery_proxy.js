// A proxy in front of local-bigquery that is as strict as BigQuery and fails as often as a test wants.
//
// - Each request is held against Google's discovery document: path, parameters, body. What is not in
//   there, and what is for output only, is a violation, answered with 400 and remembered.
// - Faults are injected by chance that can be repeated: see google_proxy/faults.js and
//   bigquery_proxy/service.js.
// - Where the emulator (0.3.2) falls short of what Google documents, the proxy does it itself:
//     names          - job ids, labels, choices (writeDisposition, field types, …) are taken as they are: values.js
//     queries        - legacy SQL, Google's default, is taken for GoogleSQL: here a violation
//                    - a MERGE in a transaction fails (mended in serve.py); a NULL for a required column is told otherwise
//                    - a requestId that was seen is refused: here it gets the first one's results
//                    - of transactions that change the same table none is ended (transactions.js), or in the engine's words
//     places         - all is in US: a job here is where its datasets are, a dataset elsewhere and a job asked
//                      for elsewhere (or without a location outside of US and EU) are not found
//     jobs           - an inserted job is never DONE in the insert's answer, and later for as long as slow_jobs says
//                    - a query that can't run is refused when it is inserted, as Google does at times, if earlyErrors says so
//     loads          - 10,000 URIs at most; 1,500 loads a table, as the day never ends (quotas sets another number);
//                      a missing dataset is refused at once
//                    - the table's schema, not one that is made up from the data, is used where none is given
//                    - unknown fields are left out and missing ones NULL; an error names no file and no row:
//                      rows of JSON are checked here, in Google's words (rows.js, sources.js)
//                    - objects are read from Cloud Storage here, gzip'd or not, and are handed over as files:
//                      the emulator would need an extension of its engine for that
//     uploads        - resumable sessions (offsets, the 256 KiB grain, what a lost session answers) are the proxy's own
//     tables         - a view keeps its query when another is given
//                    - a column may change its type, a required one be added, the partitioning be another
//     permissions    - there are none: deny takes some away (permissions.js); testIamPermissions is not there
//     all            - `fields` is ignored
//   What stays is that types are coerced in queries as nowhere in GoogleSQL (googlesql.py is stricter), and that
//   the columns of a table that a load makes are never REQUIRED.
// - What is covered neither by the emulator nor here (models, routines, insertAll, …) is answered with
//   501 and remembered as a violation.

import { fileURLToPath } from 'node:url';
import { BigQueryService } from './bigquery_proxy/service.js';
import { Sources } from './bigquery_proxy/sources.js';
import { Backend } from './google_proxy/backend.js';
import { Contract } from './google_proxy/discovery.js';
import { control, openProxy } from './google_proxy/server.js';

const DOCUMENT = fileURLToPath(new URL('../../.deps/google/bigquery.v2.json', import.meta.url));

// Google's client for Node gives a number as one.
const LOOSE = ['QueryParameterValue.value'];

/**
 * Opens a proxy in front of `emulatorUrl`, which must be empty and not be used in any other way.
 *
 * @param options.port where it listens; 0 is any free port
 * @param options.storageUrl a Cloud Storage that has no faults, to load from
 * @param options.folder where the emulator looks for the objects of gs://
 * @returns {url, close()}; bigQueryControl(url) steers it
 */
export async function openBigQueryProxy(emulatorUrl, { port, storageUrl, folder }) {
  const backend = new Backend(emulatorUrl);
  const storage = storageUrl && new Backend(storageUrl);
  const service = new BigQueryService(backend, new Sources(storage, folder), new Contract(DOCUMENT, LOOSE));
  return openProxy(service, { port, name: 'BigQuery proxy', closed: () => [backend, storage].forEach((each) => each?.close()) });
}

/**
 * @returns what control(url) does, and deny(permissions), slowJobs(polls), earlyErrors(whether), quotas({loads_of_a_table});
 *   stats() has also `jobs` by type and `loads` by table, "project:dataset.table"
 */
export function bigQueryControl(url) {
  const proxy = control(url);
  return {
    ...proxy,
    deny: (permissions) => proxy.send('POST', 'deny', { permissions }),
    slowJobs: (polls) => proxy.send('POST', 'slow_jobs', { polls }),
    earlyErrors: (early) => proxy.send('POST', 'errors', { early }),
    quotas: (limits) => proxy.send('POST', 'quotas', limits),
  };
}
