// Objects: whole writes under preconditions, reads, removals.

import { createHash } from 'node:crypto';
import { Refusal, jsonAnswer } from '../google_proxy/answers.js';
import { Locks } from '../google_proxy/locks.js';
import { crc32c } from './checksum.js';
import { checkConditions } from './conditions.js';
import { pageOf } from './listing.js';

const LONGEST_NAME = 1024;
// What the emulator keeps of an upload's metadata, and what is only checked.
const KEPT = ['contentType', 'contentEncoding', 'contentDisposition', 'contentLanguage', 'cacheControl', 'customTime', 'metadata', 'storageClass'];
const CHECKED = ['name', 'bucket', 'crc32c', 'md5Hash'];
const NOTHING = Buffer.alloc(0);

const pathOf = (bucket, name) => `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
const noSuchObject = (bucket, name) => new Refusal(404, `No such object: ${bucket}/${name}`);
const etagOf = ({ generation }) => Buffer.from(`g${generation}`).toString('base64');

/** An object's resource as Google would give it. */
function resourceOf({ acl, ...fromEmulator }, query) {
  const resource = { ...fromEmulator, id: `${fromEmulator.bucket}/${fromEmulator.name}/${fromEmulator.generation}`, etag: etagOf(fromEmulator) };
  return query.get('projection') === 'full' ? { ...resource, acl } : resource;
}

// https://cloud.google.com/storage/docs/objects#naming
function checkName(name) {
  if (!name) throw new Refusal(400, 'Required');
  const bytes = Buffer.from(name);
  if (bytes.length > LONGEST_NAME) throw new Refusal(400, `The maximum object length is ${LONGEST_NAME} characters, but got a name with ${bytes.length} characters.`);
  if (/[\r\n]/.test(name) || name === '.' || name === '..' || name.startsWith('.well-known/acme-challenge/') || name.includes('\ufffd')) {
    throw new Refusal(400, 'Disallowed unicode characters present in object name or a name that is not allowed.');
  }
}

function checkChecksums({ crc32c: crc, md5Hash: md5 }, bytes) {
  const [isCrc, isMd5] = [crc32c(bytes), createHash('md5').update(bytes).digest('base64')];
  if (crc !== undefined && crc !== isCrc) throw new Refusal(400, `Provided CRC32C "${crc}" doesn't match calculated CRC32C "${isCrc}".`);
  if (md5 !== undefined && md5 !== isMd5) throw new Refusal(400, `Provided MD5 hash "${md5}" doesn't match calculated MD5 hash "${isMd5}".`);
}

export class Objects {
  #emulator;
  #buckets;
  #locks = new Locks();

  constructor(emulator, buckets) {
    this.#emulator = emulator;
    this.#buckets = buckets;
  }

  async #current(bucket, name) {
    const { status, json } = await this.#emulator.send('GET', pathOf(bucket, name));
    return status === 200 ? json : undefined;
  }

  #alone(bucket, name, use) {
    return this.#locks.hold(`${bucket}/${name}`, async () => {
      this.#buckets.insist(bucket);
      return use(await this.#current(bucket, name));
    });
  }

  /** What an upload will be called and said of it; throws a Refusal where Google would. */
  describe({ names: { bucket }, query }, metadata, contentType) {
    this.#buckets.insist(bucket);
    const name = query.get('name') ?? metadata.name;
    checkName(name);
    const lost = Object.keys(metadata).filter((field) => !KEPT.includes(field) && !CHECKED.includes(field));
    if (lost.length) throw new Refusal(501, `the emulator does not keep ${lost.join(', ')}`);
    const contentEncoding = query.get('contentEncoding') ?? metadata.contentEncoding;
    return { ...metadata, name, contentType: metadata.contentType ?? contentType ?? 'application/octet-stream', contentEncoding };
  }

  /** @param description as describe() gives it */
  insert({ names: { bucket }, query }, description, bytes) {
    checkChecksums(description, bytes);
    return this.#alone(bucket, description.name, async (current) => {
      checkConditions(query, current);
      const kept = Object.fromEntries(Object.entries(description).filter(([field]) => KEPT.includes(field) || field === 'name'));
      const { status, json } = await this.#emulator.upload(bucket, kept, bytes);
      if (status !== 200) throw new Error(`the emulator took no object: ${JSON.stringify(json)}`);
      return jsonAnswer(200, resourceOf(json, query));
    });
  }

  get({ names: { bucket, object }, query, headers }) {
    return this.#alone(bucket, object, async (current) => {
      const generation = query.get('generation');
      if (!current || (generation !== null && generation !== current.generation)) throw noSuchObject(bucket, object);
      checkConditions(query, current, () => new Refusal(304, 'Not Modified'));
      if (query.get('alt') !== 'media') return jsonAnswer(200, resourceOf(current, query));
      const passed = Object.fromEntries(['range', 'accept-encoding'].filter((name) => headers[name]).map((name) => [name, headers[name]]));
      const { status, headers: { date, connection, ...kept }, body } = await this.#emulator.send('GET', `${pathOf(bucket, object)}?alt=media`, { headers: passed });
      return { status, headers: { ...kept, etag: etagOf(current), 'x-goog-metageneration': current.metageneration,
        'x-goog-stored-content-length': current.size, 'x-goog-storage-class': current.storageClass }, body };
    });
  }

  remove({ names: { bucket, object }, query }) {
    return this.#alone(bucket, object, async (current) => {
      const generation = query.get('generation');
      if (!current || (generation !== null && generation !== current.generation)) throw noSuchObject(bucket, object);
      checkConditions(query, current);
      const { status } = await this.#emulator.send('DELETE', pathOf(bucket, object));
      if (status !== 200) throw new Error(`the emulator removed no object: ${status}`);
      return { status: 204, headers: {}, body: NOTHING };
    });
  }

  /** @param most of results, where fewer are to be given than asked for */
  async list({ names: { bucket }, query }, most) {
    this.#buckets.insist(bucket);
    const all = await this.#emulator.send('GET', `/storage/v1/b/${bucket}/o?prefix=${encodeURIComponent(query.get('prefix') ?? '')}`);
    const { items, prefixes, nextPageToken } = pageOf(all.json.items ?? [], query, most);
    return jsonAnswer(200, {
      kind: 'storage#objects',
      ...(nextPageToken && { nextPageToken }),
      ...(prefixes.length && { prefixes }),
      ...(items.length && { items: items.map((each) => resourceOf(each, query)) }),
    });
  }
}
