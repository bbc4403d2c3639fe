// Where datasets and jobs are, and which tables a query names.
// https://cloud.google.com/bigquery/docs/locations#specify_locations

import { Refusal } from '../google_proxy/answers.js';

const HOME = 'US';
/** Where a job is found that is asked for without its location. */
const SEARCHED = ['US', 'EU'];
const NAMING = /\b(?:FROM|JOIN|INTO|TABLE|VIEW|UPDATE|MERGE|DELETE|USING|EXISTS)\s+((?:`[^`]+`|[\w-]+)(?:\s*\.\s*(?:`[^`]+`|[\w-]+))*)/gi;
const TEXTS_AND_COMMENTS = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\//g;

export const sameLocation = (a, b) => a.toUpperCase() === b.toUpperCase();

/** A location as Google writes it: US and EU, but europe-west3. */
export const writtenLocation = (location) => (/-/.test(location) ? location.toLowerCase() : location.toUpperCase());

export const isSearched = (location, asked) => (asked ? sameLocation(asked, location) : SEARCHED.includes(location));

/** The tables that a query names: [{projectId, datasetId, tableId}]; texts and comments of it are no names. */
export function tablesOf(sql, projectId, defaultDataset) {
  const found = new Map();
  for (const [, path] of sql.replace(TEXTS_AND_COMMENTS, ' ').matchAll(NAMING)) {
    const parts = path.replace(/[`\s]/g, '').split('.');
    const schema = parts.findIndex((part) => part.toUpperCase() === 'INFORMATION_SCHEMA');
    const before = schema < 0 ? parts.slice(0, -1) : parts.slice(0, schema);
    const dataset = before.length === 0 ? defaultDataset
      : { projectId: before.length > 1 ? before.at(-2) : projectId, datasetId: before.at(-1) };
    if (dataset) found.set(path, { projectId, ...dataset, tableId: parts.slice(before.length).join('.') });
  }
  return [...found.values()];
}

export class Places {
  #backend;
  /** A dataset stays where it is for as long as it lives: asked for once, as the emulator takes its time. */
  #known = new Map();

  constructor(backend) {
    this.#backend = backend;
  }

  /** A dataset's location; undefined when there is no dataset. */
  async locationOf({ projectId, datasetId }) {
    const path = `/bigquery/v2/projects/${encodeURIComponent(projectId)}/datasets/${encodeURIComponent(datasetId)}`;
    if (!this.#known.has(path)) {
      const { status, json } = await this.#backend.send('GET', path);
      if (status !== 200) return undefined;
      this.#known.set(path, writtenLocation(json.location));
    }
    return this.#known.get(path);
  }

  /** To be called when a dataset goes. */
  forget() {
    this.#known.clear();
  }

  /**
   * Where a job runs that uses `datasets`.
   *
   * @param wanted the location that the client gave, if it did
   * @returns a location; throws a Refusal where a dataset is elsewhere
   */
  async placeJob(datasets, wanted) {
    let place = wanted && writtenLocation(wanted);
    for (const dataset of datasets) {
      const location = await this.locationOf(dataset);
      place ??= location;
      if (location && !sameLocation(location, place)) {
        throw new Refusal(404, `Not found: Dataset ${dataset.projectId}:${dataset.datasetId} was not found in location ${place}`);
      }
    }
    return place ?? HOME;
  }
}
