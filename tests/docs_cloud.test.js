// What the documentation says of the cloud: blocks marked `cloud` run against emulators of Cloud Storage and BigQuery.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGoogle } from './lib/bigquery.js';
import { readDocuments } from './lib/docs/documents.js';
import { Reader } from './lib/docs/reader.js';
import { stepsOf } from './lib/docs/script.js';

const google = await startGoogle();
const env = { STORAGE_EMULATOR_HOST: google.gcs.url, BIGQUERY_EMULATOR_HOST: google.bigQuery.url };
// Another project and bucket than a page has that begins with nothing.
const reader = await Reader.create({ env, settings: ['GITHUB_ORG=acme', 'BIGQUERY_PROJECT_ID=settled-data', 'GCS_BUCKET_NAME=settled-chunks'] });
const documents = readDocuments().map((document) => ({ path: document.path, steps: stepsOf(document, { cloud: true }) })).filter(({ steps }) => steps.length > 0);

before(() => (documents.some(({ path }) => path.startsWith('docs/')) ? reader.settle() : undefined));
after(async () => {
  await reader.close();
  await google.close();
});

test('there are such blocks', () => assert.ok(documents.some(({ path }) => path === 'README.md')));

for (const { path, steps } of documents) {
  test(`${path}: its blocks run in the cloud`, async () => {
    assert.equal(await reader.read(path, steps, { installed: true }), '');
    await google.assertNoViolations();
  });
}

test("the cloud's demo runs", async () => {
  assert.equal(await reader.read('DEMO.md', [{ line: 1, language: 'sh', options: {}, text: 'make demo-cloud\n' }]), '');
  await google.assertNoViolations();
});
