// Buckets: the emulator keeps their names, this the rest of what they are.

import { Refusal, jsonAnswer } from '../google_proxy/answers.js';
import { Locks } from '../google_proxy/locks.js';
import { conditionNotMet } from './conditions.js';

// https://cloud.google.com/storage/docs/buckets#naming
const NAME = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;
const MULTI_REGIONS = ['US', 'EU', 'ASIA'];
const FIXED = ['name', 'location', 'locationType', 'id', 'kind'];

function merged(value, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const result = value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
  for (const [name, inner] of Object.entries(patch)) {
    if (inner === null) delete result[name];
    else result[name] = merged(result[name], inner);
  }
  return result;
}

function withDefaults({ location = 'US', storageClass = 'STANDARD', ...given }) {
  const upper = location.toUpperCase();
  const enabled = given.iamConfiguration?.uniformBucketLevelAccess?.enabled ?? false;
  return {
    ...given,
    location: upper,
    locationType: MULTI_REGIONS.includes(upper) ? 'multi-region' : 'region',
    storageClass,
    iamConfiguration: {
      publicAccessPrevention: 'inherited', ...given.iamConfiguration, uniformBucketLevelAccess: { enabled }, bucketPolicyOnly: { enabled } },
  };
}

export class Buckets {
  #emulator;
  #locks = new Locks();
  #kept = new Map();

  constructor(emulator) {
    this.#emulator = emulator;
  }

  has(name) {
    return this.#kept.has(name);
  }

  /** Throws a Refusal when there is none. */
  insist(name) {
    if (!this.has(name)) throw new Refusal(404, 'The specified bucket does not exist.');
  }

  #resource(fromEmulator) {
    const { attributes, metageneration } = this.#kept.get(fromEmulator.name);
    return { ...fromEmulator, ...attributes, metageneration: String(metageneration), etag: Buffer.from(`b${metageneration}`).toString('base64') };
  }

  #checkConditions(name, query) {
    this.insist(name);
    const now = String(this.#kept.get(name).metageneration);
    const wanted = query.get('ifMetagenerationMatch');
    if (wanted !== null && wanted !== now) throw conditionNotMet();
    if (query.get('ifMetagenerationNotMatch') === now) throw conditionNotMet();
  }

  insert({ body }) {
    const { name, ...given } = body;
    if (!NAME.test(name)) throw new Refusal(400, `Invalid bucket name: '${name}'`);
    return this.#locks.hold(name, async () => {
      if (this.has(name)) throw new Refusal(409, 'Your previous request to create the named bucket succeeded and you already own it.');
      const { status, json } = await this.#emulator.sendJson('POST', '/storage/v1/b', { name });
      if (status !== 200) throw new Error(`the emulator made no bucket: ${JSON.stringify(json)}`);
      this.#kept.set(name, { attributes: withDefaults(given), metageneration: 1 });
      return jsonAnswer(200, this.#resource(json));
    });
  }

  async get({ names: { bucket }, query }) {
    this.#checkConditions(bucket, query);
    const { json } = await this.#emulator.send('GET', `/storage/v1/b/${bucket}`);
    return jsonAnswer(200, this.#resource(json));
  }

  async list() {
    const { json } = await this.#emulator.send('GET', '/storage/v1/b');
    return jsonAnswer(200, { ...json, items: json.items.map((each) => this.#resource(each)) });
  }

  patch({ names: { bucket }, query, body }) {
    return this.#locks.hold(bucket, async () => {
      this.#checkConditions(bucket, query);
      const fixed = FIXED.find((name) => name in body);
      if (fixed) throw new Refusal(400, `The value for ${fixed} is not valid: it can't be changed.`);
      const { attributes, metageneration } = this.#kept.get(bucket);
      this.#kept.set(bucket, { attributes: withDefaults(merged(attributes, body)), metageneration: metageneration + 1 });
      return this.get({ names: { bucket }, query: new URLSearchParams() });
    });
  }

  remove({ names: { bucket }, query }) {
    return this.#locks.hold(bucket, async () => {
      this.#checkConditions(bucket, query);
      const { status } = await this.#emulator.send('DELETE', `/storage/v1/b/${bucket}`);
      if (status === 412) throw new Refusal(409, 'The bucket you tried to delete is not empty.');
      this.#kept.delete(bucket);
      return { status: 204, headers: {}, body: Buffer.alloc(0) };
    });
  }
}
