// The command line: what a person types, gets back, and is told when something is wrong.

import assert from 'node:assert/strict';
import { access, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openGate } from './lib/gate.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { TABLES } from './lib/tables.js';
import { TOKEN, withWorkspace } from './lib/workspace.js';

const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '3', '--pull-requests', '40', '--points-per-hour', '100000']);
const gate = await openGate(simulator.url);
after(async () => {
  await gate.close();
  await simulator.close();
});

const EVERYTHING = ['backfill', '--days', '36500'];
const SMALL_REPOSITORY = 'a.b_c-d';
const ONE_REPOSITORY = [...EVERYTHING, '--repo', SMALL_REPOSITORY];
const here = (env, use) => withWorkspace(simulator, env, use);

const exists = (path) => access(path).then(() => true, () => false);

/** Nothing that a terminal would take for a command, line ends aside. */
function assertPlain({ stdout, stderr }) {
  const found = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u.exec(stdout + stderr);
  assert.equal(found, null, `control character in ${JSON.stringify(stdout + stderr)}`);
}

test('--help tells of every command, and --version of the version', () => here({}, async (workspace) => {
  const { stdout } = await workspace.expect(0, ['--help']);
  for (const command of ['init', 'backfill', 'collect', 'scheduled', 'resume', 'load-gcs', 'metrics', 'gcs-summary', 'wipe-gcs', 'query', 'report', 'export', 'doctor', 'healthcheck', 'config', 'completion']) {
    assert.match(stdout, new RegExp(`^ *${command}\\b`, 'm'));
    const help = await workspace.expect(0, [command, '--help']);
    assert.match(help.stdout, new RegExp(command));
  }
  for (const part of ['--org', '--store', 'GITHUB_ORG', 'Exit codes', '130']) assert.ok(stdout.includes(part), part);
  const version = await workspace.expect(0, ['--version']);
  assert.match(version.stdout, /^(github-stats )?\d+\.\d+\.\d+\n$/);
}));

test('help is given without any settings', () => here({ GITHUB_TOKEN: undefined, MAX_WORKERS: 'nonsense' },
  (workspace) => workspace.expect(0, ['backfill', '--help'])));

const WRONG_USAGE = [
  [[], /command/i],
  [['frobnicate'], /frobnicate/],
  [['backfill', '--frobnicate'], /--frobnicate/],
  [['backfill', '--days'], /--days/],
  [['backfill', '--days', 'many'], /--days.*many/s],
  [['backfill', '--days', '0'], /--days.*0.*1.*36500/s],
  [['backfill', '--days', '40000'], /--days.*40000.*1.*36500/s],
  [['collect', '--hours', '-1'], /--hours/],
  [['resume', '--collection-id', 'yesterday'], /yesterday/],
  [['resume', '--collection-id', '../../../etc/passwd'], /passwd/],
  [['load-gcs', '--date', '2026-13-01'], /2026-13-01/],
  [['load-gcs', '--date', '31.01.2026'], /31\.01\.2026/],
  [['init', '--max-workers', '0'], /(--max-workers|MAX_WORKERS).*0.*1.*100/s],
  [['init', '--log-level', 'loud'], /(--log-level|LOG_LEVEL).*loud.*debug/s],
  [['init', '--env-file', 'no-such-file'], /no-such-file/],
  [['wipe-gcs'], /--repo/],
  [['wipe-gcs', '--confirm'], /--repo/],
];

/** Runs each [args, env, …patterns that stderr must match] and says which did not end with 2 as they should. */
async function assertRefused(cases) {
  await here({}, async (workspace) => {
    const wrong = [];
    for (const [args, env, ...patterns] of cases) {
      const result = await workspace.run(args, { env });
      assertPlain(result);
      if (result.code !== 2 || !patterns.every((pattern) => pattern.test(result.stderr))) {
        wrong.push(`${args.join(' ')} ${JSON.stringify(env)} ended with ${result.code}, and this on stderr: ${result.stderr}`);
      }
    }
    assert.ok(wrong.length === 0, wrong.join('\n'));
    assert.deepEqual(await readdir(workspace.directory), [], 'nothing was written');
  });
}

test('wrong usage ends with 2 and names what is wrong', () =>
  assertRefused(WRONG_USAGE.map(([args, pattern]) => [args, {}, pattern])));

const WRONG_SETTINGS = [
  ['MAX_WORKERS', '0', /1.*100/], ['MAX_WORKERS', 'ten', /1.*100/], ['MAX_WORKERS', '101', /1.*100/],
  ['MAX_WORKERS', '99999999999999999999', /1.*100/],
  ['BATCH_SIZE', '101', /1.*100/], ['BATCH_SIZE', '-5', /1.*100/],
  ['GCS_CHUNK_SIZE', '0', /1.*1000000/], ['DEFAULT_LOOKBACK_DAYS', '1e3', /1.*36500/],
  ['PERSIST_TO_GCS', 'maybe', /true.*false/],
  ['GITHUB_API_URL', 'github.example.com', /https?:\/\//],
  ['GITHUB_STATS_STORE', 'ftp:somewhere', /file:.*gs:/], ['GITHUB_STATS_WAREHOUSE', 'sqlite:x', /duckdb:.*bigquery:/],
  ['GITHUB_ORG', '../evil', /./], ['GITHUB_ORG', 'two words', /./],
];

const escapeRegExp = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

test('a wrong setting ends with 2 and names the variable, the value and what is allowed', () =>
  assertRefused(WRONG_SETTINGS.map(([variable, value, allowed]) => [['init'], { [variable]: value }, new RegExp(variable),
    new RegExp(escapeRegExp(value)), allowed])));

test('init makes the tables, and can be repeated', () => here({ GITHUB_TOKEN: undefined }, async (workspace) => {
  await workspace.expect(0, ['init']);
  await workspace.expect(0, ['init']);
  const rows = await workspace.query('SELECT table_name FROM duckdb_tables() ORDER BY ALL');
  const names = rows.map((row) => row.table_name);
  for (const table of [...TABLES, 'metrics']) assert.ok(names.includes(table), `${table} among ${names}`);
  assert.ok(await exists(workspace.storeDirectory));
}));

test('without a token, collecting ends with 2 and says which setting is missing', async () => {
  for (const token of [undefined, '']) {
    await here({ GITHUB_TOKEN: token }, async (workspace) => {
      const { stderr } = await workspace.expect(2, EVERYTHING);
      assert.match(stderr, /GITHUB_TOKEN/);
    });
  }
});

test('a wrong token is named by its setting and never shown', () => here({ GITHUB_TOKEN: 'ghp_wrongSecret123' }, async (workspace) => {
  for (const flags of [[], ['--log-level', 'debug'], ['--log-format', 'json', '--log-level', 'debug']]) {
    const { stdout, stderr } = await workspace.expect(1, [...EVERYTHING, ...flags]);
    assert.match(stderr, /GITHUB_TOKEN/);
    assert.doesNotMatch(stdout + stderr, /wrongSecret/);
  }
}));

test('a right token is not shown either', () => here({}, async (workspace) => {
  const { stdout, stderr } = await workspace.expect(0, [...ONE_REPOSITORY, '--log-level', 'debug']);
  assert.ok(!(stdout + stderr).includes(TOKEN));
}));

test('an organisation that does not exist is named', () => here({ GITHUB_ORG: 'no-such-org' }, async (workspace) => {
  const { stderr } = await workspace.expect(1, EVERYTHING);
  assert.match(stderr, /no-such-org/);
  assert.deepEqual((await workspace.store()).checkpoints, []);
}));

test('a repository that does not exist is named', () => here({}, async (workspace) => {
  const { stderr } = await workspace.expect(1, [...EVERYTHING, '--repo', 'no-such-repo']);
  assert.match(stderr, /no-such-repo/);
}));

test('a GitHub that cannot be reached is named', async () => {
  // A port that was free a moment ago.
  const port = await new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
  await withWorkspace({ url: `http://127.0.0.1:${port}` }, {}, async (workspace) => {
    const { stderr } = await workspace.expect(1, EVERYTHING);
    assert.match(stderr, new RegExp(`127\\.0\\.0\\.1:${port}`));
  });
});

test('an organisation without repositories is collected at once', () => here({ GITHUB_ORG: 'empty-org' }, async (workspace) => {
  await workspace.succeed(EVERYTHING);
  assert.deepEqual(await workspace.counts(), Object.fromEntries(TABLES.map((table) => [table, 0])));
}));

test('a user account is collected like an organisation', () => here({}, async (workspace) => {
  await workspace.succeed([...EVERYTHING, '--org', 'solo-user']);
  await workspace.assertTruth(simulator, { org: 'solo-user' });
  assert.equal((await workspace.counts()).pull_requests, 18);
}));

test('the case of letters in the organisation\'s name does not matter', () => here({ GITHUB_ORG: 'ACME' }, async (workspace) => {
  await workspace.succeed([...ONE_REPOSITORY, '--no-load'], ['load-gcs', '--org', 'aCmE']);
  await workspace.assertTruth(simulator, { repo: SMALL_REPOSITORY });
  assert.deepEqual((await readdir(workspace.storeDirectory)).filter((name) => name !== '.github-stats'), ['acme']);
  const summary = JSON.parse((await workspace.expect(0, ['gcs-summary', '--json', '--org', 'Acme'])).stdout);
  assert.equal(summary.org, 'acme');
  assert.deepEqual(summary.repositories.map(({ repo }) => repo), [SMALL_REPOSITORY]);
  await workspace.succeed([...ONE_REPOSITORY, '--org', 'acme']);
  await workspace.assertTruth(simulator, { repo: SMALL_REPOSITORY });
}));

test('repositories are chosen by name and by glob', () => here({}, async (workspace) => {
  const collected = async (...flags) => {
    await workspace.succeed([...EVERYTHING, '--no-load', ...flags]);
    return (await workspace.store()).checkpoints.at(-1).repositories.map(({ name }) => name).sort();
  };
  assert.deepEqual(await collected('--repo', SMALL_REPOSITORY, '--repo', 'Mixed.*'), ['Mixed.Case', SMALL_REPOSITORY]);
  assert.deepEqual(await collected('--repo', 'mixed.case'), ['Mixed.Case']);
  assert.deepEqual(await collected('--repo', '*-*', '--exclude-repo', '*e*', '--exclude-repo', '-d*'), [SMALL_REPOSITORY]);
  // Who names it outright wants it.
  assert.deepEqual(await collected('--repo', 'archived-service'), ['archived-service']);
}));

test('settings come from .env, which the environment and flags beat', () => here({
  GITHUB_TOKEN: undefined, GITHUB_API_URL: undefined, GITHUB_ORG: undefined, GITHUB_STATS_STORE: undefined,
  GITHUB_STATS_WAREHOUSE: undefined,
}, async (workspace) => {
  const write = (name, lines) => writeFile(join(workspace.directory, name), lines.join('\n'));
  await write('.env', ['# settings', '', `export GITHUB_TOKEN="${TOKEN}"`, `GITHUB_API_URL='${simulator.url}'  # here`,
    'GITHUB_ORG=solo-user', 'GITHUB_STATS_STORE=file:./from-env-file', 'GITHUB_STATS_WAREHOUSE=duckdb:./w.duckdb']);
  await workspace.expect(0, EVERYTHING);
  assert.ok(await exists(join(workspace.directory, 'from-env-file/solo-user')));
  assert.ok(await exists(join(workspace.directory, 'w.duckdb')));

  const environment = { GITHUB_ORG: 'acme', GITHUB_STATS_STORE: 'file:from-environment' };
  await workspace.expect(0, ONE_REPOSITORY, { env: environment });
  assert.ok(await exists(join(workspace.directory, 'from-environment/acme')));
  await workspace.expect(0, [...EVERYTHING, '--org', 'solo-user', '--store', 'file:from-flag'], { env: environment });
  assert.ok(await exists(join(workspace.directory, 'from-flag/solo-user')));

  await write('other.env', ['MAX_WORKERS=many']);
  const { stderr } = await workspace.expect(2, ['init', '--env-file', 'other.env']);
  for (const part of ['MAX_WORKERS', 'many', 'other.env']) assert.ok(stderr.includes(part), stderr);
}));

test('off a terminal the output is plain lines, and the closing ones say what was done', () => here({}, async (workspace) => {
  const result = await workspace.expect(0, EVERYTHING, { env: { TERM: 'xterm-256color' } });
  assertPlain(result);
  const [{ collection_id: id }] = (await workspace.store()).checkpoints;
  assert.match(result.stdout, new RegExp(`^collection ${id}\\b`, 'm'));
  const counts = await workspace.counts();
  for (const table of TABLES) {
    const figure = counts[table].toLocaleString('en-US');
    assert.match(result.stdout, new RegExp(`^${table} +${figure} +${figure} +${figure}$`, 'm'));
  }
}));

test('--quiet says nothing when all is well', () => here({}, async (workspace) => {
  for (const args of [['init'], ONE_REPOSITORY, ['load-gcs'], ['load-gcs', '--reload']]) {
    const { stdout, stderr } = await workspace.expect(0, [...args, '--quiet']);
    assert.deepEqual([stdout, stderr], ['', ''], args.join(' '));
  }
}));

test('what GitHub says cannot command the terminal', () => withWorkspace(gate, {}, async (workspace) => {
  const message = '\u001b]0;title\u0007\u001b[31mred\r\u0000 \u009b2J \u202eoverride\nfailed: another: line';
  gate.decide = ({ text }) => (JSON.parse(text).operationName === 'PullRequests'
    ? { json: { data: { list0: null }, errors: [{ type: 'FORBIDDEN', path: ['list0'], message }] } } : undefined);
  const result = await workspace.expect(3, ONE_REPOSITORY);
  gate.decide = () => {};
  assertPlain(result);
  assert.match(result.stderr, /^failed: a\.b_c-d: .*red.*override/m);
  assert.doesNotMatch(result.stderr, /^failed: another/m);
}));

/** An answer to the first query with one repository of this name. */
function repositoriesAnswer(name, id) {
  return { json: { data: {
    rateLimit: null,
    repositoryOwner: { __typename: 'Organization', login: 'acme', repositories: {
      pageInfo: { hasNextPage: false, endCursor: null },
      nodes: [{ id, name, isArchived: false, isFork: false,
        pullRequests: { totalCount: 1, nodes: [{ updatedAt: NOW }] } }] } } } } };
}

/** Runs a backfill of an organisation whose only repository has this name. */
async function backfillRenamed(name, use) {
  const response = await fetch(`${simulator.url}/repos/acme/${SMALL_REPOSITORY}`, { headers: { authorization: `bearer ${TOKEN}` } });
  const { node_id: id } = await response.json();
  await withWorkspace(gate, {}, async (workspace) => {
    await workspace.expect(0, ['init']);
    gate.decide = ({ text }) => (JSON.parse(text).operationName === 'Repositories' ? repositoriesAnswer(name, id) : undefined);
    const result = await workspace.run(EVERYTHING);
    gate.decide = () => {};
    await use(workspace, result);
  });
}

test('a repository whose name begins with an underscore is one like others', async () => {
  for (const name of ['_s', '_checkpoints', '__', '_.github']) {
    await backfillRenamed(name, async (workspace, { code, stderr }) => {
      assert.equal(code, 0, stderr);
      const { pull_requests: expected } = await simulator.counts({ repo: SMALL_REPOSITORY });
      const found = await workspace.query('SELECT repo, count(*) AS count FROM pull_requests GROUP BY repo');
      assert.deepEqual(found, [{ repo: name, count: expected }]);
      const { repositories } = JSON.parse((await workspace.expect(0, ['gcs-summary', '--json'])).stdout);
      assert.deepEqual(repositories.map(({ repo }) => repo), [name]);
    });
  }
});

test('a repository\'s name cannot lead out of the store', async () => {
  for (const name of ['../../evil', '..', '/evil', 'a/b']) {
    await backfillRenamed(name, async (workspace, result) => {
      assert.ok([1, 3].includes(result.code), `${name}: ended with ${result.code}\n${result.stderr}`);
      assert.ok(result.stderr.includes(name), `${name}: ${result.stderr}`);
      assert.deepEqual((await readdir(workspace.directory)).sort(), ['store', 'warehouse.duckdb'], name);
      const { chunks, strangers } = await workspace.store();
      assert.deepEqual([chunks, strangers], [[], []], name);
    });
  }
});

test('a store or warehouse that cannot be used is named before anything is collected', () => here({}, async (workspace) => {
  await writeFile(join(workspace.directory, 'file'), 'This is no database and no directory, only text.'.repeat(1000));
  for (const flag of [['--store', 'file:file'], ['--warehouse', 'duckdb:file']]) {
    await simulator.control({ reset: true });
    const result = await workspace.run([...EVERYTHING, ...flag]);
    assert.ok([1, 2].includes(result.code), `${flag}: ended with ${result.code}`);
    assert.ok(result.stderr.includes(flag[1].split(':')[1]), result.stderr);
    assertPlain(result);
    assert.equal((await simulator.stats()).requests, 0);
  }
}));

async function interrupt(signal) {
  await simulator.control({ reset: true });
  await withWorkspace(gate, { BATCH_SIZE: '10' }, async (workspace) => {
    await workspace.expect(0, ['init']);
    const from = gate.serial + 15;
    // From then on GitHub does not answer any more.
    const program = workspace.start(EVERYTHING);
    gate.decide = ({ serial }) => {
      if (serial === from) program.kill(signal);
      return serial >= from ? 'hold' : undefined;
    };
    const result = await program.result;
    gate.decide = () => {};
    assert.equal(result.code, 130, result.stderr);
    const [{ collection_id: id, finished }] = (await workspace.store()).checkpoints;
    assert.equal(finished, false);
    assert.match(result.stderr, new RegExp(`resume --collection-id ${id}`));
    assertPlain(result);
    await workspace.expect(0, ['resume', '--collection-id', id]);
    await workspace.assertTruth(simulator);
    await workspace.assertStoreInOrder();
  });
}

test('SIGINT ends a run at once with 130, and it can be resumed', () => interrupt('SIGINT'));

test('SIGTERM does so too', () => interrupt('SIGTERM'));

test('a collection is not resumed at another GitHub', () => withWorkspace(simulator, {}, async (workspace) => {
  await workspace.expect(0, ['init']);
  await workspace.run(['backfill', '--no-load'], { env: { GITHUB_STATS_CRASH_AT: 'collect.chunk.after:1' } });
  const kept = async () => {
    const { chunks, checkpoints, watermarks } = await workspace.store();
    return { chunks, checkpoints, watermarks };
  };
  const before = await kept();
  const [{ collection_id: id, settings }] = before.checkpoints;
  assert.equal(settings.github, simulator.url);
  const resume = ['resume', '--no-load', '--collection-id', id];
  const { stderr } = await workspace.expect(2, resume, { env: { GITHUB_API_URL: 'http://127.0.0.1:1' } });
  assert.ok(stderr.includes(id) && stderr.includes(simulator.url) && stderr.includes('http://127.0.0.1:1'), stderr);
  assert.deepEqual(await kept(), before);
  await workspace.expect(0, resume);
}));
