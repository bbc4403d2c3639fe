// A GitHub App for tests: its key pair, which is made on the spot.

import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const APP_ID = '4711';

/**
 * @returns {pkcs1, pkcs8, oneLine, keyFile, option, env, remove()}: the private key as PEM in two forms, the second
 *   also with its line breaks written `\n`, and as a file; `option` for the simulator, `env` for the program
 */
export async function makeApp() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const directory = await mkdtemp(join(tmpdir(), 'github-stats-app-'));
  const publicFile = join(directory, 'public.pem');
  const keyFile = join(directory, 'private.pem');
  const pkcs1 = privateKey.export({ type: 'pkcs1', format: 'pem' });
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' });
  await writeFile(publicFile, publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(keyFile, pkcs1, { mode: 0o600 });
  return {
    pkcs1,
    pkcs8,
    keyFile,
    oneLine: pkcs8.replaceAll('\n', '\\n'),
    option: ['--app', `${APP_ID}:${publicFile}`],
    env: { GITHUB_TOKEN: undefined, GITHUB_APP_ID: APP_ID, GITHUB_APP_PRIVATE_KEY_FILE: keyFile },
    remove: () => rm(directory, { recursive: true }),
  };
}

/** How many tokens the simulator has given to Apps. */
export async function tokensGiven(simulator) {
  const { operations } = await simulator.stats();
  return Object.entries(operations).filter(([name]) => name.endsWith('/access_tokens'))
    .reduce((sum, [, count]) => sum + count, 0);
}
