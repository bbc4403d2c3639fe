// A service under test: `scheduled`, which logs JSON and goes on until it is told to stop.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeRun } from './program.js';

const LONGEST_STOP_MS = 10_000;
// Far longer than anything here takes.
const LONGEST_WAIT_MS = 120_000;

export const eventsOf = (text) => text.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));

/** Waits until the service has logged what `wanted(events)` looks for, and gives that. */
export async function logged(service, wanted) {
  for (const begun = Date.now(); Date.now() - begun < LONGEST_WAIT_MS;) {
    const text = service.stderrSoFar();
    const found = wanted(eventsOf(text.slice(0, text.lastIndexOf('\n') + 1)));
    if (found) return found;
    await sleep(10);
  }
  return assert.fail(`waited in vain:\n${service.stderrSoFar().slice(-4000)}`);
}

export const ends = (events) => events.filter(({ event }) => event === 'run ended');
export const starts = (events) => events.filter(({ event }) => event === 'run started');

/** Tells the service to stop, which it must do in time and with 0. */
export async function stop(service, args, context = '', signal = 'SIGTERM') {
  const told = Date.now();
  service.kill(signal);
  const result = await service.result;
  assert.equal(result.code, 0, `${context}\n${describeRun(args, result)}`);
  assert.ok(result.endedAt - told < LONGEST_STOP_MS, `${context}: took ${result.endedAt - told} ms to stop`);
  return result;
}

/** Changes some of the simulated pull requests, and opens others. */
export async function change(simulator, random, pullRequests, count) {
  for (let i = 0; i < count; i += 1) {
    const { repo, number } = random.pick(pullRequests);
    const kind = random.pick(['touch', 'comment', 'commit', 'review', 'close', 'open']);
    await simulator.control({ mutate_now: { repo, kind, ...(kind !== 'open' && { number }) } });
  }
}
