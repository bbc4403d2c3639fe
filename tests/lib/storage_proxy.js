// A proxy in front of fake-gcs-server that is as strict as Google Cloud Storage and fails as often as
// a test wants.
//
// - Each request is held against Google's discovery document: path, parameters, body. What is not in
//   there is a violation, answered with 400 and remembered.
// - Faults are injected by chance that can be repeated: see storage_proxy/faults.js.
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
//     all            - `fields` is ignored; an etag stands for the bytes, not for the generation; ACLs are given unasked
//   Writes of one object are done one after the other, so that what was checked still holds.
// - What is covered neither by the emulator nor here (copies, ACLs, versions, …) is answered with 501
//   and remembered as a violation.

import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { deliver } from './storage_proxy/delivery.js';
import { Contract } from './storage_proxy/discovery.js';
import { Emulator } from './storage_proxy/emulator.js';
import { StorageService } from './storage_proxy/service.js';

const DOCUMENT = fileURLToPath(new URL('../../.deps/google/storage.v1.json', import.meta.url));
const CONTROL = '/_proxy/';
// No status of HTTP, so that nobody takes a bug of the proxy for one of Google's.
const BROKEN = 599;

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function answerControl(service, { method, url }, body, response) {
  try {
    const value = service.control(`${method} ${url.slice(CONTROL.length)}`, body.toString());
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  } catch (error) {
    response.writeHead(400).end(error.message);
  }
}

async function answerRequest(service, request, response) {
  const body = await readAll(request).catch(() => undefined);
  // A client that dies half-way has asked for nothing.
  if (body === undefined) return response.destroy();
  if (request.url.startsWith(CONTROL)) return answerControl(service, request, body, response);
  const { answer, fault } = await service.answer({ verb: request.method, target: request.url, headers: request.headers, body });
  return deliver(response, answer, fault);
}

/**
 * Opens a proxy in front of `emulatorUrl`, which must be empty and not be used in any other way.
 *
 * @param options.port where it listens; 0 is any free port
 * @returns {url, close()}; storageControl(url) steers it
 */
export async function openStorageProxy(emulatorUrl, { port = 0 } = {}) {
  const emulator = new Emulator(emulatorUrl);
  const service = new StorageService(emulator, new Contract(DOCUMENT));
  const server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, (request, response) => {
    answerRequest(service, request, response).catch((error) => {
      process.stderr.write(`storage proxy: ${request.method} ${request.url}: ${error.stack}\n`);
      response.writeHead(BROKEN).end(error.message);
    });
  });
  await new Promise((resolve) => { server.listen(port, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => {
      emulator.close();
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

/** @returns {url, faults(settings), deny(buckets), violations(), forgetViolations(), stats()} of a proxy anywhere */
export function storageControl(url) {
  const send = async (method, what, value) => {
    const response = await fetch(`${url}${CONTROL}${what}`, { method, body: value && JSON.stringify(value) });
    if (!response.ok) throw new Error(`the storage proxy answered ${what} with ${response.status}: ${await response.text()}`);
    return response.json();
  };
  return {
    url,
    faults: (settings) => send('POST', 'faults', settings),
    deny: (buckets) => send('POST', 'deny', { buckets }),
    violations: () => send('GET', 'violations'),
    forgetViolations: () => send('DELETE', 'violations'),
    stats: () => send('GET', 'stats'),
  };
}
