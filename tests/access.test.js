// Repositories that GitHub does not show are named, with what to do; the others are not held up.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const BACKFILL = ['backfill', '--days', '36500'];
const SAML = 'Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.';

const simulator = await startSimulator(['--plain', '--repositories', '5', '--pull-requests', '100', '--points-per-hour', '100000']);
after(() => simulator.close());
const REPOSITORIES = [...new Set((await simulator.truth('pull_requests')).map(({ repo }) => repo))];
const [FIRST, SECOND] = REPOSITORIES;

async function collectWithout(access, check) {
  await simulator.control({ reset: true, access });
  const hidden = new Set(access.map(({ repo }) => repo));
  await withWorkspace(simulator, {}, async (workspace) => {
    await workspace.expect(0, ['init']);
    const { stderr } = await workspace.expect(3, BACKFILL);
    check(stderr);
    await workspace.assertTruth(simulator, { wanted: ({ repo }) => !hidden.has(repo) });
    await workspace.assertStoreInOrder();
    await simulator.control({ access: [] });
    await workspace.expect(0, BACKFILL);
    await workspace.assertTruth(simulator);
  });
}

test('what is not shown from the start is told of with GitHub\'s reason', () => collectWithout(
  [{ repo: FIRST, type: 'FORBIDDEN', message: SAML }, { repo: SECOND, type: 'BLOCKED' }], (stderr) => {
    assert.match(stderr, /^not shown by GitHub: a repository of acme: .*SAML enforcement.*single sign-on/m);
    assert.match(stderr, /^not shown by GitHub: a repository of acme: .*blocked/m);
  }));

for (const [type, message, pattern] of [['FORBIDDEN', SAML, /SAML enforcement.*single sign-on/], ['BLOCKED', undefined, /blocked/],
  ['NOT_FOUND', undefined, /can't be read.*check that it still exists/]]) {
  test(`what is no longer shown after it was listed fails by name: ${type}`, () => collectWithout(
    [{ repo: FIRST, type, message, after_requests: 1 }], (stderr) => {
      const [line] = stderr.split('\n').filter((text) => text.startsWith(`failed: ${FIRST}: `));
      assert.match(line ?? stderr, pattern);
      assert.match(stderr, /1 of 5 repositories failed; go on with: github-stats resume/);
    }));
}
