// What comments of other files say of the documentation, and the commands that they show.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument } from './documents.js';
import { slugOf } from './markdown.js';

// The last has pages that are wrong on purpose.
const LEFT_OUT = new Set(['node_modules', 'build', 'demo-data', 'docs', 'docs_runner.test.js']);

/** Files of the sources, pages apart, below a folder. */
function filesBelow(root, folder = '') {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (LEFT_OUT.has(entry.name) || (entry.name.startsWith('.') && entry.name !== '.env.example')) return [];
    if (entry.isDirectory()) return filesBelow(root, path);
    return /\.(?:md|json|xz|png|out|log)$/.test(entry.name) || !entry.isFile() ? [] : [path];
  });
}

const MENTION = /(?<![\w/.-])((?:docs\/[\w/-]+|README|QUICKSTART|CONTRIBUTING|SECURITY)\.md)(?:,\s+(?:#\s+|\/\/\s+)?"([^"\n]+)")?/g;

/** Pages and headings (`docs/x.md, "Heading"`) that files of the sources name and that are not there. */
export function mentionProblems(root) {
  return filesBelow(root).flatMap((path) => [...readFileSync(join(root, path), 'utf8').matchAll(MENTION)].flatMap(([, page, heading]) => {
    if (!existsSync(join(root, page))) return [`${path} names ${page}, which is not there`];
    return !heading || readDocument(root, page).anchors.has(slugOf(heading)) ? [] : [`${path}: ${page} has no heading "${heading}"`];
  }));
}

const isPackaging = (path) => /^(?:packaging\/.*|Dockerfile|(?:docker-)?compose\.ya?ml)$/.test(path);

/** Commands in comments of packaging/ and of what containers are made of, indented by three blanks: [{path, steps}] as runSteps takes them. */
export function packagingCommands(root) {
  return filesBelow(root).filter(isPackaging).map((path) => {
    const lines = readFileSync(join(root, path), 'utf8').split('\n');
    const steps = lines.map((text, i) => ({ line: i + 1, language: 'sh', options: {}, text: `${/^# {3,}(\S.*)$/.exec(text)?.[1] ?? ''}\n` }));
    return { path, steps: steps.filter(({ text }) => text.trim()) };
  }).filter(({ steps }) => steps.length > 0);
}
