import { gunzipSync } from 'node:zlib';
import { request as httpRequest } from 'node:http';
import { parseOptions } from '../options.js';
import { startSimulator } from '../start.js';

export const NOW = '2026-01-31T12:00:00Z';
export const SMALL = ['--now', NOW, '--repositories', '3', '--pull-requests', '60', '--points-per-hour', '100000'];

/** Starts a simulator that ends with the test, and ways to talk to it. */
export async function start(t, args = SMALL) {
  const running = await startSimulator(parseOptions(args));
  t.after(() => running.close());
  return { ...running, ...client(running.url) };
}

export function client(url, token = 'sim-token') {
  const send = (path, init = {}) => fetch(url + path, {
    ...init, headers: { authorization: `bearer ${token}`, ...init.headers } });
  const post = (path, body) => send(path, { method: 'POST', body: JSON.stringify(body) });
  return {
    send,
    post,
    get: async (path) => (await send(path)).json(),
    control: async (body) => (await post('/_control', body)).json(),
    query: async (query, variables) => (await post('/graphql', { query, variables })).json(),
    truth: async (query) => {
      const text = await (await send(`/_truth?${query}`)).text();
      return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
    },
  };
}

/** A request whose answer is seen as it came over the wire. */
export function raw(url, headers) {
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers }, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
    }).on('error', reject).end();
  });
}

export const unzip = (buffer) => gunzipSync(buffer).toString();
