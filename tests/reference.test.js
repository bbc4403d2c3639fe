// What is made from the program's own definitions: docs, the manual page, completion in real shells.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PROGRAM } from './lib/program.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const GENERATOR = join(dirname(PROGRAM), 'github-stats-reference');
const directory = await mkdtemp(join(tmpdir(), 'github-stats-reference-'));
after(() => rm(directory, { recursive: true, force: true }));

/** Runs a command to its end and insists on success. */
function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 120_000, ...options });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${error ?? ''}${stderr}${stdout}`);
  return stdout;
}

const help = (...args) => run(PROGRAM, [...args, '--help']);
const commandsIn = (text) => [...text.split('Subcommands:')[1].split(/\nExamples?:/)[0].matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name);
const optionsIn = (text) => [...text.matchAll(/^ +(?:-\w,)?(--[a-z-]+)/gm)].map(([, name]) => name);

/** A file with the completion for a shell, as the program prints it. */
async function completionFile(shell) {
  const file = join(directory, shell);
  await writeFile(file, run(PROGRAM, ['completion', shell]));
  return file;
}

test('the generated parts of the docs are up to date, and tools/reference sees when they are not', async () => {
  run(join(ROOT, 'tools/reference'), [GENERATOR, '--check']);
  const copy = join(directory, 'copy');
  run('mkdir', ['-p', join(copy, 'tools'), join(copy, 'docs')]);
  run('cp', [join(ROOT, 'tools/reference'), join(copy, 'tools')]);
  for (const file of ['commands.md', 'configuration.md']) {
    const text = await readFile(join(ROOT, 'docs', file), 'utf8');
    await writeFile(join(copy, 'docs', file), text.replace('| `--retention-days DAYS` |', '| `--retention DAYS` |'));
  }
  const { status, stderr } = spawnSync(join(copy, 'tools/reference'), [GENERATOR, '--check'], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /^not up to date with the program: docs\/commands.md; run: make reference\n$/);
  run(join(copy, 'tools/reference'), [GENERATOR]);
  assert.equal(await readFile(join(copy, 'docs/commands.md'), 'utf8'), await readFile(join(ROOT, 'docs/commands.md'), 'utf8'));
});

test('docs/commands.md and the manual page tell of every command and option of --help', async () => {
  const markdown = await readFile(join(ROOT, 'docs/commands.md'), 'utf8');
  const page = join(directory, 'github-stats.1');
  await writeFile(page, run(GENERATOR, ['man']));
  run('mandoc', ['-Tlint', '-Werror', page]);
  const manual = run('mandoc', ['-Tutf8', page]).replace(/.\u0008/g, '');
  for (const option of optionsIn(help())) {
    assert.match(markdown, new RegExp(`^\\| \`(-\\w, )?${option}[ \`]`, 'm'), option);
    assert.match(manual, new RegExp(`^ +(-\\w, )?${option}\\b`, 'm'), option);
  }
  for (const command of commandsIn(help())) {
    const text = help(command);
    const path = text.includes('Subcommands:') ? `${command} ${commandsIn(text)[0]}` : command;
    const section = markdown.split(`\n## ${path}\n`)[1]?.split('\n## ')[0];
    assert.ok(section, `docs/commands.md has no section ${path}`);
    assert.match(manual, new RegExp(`^ {3}${path}$`, 'm'), path);
    for (const option of optionsIn(help(...path.split(' '))).filter((name) => name !== '--help')) {
      assert.ok(section.includes(`| \`${option}`), `${path} ${option}`);
    }
  }
  for (const line of (await readFile(join(ROOT, '.env.example'), 'utf8')).match(/^[A-Z_]+(?==)/gm)) {
    assert.match(manual, new RegExp(`^ +${line}$`, 'm'), line);
  }
});

const EXAMPLE = 'completion of one command line';
const BOTH = [
  ['github-stats backf', ['backfill']],
  ['github-stats load', ['load-gcs']],
  ['github-stats config ', ['show']],
  ['github-stats query --format ', ['csv', 'json', 'table']],
  ['github-stats report --format ', ['html', 'json', 'md']],
  ['github-stats collect --summ', ['--summary-file']],
  ['github-stats summary --js', ['--json']],
  ['github-stats --log-level deb', ['debug']],
  ['github-stats collect --log-level deb', ['debug']],
  ['github-stats --org collect exp', ['export']],
  ['github-stats completion ', ['bash', 'fish', 'zsh']],
];

test('bash completes commands, options and their values', async () => {
  const file = await completionFile('bash');
  const script = `compopt() { echo "compopt $*"; }
source "$1"
line=$2
read -ra COMP_WORDS <<<"$line"
[[ $line == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_github_stats
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const complete = (line) => run('bash', ['-euc', script, EXAMPLE, file, line]).split('\n').filter(Boolean).sort();
  for (const [line, expected] of BOTH) {
    // A word that is typed already is followed by all that can follow.
    const found = complete(line).filter((word) => !line.endsWith(' ') || !word.startsWith('-'));
    assert.deepEqual(found, expected, line);
  }
  assert.deepEqual(complete('github-stats export --out '), ['compopt -o dirnames']);
  assert.deepEqual(complete('github-stats report --out '), ['compopt -o default']);
  assert.deepEqual(complete('github-stats collect --hours '), []);
  for (const command of commandsIn(help())) {
    const options = optionsIn(help(command)).filter((name) => name !== '--help');
    const found = complete(`github-stats ${command} --`);
    for (const option of [...options, '--org', '--help']) assert.ok(found.includes(option), `${command} ${option}`);
  }
});

test('fish completes commands, options and their values', async () => {
  const file = await completionFile('fish');
  const complete = (line) => run('fish', ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', file, line])
    .split('\n').filter(Boolean).map((found) => found.split('\t')[0]).sort();
  for (const [line, expected] of BOTH) assert.deepEqual(complete(line), expected, line);
  assert.deepEqual(complete('github-stats ').filter((word) => !word.startsWith('-')), commandsIn(help()).sort());
  assert.ok(!complete('github-stats init --').includes('--summary-file'));
  assert.ok(complete('github-stats init --').includes('--retention-days'));
});

test('zsh completes commands, options and their values', async () => {
  const file = await completionFile('zsh');
  const lines = BOTH.filter(([, expected]) => expected.length === 1);
  const output = run('python3', [join(ROOT, 'tests/lib/zsh_complete.py'), file, ...lines.map(([line]) => line)]);
  const expected = lines.map(([line, [word]]) => `${line.replace(/\S*$/, '')}${word} `);
  assert.deepEqual(output.split('\n').slice(0, -1), expected);
});

test('a shell that is not known is refused by name', () => {
  const { status, stderr } = spawnSync(PROGRAM, ['completion', 'tcsh'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /tcsh/);
});
