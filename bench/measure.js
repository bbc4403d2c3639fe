// Time and memory of a program's run.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 5;

/**
 * Runs `program` to its end; its memory is read from /proc while it runs.
 *
 * @returns {said, code, cost}: its standard output, its exit code, and "1.2 s, 34 MiB"
 */
export function measure(program, args, { stderr = 'ignore' } = {}) {
  const begun = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', stderr] });
  let said = '';
  let peak = 0;
  child.stdout.on('data', (text) => { said += text; });
  const timer = setInterval(() => {
    try {
      peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? peak);
    } catch { /* it has ended */ }
  }, LOOK_EVERY_MS);
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearInterval(timer);
      const seconds = (performance.now() - begun) / 1000;
      resolve({ said, code, cost: `${seconds.toFixed(1)} s, ${(peak / 1024).toFixed(0)} MiB` });
    });
  });
}
