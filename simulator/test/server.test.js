import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { client, raw, SMALL, start, unzip } from './helpers.js';

const VIEWER = 'query Viewer { viewer { login } rateLimit { cost limit remaining used resetAt nodeCount } }';

test('without the right token nothing is answered', async (t) => {
  const { url } = await start(t);
  for (const authorization of [undefined, 'bearer wrong', 'sim-token', 'basic sim-token']) {
    const response = await fetch(`${url}/graphql`, { method: 'POST', body: '{}', headers: authorization ? { authorization } : {} });
    assert.equal(response.status, 401);
    assert.equal((await response.json()).message, 'Bad credentials');
  }
  for (const authorization of ['bearer sim-token', 'Bearer sim-token', 'token sim-token']) {
    assert.equal((await fetch(`${url}/user`, { headers: { authorization } })).status, 200);
  }
});

test('every answer tells what is left, and each token has its own', async (t) => {
  const { url } = await start(t, [...SMALL, '--token', 'one', '--token', 'two', '--points-per-hour', '10']);
  const one = client(url, 'one');
  const response = await one.post('/graphql', { query: VIEWER });
  const { data } = await response.json();
  assert.deepEqual([data.rateLimit.cost, data.rateLimit.limit, data.rateLimit.remaining, data.rateLimit.used], [1, 10, 9, 1]);
  assert.equal(response.headers.get('x-ratelimit-remaining'), '9');
  assert.equal(response.headers.get('x-ratelimit-resource'), 'graphql');
  assert.match(response.headers.get('x-github-request-id'), /^[0-9A-F:]+$/);
  assert.equal((await client(url, 'two').query(VIEWER)).data.rateLimit.remaining, 9);
  const rest = await one.send('/user');
  assert.equal(rest.headers.get('x-ratelimit-resource'), 'core');
});

test('points run out with HTTP 200 and an error of type RATE_LIMITED, and come back', async (t) => {
  const { query, post } = await start(t, [...SMALL, '--points-per-hour', '2', '--rate-window-seconds', '1']);
  await query(VIEWER);
  await query(VIEWER);
  const response = await post('/graphql', { query: VIEWER });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('x-ratelimit-remaining'), '0');
  assert.deepEqual(await response.json(),
    { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for user ID 1.' }] });
  await new Promise((resolve) => setTimeout(resolve, 1050));
  assert.equal((await query(VIEWER)).data.rateLimit.used, 1);
});

test('secondary limits answer 403 with retry-after, when asked for', async (t) => {
  const fast = await start(t, [...SMALL, '--points-per-minute', '2']);
  await fast.query(VIEWER);
  await fast.query(VIEWER);
  const response = await fast.post('/graphql', { query: VIEWER });
  assert.deepEqual([response.status, response.headers.get('retry-after')], [403, '60']);
  assert.match((await response.json()).message, /secondary rate limit/);
  const crowded = await start(t, [...SMALL, '--max-concurrent', '2', '--latency-ms', '50']);
  const statuses = await Promise.all([1, 2, 3].map(async () => (await crowded.post('/graphql', { query: VIEWER })).status));
  assert.ok(statuses.includes(403));
});

test('without a rate limit there are no headers and rateLimit is null', async (t) => {
  const { post } = await start(t, [...SMALL, '--no-rate-limit']);
  const response = await post('/api/graphql', { query: VIEWER });
  assert.equal(response.headers.get('x-ratelimit-limit'), null);
  assert.equal((await response.json()).data.rateLimit, null);
});

test('what is not found is null with an error that names its place', async (t) => {
  const { query } = await start(t);
  const { data, errors } = await query(`{ repositoryOwner(login: "nobody") { login } organization(login: "nobody") { login }
    repository(owner: "acme", name: "nothing") { id } nodes(ids: ["R_100001", "PR_none"]) { id } }`);
  assert.deepEqual([data.repositoryOwner, data.organization, data.repository, data.nodes[1]], [null, null, null, null]);
  assert.equal(data.nodes[0].id, 'R_100001');
  assert.deepEqual(errors.map(({ type, path }) => [type, path.join('.')]),
    [['NOT_FOUND', 'organization'], ['NOT_FOUND', 'repository'], ['NOT_FOUND', 'nodes.1']]);
  assert.equal(errors[0].message, "Could not resolve to an Organization with the login of 'nobody'.");
});

test('a query that the schema or a limit forbids has errors and no data', async (t) => {
  const { query, get } = await start(t);
  for (const text of ['{ nonsense }', '{ viewer {', 'query ($n: Int!) { viewer { repositories(first: $n) { totalCount } } }',
    '{ viewer { repositories { nodes { id } } } }']) {
    const answer = await query(text);
    assert.equal(answer.data, undefined);
    assert.ok(answer.errors[0].message);
  }
  assert.equal((await get('/_stats')).points, 0);
});

test('a field that is not simulated is an error, not silence', async (t) => {
  const { query } = await start(t);
  const { errors } = await query('{ repository(owner: "acme", name: "api") { homepageUrl } }');
  assert.equal(errors[0].type, 'NOT_SIMULATED');
});

test('answers are compressed for those who can read it', async (t) => {
  const { url } = await start(t);
  const path = `${url}/repos/acme/awkward.cases_repo-1/pulls/comments?per_page=100`;
  const authorization = 'token sim-token';
  const plain = await raw(path, { authorization });
  const zipped = await raw(path, { authorization, 'accept-encoding': 'gzip' });
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.equal(zipped.headers['content-encoding'], 'gzip');
  assert.deepEqual(JSON.parse(unzip(zipped.body)), JSON.parse(plain.body));
});

test('REST lists the submitted review comments of a repository page by page', async (t) => {
  const simulator = await start(t);
  const truth = await simulator.truth('table=review_comments&repo=awkward.cases_repo-1');
  const seen = [];
  let next = '/repos/acme/awkward.cases_repo-1/pulls/comments?sort=updated&direction=desc&per_page=100';
  while (next) {
    const response = await simulator.send(next);
    seen.push(...await response.json());
    next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link'))?.[1].slice(simulator.url.length);
  }
  assert.deepEqual(seen.map((each) => each.node_id).sort(), truth.map((row) => row.id).sort());
  assert.deepEqual(seen.map((each) => each.updated_at), seen.map((each) => each.updated_at).sort().reverse());
  const bot = seen.find((each) => each.user?.type === 'Bot');
  assert.equal(bot.user.login, 'dependabot[bot]');
});

test('REST: since keeps what is not older, and a time in 1970 keeps nothing', async (t) => {
  const { get } = await start(t);
  const list = (since) => get(`/api/v3/repos/acme/awkward.cases_repo-1/pulls/comments?per_page=100&sort=updated&since=${since}`);
  const [newest] = await list('2001-01-01T00:00:00Z');
  assert.ok((await list(newest.updated_at)).every((each) => each.updated_at >= newest.updated_at));
  assert.deepEqual(await list('1970-01-01T00:00:00Z'), []);
});

test('REST knows the viewer, organisations, repositories and limits, and answers 404 else', async (t) => {
  const { get, send } = await start(t);
  assert.equal((await get('/user')).login, 'sim-viewer');
  assert.equal((await get('/orgs/acme')).login, 'acme');
  assert.equal((await get('/repos/acme/.github')).full_name, 'acme/.github');
  assert.equal((await get('/rate_limit')).resources.graphql.limit, 100000);
  for (const path of ['/orgs/solo-user', '/repos/acme/nothing', '/nonsense', '/repos/acme/%zz']) {
    assert.equal((await send(path)).status, 404, path);
  }
});

test('the command prints one line when ready and ends with 0 when told to', async () => {
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  const child = spawn(process.execPath, [main, '--pull-requests', '5', '--repositories', '1']);
  let out = '';
  child.stdout.on('data', (chunk) => { out += chunk; });
  await once(child.stdout, 'data');
  const url = /^listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(out)[1];
  assert.equal((await client(url).query(VIEWER)).data.viewer.login, 'sim-viewer');
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  assert.equal(out, `listening on ${url}\n`);
});

test('wrong usage exits with 2 and says what is wrong', async () => {
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  for (const args of [['--nonsense'], ['--port', 'x'], ['--mode', 'recorded'], ['--now', 'soon']]) {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let message = '';
    child.stderr.on('data', (chunk) => { message += chunk; });
    assert.deepEqual(await once(child, 'close'), [2, null]);
    assert.match(message, new RegExp(args[0]));
  }
});

test('odd requests are answered or closed, and the server goes on', async (t) => {
  const { url, query, send } = await start(t);
  const { port } = new URL(url);
  for (const text of ['GET // HTTP/1.1\r\nhost: x\r\n\r\n', 'nonsense\r\n\r\n', 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{']) {
    const socket = connect(port, '127.0.0.1');
    socket.end(text);
    socket.resume();
    socket.on('error', () => {});
    await once(socket, 'close');
  }
  const problem = await send('/graphql', { method: 'POST', body: '{bad' });
  assert.equal(problem.status, 400);
  assert.equal(problem.headers.get('x-ratelimit-limit'), '100000');
  assert.ok((await query(VIEWER)).data);
});
