// Chunks as a collection leaves them in a directory store.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TABLES } from './tables.js';

/** Puts rows, by table, into the workspace's store as what collection `id` found in `repo`. */
export async function storeChunks(workspace, repo, id, tables) {
  for (const table of TABLES) {
    const directory = join(workspace.storeDirectory, 'acme', repo, table, `${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6, 8)}`);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, `${id}_chunk_0.json`), tables[table].map((row) => `${JSON.stringify(row)}\n`).join(''));
  }
}
