// Counts jobs. https://cloud.google.com/bigquery/quotas#load_jobs

import { Refusal } from '../google_proxy/answers.js';

const LOADS_OF_A_TABLE = 1500;

export class Quotas {
  #jobs = {};
  #loads = {};
  #most = LOADS_OF_A_TABLE;

  /** Sets how many loads a table takes; the day never ends here. */
  limit({ loads_of_a_table: most = LOADS_OF_A_TABLE }) {
    this.#most = most;
  }

  /** Counts a job; throws a Refusal when it is one too many. */
  count(kind, destination) {
    if (kind === 'load') {
      const table = `${destination.projectId}:${destination.datasetId}.${destination.tableId}`;
      if ((this.#loads[table] ?? 0) >= this.#most) {
        throw new Refusal(403, 'Quota exceeded: Your table exceeded quota for imports or query appends per table. For more information, see https://cloud.google.com/bigquery/docs/troubleshoot-quotas', 'quotaExceeded');
      }
      this.#loads[table] = (this.#loads[table] ?? 0) + 1;
    }
    this.#jobs[kind] = (this.#jobs[kind] ?? 0) + 1;
  }

  /** {jobs: by type, loads: by destination table} */
  get counts() {
    return { jobs: this.#jobs, loads: this.#loads };
  }
}
