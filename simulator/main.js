#!/usr/bin/env node
import { HELP, parseOptions } from './options.js';

const WRONG_USAGE = 2;

function optionsOrExit() {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`simulator: ${error.message}\nTry --help.\n`);
    return process.exit(WRONG_USAGE);
  }
}

async function main() {
  const options = optionsOrExit();
  if (options.help) return void process.stdout.write(HELP);
  // Only now: the schema takes a moment to build.
  const { startSimulator } = await import('./start.js');
  const { url, close } = await startSimulator(options);
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => close().then(() => process.exit(0)));
  }
  process.stdout.write(`listening on ${url}\n`);
}

main().catch((error) => {
  process.stderr.write(`simulator: ${error.message}\n`);
  process.exit(1);
});
