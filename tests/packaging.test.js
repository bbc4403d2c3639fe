// What packaging/ has to offer fits the program: its commands, its variables, and systemd's own check.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PROGRAM } from './lib/program.js';
import { withWorkspace } from './lib/workspace.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const NOBODY = { url: 'http://127.0.0.1:1' };
const ENV_FILE = '/etc/github-stats/env';
const INSTALLED = '/usr/local/bin/github-stats';

const textOf = (file) => readFile(join(ROOT, 'packaging', file), 'utf8');
const wordsOf = (text) => text.trim().split(/\s+/);

/** The command line that a file has the program run with. */
const COMMANDS = {
  'systemd/github-stats.service': (text) => wordsOf(/^ExecStart=\S+(.*)$/m.exec(text)[1]),
  'systemd/github-stats-collect.service': (text) => wordsOf(/^ExecStart=\S+(.*)$/m.exec(text)[1]),
  'kubernetes/cronjob.yaml': (text) => JSON.parse(/^ +args: (\[.*\])$/m.exec(text)[1]),
  '../Dockerfile': (text) => JSON.parse(/^CMD (\[.*\])$/m.exec(text)[1]),
  '../docker-compose.yml': (text) => JSON.parse(/^    command: (\["scheduled".*\])$/m.exec(text)[1]),
  'github-actions/collect.yml': (text) => wordsOf(/run: \S+\/github-stats (.*)$/m.exec(text)[1]),
};

for (const [file, commandOf] of Object.entries(COMMANDS)) {
  test(`${file}: the program understands its command, and lacks nothing but a token`, () =>
    withWorkspace(NOBODY, { GITHUB_TOKEN: undefined }, async (workspace) => {
      await writeFile(join(workspace.directory, 'env'), 'GITHUB_ORG=acme\n');
      const args = commandOf(await textOf(file));
      assert.equal(args[0], 'scheduled');
      const { stderr } = await workspace.expect(2, args.map((arg) => (arg === ENV_FILE ? 'env' : arg)));
      assert.match(stderr, /there are no credentials for GitHub/);
    }));
}

test('every variable that a manifest sets is one of the program\'s', async () => {
  const known = new Set((await readFile(join(ROOT, '.env.example'), 'utf8')).match(/^#? ?([A-Z_]+)(?==)/gm)
    .map((name) => name.replace(/^#? ?/, '')));
  for (const file of ['kubernetes/cronjob.yaml', 'github-actions/collect.yml']) {
    const names = [...(await textOf(file)).matchAll(/^ +(?:- name: )?([A-Z][A-Z_]+)(?::|$)/gm)].map(([, name]) => name);
    assert.ok(names.includes('GITHUB_ORG') && names.includes('BIGQUERY_PROJECT_ID'), file);
    for (const name of names) assert.ok(known.has(name), `${file} sets ${name}`);
  }
});

test('systemd finds nothing wrong with its units', (t) => withWorkspace(NOBODY, {}, async (workspace) => {
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) return t.skip('there is no systemd-analyze');
  const units = await readdir(join(ROOT, 'packaging/systemd'));
  const copies = join(workspace.directory, 'units');
  await mkdir(copies);
  for (const unit of units) {
    await writeFile(join(copies, unit), (await textOf(`systemd/${unit}`)).replaceAll(INSTALLED, PROGRAM));
  }
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...units.map((unit) => join(copies, unit))],
    { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  // An unknown name is but a warning.
  assert.doesNotMatch(stderr, /github-stats.*(Unknown|Failed)/);
  return undefined;
}));
