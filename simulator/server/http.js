// Reading requests and writing answers.

import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);
const WORTH_COMPRESSING = 1024;
const MAX_BODY = 10 * 1024 * 1024;

export async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Error('the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** An answer ready to be sent: {status, headers, body (Buffer)}. */
export async function encodeAnswer(request, { status = 200, headers = {}, json, text }) {
  let body = Buffer.from(json === undefined ? text ?? '' : JSON.stringify(json));
  const all = { 'content-type': json === undefined ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8', ...headers };
  if (body.length > WORTH_COMPRESSING && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
    body = await compress(body, { level: 1 });
    all['content-encoding'] = 'gzip';
  }
  all['content-length'] = body.length;
  return { status, headers: all, body };
}

/** @param cut 'mid' closes the connection when half of the body has gone out */
export function sendAnswer(response, { status, headers, body }, cut) {
  response.writeHead(status, headers);
  if (cut !== 'mid') return response.end(body);
  return response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
}

/** Ids that look like GitHub's and tell the requests of a run apart. */
export function requestId(serial) {
  return `51A7:${createHash('sha1').update(String(serial)).digest('hex').slice(0, 24).toUpperCase()}`;
}
