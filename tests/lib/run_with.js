// Runs a command with services of its own, for tools that take `[--faults SEED] [--rate R] -- COMMAND…`.

import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

function readArguments(tool) {
  try {
    const { values, positionals } = parseArgs({ options: { faults: { type: 'string' }, rate: { type: 'string', default: '0.03' } }, allowPositionals: true });
    if (positionals.length > 0) return { ...values, command: positionals };
  } catch (error) {
    process.stderr.write(`${tool}: ${error.message}\n`);
  }
  process.stderr.write(`usage: ${tool} [--faults SEED] [--rate R] -- COMMAND…\n`);
  return process.exit(2);
}

function run(tool, [file, ...args], env) {
  const child = spawn(file, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`${tool}: ${error.message}\n`);
      resolve(127);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/**
 * Runs the command that this process's arguments name, and ends this process as it ends; also with 1
 * when a request was not as Google has it.
 *
 * @param tool its name
 * @param start () => a promise of {proxies, env, close()}: the controls of the services by their names, and what
 *   leads the command to them
 */
export async function runWith(tool, start) {
  const { faults, rate, command } = readArguments(tool);
  const { proxies, env, close } = await start();
  const all = Object.entries(proxies);
  if (faults !== undefined) for (const [, proxy] of all) await proxy.faults({ seed: Number(faults), rate: Number(rate) });
  const code = await run(tool, command, env);
  let violations = 0;
  for (const [name, proxy] of all) {
    const found = await proxy.violations();
    for (const { request, problem } of found) process.stderr.write(`violation: ${problem}\n  ${request}\n`);
    if (faults !== undefined) process.stderr.write(`${tool}: ${name}: faults of seed ${faults}: ${JSON.stringify((await proxy.stats()).faults)}\n`);
    violations += found.length;
  }
  await close();
  process.exit(code || (violations > 0 ? 1 : 0));
}
