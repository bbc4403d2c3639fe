// Every way to sign in to GitHub: Apps, one token, several; and what is said when it does not work.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { makeApp, tokensGiven } from './lib/app.js';
import { openGate } from './lib/gate.js';
import { startSimulator } from './lib/simulator.js';
import { TOKEN, withWorkspace } from './lib/workspace.js';

const LEFT_OUT = 'same-second';
const BACKFILL = ['backfill', '--days', '36500', '--exclude-repo', LEFT_OUT];
const TRUTH = { wanted: ({ repo }) => repo !== LEFT_OUT };
const SETTINGS = { BATCH_SIZE: '10', MAX_WORKERS: '3' };
// An App's first request goes by this machine's clock.
const WORLD = ['--now', new Date().toISOString(), '--repositories', '2', '--pull-requests', '40'];
const ONE_REPOSITORY = ['backfill', '--days', '36500', '--repo', 'a.b_c-d'];

const app = await makeApp();
const otherApp = await makeApp();
const simulator = await startSimulator([...WORLD, ...app.option, '--points-per-hour', '100000']);
const gate = await openGate(simulator.url);
after(async () => {
  await gate.close();
  await simulator.close();
  await Promise.all([app.remove(), otherApp.remove()]);
});

/** A backfill with these settings brings everything. */
async function collectsAll(github, env) {
  await withWorkspace(github, { ...SETTINGS, ...env }, async (workspace) => {
    await workspace.succeed(BACKFILL);
    await workspace.assertTruth(simulator, TRUTH);
    await workspace.assertStoreInOrder();
  });
}

/** A backfill with these settings ends with `code`, and stderr matches each of the patterns. */
async function fails(code, env, ...patterns) {
  await simulator.control({ reset: true });
  return withWorkspace(gate, { ...SETTINGS, ...env }, async (workspace) => {
    const { stderr } = await workspace.expect(code, BACKFILL);
    for (const pattern of patterns) assert.match(stderr, pattern);
    return stderr;
  });
}

test('an App whose tokens end in the middle of the run, again and again', async () => {
  const hurried = await startSimulator([...WORLD, ...app.option, '--points-per-hour', '100000', '--app-token-seconds', '2',
    '--latency-ms', '100']);
  try {
    await collectsAll(hurried, { ...app.env, MAX_WORKERS: '2' });
    const given = await tokensGiven(hurried);
    assert.ok(given >= 3, `${given} tokens were given`);
    const { requests } = await hurried.stats();
    assert.ok(given <= requests / 4, `${given} tokens were given for ${requests} requests`);
  } finally {
    await hurried.close();
  }
});

test('an App\'s token that is good for the whole run is asked for once', async () => {
  await simulator.control({ reset: true });
  await collectsAll(simulator, app.env);
  assert.equal(await tokensGiven(simulator), 1);
});

test('a token that is revoked in the middle is renewed once, whoever used it', async () => {
  await simulator.control({ reset: true });
  let revoked;
  const from = gate.serial + 12;
  gate.decide = ({ serial, path, authorization }) => {
    if (serial === from && path === '/graphql') revoked = authorization;
    return authorization === revoked ? { status: 401, json: { message: 'Bad credentials' } } : undefined;
  };
  await collectsAll(gate, app.env);
  gate.decide = () => {};
  assert.notEqual(revoked, undefined);
  assert.equal(await tokensGiven(simulator), 2);
});

test('the key may be PKCS#1 or PKCS#8, in a file or in a variable, on one line too', async () => {
  for (const key of [app.pkcs1, app.pkcs8, app.oneLine, app.pkcs8.replaceAll('\n', '\r\n')]) {
    await withWorkspace(simulator, { ...app.env, GITHUB_APP_PRIVATE_KEY_FILE: undefined, GITHUB_APP_PRIVATE_KEY: key },
      (workspace) => workspace.succeed(ONE_REPOSITORY));
  }
});

test('Enterprise Server has Apps under /api/v3', async () => {
  await simulator.control({ reset: true });
  await withWorkspace({ url: `${simulator.url}/api/v3` }, app.env, (workspace) => workspace.succeed(ONE_REPOSITORY));
  assert.equal(await tokensGiven(simulator), 1);
});

test('an App may be installed for a user account', () => withWorkspace(simulator, { ...app.env, GITHUB_ORG: 'solo-user' },
  async (workspace) => {
    await workspace.succeed(['backfill', '--days', '36500']);
    await workspace.assertTruth(simulator, { org: 'solo-user' });
  }));

test('passing trouble while signing in costs time only', async () => {
  const limit = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' };
  await simulator.control({ reset: true, faults: [
    { match: { operation: '/orgs/' }, action: { status: 503 } },
    { match: { operation: '/orgs/' }, action: { drop: 'before' } },
    { match: { operation: 'access_tokens' }, action: { drop: 'mid' } },
    { match: { operation: 'access_tokens' }, action: { status: 403, headers: { 'retry-after': '1' }, body: JSON.stringify(limit) } },
  ] });
  await withWorkspace(simulator, app.env, (workspace) => workspace.succeed(ONE_REPOSITORY));
  assert.equal((await simulator.stats()).faults, 4);
});

test('a key that cannot be used is named before anything is asked', async () => {
  const broken = app.pkcs8.replace(/^.{64}\n/m, '');
  const cases = [
    [{ GITHUB_APP_PRIVATE_KEY_FILE: undefined, GITHUB_APP_PRIVATE_KEY: broken }, /GITHUB_APP_PRIVATE_KEY \(environment\)/],
    [{ GITHUB_APP_PRIVATE_KEY_FILE: undefined, GITHUB_APP_PRIVATE_KEY: 'nonsense' }, /GITHUB_APP_PRIVATE_KEY.*PEM/s],
    [{ GITHUB_APP_PRIVATE_KEY_FILE: '/no/such/file' }, /GITHUB_APP_PRIVATE_KEY_FILE.*\/no\/such\/file/],
    [{ GITHUB_APP_PRIVATE_KEY_FILE: undefined }, /GITHUB_APP_PRIVATE_KEY_FILE/],
    [{ GITHUB_APP_ID: 'Iv1.abc' }, /GITHUB_APP_ID/],
  ];
  for (const [env, pattern] of cases) {
    const stderr = await fails(2, { ...app.env, ...env }, pattern);
    for (const line of broken.split('\n').slice(1, 4)) assert.ok(!stderr.includes(line), stderr);
    assert.equal((await simulator.stats()).requests, 0);
  }
});

test('an App that GitHub refuses is told why, and what to do', async () => {
  await fails(1, { ...app.env, GITHUB_APP_PRIVATE_KEY_FILE: otherApp.keyFile }, /App 4711/, /GITHUB_APP_PRIVATE_KEY/);
  assert.equal((await simulator.stats()).requests, 1, 'refused once is refused');
  await fails(1, { ...app.env, GITHUB_APP_ID: '12' }, /App 12: GitHub knows no such App/, /check GITHUB_APP_ID/);
  await fails(1, { ...app.env, GITHUB_ORG: 'empty-org' }, /App 4711/, /not installed for empty-org/, /install the App/);
  await fails(1, { ...app.env, GITHUB_APP_INSTALLATION_ID: '99' }, /no installation 99/, /GITHUB_APP_INSTALLATION_ID/);
});

test('a token and an App together are refused, as one of them would be passed over', () =>
  fails(2, { ...app.env, GITHUB_TOKEN: TOKEN }, /GITHUB_TOKEN.*GITHUB_APP_ID.*both/s));

test('one bad token is refused at once', async () => {
  await fails(1, { GITHUB_TOKEN: 'bad-token' }, /refused the token \(401\)/, /GITHUB_TOKEN/);
  assert.equal((await simulator.stats()).requests, 1);
});

test('a bad one among several is set aside with a warning, and the rest goes on', async () => {
  await simulator.control({ reset: true });
  await withWorkspace(simulator, { ...SETTINGS, GITHUB_TOKEN: `bad-token,${TOKEN}` }, async (workspace) => {
    await workspace.expect(0, ['init']);
    const { stderr } = await workspace.expect(0, BACKFILL);
    assert.match(stderr, /warning a token was refused and is set aside position=1/);
    await workspace.assertTruth(simulator, TRUTH);
  });
  await fails(1, { GITHUB_TOKEN: 'bad-token,worse-token' }, /GITHUB_TOKEN/);
});

test('several tokens are drawn down one after the other', async () => {
  await simulator.control({ reset: true });
  await collectsAll(simulator, { MAX_WORKERS: '1' });
  const points = Math.ceil((await simulator.stats()).points * 0.6);
  const poor = await startSimulator([...WORLD, '--points-per-hour', String(points), '--token', 'first', '--token', 'second']);
  const watched = await openGate(poor.url);
  const used = [];
  watched.decide = ({ authorization }) => void used.push(authorization.replace(/^bearer /, ''));
  try {
    await collectsAll(watched, { GITHUB_TOKEN: 'first,second', MAX_WORKERS: '1' });
    const change = used.indexOf('second');
    assert.ok(change > 0, 'the first comes first');
    assert.ok(used.slice(change).every((token) => token === 'second'), used.join(' '));
    const left = await (await fetch(`${poor.url}/rate_limit`, { headers: { authorization: 'bearer first' } })).json();
    assert.equal(left.resources.graphql.remaining, 0);
  } finally {
    await watched.close();
    await poor.close();
  }
});
