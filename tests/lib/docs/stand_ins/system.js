// What changes a machine: users, services, packages, cron. Files go below the world's own "/"; units and users must have been
// brought there before, by the page itself.

import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { DOCS_BUILT, DOCS_CLONE, DOCS_PATH, DOCS_PROGRAM, DOCS_WORLD, inRoot, readArguments, refuseUnless, run, textOf } from './arguments.js';

const USERS = join(DOCS_WORLD ?? '', 'users');
const users = () => (existsSync(USERS) ? readFileSync(USERS, 'utf8').split('\n') : []);
const remember = (user) => appendFileSync(USERS, `${user}\n`);

function useradd(args) {
  const { words } = readArguments(args, { '--system': false, '-r': false, '--home-dir': true, '-d': true, '--create-home': false, '-m': false, '--shell': true, '-s': true });
  refuseUnless(words.length === 1 && /^[a-z_][a-z0-9_-]*$/.test(words[0]), 'needs one name');
  remember(words[0]);
}

/** The real one, without what only root can: owners must be users that the page has made. */
function install(args) {
  const { options, words } = readArguments(args, { '-d': false, '-D': false, '-m': true, '-g': true, '-o': true, '-t': true });
  for (const owner of [...options['-g'] ?? [], ...options['-o'] ?? []]) {
    refuseUnless(owner === 'root' || users().includes(owner), `there is no user or group ${owner}: the page makes none`);
  }
  const kept = ['-d', '-D'].filter((flag) => options[flag]).concat(...['-m', '-t'].map((flag) => (options[flag] ? [flag, options[flag][0]] : [])));
  return run('install', [...kept, ...words], { env: { PATH: DOCS_PATH } });
}

const unitFolders = () => ['etc/systemd/system', 'lib/systemd/system'].map(inRoot);
const unitFile = (name) => unitFolders().flatMap((folder) => (existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : []))
  .find((file) => [name, `${name}.service`].some((each) => file.endsWith(`/${each}`)));

const VERBS = ['enable', 'disable', 'start', 'stop', 'restart', 'reload', 'status', 'is-active', 'list-timers'];

function systemctl(args) {
  const { words: [verb, ...units] } = readArguments(args, { '--now': false, '--user': false, '--no-pager': false });
  if (verb === 'daemon-reload') return;
  refuseUnless(VERBS.includes(verb), `there is no ${verb} here`);
  refuseUnless(units.length > 0 || verb === 'list-timers', 'needs a unit');
  for (const unit of units) {
    const file = unitFile(unit);
    refuseUnless(file, `${unit} is not installed`);
    const text = textOf(file);
    if (verb === 'reload') refuseUnless(/^ExecReload=/m.test(text), `${unit} can't be reloaded`);
    if (verb === 'enable') refuseUnless(/^\[Install\]$/m.test(text), `${unit} can't be enabled`);
  }
}

function journalctl(args) {
  const { options } = readArguments(args, { '-u': true, '-f': false, '-n': true, '-e': false, '--since': true, '-o': true, '--no-pager': false });
  refuseUnless(options['-u'] && unitFile(options['-u'][0]), 'needs -u and a unit that is installed');
}

/** `crontab FILE`: times must be those of cron, and commands must run. */
async function crontab(args) {
  refuseUnless(args.length === 1, 'takes a file');
  if (args[0] === '-l' || args[0] === '-e') return 0;
  for (const line of textOf(args[0]).split('\n').filter((each) => /^[\d*@]/.test(each))) {
    const [, times, command] = /^((?:\S+\s+){4}\S+)\s+(.*)$/.exec(line) ?? [];
    refuseUnless(command, `is no line of cron's: ${line}`);
    const { status, stderr } = spawnSync(DOCS_BUILT, ['scheduled', '--cron', times, '--env-file', '/dev/null'], { encoding: 'utf8', env: { PATH: '', HOME: '/' } });
    // What it lacks then is a token.
    refuseUnless(status === 2 && /credentials for GitHub/.test(stderr), `cron would not take ${times}: ${stderr}`);
    const code = await run('sh', ['-c', command]);
    if (code !== 0) return code;
  }
  return 0;
}

/** What the package brings: the program, its units, an example of its settings, and a user. */
function installPackage(file) {
  refuseUnless(existsSync(file), `there is no ${file}`);
  const units = join(DOCS_CLONE, 'packaging/systemd');
  mkdirSync(unitFolders()[1], { recursive: true });
  for (const unit of readdirSync(units)) copyFileSync(join(units, unit), join(unitFolders()[1], unit));
  copyFileSync(join(DOCS_CLONE, '.env.example'), inRoot('etc/github-stats/env.example'));
  remember('github-stats');
  if (existsSync(DOCS_PROGRAM)) return;
  mkdirSync(dirname(DOCS_PROGRAM), { recursive: true });
  symlinkSync(DOCS_BUILT, DOCS_PROGRAM);
}

function apt(args) {
  const { words: [verb, ...packages] } = readArguments(args, { '-y': false, '-q': false, '-qq': false, '--no-install-recommends': false });
  refuseUnless(['update', 'install', 'remove', 'purge'].includes(verb), `there is no ${verb} here`);
  for (const name of packages) {
    if (/\/github-stats_[^/]*\.deb$/.test(name)) installPackage(name);
    else refuseUnless(/^[a-z0-9][a-z0-9+.-]+$/.test(name), `${name} is no package`);
  }
}

/** A clone is a link to the world's own. */
function git(args) {
  const { words: [verb, url, folder] } = readArguments(args, { '--depth': true, '--branch': true, '-b': true });
  refuseUnless(verb === 'clone' && /^(?:https:\/\/|git@)\S+$/.test(url ?? ''), 'takes: clone URL [FOLDER]');
  return run('ln', ['-s', DOCS_CLONE, folder ?? url.replace(/\.git$/, '').split('/').at(-1)]);
}

function openPage(args) {
  refuseUnless(args.length === 1, 'takes one file');
  refuseUnless(/^<!doctype html>/i.test(textOf(args[0].replace(/^file:\/\//, ''))), `${args[0]} is no page`);
}

export const systemCommands = {
  useradd, install, systemctl, journalctl, crontab, git,
  'apt-get': apt, apt,
  'xdg-open': openPage,
  sudo: ([...args]) => run(args[0], args.slice(1)),
  groupadd: useradd,
  adduser: useradd,
};
