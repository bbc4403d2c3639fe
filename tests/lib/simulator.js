// The simulated GitHub, as a process of its own.

import { fileURLToPath } from 'node:url';
import { spawnChild } from './program.js';

const MAIN = fileURLToPath(new URL('../../simulator/main.js', import.meta.url));

/** The simulated present where a test does not need the real one: the same world at each run. */
export const NOW = '2026-06-01T12:00:00Z';

async function readUrl(child) {
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    const line = /^listening on (\S+)\n/.exec(text);
    if (line) return line[1];
  }
  throw new Error('the simulator ended before it was ready');
}

/**
 * @param args the simulator's options; the port is any free one
 * @returns {url, get(path), control(request), truth(table, selection), counts(selection), stats(), close()}
 *   where a selection is {org, repo, since, include_archived, include_forks}; for `truth`, a function `wanted(row)` besides
 */
export async function startSimulator(args = []) {
  const child = spawnChild(process.execPath, [MAIN, '--port', '0', ...args]);
  child.stderr.pipe(process.stderr);
  const closed = new Promise((resolve) => child.once('close', resolve));
  const url = await readUrl(child);
  child.stdout.resume();
  return {
    url,
    ...client(url),
    async close() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

function client(url) {
  const send = async (path, init) => {
    const response = await fetch(url + path, init);
    if (!response.ok) throw new Error(`the simulator answered ${path} with ${response.status}: ${await response.text()}`);
    return response;
  };
  const get = async (path) => (await send(path)).json();
  return {
    get,
    control: async (request) => (await send('/_control', { method: 'POST', body: JSON.stringify(request) })).json(),
    stats: () => get('/_stats'),
    counts: (selection = {}) => get(`/_truth?${new URLSearchParams(selection)}`),
    truth: async (table, { wanted = () => true, ...selection } = {}) => {
      const text = await (await send(`/_truth?${new URLSearchParams({ table, ...selection })}`)).text();
      return text.split('\n').filter(Boolean).map((line) => JSON.parse(line)).filter(wanted);
    },
  };
}
