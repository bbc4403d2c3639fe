// Commands, flags and variables that stand in sentences.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { corpus } from './console.js';
import { ROOT } from './documents.js';
import { allFlags, commandLineProblems, programHelp, splitWords } from './help.js';

// Of commands of others that pages speak of, and of tools of this repository.
const OTHERS_FLAGS = new Set(['--iam-account', '--project', '--role', '--member', '--replace', '--source_format', '--select', '--vars', '--port', '--test',
  '-readonly', '--now', '--from-literal', '-n', '-f', '-d', '-p', '--ignore-scripts', '-e', '-v', '--rm', '--faults', '--rate', '--read-only', '--user']);

const toolFlags = () => new Set([...readFileSync(join(ROOT, 'simulator/options.js'), 'utf8').matchAll(/--[a-z][a-z-]*|(?<=['"\s{,])[a-z][a-z-]+(?=['"]?: \{ type)/g)]
  .map(([name]) => (name.startsWith('--') ? name : `--${name}`)));

/** `[--flag X]`, `A|B` and `…` are how a page writes what can be left out, chosen or differs. */
const plain = (code) => code.replace(/[[\]]/g, ' ').replaceAll('…', ' X ').replaceAll('|', ' ');

/** Whether it can be run as it stands. */
const isComplete = (code) => !/…|[[\]]|\b[A-Z]{1,}\b(?!=)|\b(?:WHERE|SELECT)\b/.test(code.replace(/"[^"]*"/g, ''));

// What only answers while a service runs beside it.
const NEEDS_SERVICE = /^github-stats healthcheck\b/;

/** Command lines of the program that stand in sentences and are whole. */
export const completeCommands = (document) => document.spans.filter(({ code }) => /^github-stats /.test(code) && isComplete(code) && !NEEDS_SERVICE.test(code));

function flagsKnown(code, known) {
  const flags = plain(code).split(/\s+/).filter((word) => /^--?[a-z][\w-]*/.test(word)).map((word) => /^--?[\w-]+/.exec(word)[0]);
  return flags.filter((flag) => !known.has(flag)).map((flag) => `no command has ${flag}`);
}

function makeProblems(code) {
  const words = splitWords(code).slice(1).filter((word) => !/[…[\]]/.test(word));
  const { status, stderr } = spawnSync('make', ['-n', '-C', ROOT, ...words], { encoding: 'utf8' });
  return status === 0 ? [] : [stderr.trim()];
}

const nodeProblems = (code) => splitWords(code).slice(1).filter((word) => /\.js$/.test(word))
  .filter((file) => !existsSync(join(ROOT, file)) && !existsSync(join(ROOT, 'simulator', file))).map((file) => `there is no ${file}`);

function spanProblems(code, known) {
  const [first, second] = code.split(/\s+/);
  if (/=/.test(first) && second) return spanProblems(code.slice(first.length).trim(), known);
  if (first === 'github-stats' && second) return commandLineProblems(splitWords(plain(code)).slice(1));
  if (first === 'make' && second) return makeProblems(code);
  if (first === 'node' && second) return nodeProblems(code);
  const isCommand = programHelp().commands.has(first) && (!second || /^[-['"A-Z]/.test(second));
  if (isCommand) return commandLineProblems(splitWords(plain(code)));
  return /^--[a-z]/.test(first) ? flagsKnown(code, known) : [];
}

// A setting or a variable of the environment. Words of SQL and of GitHub are in capitals, too.
const VARIABLE = /^([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?:=.*)?$/;
const OTHERS_WORDS = new Set(['APPROX_QUANTILES', 'PERCENTILE_CONT']);

/** What no command, no flag, no target and no variable is called. */
export function inlineProblems(document) {
  const known = new Set([...allFlags(), ...toolFlags(), ...OTHERS_FLAGS]);
  return document.spans.flatMap(({ code, line }) => {
    const [, variable] = VARIABLE.exec(code) ?? [];
    const problems = variable ? (OTHERS_WORDS.has(variable) || corpus().includes(variable) || existsSync(join(document.root, variable)) ? [] : [`nothing is called ${variable}`]) : spanProblems(code, known);
    return problems.map((problem) => `${document.path}:${line}: \`${code}\`: ${problem}`);
  });
}
