// An emulator of others as a process of its own, which does not outlive this one.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

const LONGEST_START_MS = 60_000;
const PAUSE_MS = 20;

// The shell ends the server when its own standard input ends: that is, however the parent ends, and not
// by the signal that ends a whole group of processes.
const WATCHED = `trap "" TERM INT HUP; scratch=$1; shift; "$@" </dev/null & server=$!; cat >/dev/null; kill -KILL $server; wait $server 2>/dev/null
  [ -z "$scratch" ] || rm -rf "$scratch"`;

export async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => { probe.listen(0, '127.0.0.1', resolve); });
  const { port } = probe.address();
  await new Promise((resolve) => { probe.close(resolve); });
  return port;
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function untilItAnswers(url, output) {
  const deadline = Date.now() + LONGEST_START_MS;
  while (!await answers(url)) {
    if (Date.now() > deadline) throw new Error(`an emulator does not answer: ${output.join('')}`);
    await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS); });
  }
}

/**
 * Starts `command` and waits until `healthUrl` answers.
 *
 * @param options.env its environment, besides this process's; undefined leaves a variable out
 * @param options.scratch a folder that goes when it ends
 * @returns {close()}
 */
export async function startProcess(command, healthUrl, { env = {}, scratch = '' } = {}) {
  const child = spawn('sh', ['-c', WATCHED, 'sh', scratch, ...command], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const output = [];
  const keep = (chunk) => output.push(chunk);
  for (const stream of [child.stdout, child.stderr]) stream.on('data', keep);
  const closed = new Promise((resolve) => { child.once('close', resolve); });
  const close = () => {
    child.stdin.end();
    return closed;
  };
  await untilItAnswers(healthUrl, output).catch(async (error) => {
    await close();
    throw error;
  });
  for (const stream of [child.stdout, child.stderr]) stream.off('data', keep).resume();
  return { close };
}
