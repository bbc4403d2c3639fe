// A place where a page's commands run as its reader would run them: a folder that looks like a fresh clone, a home, a
// folder that stands for "/", and a PATH of which every word is known (stand_ins.js).

import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROGRAM } from '../program.js';
import { ROOT } from './documents.js';
import { STAND_INS } from './stand_ins.js';

const STAND_IN = fileURLToPath(new URL('./stand_in.js', import.meta.url));

// Plain tools, which do to a world what they do elsewhere.
const TOOLS = ['awk', 'basename', 'bash', 'cat', 'chmod', 'cmp', 'cp', 'cut', 'date', 'diff', 'dirname', 'env', 'expr', 'false', 'find',
  'grep', 'gzip', 'head', 'id', 'ln', 'ls', 'mkdir', 'mktemp', 'mv', 'openssl', 'printf', 'readlink', 'rm', 'sed', 'seq', 'sh', 'sha256sum', 'sleep',
  'sort', 'stat', 'tail', 'tar', 'tee', 'test', 'touch', 'tr', 'true', 'uname', 'uniq', 'wc', 'xargs', 'zcat'];

// Only a service needs looking after.
const PROGRAM_ITSELF = `case " $* " in *' scheduled '*) ;; *) [ ! -e "$DOCS_PROGRAM" ] || exec "$DOCS_PROGRAM" "$@" ;; esac\n`;

// What a clone does not have, where git can't be asked.
const NOT_CLONED = new Set(['build', 'demo-data', '.git', '.env', 'github-stats-data', 'github_stats.duckdb']);

/** What a clone has at its top, and what `make setup` adds: never what somebody's own trials have left there. */
async function clonedNames(root) {
  const { status, stdout } = spawnSync('git', ['-C', root, 'ls-files', '-z'], { encoding: 'utf8' });
  const names = status === 0 ? stdout.split('\0').filter(Boolean).map((path) => path.split('/')[0]) : await readdir(root);
  return [...new Set([...names, '.deps'])].filter((name) => !NOT_CLONED.has(name) && existsSync(join(root, name)));
}

const PATH = process.env.PATH;

async function makeClone(folder, root) {
  await mkdir(folder, { recursive: true });
  for (const name of await clonedNames(root)) await symlink(join(root, name), join(folder, name));
  await mkdir(join(folder, 'build'));
  await symlink(dirname(PROGRAM), join(folder, 'build/release'));
}

const toolFile = (name) => PATH.split(':').map((folder) => join(folder, name)).find(existsSync);

async function makePath(folder) {
  await mkdir(folder);
  for (const name of TOOLS) {
    const file = toolFile(name);
    if (file) await symlink(file, join(folder, name));
  }
  for (const name of Object.keys(STAND_INS)) {
    const quickly = name === 'github-stats' ? PROGRAM_ITSELF : '';
    await writeFile(join(folder, name), `#!/bin/sh\n${quickly}exec '${process.execPath}' '${STAND_IN}' '${name}' "$@"\n`);
    await chmod(join(folder, name), 0o755);
  }
}

/**
 * @param github {url} of a simulator
 * @param options.root the repository, or what a test has in its place
 * @param options.at the folder of it in which commands run
 * @param options.installed whether the program is on the PATH from the beginning; else `make install` brings it
 * @param options.contents a folder whose files are there from the beginning
 * @param options.env more of the environment
 * @returns {directory, root, home, folder, env, remove()}
 */
export async function makeWorld(github, { root = ROOT, at = '', installed = true, contents, env = {} } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'github-stats-docs-'));
  const clone = join(directory, 'github-stats');
  const world = { directory, clone, root: join(directory, 'root'), home: join(directory, 'home'), folder: join(clone, at) };
  await makeClone(clone, root);
  await makePath(join(directory, 'bin'));
  for (const folder of ['root/etc/github-stats', 'root/etc/systemd/system', 'root/srv', 'root/var/lib', 'root/path/to', 'home']) {
    await mkdir(join(directory, folder), { recursive: true });
  }
  if (contents) await cp(contents, clone, { recursive: true });
  world.env = {
    PATH: join(directory, 'bin'), HOME: world.home, TMPDIR: directory, LANG: 'C.UTF-8',
    GITHUB_API_URL: github.url,
    DOCS_WORLD: directory, DOCS_CLONE: clone, DOCS_PATH: PATH, DOCS_BUILT: PROGRAM,
    DOCS_PROGRAM: installed ? PROGRAM : join(world.home, '.local/bin/github-stats'),
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => /^[ALTU]B?SAN_OPTIONS$/.test(name))),
    ...env,
  };
  world.remove = () => rm(directory, { recursive: true, force: true });
  return world;
}
