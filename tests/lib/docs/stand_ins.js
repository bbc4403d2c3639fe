// Commands that a page may name beside plain tools. Those that a test can't run for real check what they are given, as far as
// it can be told here. A command that is not in this table fails, as it would for a reader who lacks it.

import { cloudCommands } from './stand_ins/google.js';
import { containerCommands } from './stand_ins/containers.js';
import { dataCommands } from './stand_ins/data.js';
import { ownCommands } from './stand_ins/own.js';
import { systemCommands } from './stand_ins/system.js';

export { Refusal } from './stand_ins/arguments.js';

/** Functions of arguments, which give an exit code or throw a Refusal; by name. */
export const STAND_INS = { ...ownCommands, ...cloudCommands, ...containerCommands, ...dataCommands, ...systemCommands };
