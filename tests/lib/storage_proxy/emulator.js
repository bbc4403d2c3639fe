// Requests to fake-gcs-server, and what every answer of it needs.

import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const part = (type, bytes) => [Buffer.from(`content-type: ${type}\r\n\r\n`), bytes];

export class Emulator {
  #url;
  #agent = new Agent({ keepAlive: true });

  constructor(url) {
    this.#url = url;
  }

  close() {
    this.#agent.destroy();
  }

  /** @returns {status, headers, body} of the answer, and `json`, the body read as such */
  async send(method, path, { headers = {}, body = Buffer.alloc(0) } = {}) {
    const response = await new Promise((resolve, reject) => {
      const outgoing = httpRequest(this.#url + path, { method, agent: this.#agent, headers: { ...headers, 'content-length': body.length } });
      outgoing.once('response', resolve).once('error', reject).end(body);
    });
    const bytes = await readAll(response);
    return { status: response.statusCode, headers: response.headers, body: bytes, get json() { return JSON.parse(bytes); } };
  }

  sendJson(method, path, value) {
    return this.send(method, path, { headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(value)) });
  }

  /** Every upload reaches the emulator in this one form. */
  upload(bucket, metadata, bytes) {
    const boundary = randomBytes(16).toString('hex');
    const body = Buffer.concat([
      Buffer.from(`--${boundary}\r\n`), ...part('application/json', Buffer.from(JSON.stringify(metadata))),
      Buffer.from(`\r\n--${boundary}\r\n`), ...part(metadata.contentType, bytes), Buffer.from(`\r\n--${boundary}--\r\n`)]);
    return this.send('POST', `/upload/storage/v1/b/${bucket}/o?uploadType=multipart`,
      { headers: { 'content-type': `multipart/related; boundary=${boundary}` }, body });
  }
}
