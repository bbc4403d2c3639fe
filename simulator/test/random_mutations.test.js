import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PULL_REQUEST_KINDS } from '../model/mutations.js';
import { TABLE_NAMES } from '../model/truth.js';
import { start } from './helpers.js';
import { walk } from './walk.js';

const VIEWER = '{ viewer { login } }';

async function changes(t, settings, answers = 120) {
  const simulator = await start(t);
  const first = await simulator.get('/_truth');
  assert.deepEqual(await simulator.control({ random_mutations: settings }), { ok: true });
  for (let i = 0; i < answers; i += 1) await simulator.query(VIEWER);
  return { ...simulator, first, log: await simulator.get('/_mutations') };
}

test('random changes follow from their seed and the requests, in all kinds and ever later', async (t) => {
  const untimed = (log) => log.map(({ time, ...change }) => change);
  const { log, truth, query } = await changes(t, { seed: 5 });
  assert.equal(log.length, 120);
  assert.deepEqual(untimed(log), untimed((await changes(t, { seed: 5 })).log));
  assert.notDeepEqual(untimed(log), untimed((await changes(t, { seed: 6 })).log));
  const kinds = new Set(log.map(({ kind }) => kind));
  for (const kind of PULL_REQUEST_KINDS) assert.ok(kinds.has(kind) || ['close', 'merge'].includes(kind), kind);
  assert.ok(log.every(({ time }, i) => i === 0 || time > log[i - 1].time));
  const last = new Map(log.map(({ repo, number, time }) => [`${repo}#${number}`, time]));
  for (const row of await truth('table=pull_requests&include_forks=1')) {
    const time = last.get(`${row.repo}#${row.number}`);
    if (time) assert.equal(row.updated_at, time);
  }
  assert.equal(new Set((await truth('table=pull_requests')).map((row) => row.id)).size, (await truth('table=pull_requests')).length);
  assert.ok((await query(VIEWER)).data);
});

test('truth follows random changes', async (t) => {
  const { query, control, truth } = await changes(t, { seed: 9, every_requests: 1 });
  await control({ random_mutations: null });
  const walked = await walk(query, 'acme');
  const key = (row) => `${row.repo} ${row.number ?? row.pr_number} ${row.id ?? row.sha}`;
  const sorted = (rows) => [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  for (const table of TABLE_NAMES) {
    assert.deepEqual(sorted(walked[table]).map(key), sorted(await truth(`table=${table}`)).map(key), table);
  }
});

test('random changes are as many, as often and of such kinds as asked for', async (t) => {
  const { log, first, get } = await changes(t, { every_requests: 10, most: 3, kinds: ['open'] }, 50);
  assert.deepEqual(log.map(({ kind }) => kind), ['open', 'open', 'open']);
  const opened = log.filter(({ repo }) => repo !== 'forked-tool').length;
  assert.equal((await get('/_truth')).pull_requests, first.pull_requests + opened);
  const { post } = await start(t);
  for (const settings of [{ kinds: ['remove_repository'] }, { every_requests: 0 }]) {
    assert.equal((await post('/_control', { random_mutations: settings })).status, 400);
  }
});

test('reviews can be deleted and comments edited', async (t) => {
  const { control, truth } = await start(t);
  const change = (number, kind) => control({ mutate_now: { repo: 'awkward.cases_repo-1', number, kind } });
  const rows = async (table, number) => (await truth(`table=${table}&repo=awkward.cases_repo-1`)).filter((row) => row.pr_number === number);
  await change(38, 'delete_review');
  assert.deepEqual([(await rows('reviews', 38)).length, (await rows('review_comments', 38)).length], [2, 2]);
  await change(1, 'edit_comment');
  await change(17, 'edit_comment');
  for (const comment of [(await rows('issue_comments', 1))[0], (await rows('review_comments', 17)).at(-1)]) {
    assert.match(comment.body, /^Said otherwise/);
    assert.ok(comment.updated_at > comment.created_at);
  }
});

test('a repository that is renamed or transferred keeps its id and is found by its old name', async (t) => {
  const { query, control, truth, get, post } = await start(t);
  const find = async (owner, name, more = '') => (await query(`{ repository(owner: "${owner}", name: "${name}"${more}) { id nameWithOwner url } }`)).data.repository;
  const before = await find('acme', 'api');
  const counts = await get('/_truth?repo=api');
  await control({ mutate_now: { repo: 'api', number: (await truth('table=pull_requests&repo=api'))[0].number, kind: 'comment' } });
  assert.deepEqual(await control({ mutate_now: { repo: 'api', kind: 'rename_repository', to: 'api-2' } }), { ok: true });
  const renamed = { id: before.id, nameWithOwner: 'acme/api-2', url: 'https://github.com/acme/api-2' };
  assert.deepEqual([await find('acme', 'api-2'), await find('acme', 'api'), await find('acme', 'api', ', followRenames: false')], [renamed, renamed, null]);
  const rows = await truth('table=pull_requests&repo=api-2');
  assert.equal(rows.length, counts.pull_requests);
  assert.ok(rows.every((row) => row.url.startsWith('https://github.com/acme/api-2/pull/') && row.head_repo !== 'acme/api'));
  await control({ mutate_now: { repo: 'api-2', kind: 'transfer_repository', to: 'other-org/api-3' } });
  assert.deepEqual(await find('acme', 'api'), { id: before.id, nameWithOwner: 'other-org/api-3', url: 'https://github.com/other-org/api-3' });
  assert.equal((await get('/_truth?repo=api-2')).pull_requests, 0);
  const away = await truth('table=commits&org=other-org');
  assert.ok(away.length >= counts.commits && away.every((row) => row.org === 'other-org' && row.url.startsWith('https://github.com/other-org/api-3/')));
  const { node } = (await query(`{ node(id: "${rows[0].id}") { ... on PullRequest { url repository { owner { login } } } } }`)).data;
  assert.deepEqual([node.url, node.repository.owner.login], [rows[0].url.replace('acme/api-2', 'other-org/api-3'), 'other-org']);
  for (const change of [{ repo: 'platform', kind: 'rename_repository', to: 'web-app' }, { repo: 'platform', kind: 'transfer_repository', to: 'x' }]) {
    assert.equal((await post('/_control', { mutate_now: change })).status, 400);
  }
});
