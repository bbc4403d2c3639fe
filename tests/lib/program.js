// Runs the program under test, in an environment that holds nothing but what a test gives it.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The binary: GITHUB_STATS_BINARY, else the release build's. */
export const PROGRAM = process.env.GITHUB_STATS_BINARY || `${ROOT}build/release/github-stats`;

// Far longer than any run takes, sanitizers included: it ends what hangs.
const LONGEST_RUN_MS = 180_000;

// How a sanitizer build is told what to do.
const SANITIZER_VARIABLES = ['ASAN_OPTIONS', 'LSAN_OPTIONS', 'TSAN_OPTIONS', 'UBSAN_OPTIONS'];

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(signal, () => process.exit(1));

/** Starts a child process that does not outlive this one. */
export function spawnChild(file, args, options) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

function environment(home, given) {
  const passed = Object.fromEntries(SANITIZER_VARIABLES.filter((name) => name in process.env)
    .map((name) => [name, process.env[name]]));
  const wanted = Object.entries({ PATH: process.env.PATH, HOME: home, ...passed, ...given });
  return Object.fromEntries(wanted.filter(([, value]) => value !== undefined));
}

/**
 * Starts the program.
 *
 * @param args its arguments
 * @param options.cwd where it runs; also its HOME
 * @param options.env its environment, besides PATH and HOME; undefined leaves a variable out
 * @returns {kill(signal), stderrSoFar(), result}: result is a promise of {code, signal, stdout, stderr,
 *   startedAt, endedAt, timedOut}, times in milliseconds
 */
export function startProgram(args, { cwd, env = {}, timeoutMs = LONGEST_RUN_MS }) {
  const startedAt = Date.now();
  const child = spawnChild(PROGRAM, args, { cwd, env: environment(cwd, env) });
  const output = { stdout: [], stderr: [] };
  for (const name of ['stdout', 'stderr']) child[name].on('data', (chunk) => output[name].push(chunk));
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  const text = (name) => Buffer.concat(output[name]).toString();
  const result = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout: text('stdout'), stderr: text('stderr'), startedAt, endedAt: Date.now(), timedOut });
    });
  });
  return { kill: (signal) => child.kill(signal), stderrSoFar: () => text('stderr'), result };
}

/** What a failed assertion shows of a run. */
export function describeRun(args, { code, signal, stdout, stderr, timedOut }) {
  const ending = timedOut ? 'had to be killed, as it did not end' : `ended with ${signal ?? code}`;
  return `github-stats ${args.join(' ')}: ${ending}\n--- stdout\n${stdout.slice(-4000)}\n--- stderr\n${stderr.slice(-4000)}`;
}
