// What fails for good is named, keeps nothing else from being collected, and can be resumed.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openGate } from './lib/gate.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { TOKEN, withWorkspace } from './lib/workspace.js';

const LEFT_OUT = 'same-second';
const BACKFILL = ['backfill', '--days', '36500', '--exclude-repo', LEFT_OUT];
const SETTINGS = { BATCH_SIZE: '10', MAX_WORKERS: '3' };
const UNLUCKY = 'api';

const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '4', '--pull-requests', '80', '--points-per-hour', '100000']);
const gate = await openGate(simulator.url);
after(async () => {
  await gate.close();
  await simulator.close();
});
const { node_id: unluckyId } = await (await fetch(`${simulator.url}/repos/acme/${UNLUCKY}`,
  { headers: { authorization: `bearer ${TOKEN}` } })).json();
const unluckyPulls = await simulator.truth('pull_requests', { repo: UNLUCKY });

const others = { wanted: ({ repo }) => repo !== LEFT_OUT && repo !== UNLUCKY };
const all = { wanted: ({ repo }) => repo !== LEFT_OUT };

const SAML = 'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.';
const serverError = { status: 502, json: {} };

/** Hides the unlucky repository's pages for which `isHidden` says so: {edit} for the gate, or nothing. */
function hidePages({ text }, isHidden) {
  const { variables } = JSON.parse(text);
  const names = Object.keys(variables).filter((name) => /^list\d+$/.test(name)
    && variables[name] === unluckyId && isHidden(variables[name.replace('list', 'list_after')]));
  if (names.length === 0) return undefined;
  return { edit: (answer) => ({ data: { ...answer.data, ...Object.fromEntries(names.map((name) => [name, null])) },
    errors: names.map((name) => ({ type: 'FORBIDDEN', path: [name], message: SAML,
      extensions: { saml_failure: true }, locations: [{ line: 4, column: 3 }] })) }) };
}

async function resumable(workspace) {
  return /\b\d{8}T\d{6}Z\b/.exec((await workspace.expect(0, ['resume'])).stdout)?.[0];
}

/** Everything else is there, and of the failed repository whole pull requests or none. */
async function assertRestComplete(workspace, most) {
  const rows = await workspace.query(`SELECT number FROM pull_requests WHERE repo = '${UNLUCKY}'`);
  const collected = new Set(rows.map(({ number }) => number));
  assert.ok(collected.size <= most, `${collected.size} pull requests of ${UNLUCKY}`);
  const isThere = (row) => row.repo !== UNLUCKY || collected.has(row.number ?? row.pr_number);
  await workspace.assertTruth(simulator, { wanted: (row) => all.wanted(row) && isThere(row) });
}

/**
 * A backfill during which one repository fails, and what follows when the cause is gone.
 *
 * @param most how many of the repository's pull requests can have been collected before
 */
async function oneRepositoryFails(decide, { most = 0, reason } = {}) {
  await simulator.control({ reset: true });
  gate.decide = decide;
  await withWorkspace(gate, SETTINGS, async (workspace) => {
    await workspace.expect(0, ['init']);
    const { stderr } = await workspace.expect(3, BACKFILL);
    const lines = stderr.split('\n').filter((line) => line.startsWith('failed: '));
    assert.equal(lines.length, 1, stderr);
    assert.match(lines[0], new RegExp(`^failed: ${UNLUCKY}: `));
    if (reason) assert.match(lines[0], reason);
    await assertRestComplete(workspace, most);

    const id = await resumable(workspace);
    const [checkpoint] = (await workspace.store()).checkpoints;
    assert.equal(id, checkpoint.collection_id);
    const states = checkpoint.repositories.map(({ name, state }) => [name, state]);
    assert.deepEqual(states.filter(([, state]) => state !== 'done'), [[UNLUCKY, 'failed']]);
    assert.notEqual(checkpoint.repositories.find(({ name }) => name === UNLUCKY).error, '');

    gate.decide = () => {};
    const before = (await simulator.stats()).graphqlRequests;
    await workspace.expect(0, ['resume', '--collection-id', id]);
    assert.ok((await simulator.stats()).graphqlRequests - before < 15, 'only what was left is asked for');
    await workspace.assertTruth(simulator, all);
    await workspace.assertStoreInOrder();
    assert.equal(await resumable(workspace), undefined);
  });
}

test('a repository that SAML forbids', () => oneRepositoryFails(
  (request) => hidePages(request, () => true), { reason: /SAML/ }));

test('a repository that is forbidden from its second page on', () => oneRepositoryFails(
  (request) => hidePages(request, (cursor) => cursor !== null),
  { most: Number(SETTINGS.BATCH_SIZE), reason: /SAML/ }));

test('a pull request that GitHub cannot give, however it is asked', async () => {
  const { id, number } = unluckyPulls[3];
  await simulator.control({ reset: true });
  const sizes = new Set();
  gate.decide = ({ text }) => {
    const { variables } = JSON.parse(text);
    if (!variables.ids?.includes(id)) return undefined;
    sizes.add(`${variables.ids.length}/${variables.page}/${variables.sizes}`);
    return serverError;
  };
  await withWorkspace(gate, SETTINGS, async (workspace) => {
    await workspace.expect(0, ['init']);
    const { stderr } = await workspace.expect(3, BACKFILL);
    assert.match(stderr, new RegExp(`^incomplete: ${UNLUCKY}#${number}: GitHub answered 502`, 'm'));
    assert.doesNotMatch(stderr, /^failed: /m);
    assert.ok(sizes.has('1/10/false'), `asked for as little as can be: ${[...sizes]}`);
    await workspace.assertTruth(simulator, { wanted: (row) => all.wanted(row)
      && (row.repo !== UNLUCKY || (row.number ?? row.pr_number) !== number) });
    const [{ repositories }] = (await workspace.store()).checkpoints;
    const { state, owed } = repositories.find(({ name }) => name === UNLUCKY);
    assert.equal(state, 'done');
    assert.deepEqual(owed.map((entry) => [entry.number, entry.id]), [[number, id]]);

    gate.decide = () => {};
    await workspace.expect(0, BACKFILL);
    await workspace.assertTruth(simulator, all);
  });
});

test('a repository that is removed after it was listed', async () => {
  await simulator.control({ reset: true, mutations: [{ after_requests: 1, repo: UNLUCKY, kind: 'remove_repository' }] });
  await withWorkspace(simulator, SETTINGS, async (workspace) => {
    await workspace.expect(0, ['init']);
    const { stderr } = await workspace.expect(3, BACKFILL);
    assert.match(stderr, new RegExp(`^failed: ${UNLUCKY}: `, 'm'));
    await workspace.assertTruth(simulator, others);
    await workspace.expect(3, ['resume', '--collection-id', await resumable(workspace)]);
    await workspace.expect(0, BACKFILL);
    await workspace.assertTruth(simulator, others);
  });
});

test('a token that is revoked in the middle', async () => {
  await simulator.control({ reset: true });
  const from = gate.serial + 12;
  gate.decide = ({ serial }) => (serial < from ? undefined : { status: 401, json: { message: 'Bad credentials' } });
  await withWorkspace(gate, SETTINGS, async (workspace) => {
    await workspace.expect(0, ['init']);
    const { stdout, stderr } = await workspace.expect(1, BACKFILL);
    assert.match(stderr, /GITHUB_TOKEN/);
    assert.doesNotMatch(stdout + stderr, new RegExp(TOKEN));
    assert.deepEqual(await workspace.incompletePullRequests(), []);
    gate.decide = () => {};
    await workspace.expect(0, ['resume', '--collection-id', await resumable(workspace)]);
    await workspace.assertTruth(simulator, all);
    await workspace.assertStoreInOrder();
  });
});
