// What stand-ins share: how they read arguments, and how they run things for real.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A command line that the real command would not take. */
export class Refusal extends Error {}

// world.js sets these: folders, the test's own PATH, the program where it was built and where the reader has it.
export const { DOCS_WORLD, DOCS_CLONE, DOCS_PATH, DOCS_BUILT, DOCS_PROGRAM } = process.env;

export function refuseUnless(condition, message) {
  if (!condition) throw new Refusal(message);
}

/**
 * Reads `--flag value`, `--flag=value` and `--switch`.
 *
 * @param flags {name: takes a value?}, names with their dashes
 * @returns {words, options}: options by name, a list of values each
 */
export function readArguments(args, flags) {
  const words = [];
  const options = {};
  for (let i = 0; i < args.length; i += 1) {
    const [name, ...value] = args[i].startsWith('--') ? args[i].split('=') : [args[i]];
    if (!name.startsWith('-') || name === '-') {
      words.push(args[i]);
      continue;
    }
    refuseUnless(Object.hasOwn(flags, name), `there is no ${name} here`);
    if (!flags[name]) (options[name] ??= []).push(true);
    else if (value.length > 0) (options[name] ??= []).push(value.join('='));
    else {
      i += 1;
      refuseUnless(i < args.length, `${name} needs a value`);
      (options[name] ??= []).push(args[i]);
    }
  }
  return { words, options };
}

/** The text of a file that a command reads. */
export function textOf(file) {
  refuseUnless(existsSync(file), `there is no ${file}`);
  return readFileSync(file, 'utf8');
}

/** A file below the folder that stands for "/". */
export const inRoot = (path) => join(DOCS_WORLD, 'root', path);

export const fullPath = (path) => resolve(process.cwd(), path);

/** Runs a command for real and gives its exit code. */
export function run(file, args, { env = {}, ...options } = {}) {
  const child = spawn(file, args, { stdio: 'inherit', env: { ...process.env, ...env }, ...options });
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code, signal) => done(code ?? (signal ? 137 : 1)));
  });
}

/**
 * Runs what only ends when it is told to, until a line of it says that it is ready; then SIGTERM must end it well.
 *
 * @param ready matches what it says on standard output or error when it is ready
 */
export async function runService(file, args, ready) {
  const child = spawn(file, args, { stdio: ['inherit', 'pipe', 'pipe'] });
  let said = '';
  let asked = false;
  for (const name of ['stdout', 'stderr']) {
    child[name].on('data', (chunk) => {
      process[name].write(chunk);
      said += chunk;
      if (!asked && ready.test(said)) asked = child.kill('SIGTERM');
    });
  }
  const code = await new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (status, signal) => done(status ?? (signal ? 137 : 1)));
  });
  refuseUnless(asked || code !== 0, 'it ended by itself');
  return code;
}
