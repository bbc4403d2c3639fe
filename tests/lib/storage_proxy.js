// A proxy in front of fake-gcs-server that is as strict as Google Cloud Storage and fails as often as
// a test wants.
//
// - Each request is held against Google's discovery document: path, parameters, body. What is not in
//   there is a violation, answered with 400 and remembered.
// - Faults are injected by chance that can be repeated: see google_proxy/faults.js and storage_proxy/service.js.
// - Where the emulator (1.54) falls short of what Google documents, the proxy does it itself:
//     uploads        - ifGenerationMatch is ignored for uploadType=media
//                    - a crc32c or md5Hash that does not fit the bytes is taken
//                    - a bucket that does not exist is made on the way
//                    - names that Google refuses are taken
//     sessions       - asking for the state of a resumable upload ends it; offsets, the 256 KiB grain and a cancelled
//                      session are not minded; a finished session is unknown. All of it is the proxy's own:
//                      the emulator gets the whole object at the end
//     reads          - preconditions are ignored; no x-goog-metageneration and the like; "/" may stand unencoded
//                      in a name (here the discovery document's path decides)
//     removals       - preconditions and `generation` are ignored; 200 instead of 204
//     listings       - maxResults leaves out prefixes, startOffset leaves out folders that begin before it
//     buckets        - location, uniform access, lifecycle, labels are forgotten; PATCH changes nothing;
//                      ifMetagenerationMatch is ignored; too short names are taken; a bucket that is not empty
//                      is refused with 412 instead of 409
//     permissions    - there are none: withhold takes some away, deny all on a bucket; testIamPermissions is not there
//     all            - `fields` is ignored; an etag stands for the bytes, not for the generation; ACLs are given unasked
//   Writes of one object are done one after the other, so that what was checked still holds.
// - What is covered neither by the emulator nor here (copies, ACLs, versions, …) is answered with 501
//   and remembered as a violation.

import { fileURLToPath } from 'node:url';
import { Contract } from './google_proxy/discovery.js';
import { control, openProxy } from './google_proxy/server.js';
import { Emulator } from './storage_proxy/emulator.js';
import { StorageService } from './storage_proxy/service.js';

const DOCUMENT = fileURLToPath(new URL('../../.deps/google/storage.v1.json', import.meta.url));

/**
 * Opens a proxy in front of `emulatorUrl`, which must be empty and not be used in any other way.
 *
 * @param options.port where it listens; 0 is any free port
 * @returns {url, close()}; storageControl(url) steers it
 */
export async function openStorageProxy(emulatorUrl, { port } = {}) {
  const emulator = new Emulator(emulatorUrl);
  return openProxy(new StorageService(emulator, new Contract(DOCUMENT)), { port, name: 'storage proxy', closed: () => emulator.close() });
}

/** @returns what control(url) does, and deny(buckets), withhold(permissions) */
export function storageControl(url) {
  const proxy = control(url);
  return {
    ...proxy,
    deny: (buckets) => proxy.send('POST', 'deny', { buckets }),
    withhold: (permissions) => proxy.send('POST', 'withhold', { permissions }),
  };
}
