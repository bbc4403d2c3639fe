// Sends an answer as its fault wants it.

import { failure } from './answers.js';

const BODILESS = [204, 304];

function send(response, { status, headers, body }, length = body.length) {
  response.writeHead(status, { ...headers, ...(BODILESS.includes(status) ? {} : { 'content-length': body.length }) });
  if (length === body.length) return response.end(BODILESS.includes(status) ? undefined : body);
  response.write(body.subarray(0, length));
  return response.socket.end();
}

const reset = (response) => response.socket.resetAndDestroy();

function hold(response, ms) {
  const timer = setTimeout(() => reset(response), ms);
  response.once('close', () => clearTimeout(timer));
}

function corrupted(answer, random) {
  const body = Buffer.from(answer.body);
  body[random.integer(0, body.length - 1)] ^= 1 << random.integer(0, 7);
  return { ...answer, body };
}

/**
 * @param answer undefined where the fault came before
 * @param fault as FaultPlan gives it
 */
export function deliver(response, answer, { kind, status, ms, random }) {
  const hasBody = answer?.body.length > 0;
  if (kind.startsWith('reset') || (kind === 'truncated' && !hasBody)) return reset(response);
  if (kind.startsWith('status')) return send(response, failure(status, 'A fault that the test asked for.'));
  if (kind === 'truncated') return send(response, answer, random.integer(0, answer.body.length - 1));
  if (kind === 'slow') return hold(response, ms);
  if (kind === 'corrupted' && answer.status < 300 && hasBody) return send(response, corrupted(answer, random));
  return send(response, answer);
}
