// One of the commands of a world's PATH: stand_in.js NAME ARGUMENTS…

import { Refusal, STAND_INS } from './stand_ins.js';

const [name, ...args] = process.argv.slice(2);
try {
  process.exitCode = await STAND_INS[name](args) ?? 0;
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${name} ${args.join(' ')}: ${error.message}\n`);
  process.exitCode = 64;
}
