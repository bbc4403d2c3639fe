// Blocks that show what a command prints, held against what it did print, or at least against what the program can say.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './documents.js';

/** Spelled alike: figures, ids and times do not matter, nor how wide a column is. */
const shapeOf = (line) => line.replace(/\b\d{8}T\d{6}Z\b/g, 'ID').replace(/\d[\d,.:]*/g, '0').replace(/[\s|+-]+/g, ' ').trim();

const SOURCES = ['src', 'simulator', 'tests/lib', 'tools', 'bench', 'packaging'];
const BESIDE = ['Makefile', 'Dockerfile', 'docker-compose.yml', '.env.example'];

function sourcesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name === 'docs' ? [] : sourcesBelow(path);
    return /(?:^[\w-]+|\.(?:cc|h|js|mjs|sql|ya?ml|service))$/.test(entry.name) && !/_test\.cc$/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });
}

const filesBeside = () => BESIDE.map((name) => join(ROOT, name)).filter(existsSync).map((file) => readFileSync(file, 'utf8'));

let sources;

/** What the program, the simulator and the emulators' proxies say, literals that stand side by side as one. */
export function corpus() {
  sources ??= [...SOURCES.flatMap((folder) => sourcesBelow(join(ROOT, folder))), ...filesBeside()].join('\n')
    .replace(/"\s*\n?\s*(?:\/\/[^\n]*\n\s*)?"/g, '').replaceAll("\\'", "'").replaceAll('\\"', '"');
  return sources;
}

// What differs from case to case (ids, numbers, names in capitals, what is left out), and where messages are put together.
const VARIABLE = /\b\d{8}T\d{6}Z\b|…|'[^']*'|\b(?:repo#n|REPO|ID|TABLE|HOST|PORT|NAME|USER|PASSWORD|[A-Z])\b|\d[\d,.]*|[<>{};]/;

// What GitHub and Google say, and neither the simulator nor the emulators' proxies do.
const THEY_SAY = ['Resource not accessible', 'Query exceeded limit for bytes billed'];

const escapeRegExp = (text) => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');

let templates;

/** What the sources' texts can become, those that have places to fill in: a list of regular expressions. */
function templatesOf() {
  const literals = [...corpus().matchAll(/"((?:[^"\n\\]|\\.)*\{(?:[^"\n\\]|\\.)*)"/g)].map(([, text]) => text);
  // A text of places only could become anything.
  templates ??= [...new Set(literals)].filter((text) => /\p{Letter}{3}/u.test(text.replace(/\{[^}]*\}/g, '')))
    .map((text) => new RegExp(`^${text.split(/\{[^}]*\}/).map(escapeRegExp).join('.+')}$`));
  return templates;
}

const isSaid = (part) => part.length <= 3 || THEY_SAY.includes(part) || corpus().includes(part) || templatesOf().some((template) => template.test(part));

/** Parts of a message that the sources do not have: as a whole, between what may differ, or put together. */
export function unknownParts(message) {
  if (isSaid(message.trim())) return [];
  return message.split(VARIABLE).map((part) => part.replace(/^[\s:,.()#]+|[\s:,.()#]+$/g, '')).filter((part) => !isSaid(part));
}

/** What of a session was printed: lines that nobody typed behind `$ `, also not with a backslash before them. */
function printedLines(session) {
  let joined = false;
  return session.split('\n').filter((line) => {
    const typed = joined || line.startsWith('$ ');
    joined = typed && line.endsWith('\\');
    return !typed;
  }).map((line) => line.replace(/^\^C/, ''));
}

/** Whether the program could print a line, cell by cell. Single words could come from anywhere, and tell nothing. */
function couldBeSaid(line) {
  const cells = line.split(/\s{2,}/).filter((cell) => /\S\s\S/.test(cell));
  const isKnown = (cell) => unknownParts(cell).length === 0;
  return cells.length > 0 && cells.every((cell) => isKnown(cell) || cell.split(', ').every(isKnown));
}

/**
 * @param before what the page's commands had printed before the block, and those in it
 * @returns the block's lines that are not so
 */
export function unlikeLines(text, before) {
  const printed = new Set(before.split('\n').map(shapeOf));
  return printedLines(text).filter((line) => shapeOf(line) !== '' && !printed.has(shapeOf(line)) && !couldBeSaid(line));
}

const MESSAGE_HEADS = /^(?:message|symptom|it says)$/i;

/** Messages in the first column of tables headed so, which nothing says. */
export function messageProblems({ path, tables }) {
  return tables.filter(({ head }) => MESSAGE_HEADS.test(head[0])).flatMap(({ rows }) => rows).flatMap(({ line, cells: [cell] }) =>
    [...cell.replaceAll('\\|', '|').matchAll(/`([^`]+)`/g)].flatMap(([, message]) => unknownParts(message)
      .map((part) => `${path}:${line}: nothing says ${JSON.stringify(part)}`)));
}
