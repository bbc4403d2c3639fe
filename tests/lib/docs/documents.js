// The pages that a repository has, wherever they are: a new one is found by itself.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseMarkdown } from './markdown.js';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

// Made by building, or others' words.
const LEFT_OUT = new Set(['node_modules', 'build', 'demo-data']);

function pagesBelow(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.name.startsWith('.') || LEFT_OUT.has(entry.name)) return [];
    if (entry.isDirectory()) return pagesBelow(root, path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** A page: {root, path, text, …as parseMarkdown gives it}. */
export function readDocument(root, path) {
  const text = readFileSync(join(root, path), 'utf8');
  return { root, path, text, ...parseMarkdown(text) };
}

/** Every page below a folder, by path. */
export const readDocuments = (root = ROOT) => pagesBelow(root, '').sort().map((path) => readDocument(root, path));
