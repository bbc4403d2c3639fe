// What a command line may hold, as the program's own help tells it.

import { spawnSync } from 'node:child_process';
import { PROGRAM } from '../program.js';

// In a world's own commands it is the world that knows.
const BUILT = process.env.DOCS_BUILT ?? PROGRAM;

const FLAG = /(?<![\w-])--?[a-zA-Z][\w-]*/g;

function helpOf(words) {
  const { status, stdout, stderr } = spawnSync(BUILT, [...words, '--help'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`github-stats ${words.join(' ')} --help ended with ${status}: ${stderr}`);
  return stdout;
}

/** The lines of a help's part, without its heading. */
function part(text, heading) {
  const [, ...found] = new RegExp(`^${heading}:\\n((?:[ ]+.*\\n|\\n(?=[ ]))*)`, 'm').exec(text) ?? [];
  return (found[0] ?? '').split('\n');
}

const flagsOf = (text) => new Set(text.split('\n').filter((line) => /^ {2,4}-/.test(line)).flatMap((line) => line.trim().split(/\s/)[0].split(','))
  .filter((word) => new RegExp(`^${FLAG.source}$`).test(word)));

const commandsOf = (text) => part(text, 'Subcommands').flatMap((line) => {
  const [, names] = /^ {2}([a-z][\w-]*(?:, ?[a-z][\w-]*)*)(?:\s{2,}|$)/.exec(line) ?? [];
  return names ? [names.split(/, ?/)] : [];
});

function read(words = []) {
  const text = helpOf(words);
  const commands = new Map();
  for (const names of commandsOf(text)) {
    const help = read([...words, names[0]]);
    for (const name of names) commands.set(name, help);
  }
  return { flags: flagsOf(text), commands };
}

let known;

/** {flags: a Set, commands: a Map by name of the same}: those of the whole program are allowed everywhere. */
export const programHelp = () => (known ??= read());

const everyFlag = (help) => [...help.flags, ...[...help.commands.values()].flatMap(everyFlag)];

/** Flags of any command. */
export const allFlags = () => new Set(everyFlag(programHelp()));

/** The words of a line as a shell would see them; good enough for what stands in a sentence. */
export function splitWords(line) {
  return [...line.matchAll(/(?:"([^"]*)"|'([^']*)'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, ''));
}

/** What is wrong with the words after `github-stats`, which may hold placeholders (`NAME`, `…`). */
export function commandLineProblems(words) {
  const problems = [];
  const top = programHelp();
  const allowed = new Set(top.flags);
  let here = top;
  for (const word of words) {
    const flag = word.split('=')[0];
    if (/^--?[a-zA-Z]/.test(word)) {
      if (here === top ? !allFlags().has(flag) : !allowed.has(flag)) problems.push(`there is no ${flag}`);
    } else if (here.commands.size > 0 && here.commands.has(word)) {
      here = here.commands.get(word);
      for (const each of here.flags) allowed.add(each);
    } else if (here === top && /^[a-z]/.test(word) && word === words[0]) {
      problems.push(`there is no command ${word}`);
    }
  }
  return problems;
}
