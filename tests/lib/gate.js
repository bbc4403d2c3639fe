// A gate between the program and GitHub, for what depends on what is being asked and for being
// there at an exact moment: the n-th request.

import { Agent, createServer, request as httpRequest } from 'node:http';
import { createServer as createSecureServer } from 'node:https';

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Asks the target and lets `edit` change the JSON of its answer. */
async function forwardEdited(target, request, body, response, edit) {
  const { host, connection, 'accept-encoding': encoding, ...headers } = request.headers;
  const answer = await fetch(new URL(request.url, target), { method: request.method, headers, body });
  const text = JSON.stringify(edit(await answer.json()));
  const { 'content-encoding': coding, 'content-length': length, 'transfer-encoding': transfer, ...kept } = Object.fromEntries(answer.headers);
  response.writeHead(answer.status, kept);
  response.end(text);
}

function forward(target, agent, withheld, request, body, response) {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !withheld.includes(name)));
  const upstream = httpRequest(new URL(request.url, target), { method: request.method, headers, agent },
    (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    });
  upstream.once('error', () => response.destroy());
  upstream.end(body);
}

/**
 * Opens a gate in front of `target`.
 *
 * @param decide called for each request with {serial (from 1), method, path, text, authorization}; what it gives
 *   is done: nothing lets the request through, 'hold' leaves it without an answer, {status, headers, json}
 *   answers it, and {edit} lets it through and changes the answer's JSON; a promise of one of these is waited for.
 *   It may be changed at any time: `gate.decide = …`.
 * @param tls {key, cert} in PEM: the gate speaks HTTPS
 * @param withheld headers that are not passed on
 * @returns {url, decide, serial, close()}
 */
export async function openGate(target, decide = () => {}, tls = undefined, withheld = []) {
  const agent = new Agent({ keepAlive: true });
  const gate = { decide, serial: 0 };
  const listener = async (request, response) => {
    const body = await readAll(request).catch(() => undefined);
    if (body === undefined) return response.destroy();
    gate.serial += 1;
    const verdict = await gate.decide({ serial: gate.serial, method: request.method, path: request.url, text: body.toString(),
      authorization: request.headers.authorization });
    if (verdict === 'hold') return undefined;
    if (!verdict) return forward(target, agent, withheld, request, body, response);
    if (verdict.edit) return forwardEdited(target, request, body, response, verdict.edit);
    response.writeHead(verdict.status ?? 200, { 'content-type': 'application/json; charset=utf-8', ...verdict.headers });
    return response.end(JSON.stringify(verdict.json));
  };
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  gate.url = `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
  gate.close = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
    agent.destroy();
  });
  return gate;
}
