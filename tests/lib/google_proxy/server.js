// A proxy's door: takes requests in, sends answers as their faults want them, and lets tests steer it
// below CONTROL.

import { createServer } from 'node:http';
import { readAll } from './backend.js';
import { deliver } from './delivery.js';

const CONTROL = '/_proxy/';
// No status of HTTP, so that nobody takes a bug of the proxy for one of Google's.
const BROKEN = 599;

async function answerControl(service, { method, url }, body, response) {
  try {
    const value = await service.control(`${method} ${url.slice(CONTROL.length)}`, body.toString());
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
 * Opens a proxy that answers as `service` does.
 *
 * @param options.port where it listens; 0 is any free port
 * @param options.name what it is called in a message of its own bugs
 * @param options.closed called once it takes no more requests
 * @returns {url, close()}; control(url) steers it
 */
export async function openProxy(service, { port = 0, name, closed = () => {} }) {
  const server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, (request, response) => {
    answerRequest(service, request, response).catch((error) => {
      process.stderr.write(`${name}: ${request.method} ${request.url}: ${error.stack}\n`);
      response.writeHead(BROKEN).end(error.message);
    });
  });
  await new Promise((resolve) => { server.listen(port, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => {
      closed();
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

/** @returns {url, send(method, what, value), faults(settings), violations(), forgetViolations(), stats()} of a proxy anywhere */
export function control(url) {
  const send = async (method, what, value) => {
    const response = await fetch(`${url}${CONTROL}${what}`, { method, body: value && JSON.stringify(value) });
    if (!response.ok) throw new Error(`the proxy answered ${what} with ${response.status}: ${await response.text()}`);
    return response.json();
  };
  return {
    url,
    send,
    faults: (settings) => send('POST', 'faults', settings),
    violations: () => send('GET', 'violations'),
    forgetViolations: () => send('DELETE', 'violations'),
    stats: () => send('GET', 'stats'),
  };
}
