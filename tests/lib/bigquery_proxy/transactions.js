// Transactions that change the same table can not run at once: BigQuery ends the one that comes later, while the
// emulator lets both insert. https://cloud.google.com/bigquery/docs/transactions#transaction_concurrency

import { Locks } from '../google_proxy/locks.js';
import { projectPath } from './pass.js';
import { LoadFailure } from './sources.js';

// A MERGE may come down to inserts, which do not conflict: only what surely changes rows counts.
const CHANGED = /\b(?:UPDATE|DELETE\s+FROM)\s+`([^`]+)`/gi;

const tablesChanged = (sql) => new Set([...sql.matchAll(CHANGED)].map(([, table]) => table));

export class Transactions {
  #backend;
  #running = [];
  #locks = new Locks();

  constructor(backend) {
    this.#backend = backend;
  }

  async #forgetEnded() {
    const states = await Promise.all(this.#running.map(async ({ projectId, jobId }) =>
      (await this.#backend.send('GET', `${projectPath(projectId)}/jobs/${encodeURIComponent(jobId)}`)).json?.status?.state));
    this.#running = this.#running.filter((_, i) => states[i] !== 'DONE');
  }

  /** Begins a query by `run`; throws a LoadFailure where it is a transaction that comes too late. */
  begin({ projectId, jobId, sql }, run) {
    if (!/\bBEGIN\s+TRANSACTION\b/i.test(sql)) return run();
    return this.#locks.hold('', async () => {
      await this.#forgetEnded();
      const tables = tablesChanged(sql);
      for (const other of this.#running) {
        const [table] = [...tables].filter((each) => other.tables.has(each));
        if (table) throw new LoadFailure({ reason: 'invalidQuery', message: `Transaction is aborted due to concurrent update against table ${table.replace('.', ':')}. Transaction ID: ${jobId}` });
      }
      const refusal = await run();
      if (!refusal) this.#running.push({ projectId, jobId, tables });
      return refusal;
    });
  }
}
