// Cloud Storage as the proxy answers for it.

import { failure, jsonAnswer } from '../google_proxy/answers.js';
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
// https://cloud.google.com/storage/docs/access-control/iam-json
const PERMISSIONS = {
  'buckets.get': 'storage.buckets.get', 'buckets.insert': 'storage.buckets.create', 'buckets.patch': 'storage.buckets.update',
  'objects.insert': 'storage.objects.create', 'objects.get': 'storage.objects.get', 'objects.delete': 'storage.objects.delete',
  'objects.list': 'storage.objects.list',
};
// A session lives for a week; no client begins one anew for ever.
const SHARES = { forgotten: 0.25 };

export class StorageService extends Service {
  #buckets;
  #objects;
  #denied = new Set();
  #withheld = new Set();

  constructor(emulator, contract) {
    super(contract, KINDS, SHARES);
    this.#buckets = new Buckets(emulator);
    this.#objects = new Objects(emulator, this.#buckets);
  }

  controls() {
    return { ...super.controls(), 'POST deny': (text) => void (this.#denied = new Set(JSON.parse(text).buckets)),
      'POST withhold': (text) => this.#withhold(JSON.parse(text).permissions) };
  }

  #withhold(permissions) {
    const unknown = permissions.filter((each) => !Object.values(PERMISSIONS).includes(each));
    if (unknown.length) throw new Error(`there is no permission ${unknown.join(', ')}; there are ${Object.values(PERMISSIONS).join(', ')}`);
    this.#withheld = new Set(permissions);
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

  denialOf({ id, names, body }) {
    const permission = PERMISSIONS[id];
    if (this.#withheld.has(permission)) {
      return failure(403, `The caller does not have ${permission} access. Permission '${permission}' denied on resource (or it may not exist).`);
    }
    if (!this.#denied.has(names?.bucket ?? body?.name)) return undefined;
    return failure(403, 'The caller does not have permission to do that, or it may not exist.');
  }

  actions = {
    'buckets.insert': (call) => this.#buckets.insert(call),
    'buckets.get': (call) => this.#buckets.get(call),
    'buckets.list': () => this.#buckets.list(),
    'buckets.patch': (call) => this.#buckets.patch(call),
    'buckets.testIamPermissions': (call) => this.#testPermissions(call),
    'buckets.delete': (call) => this.#buckets.remove(call),
    'objects.insert': (call) => this.#upload(call),
    'objects.get': (call) => this.#objects.get(call),
    'objects.delete': (call) => this.#objects.remove(call),
    'objects.list': (call, { kind, random }) => this.#objects.list(call, kind === 'short_page' ? random.integer(0, 1) : undefined),
    [SESSION]: (call, fault) => this.continueSession(call, fault),
  };

  /** Of those that are asked for, those that there are; left out when there are none. */
  #testPermissions({ names: { bucket }, query }) {
    this.#buckets.insist(bucket);
    const granted = query.getAll('permissions').filter((each) => !this.#withheld.has(each));
    return jsonAnswer(200, { kind: 'storage#testIamPermissionsResponse', ...(granted.length && { permissions: granted }) });
  }

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
