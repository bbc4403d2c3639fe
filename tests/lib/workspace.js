// A place for one story: a directory with a store and a warehouse, and the settings that lead there.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Storage } from '@google-cloud/storage';
import { BigQueryReader } from './bigquery_warehouse.js';
import { describeRun, startProgram } from './program.js';
import { bucketFiles, directoryFiles, readStore, storeProblems } from './store.js';
import { assertTruth } from './truth.js';
import { countTables, queryWarehouse, readTables } from './warehouse.js';

export const TOKEN = 'sim-token';

const PREFIX = 'some/prefix';
let buckets = 0;
let datasets = 0;

/** A bucket for each workspace, and what a user would set to keep a store there. */
function bucketStore({ url }) {
  const bucket = `workspace-${buckets += 1}`;
  return {
    bucket: new Storage({ apiEndpoint: url, projectId: 'emulator' }).bucket(bucket),
    env: { GITHUB_STATS_STORE: `gs://${bucket}/${PREFIX}`, STORAGE_EMULATOR_HOST: url },
  };
}

/** A dataset for each workspace, and what a user would set to have a warehouse there. */
function bigQueryWarehouse({ url }, location) {
  const place = { project: 'emulated-project', dataset: `workspace_${datasets += 1}`, location };
  return {
    reader: new BigQueryReader(url, place),
    env: {
      GITHUB_STATS_WAREHOUSE: undefined,
      BIGQUERY_PROJECT_ID: place.project,
      BIGQUERY_DATASET_ID: place.dataset,
      BIGQUERY_LOCATION: location,
      BIGQUERY_EMULATOR_HOST: url,
    },
  };
}

export class Workspace {
  /**
   * @param github {url}: a simulator or a gate in front of one
   * @param env settings that differ from the usual ones; undefined leaves one out
   * @param gcs {url} of a Cloud Storage to keep the store in; without it the store is a directory
   * @param bigQuery {url} of a BigQuery to have the warehouse in; without it the warehouse is a file of DuckDB
   */
  static async create(github, env = {}, { gcs, bigQuery } = {}) {
    const directory = await mkdtemp(join(tmpdir(), 'github-stats-test-'));
    return new Workspace(directory, github, env, gcs && bucketStore(gcs),
      bigQuery && bigQueryWarehouse(bigQuery, env.BIGQUERY_LOCATION ?? 'US'));
  }

  constructor(directory, github, env, inBucket, inBigQuery) {
    this.bucket = inBucket?.bucket;
    this.bigQuery = inBigQuery?.reader;
    this.createdAt = Date.now();
    this.directory = directory;
    this.storeDirectory = join(directory, 'store');
    this.warehouseFile = join(directory, 'warehouse.duckdb');
    this.env = {
      GITHUB_TOKEN: TOKEN,
      GITHUB_API_URL: github.url,
      GITHUB_ORG: 'acme',
      GITHUB_STATS_STORE: `file:${this.storeDirectory}`,
      GITHUB_STATS_WAREHOUSE: `duckdb:${this.warehouseFile}`,
      ...inBucket?.env,
      ...inBigQuery?.env,
      ...env,
    };
  }

  async remove() {
    await this.bigQuery?.remove();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Starts the program here; see startProgram. */
  start(args, { env = {}, ...options } = {}) {
    return startProgram(args, { cwd: this.directory, env: { ...this.env, ...env }, ...options });
  }

  /** Runs the program here to its end, however that is. */
  run(args, options) {
    return this.start(args, options).result;
  }

  /** Runs the program here and insists on its exit code. */
  async expect(code, args, options) {
    const result = await this.run(args, options);
    assert.equal(result.code, code, describeRun(args, result));
    return result;
  }

  /** `init`, then each command line, all of which must succeed. Gives the last one's result. */
  async succeed(...commandLines) {
    let result;
    for (const args of [['init'], ...commandLines]) result = await this.expect(0, args);
    return result;
  }

  counts() {
    return countTables((sql) => this.query(sql));
  }

  /** All rows of the five tables. */
  tables() {
    return readTables((sql) => this.query(sql));
  }

  /** What is in the warehouse, read by DuckDB's or Google's own client. */
  query(sql) {
    return this.bigQuery ? this.bigQuery.query(sql) : queryWarehouse(this.warehouseFile, sql);
  }

  /** What is in the store, in a bucket read by Google's own client. */
  files() {
    return this.bucket ? bucketFiles(this.bucket, PREFIX) : directoryFiles(this.storeDirectory);
  }

  async store() {
    return readStore(await this.files());
  }

  async assertTruth(simulator, selection = {}, context = '') {
    const rate = Number(this.env.GITHUB_STATS_CLOCK_RATE ?? 1);
    return assertTruth(await this.tables(), simulator, { selection, since: this.createdAt, rate }, context);
  }

  /** Pull requests whose details are not as many as their own rows say: {repo, number, stream, said, found}. */
  incompletePullRequests() {
    const details = [['commits', 'commit_count'], ['reviews', 'review_count'], ['review_comments', 'review_comment_count'],
      ['issue_comments', 'issue_comment_count']];
    return this.query(details.map(([table, column]) => `
      SELECT p.repo, p.number, '${table}' AS stream, p.${column} AS said,
        (SELECT count(*) FROM ${table} d WHERE d.org = p.org AND d.repo = p.repo AND d.pr_number = p.number) AS found
      FROM pull_requests p WHERE said <> found`).join(' UNION ALL '));
  }

  /** Chunks and checkpoints are in order and explain each other, and nothing of a dead process is left. */
  async assertStoreInOrder(context = '') {
    const chunkSize = Number(this.env.GCS_CHUNK_SIZE ?? 100);
    const store = await this.store();
    const problems = [...storeProblems(store, { chunkSize }), ...store.leftovers.map((name) => `${name} is a leftover`)];
    assert.ok(problems.length === 0, `the store is not in order ${context}\n${problems.slice(0, 10).join('\n')}`);
  }
}

/** Gives `use` a workspace, which is removed afterwards. */
export async function withWorkspace(github, env, use, options) {
  const workspace = await Workspace.create(github, env, options);
  try {
    return await use(workspace);
  } finally {
    await workspace.remove();
  }
}
