// Every page of the documentation: its blocks run in order as its reader would run them, its outputs are the program's, and its
// commands, flags, variables, files and links exist. Pages are found by themselves; lib/docs/fences.js says how to write one.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mentionProblems, packagingCommands } from './lib/docs/comments.js';
import { messageProblems } from './lib/docs/console.js';
import { readDocuments, ROOT } from './lib/docs/documents.js';
import { fenceProblems } from './lib/docs/fences.js';
import { completeCommands, inlineProblems } from './lib/docs/inline.js';
import { linkProblems, pathProblems } from './lib/docs/links.js';
import { Reader } from './lib/docs/reader.js';
import { stepsOf } from './lib/docs/script.js';

const documents = readDocuments();
const reader = await Reader.create({ settings: ['GITHUB_ORG=acme'] });
before(() => reader.settle());
after(() => reader.close());

for (const document of documents) {
  test(`${document.path}: what it names is there`, () => {
    const problems = [fenceProblems, linkProblems, pathProblems, inlineProblems, messageProblems].flatMap((check) => check(document));
    assert.ok(problems.length === 0, problems.join('\n'));
  });

  const steps = stepsOf(document);
  if (steps.length > 0) {
    test(`${document.path}: its blocks run`, async () => assert.equal(await reader.read(document.path, steps), ''));
  }
}

test('command lines in sentences run', async () => {
  const lines = [...new Set(documents.flatMap(completeCommands).map(({ code }) => code))];
  assert.ok(lines.length > 3);
  // A command's bare name may lack what it needs: it then says so.
  const isBare = (line) => /^github-stats [a-z-]+$/.test(line);
  const steps = lines.map((line, i) => ({ line: i + 1, language: 'sh', options: {}, text: `${line}${isBare(line) ? ' || [ $? -eq 2 ]' : ''}\n` }));
  assert.equal(await reader.read('docs/sentences', steps), '', lines.join('\n'));
});

for (const { path, steps } of packagingCommands(ROOT)) {
  test(`${path}: the commands in its comments run`, async () => assert.equal(await reader.read('docs/packaging', steps), ''));
}

test('pages that sources name are there', () => {
  const problems = mentionProblems(ROOT);
  assert.ok(problems.length === 0, problems.join('\n'));
});
