// Cloud Storage as the proxy answers for it.

import { failure } from '../google_proxy/answers.js';
import { SESSION } from '../google_proxy/request_check.js';
import { Service } from '../google_proxy/service.js';
import { Buckets } from './buckets.js';
import { Objects } from './objects.js';

/** Faults that only some requests to Cloud Storage can meet. */
const KINDS = {
  corrupted: ({ download }) => download, // one byte of the object is another
  short_page: ({ list }) => list, // fewer results than asked for, even none, and a token for the next page
  forgotten: ({ session }) => session, // a resumable upload's session is gone: 410
  partial: ({ session }) => session, // a resumable upload keeps only a part of what came
};
// A session lives for a week; no client begins one anew for ever.
const SHARES = { forgotten: 0.25 };

export class StorageService extends Service {
  #buckets;
  #objects;
  #denied = new Set();

  constructor(emulator, contract) {
    super(contract, KINDS, SHARES);
    this.#buckets = new Buckets(emulator);
    this.#objects = new Objects(emulator, this.#buckets);
  }

  controls() {
    return { ...super.controls(), 'POST deny': (text) => void (this.#denied = new Set(JSON.parse(text).buckets)) };
  }

  covers({ id, protocol }) {
    return id in this.actions && (id !== 'objects.insert' || protocol !== 'plain');
  }

  operationOf({ id, names = {}, query, session, body }) {
    if (session) return `${id} ${session.place}`;
    const object = names.object ?? query.get('name') ?? body?.name ?? `${query.get('prefix')} ${query.get('pageToken')}`;
    return `${id} ${names.bucket}/${object}`;
  }

  natureOf({ id, query }) {
    return { download: query.get('alt') === 'media', list: id === 'objects.list' };
  }

  denialOf({ names, body }) {
    if (!this.#denied.has(names?.bucket ?? body?.name)) return undefined;
    return failure(403, 'The caller does not have permission to do that, or it may not exist.');
  }

  actions = {
    'buckets.insert': (call) => this.#buckets.insert(call),
    'buckets.get': (call) => this.#buckets.get(call),
    'buckets.list': () => this.#buckets.list(),
    'buckets.patch': (call) => this.#buckets.patch(call),
    'buckets.delete': (call) => this.#buckets.remove(call),
    'objects.insert': (call) => this.#upload(call),
    'objects.get': (call) => this.#objects.get(call),
    'objects.delete': (call) => this.#objects.remove(call),
    'objects.list': (call, { kind, random }) => this.#objects.list(call, kind === 'short_page' ? random.integer(0, 1) : undefined),
    [SESSION]: (call, fault) => this.continueSession(call, fault),
  };

  #upload(call) {
    if (call.query.get('uploadType') === 'resumable') return this.#startSession(call);
    return this.#objects.insert(call, this.#objects.describe(call, call.body ?? {}, call.contentType), call.bytes);
  }

  #startSession(call) {
    const description = this.#objects.describe(call, call.body ?? {}, call.headers['x-upload-content-type']);
    const { bucket } = call.names;
    return this.sessions.start({
      host: call.headers.host,
      path: `/upload/storage/v1/b/${bucket}/o?uploadType=resumable&name=${encodeURIComponent(description.name)}`,
      place: `${bucket}/${description.name}`,
      receive: (bytes) => this.#objects.insert(call, description, bytes),
    });
  }
}
