// Looks for secrets in everything that a run left behind.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

// Shorter pieces of a key can be there by chance.
const SHORTEST_LINE = 24;

/** The lines of a PEM text that hold key, and the key as one piece of base64 and base64url. */
export function keyPieces(pem) {
  const lines = pem.split(/\r?\n|\\n/).filter((line) => line && !line.includes('-----'));
  const whole = Buffer.from(pem).toString('base64');
  return [...lines.filter((line) => line.length >= SHORTEST_LINE), whole.slice(0, 200), whole.slice(200, 400)];
}

/** A text and what it looks like in base64 and in an address. */
export function forms(text) {
  return [...new Set([text, Buffer.from(text).toString('base64'), encodeURIComponent(text)])];
}

async function filesBelow(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/**
 * @param needles {name: [text, …]}
 * @param texts {place: text or Buffer} besides the files of `directory`
 * @returns lines such as "token in stderr"
 */
export async function findSecrets(needles, texts, directory, exceptFiles = []) {
  const places = Object.entries(texts);
  for (const file of await filesBelow(directory)) {
    if (!exceptFiles.includes(file)) places.push([file, await readFile(file)]);
  }
  const found = [];
  for (const [place, content] of places) {
    const bytes = Buffer.from(content);
    for (const [name, forbidden] of Object.entries(needles)) {
      if (forbidden.some((needle) => bytes.includes(needle))) found.push(`${name} in ${place}`);
    }
  }
  return found;
}
