// Requests to BigQuery's API as they are, for tests of what answers them.

import { rawClient } from './raw_storage.js';

export const PROJECT = 'p';
const BASE = `/bigquery/v2/projects/${PROJECT}`;
let made = 0;

/** A name that no other has in this process. */
export const fresh = (kind) => `${kind}_${made += 1}`;

export const FIELDS = [{ name: 'id', type: 'INTEGER' }, { name: 'name', type: 'STRING' }];

/** @returns {send, newDataset, newTable, load, insertJob, done, query} towards `url`; paths begin below the project */
export function rawBigQuery(url) {
  const { send } = rawClient(url);
  const below = (method, path, body, more) => send(method, `${path.startsWith('/') ? '' : `${BASE}/`}${path}`, { body, ...more });

  async function insist(promise) {
    const answer = await promise;
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.json;
  }

  async function newDataset(attributes = {}) {
    const datasetId = fresh('dataset');
    await insist(below('POST', 'datasets', { datasetReference: { projectId: PROJECT, datasetId }, ...attributes }));
    return datasetId;
  }

  /** @returns {projectId, datasetId, tableId} */
  async function newTable(attributes = {}, datasetId = undefined) {
    const reference = { projectId: PROJECT, datasetId: datasetId ?? await newDataset(), tableId: fresh('table') };
    await insist(below('POST', `datasets/${reference.datasetId}/tables`, { tableReference: reference, schema: { fields: FIELDS }, ...attributes }));
    return reference;
  }

  const insertJob = (configuration, jobReference = {}) =>
    below('POST', 'jobs', { jobReference: { projectId: PROJECT, jobId: fresh('job'), ...jobReference }, configuration });

  /** A job once it is done. */
  async function done({ jobId, location }) {
    for (;;) {
      const job = await insist(below('GET', `jobs/${jobId}?location=${location}`));
      if (job.status.state === 'DONE') return job;
    }
  }

  const loadOf = (destinationTable, sourceUris, more = {}) =>
    ({ load: { destinationTable, sourceUris, sourceFormat: 'NEWLINE_DELIMITED_JSON', writeDisposition: 'WRITE_APPEND', ...more } });

  return {
    send: below,
    newDataset,
    newTable,
    insertJob,
    done,
    loadOf,
    load: async (...load) => done((await insist(insertJob(loadOf(...load)))).jobReference),
    /** The rows of a query, each a list of texts. */
    query: async (sql, more = {}) => {
      let answer = await insist(below('POST', 'queries', { query: sql, useLegacySql: false, ...more }));
      while (!answer.jobComplete) answer = await insist(below('GET', `queries/${answer.jobReference.jobId}?location=${answer.jobReference.location}`));
      return (answer.rows ?? []).map(({ f }) => f.map(({ v }) => v));
    },
    rows: async ({ datasetId, tableId }) => {
      const { rows = [] } = await insist(below('GET', `datasets/${datasetId}/tables/${tableId}/data`));
      return rows.map(({ f }) => f.map(({ v }) => v));
    },
  };
}

/** A table's name in a query. */
export const sqlName = ({ projectId, datasetId, tableId }) => `\`${projectId}.${datasetId}.${tableId}\``;
