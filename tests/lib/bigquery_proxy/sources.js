// The objects that a load reads: found in Cloud Storage, held against the schema, and put where the
// emulator finds them.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { problemsOfRows } from './rows.js';

const BUCKET = 'staged';
const AT_ONCE = 16;
const MOST_ERRORS = 5;
const ENDINGS = { NEWLINE_DELIMITED_JSON: 'json', CSV: 'csv', PARQUET: 'parquet', AVRO: 'avro', ORC: 'orc' };
const GZIP = Buffer.from([0x1f, 0x8b]);

/** A load that fails: {errorResult, errors} of its job's status. */
export class LoadFailure extends Error {
  constructor(errorResult, more = []) {
    super(errorResult.message);
    this.status = { errorResult, errors: [errorResult, ...more] };
  }
}

const splitUri = (uri) => /^gs:\/\/([^/]+)\/(.+)$/.exec(uri).slice(1);

/** An object's bytes as they were before they were compressed. The failure's words are not Google's. */
function plain({ uri, bytes }) {
  try {
    return { uri, bytes: bytes.subarray(0, 2).equals(GZIP) ? gunzipSync(bytes) : bytes };
  } catch (error) {
    const place = uri ? { location: uri } : {};
    throw new LoadFailure({ reason: 'invalid', ...place, message: `Error while reading data, error message: ${error.message}. File: ${uri ?? 'the upload'}` });
  }
}

/** The results of `use` for each of a list, some of them at once. */
async function forEach(list, use) {
  const results = [];
  for (let at = 0; at < list.length; at += AT_ONCE) results.push(...await Promise.all(list.slice(at, at + AT_ONCE).map(use)));
  return results;
}

/** What Google says of bad rows. https://cloud.google.com/bigquery/docs/error-messages#errortable */
function badRows(files, most) {
  const bad = files.filter(({ problems }) => problems.length > 0);
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const errors = bad.reduce((sum, file) => sum + file.problems.length, 0);
  const says = (message, uri) => ({ reason: 'invalid', ...(uri && { location: uri }), message: `Error while reading data, error message: ${message}` });
  const file = (uri) => (uri ? ` File: ${uri}` : '');
  const counts = `giving up. Rows: ${rows}; errors: ${errors}`;
  const result = says(`JSON table encountered too many errors, ${counts}. Please look into the errors[] collection for more details.${file(bad[0].uri)}`, bad[0].uri);
  const details = bad.flatMap(({ uri, problems }) => problems.map(({ position, problem }) =>
    says(`JSON parsing error in row starting at position ${position}: ${problem}${file(uri)}`, uri)));
  return new LoadFailure(result, [
    says(`JSON processing encountered too many errors, ${counts}; max bad: ${most}; error percent: 0`), ...details.slice(0, MOST_ERRORS)]);
}

export class Sources {
  #storage;
  #folder;
  #jobs = 0;

  /**
   * @param storage a Backend to Cloud Storage; none where loads are fed by uploads only
   * @param folder where the emulator looks for what begins with gs://
   */
  constructor(storage, folder) {
    this.#storage = storage;
    this.#folder = folder;
  }

  async #expand(uri) {
    const [bucket, name] = splitUri(uri);
    if (!name.includes('*')) return [uri];
    const [before, after] = name.split('*');
    const names = [];
    let token = '';
    do {
      const { status, json } = await this.#storage.send('GET',
        `/storage/v1/b/${bucket}/o?prefix=${encodeURIComponent(before)}${token && `&pageToken=${encodeURIComponent(token)}`}`);
      if (status !== 200) break;
      names.push(...(json.items ?? []).map((item) => item.name));
      token = json.nextPageToken ?? '';
    } while (token);
    const found = names.filter((each) => each.length >= before.length + after.length && each.endsWith(after));
    if (found.length === 0) throw new LoadFailure({ reason: 'notFound', message: `Not found: URI ${uri}` });
    return found.map((each) => `gs://${bucket}/${each}`);
  }

  async #read(uri) {
    const [bucket, name] = splitUri(uri);
    const { status, body } = await this.#storage.send('GET', `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`);
    if (status !== 200) throw new LoadFailure({ reason: 'notFound', message: `Not found: URI ${uri}` });
    return { uri, bytes: body };
  }

  /** @returns {uri, bytes} of what a load reads; an upload has no uri */
  async #contents(load, upload) {
    if (upload) return [{ bytes: upload }];
    if (!this.#storage) throw new Error('this BigQuery has no Cloud Storage to load from: give startBigQuery a storageUrl');
    const uris = (await forEach(load.sourceUris, (uri) => this.#expand(uri))).flat();
    return forEach(uris, (uri) => this.#read(uri));
  }

  #check(load, contents, fields) {
    if (load.sourceFormat !== 'NEWLINE_DELIMITED_JSON' || !fields) return;
    const files = contents.map(({ uri, bytes }) => ({ uri, ...problemsOfRows(bytes, fields, load.ignoreUnknownValues) }));
    const most = load.maxBadRecords ?? 0;
    if (files.reduce((sum, { problems }) => sum + problems.length, 0) > most) throw badRows(files, most);
  }

  /**
   * Makes ready what a load reads.
   *
   * @param load its configuration
   * @param upload the bytes, where they came with the request
   * @param fields of the table; none where they are to be found out
   * @returns {uris, written(text), remove()}: `written` puts the objects' own names into a text; throws a LoadFailure
   */
  async stage(load, upload, fields) {
    const contents = (await this.#contents(load, upload)).map(plain);
    this.#check(load, contents, fields);
    const job = String(this.#jobs += 1);
    const folder = join(this.#folder, BUCKET, job);
    await mkdir(folder, { recursive: true });
    const ending = ENDINGS[load.sourceFormat ?? 'CSV'];
    const uris = await forEach(contents.map((content, i) => [content, i]), async ([{ bytes }, i]) => {
      await writeFile(join(folder, `${i}.${ending}`), bytes);
      return `gs://${BUCKET}/${job}/${i}.${ending}`;
    });
    const written = (text) => text.replaceAll(new RegExp(`gs://${BUCKET}/${job}/(\\d+)\\.\\w+`, 'g'), (_, i) => contents[i].uri ?? 'the upload');
    return { uris, written, remove: () => rm(folder, { recursive: true, force: true }) };
  }
}
