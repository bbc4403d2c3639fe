// Requests to the emulator behind a proxy.

import { Agent, request as httpRequest } from 'node:http';

export async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export class Backend {
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
}
