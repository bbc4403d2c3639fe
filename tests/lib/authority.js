// A private certificate authority, made on the spot by the command `openssl`.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * @param names what the server is called, besides 127.0.0.1
 * @returns {certificateFile, tls: {key, cert} of that server, remove()}
 */
export async function makeAuthority(names = []) {
  const directory = await mkdtemp(join(tmpdir(), 'github-stats-authority-'));
  const openssl = (...args) => execFileSync('openssl', args, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'authority.key', '-out', 'authority.pem', '-days', '2',
    '-subj', '/CN=Private Authority');
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=127.0.0.1');
  await writeFile(join(directory, 'names'), `subjectAltName=${['IP:127.0.0.1', ...names.map((name) => `DNS:${name}`)].join()}\n`);
  openssl('x509', '-req', '-in', 'server.csr', '-CA', 'authority.pem', '-CAkey', 'authority.key', '-set_serial', '1',
    '-days', '2', '-extfile', 'names', '-out', 'server.pem');
  return {
    certificateFile: join(directory, 'authority.pem'),
    tls: { key: readFileSync(join(directory, 'server.key')), cert: readFileSync(join(directory, 'server.pem')) },
    remove: () => rm(directory, { recursive: true }),
  };
}
