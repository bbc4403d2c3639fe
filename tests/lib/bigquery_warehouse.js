// Reads a BigQuery dataset with Google's own Node client, not with the program under test.

import { BigQuery } from '@google-cloud/bigquery';
import { plainInteger } from './warehouse.js';

// Google's client asks nobody who it is.
process.env.METADATA_SERVER_DETECTION = 'none';

/** A client of the BigQuery at `url`. */
export function bigQueryClient(url, projectId) {
  const client = new BigQuery({ apiEndpoint: url, projectId });
  // Without credentials it has no headers, and its uploads fail to add theirs.
  const send = client.makeAuthenticatedRequest;
  client.makeAuthenticatedRequest = Object.assign((options, ...rest) => send({ headers: {}, ...options }, ...rest), send);
  return client;
}

/** `2026-01-31T23:59:59Z`, with six digits of a second only where there is a part of one: as the truth writes times. */
const isoTime = (text) => text.replace(/\.0+Z$/, 'Z').replace(/\.(\d+)Z$/, (_, digits) => `.${digits.slice(0, 6).padEnd(6, '0')}Z`);

/** The client's value as the truth would write it in JSON. */
function plainValue(value) {
  if (Array.isArray(value)) return value.map(plainValue);
  switch (value?.constructor?.name) {
    case 'BigQueryTimestamp': return isoTime(value.value);
    case 'BigQueryDate': return value.value;
    case 'BigQueryInt': return plainInteger(BigInt(value.value));
    default: return value;
  }
}

/** What is in one dataset. */
export class BigQueryReader {
  /** @param location where the dataset is */
  constructor(url, { project, dataset, location }) {
    this.client = bigQueryClient(url, project);
    this.dataset = this.client.dataset(dataset);
    this.location = location;
  }

  /** Rows as objects of plain values. */
  async query(sql) {
    const [rows] = await this.client.query({ query: sql, defaultDataset: { projectId: this.client.projectId, datasetId: this.dataset.id },
      location: this.location, wrapIntegers: true });
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)])));
  }

  /** Deletes the dataset with all that is in it, if there is one: the emulator gets slower with each table that it has. */
  async remove() {
    await this.dataset.delete({ force: true }).catch((error) => {
      if (error.code !== 404) throw error;
    });
  }

  /** The metadata of all tables and views, by name. */
  async metadata() {
    const [tables] = await this.dataset.getTables();
    const all = await Promise.all(tables.map(async (table) => [table.id, (await table.getMetadata())[0]]));
    return Object.fromEntries(all.sort());
  }

  /** Names of tables that a load left behind. */
  async stagingTables() {
    const [tables] = await this.dataset.getTables();
    return tables.map(({ id }) => id).filter((id) => id.startsWith('_staging_'));
  }

  /** Jobs that write into this dataset or query it, with all that is known of them. */
  async jobs() {
    const [jobs] = await this.client.getJobs({ projection: 'full' });
    return jobs.map(({ metadata }) => metadata).filter(({ configuration: { load, query } }) =>
      (load?.destinationTable ?? query?.defaultDataset)?.datasetId === this.dataset.id);
  }
}
