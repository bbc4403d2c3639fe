// docs/formats.md's tables of fields, held against files that a run has written.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readDocument, ROOT } from './lib/docs/documents.js';
import { openGate } from './lib/gate.js';
import { startSimulator } from './lib/simulator.js';
import { COLLECTION_ID } from './lib/tables.js';
import { Workspace } from './lib/workspace.js';

const page = readDocument(ROOT, 'docs/formats.md');
const simulator = await startSimulator(['--repositories', '2', '--pull-requests', '20', '--plain']);
const gate = await openGate(simulator.url);
const files = {};
let workspace;

before(async () => {
  workspace = await Workspace.create(gate);
  const read = (...path) => JSON.parse(readFileSync(join(workspace.directory, ...path), 'utf8'));
  gate.decide = ({ serial }) => {
    // The lease is there only while a collector is at work.
    if (serial === 2) files.Lease = read('store/acme/_checkpoints/lease.json');
  };
  await workspace.succeed(['backfill', '--days', '36500', '--summary-file', 'summary.json']);
  const { checkpoints } = await workspace.store();
  files.Checkpoints = checkpoints[0];
  files.Watermarks = read('store/acme/_checkpoints/watermarks.json');
  files['Summary of a run'] = read('summary.json');
});
after(async () => {
  await workspace.remove();
  await gate.close();
  await simulator.close();
});

const codesIn = (text) => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code);

/** A section's table of fields: [{name, meaning}], name such as `settings` or `repositories[].id`. */
function fieldsOf(heading) {
  const lines = page.text.split('\n');
  const from = lines.findIndex((line) => new RegExp(`^#+ ${heading}$`).test(line)) + 1;
  const table = page.tables.find(({ line }) => line > from);
  assert.equal(table.head[0], 'field', heading);
  let list = '';
  return table.rows.flatMap(({ cells: [names, meaning] }) => codesIn(names).map((code) => {
    const name = code.replace('[]', '');
    if (code.endsWith('[]') && !code.startsWith('.')) list = name;
    return { name: name.startsWith('.') ? `${list}[]${name}` : name, meaning };
  }));
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const elementsOf = (value) => (Array.isArray(value) ? value.filter(isObject) : []);

/** Names of a document's fields, and of what its lists hold where the page tells of that a field at a time. */
function namesIn(document, lists) {
  return new Set(Object.entries(document).flatMap(([name, value]) =>
    [name, ...(lists.has(name) ? elementsOf(value).flatMap((each) => Object.keys(each).map((inner) => `${name}[].${inner}`)) : [])]));
}

const TABLE_NAMES = ['pull_requests', 'commits', 'reviews', 'review_comments', 'issue_comments'];

for (const heading of ['Checkpoints', 'Watermarks', 'Lease', 'Summary of a run']) {
  test(`${heading}: the fields are those of the file`, () => {
    const fields = fieldsOf(heading);
    const lists = new Set(fields.filter(({ name }) => name.includes('[].')).map(({ name }) => name.split('[].')[0]));
    assert.deepEqual([...namesIn(files[heading], lists)].sort(), fields.map(({ name }) => name).sort());
  });

  test(`${heading}: the parts of each field are told`, () => {
    for (const { name, meaning } of fieldsOf(heading)) {
      const [list, inner] = name.split('[].');
      const value = inner ? files[heading][list][0][inner] : files[heading][name];
      const parts = isObject(value) ? Object.keys(value) : [];
      const told = codesIn(meaning).map((code) => code.replace('[]', ''));
      const missing = parts.filter((part) => !told.includes(part) && !TABLE_NAMES.includes(part));
      assert.deepEqual(missing, [], `${heading}, ${name}`);
    }
  });
}

test('chunks are where the page says, and hold what it says', async () => {
  const { chunks } = await workspace.store();
  const pattern = page.fences[0].text.split('\n')[0].split(' ')[0];
  assert.equal(pattern, '<org>/<repo>/<stream>/YYYY-MM-DD/<collection-id>_chunk_<N>.json');
  for (const { key, org, repo, stream, date, id, number, text } of chunks) {
    assert.match(id, COLLECTION_ID);
    assert.equal(key, pattern.replace('<org>', org).replace('<repo>', repo).replace('<stream>', stream).replace('YYYY-MM-DD', date)
      .replace('<collection-id>', id).replace('<N>', number));
    const columns = columnsOf(stream);
    for (const name of Object.keys(JSON.parse(text.split('\n')[0]))) assert.ok(columns.includes(name), `${stream}.${name}`);
  }
});

function columnsOf(stream) {
  const lines = page.text.split('\n');
  const from = lines.indexOf(`### ${stream}`) + 1;
  return page.tables.find(({ line }) => line > from).rows.map(({ cells: [name] }) => codesIn(name)[0]);
}
