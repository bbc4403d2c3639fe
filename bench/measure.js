// Time, processor time and memory of a program's run.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 5;
const TICKS_PER_SECOND = 100;

/** Seconds that the process has had a processor. */
function processorSeconds(pid) {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ').slice(11, 13).map(Number);
  return (user + system) / TICKS_PER_SECOND;
}

/**
 * Runs `program` to its end; what it takes is read from /proc while it runs.
 *
 * @returns {said, code, cost}: its standard output, its exit code, and "1.2 s (0.9 s of CPU), 34 MiB"
 */
export function measure(program, args, { stderr = 'ignore' } = {}) {
  const begun = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', stderr] });
  let said = '';
  let peak = 0;
  let busy = 0;
  child.stdout.on('data', (text) => { said += text; });
  const timer = setInterval(() => {
    try {
      peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? peak);
      busy = processorSeconds(child.pid);
    } catch { /* it has ended */ }
  }, LOOK_EVERY_MS);
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearInterval(timer);
      const seconds = (performance.now() - begun) / 1000;
      resolve({ said, code, cost: `${seconds.toFixed(1)} s (${busy.toFixed(1)} s of CPU), ${(peak / 1024).toFixed(0)} MiB` });
    });
  });
}
