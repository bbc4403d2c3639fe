// The project's own commands: the program, make, and scripts of Node; and what blocks that are not shell turn into.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { DOCS_BUILT, DOCS_CLONE, DOCS_PATH, DOCS_PROGRAM, DOCS_WORLD, inRoot, readArguments, refuseUnless, run, runService, textOf } from './arguments.js';

/** The program. A service is ended when it waits for its next run. */
function program(args) {
  refuseUnless(existsSync(DOCS_PROGRAM), 'is not installed: the page has not brought it here');
  const endless = args.includes('scheduled') && !args.some((word) => ['--once', '--help', '-h'].includes(word));
  return endless ? runService(DOCS_PROGRAM, args, /\bnext run\b/) : run(DOCS_PROGRAM, args);
}

// Targets that are quick enough to be made, once the program is built. Of the others the recipes are looked at.
const MADE = new Set(['demo', 'demo-cloud', 'install', 'help']);
const BUILT = ['-o', 'setup', '-o', 'build'];
const EMULATED = ['STORAGE_EMULATOR_HOST', 'BIGQUERY_EMULATOR_HOST'];

/** What `make package` leaves, as small as can be: a package by its name, a tarball that holds the program, checksums. */
function makePackages() {
  const [, version] = /\bVERSION (\d[\d.]*)/.exec(textOf(join(DOCS_CLONE, 'CMakeLists.txt')));
  const script = `set -e; mkdir -p build/package; cd build/package; name=github-stats-$1-linux-$(uname -m)
    mkdir -p "$name/bin"; ln -sf "$2" "$name/bin/github-stats"; tar -czf "$name.tar.gz" "$name"; rm -r "$name"
    echo package > "github-stats_$1_amd64.deb"; sha256sum -- *.deb *.tar.gz > SHA256SUMS`;
  return run('sh', ['-c', script, 'sh', version, DOCS_BUILT], { cwd: DOCS_CLONE, env: { PATH: DOCS_PATH } });
}

async function make(args) {
  const env = { PATH: DOCS_PATH };
  const targets = args.filter((word) => !word.startsWith('-') && !word.includes('='));
  const { status, stderr } = spawnSync('make', ['-n', ...args], { encoding: 'utf8', env: { ...process.env, ...env } });
  refuseUnless(status === 0, stderr);
  for (const target of targets) {
    const quick = MADE.has(target) && (target !== 'demo-cloud' || EMULATED.every((name) => process.env[name]));
    const others = args.filter((word) => !targets.includes(word));
    const code = quick ? await run('make', [...BUILT, ...others, target], { env }) : target === 'package' ? await makePackages() : 0;
    if (code !== 0) return code;
  }
  return 0;
}

/** A script's arguments must be those that it names at its beginning: `node bench/x.js [PULL_REQUESTS] [PROGRAM]`. */
function checkBenchmark(script, args) {
  const text = textOf(script);
  const used = [...text.matchAll(/process\.argv\[(\d)\]/g)].map(([, at]) => Number(at) - 1);
  refuseUnless(args.length <= Math.max(0, ...used), `${script} takes ${Math.max(0, ...used)} arguments`);
  refuseUnless(args.every((word, i) => i > 0 || !/^\d/.test(word) || /^\d+$/.test(word)), `${args[0]} is no number`);
}

async function node(args) {
  const [first, ...rest] = args;
  if (first === '--test') {
    for (const file of rest.filter((word) => !word.startsWith('--'))) refuseUnless(textOf(file).includes('test('), `${file} has no tests`);
    return 0;
  }
  refuseUnless(first && existsSync(first), `there is no ${first}`);
  if (basename(first) === 'main.js') return runService(process.execPath, withFreePort(args), /^listening on /m);
  refuseUnless(/(?:^|\/)bench\/[\w]+\.js$/.test(first), 'is none of the scripts that pages may name');
  checkBenchmark(first, rest);
  return run(process.execPath, ['--check', first]);
}

/** A page's port may be taken on this machine. */
const withFreePort = (args) => args.map((word, i) => (args[i - 1] === '--port' ? '0' : word));

/** `npm ci` must find what its lock file names, `npm test` be there. */
function npm([verb, ...args]) {
  const scripts = JSON.parse(textOf('package.json')).scripts ?? {};
  if (verb === 'test' || verb === 'run') refuseUnless(scripts[verb === 'test' ? 'test' : args[0]], `package.json has no ${verb}`);
  else {
    refuseUnless(verb === 'ci', `there is no ${verb} here`);
    parseArgs({ args, options: { 'ignore-scripts': { type: 'boolean' } } });
    for (const name of Object.keys(JSON.parse(textOf('package-lock.json')).packages)) {
      refuseUnless(name === '' || existsSync(name) || /optional|linux|darwin|win32/.test(name), `${name} is not installed: run make setup`);
    }
  }
}

/** `cmake --preset P`, `cmake --build --preset P`, `ctest --preset P …`: of presets that there are. */
function checkPreset(kind, args) {
  const { options } = readArguments(args, { '--preset': true, '--build': false, '-R': true, '-L': true, '-j': true, '--output-on-failure': false });
  const presets = JSON.parse(textOf('CMakePresets.json'))[options['--build'] ? 'buildPresets' : kind];
  const [name] = options['--preset'] ?? [];
  refuseUnless(presets.some((each) => each.name === name && !each.hidden), `there is no preset ${name}`);
  for (const label of options['-L'] ?? []) refuseUnless(['program', 'emulator', 'simulator'].includes(label), `no test has the label ${label}`);
}

const knownVariables = () => new Set([...readFileSync(join(DOCS_CLONE, '.env.example'), 'utf8').matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name));

const linesOf = (text) => text.split('\n').filter((line) => /^[A-Z]/.test(line));

/**
 * `docs-env FILE [apart]`: settings as a page shows them. They must be known, and the program must take them; they are added to
 * .env, or with `apart` forgotten.
 */
async function addSettings([file, apart]) {
  const known = knownVariables();
  const lines = linesOf(textOf(file));
  const names = lines.map((line) => line.split('=')[0]);
  for (const name of names) refuseUnless(known.has(name), `${name} is no setting of .env.example`);
  const before = existsSync('.env') ? readFileSync('.env', 'utf8').split('\n') : [];
  const rivals = names.some((name) => name.startsWith('GITHUB_APP_')) ? ['GITHUB_TOKEN', 'GITHUB_TOKEN_FILE'] : [];
  const kept = before.filter((line) => ![...names, ...rivals].includes(line.split('=')[0]));
  const tried = join(DOCS_WORLD, 'tried.env');
  writeFileSync(tried, `${[...kept, ...lines].join('\n')}\n`);
  makeKeys(lines);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.includes(name) && !rivals.includes(name)));
  const { status, stderr } = spawnSync(DOCS_BUILT, ['backfill', '--dry-run', '--days', '1', '--no-progress', '--env-file', tried], { encoding: 'utf8', env });
  refuseUnless(status === 0, `the program does not take these settings (${status}): ${stderr}`);
  if (!apart) copyFileSync(tried, '.env');
  rmSync(tried);
}

/** A private key for each file that settings name: the one of the App that the simulator knows. */
function makeKeys(lines) {
  for (const line of lines) {
    const [, file] = /^GITHUB_APP_PRIVATE_KEY_FILE=(.*)$/.exec(line) ?? [];
    if (file && file.startsWith(inRoot('')) && !existsSync(file)) copyFileSync(process.env.DOCS_APP_KEY, file);
  }
}

// The second is the emulators' own, and has DuckDB.
const PYTHONS = ['python3', join(DOCS_CLONE ?? '', '.deps/google/bigquery/python')];

/** `docs-python FILE`: run by a Python that has what it imports, if there is one; that it compiles has been checked. */
function python([file]) {
  const imports = textOf(file).split('\n').filter((line) => /^(?:import|from) /.test(line)).join('\n');
  const env = { ...process.env, PATH: DOCS_PATH };
  const able = PYTHONS.find((each) => spawnSync(each, ['-c', imports], { env }).status === 0);
  return able ? run(able, [file], { env }) : 0;
}

/** `docs-toml FILE`: a configuration file, if the program knows such. */
function toml([file]) {
  const { stdout } = spawnSync(DOCS_BUILT, ['--help'], { encoding: 'utf8' });
  return stdout.includes('--config') ? run(DOCS_BUILT, ['config', 'show', '--config', file]) : 0;
}

export const ownCommands = { 'github-stats': program, make, node, npm,
  cmake: (args) => checkPreset('configurePresets', args), ctest: (args) => checkPreset('testPresets', args),
  'docs-env': addSettings, 'docs-python': python, 'docs-toml': toml };
